"""What a file of clients says about their subscriptions, and how that fits what they have.

A row with a first day states a period, which overlaps no other. One without says what holds from now on: nothing where
it holds already, else it is a plan like one made on the client's page. Said again in another row, it is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from data.core import plans
from data.core.days import beginning, day_of, last_day
from data.core.exchange.client_rows import Said
from data.core.plans import DAY, Place
from models.client import StarLevel, Subscription
from models.client_import import Column
from models.errors import Refused
from models.subscription import Plan

NOBODY = 0  # whose a subscription is that is not written yet


class Span(NamedTuple):
    """From the first day until the last, both of the desk's zone."""

    star_level: StarLevel
    begins: date
    until: date | None

    @classmethod
    def of(cls, one: Subscription) -> "Span":
        return cls(one.star_level, day_of(one.starts_at), last_day(one.ends_at))

    @property
    def moments(self) -> tuple[datetime, datetime | None]:
        return beginning(self.begins), None if self.until is None else beginning(self.until + DAY)

    def meets(self, other: "Span") -> bool:
        return (other.until is None or self.begins <= other.until) and (
            self.until is None or other.begins <= self.until
        )


@dataclass(slots=True)
class Wanted:
    """For one client: periods and a plan, each with the line that said so first."""

    spans: dict[Span, int] = field(default_factory=dict)
    plan: tuple[Plan, int] | None = None

    def take(self, line: int, row: Said) -> None:
        """Raises Refused for what other rows contradict."""
        if row.star_level is None:
            return
        if row.begins is None:
            plan = Plan(row.star_level, None, row.until)
            if self.plan is None:
                self.plan = plan, line
            elif self.plan[0] != plan:
                raise Refused("Row {line} gives this client another subscription from now on.", line=self.plan[1])
            return
        span = Span(row.star_level, row.begins, row.until)
        if span in self.spans:
            return
        for other, first in self.spans.items():
            if span.meets(other):
                raise Refused("It overlaps the subscription of row {line}.", line=first)
        self.spans[span] = line


@dataclass(slots=True)
class Fitted:
    """What is to be written: periods that are new, others that end otherwise, and a plan with its place."""

    new: list[Span] = field(default_factory=list)
    ends: list[tuple[Subscription, Span]] = field(default_factory=list)
    plan: tuple[Plan, Place] | None = None

    @property
    def changes(self) -> bool:
        return bool(self.new or self.ends or self.plan)

    @property
    def begins(self) -> bool:
        """Does the plan add a subscription, rather than move the end of one or end it?"""
        if self.plan is None:
            return False
        plan, place = self.plan
        return plan.star_level not in {StarLevel.NONE, place.level_before}

    @property
    def begun(self) -> list[Subscription]:
        """All that is added: for a new client, all it will have."""
        rows = [row_of(span) for span in self.new]
        if self.begins and self.plan:
            plan, place = self.plan
            row = Subscription(client_id=NOBODY, star_level=plan.star_level, starts_at=place.starts_at)
            row.ends_at = place.ends_at
            rows.append(row)
        return rows


Wrong = tuple[int, Column, Refused]


def fit(wanted: Wanted, held: Sequence[Subscription], now: datetime) -> tuple[Fitted, list[Wrong]]:
    """Against what the client has; and what does not fit, with the line that wants it."""
    fitted, wrong = Fitted(), []
    has = [(one, Span.of(one)) for one in held]
    for span, line in wanted.spans.items():
        try:
            _fit_span(fitted, span, has, now)
        except Refused as why:
            wrong.append((line, Column.BEGINS, why))
    if wanted.plan is not None:
        plan, line = wanted.plan
        try:
            fitted.plan = _fit_plan(plan, [*held, *map(row_of, fitted.new)], now)
        except Refused as why:
            wrong.append((line, Column.STAR_LEVEL, why))
    return fitted, wrong


def row_of(span: Span, client_id: int = NOBODY) -> Subscription:
    starts_at, ends_at = span.moments
    return Subscription(client_id=client_id, star_level=span.star_level, starts_at=starts_at, ends_at=ends_at)


def _fit_span(fitted: Fitted, span: Span, has: list[tuple[Subscription, Span]], now: datetime) -> None:
    if any(there == span for _, there in has):
        return
    same = next((one for one, there in has if there[:2] == span[:2]), None)
    for one, there in has:
        if one is not same and there.meets(span):
            raise _overlap(there)
    if same is None:
        fitted.new.append(span)
        return
    _, ends_at = span.moments
    if same.ends_at is not None and same.ends_at <= now:
        raise Refused("It ended on {day}: what is over stays as it was.", day=Span.of(same).until)
    if ends_at is not None and ends_at <= now:
        raise Refused("It would end on {day}, which is over.", day=span.until)
    fitted.ends.append((same, span))


def _overlap(there: Span) -> Refused:
    level, begins, until = there
    if until is None:
        return Refused("It overlaps {level}, which the client has from {begins} on.", level=level, begins=begins)
    return Refused(
        "It overlaps {level}, which the client has from {begins} to {until}.", level=level, begins=begins, until=until
    )


def _fit_plan(plan: Plan, held: list[Subscription], now: datetime) -> tuple[Plan, Place] | None:
    """None where it holds already. Where the file tells no end, the one that there is stays."""
    runs = next((one for one in held if one.starts_at <= now and (one.ends_at is None or one.ends_at > now)), None)
    if runs is None and plan.star_level == StarLevel.NONE:
        return None
    if runs is not None and plan.star_level != StarLevel.NONE:
        there = Span.of(runs)
        plan = Plan(plan.star_level, None, plan.until or there.until)
        if (plan.star_level, plan.until) == (there.star_level, there.until):
            return None
        if runs.client_id == NOBODY:
            raise Refused("It overlaps another subscription that the file gives this client.")
    return plan, plans.find(held, plan, now)
