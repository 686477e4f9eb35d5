"""Which tickets there will be: who files which story when, and how fast each goes on from there.

Most are drawn over the last ninety days. The rest is filed as long before now as it takes to be found at a certain
stage now, measured in the opening hours promised to the client: so the queue is alive at any weekday and hour.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from random import Random
from typing import TypeVar

from data.demo.cast import Company
from data.demo.stages import OPEN_SHARE, STAGES, Pace, Stage, hours
from data.demo.stories import Story, stories
from data.demo.terms import Terms
from models.client import StarLevel
from models.ticket import Kind, Urgency
from models.user import Actor

T = TypeVar("T")


class Twist(StrEnum):
    """What a ticket's life can have besides its story."""

    DUPLICATE = auto()  # a colleague files the same
    WITHDRAWN = auto()
    FOLLOWED = auto()  # the trouble comes back after the resolution
    LINKED = auto()
    RAISED = auto()
    LOWERED = auto()
    HANDED_OVER = auto()


DAYS = 90
KINDS = {Kind.INCIDENT: 63, Kind.REQUEST: 22, Kind.ENQUIRY: 15}
TWISTS = {None: 71, Twist.DUPLICATE: 4, Twist.WITHDRAWN: 4, Twist.FOLLOWED: 6}
TWISTS |= {Twist.LINKED: 5, Twist.RAISED: 4, Twist.LOWERED: 3, Twist.HANDED_OVER: 3}
HOURS = {6: 2, 8: 9, 9: 16, 10: 15, 11: 11, 12: 3, 14: 14, 15: 12, 16: 9, 17: 6, 19: 3, 21: 1}  # of filing: how often


@dataclass(frozen=True)
class Plot:
    number: int
    story: Story
    company: Company
    contact: Actor
    urgency: Urgency
    filed_at: datetime
    pace: Pace
    twist: Twist | None = None
    follows: str | None = None  # the reference it goes on from
    repeats: str | None = None  # the reference it is a duplicate of
    scene: int = 0  # 1 for a ticket that came out of another of the same number


class Playwright:
    """Draws the plots of a world; the same ones for the same moment."""

    def __init__(self, companies: tuple[Company, ...], terms: Terms, now: datetime, rng: Random) -> None:
        self._companies, self._terms, self._now, self._rng = companies, terms, now, rng
        self._had: Counter[object] = Counter()
        self._number = 0

    def plots(self, tickets: int) -> Iterator[Plot]:
        staged = round(tickets * OPEN_SHARE)
        for number in range(round(tickets * 0.95) - staged):  # the twists add the rest
            yield self._past(number)
        self._had.clear()  # so that the queue of now shows every story before it shows one twice
        for stage in STAGES:
            for _ in range(max(1, round(staged * stage.share / 100))):
                yield self._at_stage(stage)

    def _past(self, number: int) -> Plot:
        """One broken promise in eleven of each clock, spread evenly."""
        rng = self._rng
        filed_at = self._some_moment()
        first = rng.uniform(1.05, 1.6) if number % 11 == 4 else rng.betavariate(2, 3.2) * 0.95
        resolved = rng.uniform(1.05, 1.5) if number % 11 == 8 else max(0.12, rng.betavariate(2, 2.6) * 0.97)
        pace = Pace(first * rng.uniform(0.3, 0.95), first, resolved, hours(rng, 0.5, 14))
        twist = rng.choices(list(TWISTS), list(TWISTS.values()))[0]
        company, story = self._who_and_what(filed_at)
        return self._plot(company, story, rng.choice(story.urgencies), filed_at=filed_at, pace=pace, twist=twist)

    def _at_stage(self, stage: Stage) -> Plot:
        spent = self._rng.uniform(*stage.spent)
        pace = stage.pace(spent, self._rng)
        asking = stage.measure == "resolution" and pace.pauses
        company, story = self._who_and_what(self._now, asking=asking)
        urgency = self._rng.choice(story.urgencies)
        calendar, first, resolution = self._terms.of(story.kind, company.stars(self._now), urgency)
        match stage.measure:
            case "minutes":
                filed_at = self._now - timedelta(minutes=spent)
            case "first":
                filed_at = calendar.back(self._now, first * spent)
            case _:
                filed_at = calendar.back(self._now, resolution * spent)
        return self._plot(company, story, urgency, filed_at=filed_at, pace=pace)

    def _plot(
        self,
        company: Company,
        story: Story,
        urgency: Urgency,
        *,
        filed_at: datetime,
        pace: Pace,
        twist: Twist | None = None,
    ) -> Plot:
        self._number += 1
        return Plot(self._number, story, company, self._rng.choice(company.contacts), urgency, filed_at, pace, twist)

    def _who_and_what(self, at: datetime, *, asking: bool = False) -> tuple[Company, Story]:
        """A company and a kind by their shares, and of the stories that fit one that was told least so far."""
        company = self._due({company: company.share for company in self._companies})
        kind = self._due(KINDS)
        if company.stars(at) == StarLevel.NONE:
            kind = Kind.ENQUIRY  # technical tickets need a subscription
        fitting = [
            story
            for story in stories()
            if story.language == company.language
            and story.kind == kind
            and (story.product is None or story.product in company.products)
            and (story.begins_with_a_question or not asking)
        ]
        if not fitting:
            return self._who_and_what(at, asking=asking)
        return company, self._due(dict.fromkeys(fitting, 1))

    def _due(self, shares: Mapping[T, int]) -> T:
        """One of them by its share, as evenly as a deck of cards would give them."""
        drawn = min(shares, key=lambda one: (self._had[one] + self._rng.random()) / shares[one])
        self._had[drawn] += 1
        return drawn

    def _some_moment(self) -> datetime:
        """In the last ninety days: on a working day nine times out of ten, mostly in working hours."""
        rng, zone = self._rng, self._terms.standard.zone
        while True:
            day = (self._now - timedelta(days=rng.uniform(0, DAYS))).astimezone(zone)
            hour = rng.choices(list(HOURS), list(HOURS.values()))[0]
            at = day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour + rng.uniform(0, 1))
            works = self._terms.standard.is_open(day.replace(hour=10, minute=0))
            if at < self._now and (works or rng.random() < 0.12):
                return at + timedelta(seconds=rng.randint(0, 59))
