"""The page of figures: twelve months of a desk of four years, whole and narrowed, in a process of its own.

The floor is the least SQL that tells two of its many figures, filed and resolved in these months, and how many
deadlines passed: through the driver alone.
"""

import resource
import sys
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter

from bench import years
from bench.queue import Raw
from bench.timing import Row, side_by_side
from bench.world import filled
from data import metrics
from data.core import fresh_facts, shelf
from data.core.database import open_engine
from data.core.desk import SYSTEM, Desk
from data.core.settings import settings
from models.client import StarLevel
from models.metrics import Chart, Filters
from models.period import Period, Preset
from models.ticket import Kind, Urgency

FLOOR = """
    SELECT count(*) FILTER (WHERE first_responded_at > first_response_due_at),
           count(*) FILTER (WHERE resolved_at > resolution_due_at), count(*)
    FROM ticket WHERE filed_at >= {sign} UNION ALL SELECT 0, 0, count(*) FROM ticket
    WHERE status = 'resolved' AND resolved_at >= {sign}"""

FILTERS = {
    "star level": Filters(star_level=StarLevel.FIVE),
    "urgency": Filters(urgency=Urgency.CRITICAL),
    "kind": Filters(kind=Kind.INCIDENT),
    "product": Filters(product=1),
    "technician": Filters(technician=1),
    "client": Filters(client=1),
}


def measure(size: int, database: str, rounds: int) -> list[Row]:
    print(f"Filling {database} with {size:,} tickets …", flush=True)
    started = perf_counter()
    with filled(size, database, years.write) as engine:
        print(f"… filled in {perf_counter() - started:.0f} s.", flush=True)
        url = engine.url.render_as_string(hide_password=False)
        engine.dispose()
        with get_context("spawn").Pool(1) as pool:  # the memory of the one that filled is another's
            return pool.apply(_measured, (url, size, rounds))


def _measured(url: str, size: int, rounds: int) -> list[Row]:
    engine = open_engine(url)
    desk, raw = Desk(SYSTEM, engine), Raw(engine)
    rows = [_sealed(desk, size)]
    period = Period.of(Preset.LAST_12_MONTHS, metrics.options(desk).today)
    begin = raw.moment(period.moments(settings().zone)[0])
    shelf.clear()
    fresh_facts.clear()
    rows.append(_often("page, cold", size, lambda: metrics.page(desk, period), 1))
    floor = partial(raw.read, FLOOR.format(sign=raw.sign), begin, begin)
    rows.append(side_by_side("page", size, lambda: metrics.page(desk, period), floor, rounds))
    for name, filters in FILTERS.items():
        rows.append(_often(f"by {name}", size, partial(metrics.page, desk, period, filters), rounds))
    week = Period.of(Preset.LAST_7_DAYS, period.last)
    rows.append(_often("page, a week", size, lambda: metrics.page(desk, week), rounds))
    rows.append(_often("rows of a chart", size, lambda: metrics.rows(desk, Chart.RESOLUTION, period), rounds))
    rows.append(_told({"name": "memory", "tickets": size, "peak_mib": round(peak())}))
    return rows


def _sealed(desk: Desk, size: int) -> Row:
    days, started = metrics.days_to_seal(desk), perf_counter()
    while metrics.seal(desk):
        pass
    seconds = perf_counter() - started
    return _told({"name": "seal", "tickets": size, "days": days, "seconds": round(seconds, 1)})


def _often(name: str, size: int, run: Callable[[], object], rounds: int) -> Row:
    times = []
    for _ in range(rounds):
        started = perf_counter()
        run()
        times.append((perf_counter() - started) * 1000)
    return _told({"name": name, "tickets": size, "median_ms": round(median(times), 1), "max_ms": round(max(times), 1)})


def _told(row: Row) -> Row:
    name, size, *rest = row.values()
    told = "   ".join(f"{value:>9,} {unit}" for unit, value in zip(list(row)[2:], rest, strict=True))
    print(f"{size:>9,}  {name:<16} {told}", flush=True)
    return row


def peak() -> float:
    """The most memory that this process ever held, in MiB.

    Linux' rusage tells the most of the process that started it as well, where that held more.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
