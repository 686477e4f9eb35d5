"""Brings clients in from a spreadsheet, with their contacts, subscriptions and products: looked at, tried out, written.

The same file again changes nothing: a client is known by its number or, without one, by its exact name, a contact by
the address, a subscription by its days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product, starmap

from data.core.desk import OpenDesk, Steps, command, long_command, query
from data.core.exchange import client_filing, client_headers, client_matching, client_rows, grids
from data.core.exchange.client_matching import Rows
from data.core.exchange.client_surroundings import AT_A_TIME
from data.core.exchange.grids import Look
from data.core.exchange.sums import Progress, unwatched
from data.core.subscriptions import Settled
from data.core.uploads import Upload
from models.client_import import ALL_OR_NOTHING, Column, Options, Outcome, Problem
from models.errors import Refused
from models.permission import Permission


@dataclass(frozen=True, slots=True)
class Choice:
    """A file, which of its sheets, and where in it each column stands."""

    upload: Upload
    sheet: str
    places: Mapping[Column, int]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not imported: why, and what it says."""

    problems: Sequence[Problem]
    cells: list[str]


@query(Permission.MANAGE_CLIENTS)
def look(desk: OpenDesk, upload: Upload, sheet: str = "") -> tuple[Look, dict[Column, int]]:
    """The first rows of a sheet, the first without a name, and what its columns seem to hold.

    Raises Refused for what is no such file.
    """
    seen = grids.look(upload, sheet)
    return seen, client_headers.guess(desk, seen.header)


@command(Permission.MANAGE_CLIENTS)
def remember(desk: OpenDesk, header: Sequence[str], places: Mapping[Column, int]) -> None:
    """What the columns hold, for the next file that has them."""
    client_headers.remember(desk, header, places)


@query(Permission.MANAGE_CLIENTS)
def read(_desk: OpenDesk, choice: Choice, progress: Progress = unwatched) -> Rows:
    """All rows, and what is wrong with each of them whatever the desk holds. Raises Refused as `look` does."""
    if not {Column.NUMBER, Column.NAME} & choice.places.keys():
        raise Refused("Say which column names the client: by its number, or by its name.")
    if len(set(choice.places.values())) < len(choice.places):
        raise Refused("One column of the file is chosen twice.")
    found = grids.rows(choice.upload, choice.sheet, progress)
    _, header = next(found)
    if max(choice.places.values()) >= len(header):
        raise Refused("The file has changed: it has fewer columns. Choose them anew.")
    rows = Rows()
    for line, cells in found:
        said, problems = client_rows.read(line, cells, choice.places)
        if len(cells) > len(header):
            problems.append(client_rows.too_long(line))
        rows.said.append((line, said))
        rows.problems += problems
    return rows


@query(Permission.MANAGE_CLIENTS)
def try_out(desk: OpenDesk, rows: Rows, progress: Progress = unwatched) -> dict[Options, Outcome]:
    """What writing them would do under each of the options, and every problem by row. It changes nothing."""
    matched = client_matching.match(desk, rows, progress)
    return {options: matched.outcome(options) for options in starmap(Options, product((False, True), repeat=2))}


@long_command(Permission.MANAGE_CLIENTS)
def write(steps: Steps, rows: Rows, progress: Progress = unwatched, options: Options = ALL_OR_NOTHING) -> Outcome:
    """All of it or nothing, unless the options say otherwise: all is matched before anything is written.

    It is written some clients at a time, each whole. What was written before a stop stays, and the same file adds the
    rest. Raises Refused while there is a problem, which a change on the desk may have made, and NotAllowed for
    somebody who may create no product.
    """
    with steps.query() as desk:
        if options.create_products:
            desk.require(Permission.MANAGE_PRODUCTS)
        at, matched = desk.now, client_matching.match(desk, rows, unwatched)
    outcome = matched.outcome(options)
    client_matching.require_importable(outcome, options)
    if outcome.created:
        with steps.command(alone=True) as desk:
            desk.require(Permission.MANAGE_PRODUCTS)
            client_filing.create_products(desk, matched, options)
    settled, written, total = Settled(), 0, len(matched.imported(options))
    for count, part in matched.parts(rows, options, AT_A_TIME):
        with steps.command(alone=True) as desk:
            again = client_matching.match(desk, part, unwatched)
            client_matching.require_unchanged(again, written)
            settled = Settled(*map(sum, zip(settled, client_filing.write(desk, again, at), strict=True)))
        written += count
        progress(written, total)
    return outcome.done(at, *settled)


@query(Permission.MANAGE_CLIENTS)
def rejected(_desk: OpenDesk, choice: Choice, problems: Sequence[Problem]) -> tuple[list[str], list[Rejected]]:
    """The columns of the file, and the rows that have these problems as they stand in it, to be corrected."""
    by_line: dict[int, list[Problem]] = {}
    for one in problems:
        by_line.setdefault(one.line, []).append(one)
    found = grids.rows(choice.upload, choice.sheet)
    _, header = next(found)
    return header, [Rejected(by_line[line], cells) for line, cells in found if line in by_line]
