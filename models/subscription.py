"""What subscriptions come to at a moment, and what somebody plans for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from typing import NamedTuple, Self

from models.client import StarLevel, Subscription


class Phase(StrEnum):
    PAST = auto()
    RUNNING = auto()
    COMING = auto()


@dataclass(frozen=True, slots=True)
class Plan:
    """This star level from the beginning of one day to the end of another, which are days of the desk's zone.

    `begins` None or today: now. `until` None: without end. NONE, which has no `until`, ends what runs then.
    """

    star_level: StarLevel
    begins: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A subscription as it is shown; `begins` and `until` are its first and its last day in the desk's zone."""

    id: int
    star_level: StarLevel
    starts_at: datetime
    ends_at: datetime | None
    begins: date
    until: date | None
    phase: Phase


class Standing(NamedTuple):
    """What a client's subscriptions come to at a moment.

    `next_change_at` is the next moment at which one begins or ends. `subscribed_until` is the end of the running one
    and of those that follow it without a gap, None where there is no end; without a running one, when the last ended.
    """

    star_level: StarLevel
    next_change_at: datetime | None
    subscribed_until: datetime | None

    @classmethod
    def of(cls, subscriptions: Iterable[Subscription], at: datetime) -> Self:
        level, changes, until = StarLevel.NONE, list[datetime](), None
        runs = False
        for one in sorted(subscriptions, key=lambda one: one.starts_at):
            changes += [moment for moment in (one.starts_at, one.ends_at) if moment is not None and moment > at]
            if one.starts_at <= at:
                runs = one.ends_at is None or one.ends_at > at
                level, until = one.star_level if runs else StarLevel.NONE, one.ends_at
            elif runs and one.starts_at == until:
                until = one.ends_at
        return cls(level, min(changes, default=None), until)


class Outlook(NamedTuple):
    """What a client has at a moment, until when, and which change comes next.

    Renewals of one star level count as one programme: `ends_at` is the end of the last, None without an end or without
    a programme. `next_level` begins at `next_starts_at`: the first subscription of another level, or after a gap.
    """

    star_level: StarLevel
    ends_at: datetime | None
    next_level: StarLevel
    next_starts_at: datetime | None

    @classmethod
    def of(cls, subscriptions: Iterable[Subscription], at: datetime) -> Self:
        level, ends_at = StarLevel.NONE, None
        for one in sorted(subscriptions, key=lambda one: one.starts_at):
            if one.ends_at is not None and one.ends_at <= at:
                continue
            if one.starts_at <= at:
                level, ends_at = one.star_level, one.ends_at
            elif one.star_level == level and one.starts_at == ends_at:
                ends_at = one.ends_at
            else:
                return cls(level, ends_at, one.star_level, one.starts_at)
        return cls(level, ends_at, StarLevel.NONE, None)
