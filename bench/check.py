"""What `python -m data check` takes, part by part, and a repair that changes every ticket."""

from collections.abc import Iterator
from time import perf_counter

from sqlalchemy import text

from bench import years
from bench.timing import Row
from bench.world import filled
from data import _check_command, metrics
from data.core.desk import SYSTEM, Desk
from data.core.integrity import check
from data.core.integrity.findings import Job, unwatched


def measure(tickets: int, database: str) -> list[Row]:
    """The world comes without counters of references; its tickets lose a deadline each, for the repair to find."""
    print(f"Filling {database} with {tickets:,} tickets …", flush=True)
    with filled(tickets, database, years.write) as engine:
        while metrics.seal(Desk(SYSTEM, engine)):
            pass
        with engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("UPDATE ticket SET resolution_due_at = NULL"))
        return list(_rows(Job(engine), tickets))


def _rows(job: Job, tickets: int) -> Iterator[Row]:
    begun = perf_counter()
    repaired = _check_command.repair_all(job, unwatched)
    yield _row("repair", tickets, begun, repaired)
    for part in check.parts():
        begun = perf_counter()
        yield _row(part.name, tickets, begun, check.run(part, job).wrong)


def _row(name: str, tickets: int, begun: float, found: int) -> Row:
    row: Row = {"name": name, "tickets": tickets, "seconds": round(perf_counter() - begun, 1), "found": found}
    print("{tickets:>9,}  {name:<12} {seconds:>7} s   {found:>8,} found".format(**row), flush=True)
    return row
