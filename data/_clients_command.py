"""`python -m data import clients`: what it is called with, what it does, and what it prints."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from data import client_imports
from data.client_imports import Choice
from data.core import workbooks
from data.core.desk import Desk
from data.core.exchange import grids
from data.core.exchange.sums import Progress
from data.core.settings import settings
from data.core.uploads import Upload
from models.client_import import Options, Outcome, Problem
from models.errors import Refused

Bar = Callable[..., AbstractContextManager[list[Progress]]]


def describe(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Imports an Excel or CSV file, whose first row names the columns: all of it or, where anything is wrong with "
        "any row, nothing. Clients are written some at a time, and others can work meanwhile. What is there already "
        "stays as it is, so that a file can be imported again, and goes on where it was stopped. Contacts get no "
        "password and no mail."
    )
    command.add_argument("file", metavar="FILE", type=Path)
    command.add_argument("--sheet", metavar="NAME", default="", help="of a workbook; the first one without")
    command.add_argument("--dry-run", action="store_true", help="say what it would do, and change nothing")
    command.add_argument("--create-products", action="store_true", help="create the products that do not exist yet")
    command.add_argument(
        "--skip-bad-rows",
        action="store_true",
        help="import the clients whose rows are all good; the other rows go to NAME.rejects.csv beside the file",
    )


def run(desk: Desk, asked: argparse.Namespace, bar: Bar, say: Callable[[str], None]) -> int:
    options = Options(asked.create_products, asked.skip_bad_rows)
    try:
        with asked.file.open("rb") as file:
            upload = Upload(asked.file.name, file.read(grids.MOST_BYTES + 1))  # larger ones are refused
    except OSError as error:
        raise ValueError(f"{asked.file} cannot be read: {error.strerror or error}.") from None
    look, places = client_imports.look(desk, upload, asked.sheet)
    say("columns: " + ", ".join(f"{column} from “{look.header[place]}”" for column, place in places.items()))
    choice = Choice(upload, look.sheet, places)
    with bar("Reading", "Checking") as (reading, checking):
        rows = client_imports.read(desk, choice, reading)
        outcome = client_imports.try_out(desk, rows, checking)[options]
    if not outcome.blocked and not asked.dry_run:
        with bar("Writing") as (writing,):
            outcome = client_imports.write(desk, rows, writing, options)
    say("\n".join(_report(outcome, options, dry_run=asked.dry_run)))
    if outcome.problems and not outcome.blocked and not asked.dry_run:
        say(f"The rows that were not imported are in {_write_rejects(desk, asked.file, choice, outcome)}")
    return 1 if outcome.blocked or outcome.problems else 0


def _report(outcome: Outcome, options: Options, *, dry_run: bool) -> Iterator[str]:
    yield from map(_words, outcome.problems)
    if outcome.missing and not options.create_products:
        yield f"{len(outcome.missing)} products do not exist yet: {', '.join(outcome.missing)}"
        yield "Create them by --create-products, or correct their names in the file."
    done = "nothing was imported" if outcome.blocked or dry_run else "imported"
    counts = {
        "new clients": outcome.clients,
        "clients changed": outcome.changed,
        "new contacts": outcome.contacts,
        "subscriptions added": outcome.subscriptions,
        "clients with another subscription": outcome.restarred,
        "products owned": outcome.products,
        "products created": outcome.created,
        "deadlines recalculated": outcome.moved,
        "access codes issued": outcome.codes_issued,
        "access codes ended": outcome.codes_ended,
    }
    listed = ", ".join(f"{count} {words}" for words, count in counts.items())
    yield f"{outcome.rows} rows read, {len(outcome.problems)} problems, {done}: {listed}"


def _words(problem: Problem) -> str:
    return f"row {problem.line}, {problem.column or 'the row'}: {problem.why}"


def _write_rejects(desk: Desk, file: Path, choice: Choice, outcome: Outcome) -> Path:
    """Beside the input or, where nothing may be written, in the desk's own folder. Raises Refused where neither."""
    header, rows = client_imports.rejected(desk, choice, outcome.problems)
    lines = (["\n".join(map(_words, row.problems)), *row.cells] for row in rows)
    content = workbooks.csv(["problem", *header], lines)
    name = f"{file.stem}.rejects.csv"
    for folder in (file.parent, settings().var):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        except OSError:
            continue
        return folder / name
    raise Refused("{file} can be written neither beside the input nor in {folder}.", file=name, folder=settings().var)
