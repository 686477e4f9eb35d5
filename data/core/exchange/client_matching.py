"""Holds the rows of a file of clients against the desk: what each client gains, and every problem by row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from data.core.desk import OpenDesk
from data.core.exchange.client_companies import Companies, Company
from data.core.exchange.client_rows import Said
from data.core.exchange.client_subscriptions import Fitted, fit
from data.core.exchange.client_surroundings import Surroundings
from data.core.exchange.sums import Progress
from models.client import Subscription
from models.client_import import Column, Outcome, Problem
from models.errors import Refused


@dataclass
class Rows:
    """What was read of a file, and what could not be."""

    said: list[tuple[int, Said]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Matched:
    companies: list[tuple[Company, Fitted]]
    rows: int
    problems: list[Problem]

    @property
    def outcome(self) -> Outcome:
        known = [(company, fitted) for company, fitted in self.companies if company.known]
        new = len(self.companies) - len(known)
        return Outcome(
            rows=self.rows,
            clients=new,
            changed=sum(bool(company.changes) for company, _ in known),
            contacts=sum(len(company.contacts) for company, _ in self.companies),
            subscriptions=sum(len(fitted.new) + fitted.begins for _, fitted in self.companies),
            restarred=sum(fitted.changes for _, fitted in known),
            products=sum(len(company.products) for company, _ in self.companies),
            problems=tuple(self.problems),
        )


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
    seen: dict[Said, int] = {}
    for line, row in rows.said:
        tell = partial(problems.add, line)
        if (first := seen.setdefault(row, line)) != line:
            tell(None, "", Refused("It says the same as row {line}.", line=first))
            continue
        company = companies.take(line, row, tell)
        if company is None:
            continue
        try:
            company.wanted.take(line, row)
        except Refused as why:
            tell(Column.BEGINS if row.begins else Column.STAR_LEVEL, "", why)
    fitted = [(company, _fitted(desk, company, there, problems)) for company in companies.all]
    return Matched(fitted, len(rows.said), sorted(problems.all, key=lambda one: one.line))


def _fitted(desk: OpenDesk, company: Company, there: Surroundings, problems: _Problems) -> Fitted:
    held: Sequence[Subscription] = there.held[company.known.id] if company.known else ()
    fitted, wrong = fit(company.wanted, held, desk.now)
    for line, column, why in wrong:
        problems.add(line, column, "", why)
    return fitted
