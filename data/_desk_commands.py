"""`python -m data export desk` and `import desk`: what they are called with, and what they print."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from data import exports
from data._terminal import printable
from data.core.desk import Desk
from data.core.exchange.batch import Preset
from data.core.exchange.carried import NOT_CARRIED
from data.core.exchange.destination import Written
from data.core.exchange.sums import Progress, Sums

Bar = Callable[..., AbstractContextManager[list[Progress]]]
Run = Callable[[argparse.Namespace], int]
Say = Callable[[str], None]

_DESCRIPTION = (
    "Writes the desk as one CSV file, gzipped when its name ends in .gz, and its files into the folder FILE.files "
    "beside it. `import desk FILE` brings them into another desk. Where a file is missing or damaged, the rest is "
    "exported all the same, and the exit code is 1. An export is no backup; it does not carry "
)


def add_export(what: Any, run: Run) -> None:
    one = what.add_parser(
        "desk",
        aliases=["tickets"],
        help="the whole desk: tickets, clients, people, rules, documents, articles, calls and files",
        description=_DESCRIPTION + "; ".join(left.what for left in NOT_CARRIED) + ".",
    )
    one.add_argument("file", metavar="FILE", type=Path)
    one.set_defaults(run=run)


def add_import(what: Any, run: Run) -> None:
    one = what.add_parser(
        "desk",
        help="what `export desk` has written",
        description="Imports what `export desk` has written, into an empty desk or into one that has tickets already: "
        "what is there stays as it is, so that a file can be imported again. Bad rows go to NAME.rejects.csv beside "
        "the file, and the rest is imported. Clients with four or five stars get new access codes.",
    )
    one.add_argument("file", metavar="FILE", type=Path)
    one.set_defaults(run=run, preset=Preset.GUICHET, stars=None)


def export(desk: Desk, file: Path, bar: Bar, say: Say, complain: Say) -> int:
    with bar("Writing") as (writing,):
        written = exports.tickets(desk, file, writing)
    say(f"{written.tickets} tickets in {written.rows} rows, and {written.files} files beside them")
    say("not carried:")
    for count, left in written.left_out:
        say(f"  {count} {left.what}: {left.why}")
    if written.lost:
        complain("\n".join(_lost(written)))
    return 1 if written.lost else 0


def to_do(sums: Sums, preset: Preset) -> Iterator[str]:
    """What follows an import, so that nobody finds it out by a client who calls."""
    if sums.codes:
        yield f"New access codes: {sums.codes}. A code that a client had in another desk opens nothing here: tell them."
        yield "  Clients find their code in the client space, the staff finds it on the client's page."
    people = sums.contacts + sums.technicians + sums.other_staff
    if people and preset == Preset.GUICHET:
        yield f"People without a password here: {people}. The pages Invite contacts and People make links for them;"
        yield "  `python -m data link EMAIL` lets the first manager in."


def _lost(written: Written) -> Iterator[str]:
    yield f"Files that are not in the export: {written.lost}. The rest of it is whole."
    for one in written.named:
        yield f"  {printable(one.owner)}: {printable(one.name)} is {one.why}"
    if written.lost > len(written.named):
        yield f"  and {written.lost - len(written.named)} more"
