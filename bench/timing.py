"""Times a thing and its floor side by side, turn by turn, so that a noisy machine is noisy for both."""

import gc
from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter

Row = dict[str, object]


def side_by_side(name: str, tickets: int, ours: Callable[[], object], floor: Callable[[], object], rounds: int) -> Row:
    """Median and 95th percentile of ours, median of the floor, in milliseconds; after a tenth to warm up."""
    taken: dict[Callable[[], object], list[float]] = {ours: [], floor: []}
    gc.collect()
    for turn in range(rounds + rounds // 10):
        for run, times in taken.items():
            started = perf_counter()
            run()
            if turn >= rounds // 10:
                times.append((perf_counter() - started) * 1000)
    row: Row = {
        "name": name,
        "tickets": tickets,
        "median_ms": round(median(taken[ours]), 3),
        "p95_ms": round(quantiles(taken[ours], n=20)[18], 3),
        "floor_ms": round(median(taken[floor]), 3),
    }
    print("{tickets:>9,}  {name:<16} {median_ms:>8} ms   p95 {p95_ms:>8} ms   floor {floor_ms:>8} ms".format(**row))
    return row
