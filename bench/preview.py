"""What a change of the rules takes with so many open tickets: its preview, and its save once."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from sqlalchemy import text

from bench.timing import Row
from bench.world import filled
from data import calendars, service_levels
from data.core.desk import SYSTEM, Desk

OPEN_OF_ALL = 20  # one ticket in twenty of the world is open


def measure(size: int, database: str, rounds: int) -> list[Row]:
    """`size` is the number of open tickets: a manager waits for these."""
    print(f"Filling {database} until {size:,} tickets are open …", flush=True)
    with filled(size * OPEN_OF_ALL, database) as engine:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT count(*) FROM ticket WHERE status != 'resolved'")).scalar_one()
        print(f"… {found:,} are open.", flush=True)
        return _measured(Desk(SYSTEM, engine), found, rounds)


def _measured(desk: Desk, size: int, rounds: int) -> list[Row]:
    sheet = next(one for one in calendars.all(desk) if one.name == "standard")
    hours = {day: pairs for day, pairs in sheet.hours.items() if day != "wed"}
    form = calendars.CalendarForm(sheet.zone, hours, sheet.country, sheet.exceptions, sheet.removed)
    shorter = [replace(one, resolution=one.resolution * 3 / 4) for one in service_levels.grid(desk)]
    return [
        _timed("preview calendar", size, lambda: calendars.preview(desk, "standard", form), rounds),
        _timed("preview targets", size, lambda: service_levels.preview(desk, shorter), rounds),
        _timed("save calendar", size, lambda: calendars.save(desk, "standard", form), 1),
        _timed("save targets", size, lambda: service_levels.save(desk, shorter), 1),
    ]


def _timed(name: str, size: int, run: Callable[[], object], rounds: int) -> Row:
    """The first time counts too: a manager asks once."""
    times = []
    for _ in range(rounds):
        started = perf_counter()
        run()
        times.append(perf_counter() - started)
    row: Row = {
        "name": name,
        "tickets": size,
        "first_s": round(times[0], 2),
        "median_s": round(sorted(times)[len(times) // 2], 2),
    }
    print("{tickets:>9,}  {name:<16} first {first_s:>6} s   median {median_s:>6} s".format(**row), flush=True)
    return row
