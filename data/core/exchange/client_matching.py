"""Holds the rows of a file of clients against the desk: what each client gains, and every problem by row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from data.core.desk import OpenDesk
from data.core.exchange.client_companies import Companies, Company
from data.core.exchange.client_rows import Said
from data.core.exchange.client_subscriptions import Fitted, fit
from data.core.exchange.client_surroundings import Surroundings
from data.core.exchange.spool import batches
from data.core.exchange.sums import Progress
from models.client import Subscription
from models.client_import import ALL_OR_NOTHING, MOST_NEW_PRODUCTS, Column, Options, Outcome, Problem
from models.errors import Refused

Matches = list[tuple[Company, Fitted]]


@dataclass
class Rows:
    """What was read of a file, and what could not be."""

    said: list[tuple[int, Said]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Matched:
    """`owners` is the client of each line; `doubtful` are clients that a row without an owner names, with its line."""

    companies: Matches
    rows: int
    problems: list[Problem]
    owners: dict[int, Company]
    doubtful: dict[Company, int]
    product_names: dict[str, str]  # of those that do not exist yet, by their key

    def imported(self, options: Options) -> Matches:
        """The clients that are written. A client is imported whole or not at all."""
        bad = self._bad(self._problems(options)) if options.skip_bad_rows else {}
        return [(company, fitted) for company, fitted in self.companies if company not in bad]

    def parts(self, rows: Rows, options: Options, size: int) -> Iterator[tuple[int, Rows]]:
        """So many of the clients to be imported at a time: how many, and their rows."""
        of_company: dict[Company, list[tuple[int, Said]]] = {}
        for line, said in rows.said:
            owner = self.owners.get(line)
            if owner is not None:
                of_company.setdefault(owner, []).append((line, said))
        for some in batches(self.imported(options), size):
            yield len(some), Rows([row for company, _ in some for row in of_company[company]])

    def outcome(self, options: Options) -> Outcome:
        problems = self._problems(options)
        bad = self._bad(problems) if options.skip_bad_rows else {}
        companies = [(company, fitted) for company, fitted in self.companies if company not in bad]
        known = [(company, fitted) for company, fitted in companies if company.known]
        missing = self._missing(options)
        created = len({key for company, _ in companies for key in company.missing}) if options.create_products else 0
        owned = sum(len(company.products) for company, _ in companies)
        if options.create_products:
            owned += sum(len(company.missing) for company, _ in companies)
        return Outcome(
            rows=self.rows,
            clients=len(companies) - len(known),
            changed=sum(bool(company.changes) for company, _ in known),
            contacts=sum(len(company.contacts) for company, _ in companies),
            subscriptions=sum(len(fitted.new) + fitted.begins for _, fitted in companies),
            restarred=sum(fitted.changes for _, fitted in known),
            products=owned,
            created=created,
            problems=tuple(sorted([*problems, *self._followers(problems, bad)], key=lambda one: one.line)),
            missing=missing,
            blocked=not options.skip_bad_rows and bool(problems or (missing and not options.create_products)),
        )

    def _problems(self, options: Options) -> list[Problem]:
        """A product that does not exist is a problem of its rows only where they are left out for it."""
        if options.create_products or not options.skip_bad_rows:
            return self.problems
        unknown = [
            Problem(line, Column.PRODUCTS, name, Refused("There is no product called {name}.", name=name))
            for line, company in self.owners.items()
            for name in (self.product_names[key] for key in company.missing)
        ]
        return self.problems + unknown

    def _bad(self, problems: Iterable[Problem]) -> dict[Company, int]:
        """The clients that have a problem, with the first line of one."""
        bad = dict(self.doubtful)
        for one in problems:
            owner = self.owners.get(one.line)
            if owner is not None:
                bad[owner] = min(one.line, bad.get(owner, one.line))
        return bad

    def _followers(self, problems: Iterable[Problem], bad: dict[Company, int]) -> list[Problem]:
        """The good rows of clients that are left out."""
        told = {one.line for one in problems}
        return [
            Problem(line, None, "", Refused("Row {line} of the same client cannot be imported.", line=bad[company]))
            for line, company in self.owners.items()
            if company in bad and line not in told
        ]

    def _missing(self, options: Options) -> tuple[str, ...]:
        bad = self._bad(self.problems) if options.skip_bad_rows else {}
        keys = {key: None for company, _ in self.companies if company not in bad for key in company.missing}
        return tuple(self.product_names[key] for key in keys)


class _Problems:
    """Of a cell that could not be read, nothing more is told."""

    def __init__(self, read: Sequence[Problem]) -> None:
        self.all = list(read)
        self._unread = {(one.line, one.column) for one in read}

    def add(self, line: int, column: Column | None, value: str, why: Refused) -> None:
        if (line, column) not in self._unread:
            self.all.append(Problem(line, column, value, why))


def match(desk: OpenDesk, rows: Rows, progress: Progress) -> Matched:
    there = Surroundings(desk, [row for _, row in rows.said], progress)
    companies, problems = Companies(there), _Problems(rows.problems)
    owners: dict[int, Company] = {}
    doubtful: dict[Company, int] = {}
    seen: dict[Said, int] = {}
    for line, row in rows.said:
        tell = partial(problems.add, line)
        if (first := seen.setdefault(row, line)) != line:
            tell(None, "", Refused("It says the same as row {line}.", line=first))
            continue
        company = companies.take(line, row, tell)
        if company is None:
            for other in companies.named(row):
                doubtful.setdefault(other, line)
            continue
        owners[line] = company
        try:
            company.wanted.take(line, row)
        except Refused as why:
            tell(Column.BEGINS if row.begins else Column.STAR_LEVEL, "", why)
    fitted = [(company, _fitted(desk, company, there, problems)) for company in companies.all]
    return Matched(fitted, len(rows.said), problems.all, owners, doubtful, companies.missing)


def require_unchanged(matched: Matched, written: int) -> None:
    """Raises Refused where the desk has changed since all rows were matched, so that some do not fit any more."""
    if matched.outcome(ALL_OR_NOTHING).blocked:
        raise Refused(
            "The desk has changed meanwhile: {count} clients of the file were written, the others were not. Check the"
            " file again.",
            count=written,
        )


def require_importable(outcome: Outcome, options: Options) -> None:
    """Raises Refused where nothing may be written."""
    if outcome.blocked:
        raise Refused("Nothing was imported: not every row fits the desk as it is now. Check the file again.")
    if options.create_products and outcome.created > MOST_NEW_PRODUCTS:
        raise Refused(
            "{count} products do not exist yet: an import creates {most} at most. Is this the column of the products?",
            count=outcome.created,
            most=MOST_NEW_PRODUCTS,
        )


def _fitted(desk: OpenDesk, company: Company, there: Surroundings, problems: _Problems) -> Fitted:
    held: Sequence[Subscription] = there.held[company.known.id] if company.known else ()
    fitted, wrong = fit(company.wanted, held, desk.now)
    for line, column, why in wrong:
        problems.add(line, column, "", why)
    return fitted
