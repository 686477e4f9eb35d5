"""Finds the place of a plan among a client's subscriptions, or refuses it in words, and puts it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from data.core.days import beginning, day_of
from models.client import StarLevel, Subscription
from models.errors import Refused
from models.subscription import Plan

DAY = timedelta(days=1)
YEARS = 50  # ahead, no further: nothing is promised for longer


@dataclass(frozen=True)
class Place:
    """When the plan begins and ends, and the subscription that would run at its beginning."""

    starts_at: datetime
    ends_at: datetime | None
    met: Subscription | None

    @property
    def level_before(self) -> StarLevel:
        return self.met.star_level if self.met else StarLevel.NONE


def find(held: Sequence[Subscription], plan: Plan, now: datetime) -> Place:
    """Raises Refused for days that are over, turned round or too far ahead, and for what meets another plan."""
    starts_at, ends_at = _span(plan, now)
    met = next((one for one in held if _runs(one, starts_at)), None)
    if plan.star_level == StarLevel.NONE and met is None:
        raise Refused("No subscription runs on {day} that could be ended.", day=day_of(starts_at))
    coming = next((one for one in held if one.starts_at > now and one.starts_at >= starts_at), None)
    if coming is not None:
        told = {"day": day_of(coming.starts_at), "level": coming.star_level}
        if plan.star_level == StarLevel.NONE or coming is met:
            raise Refused("From {day} on, {level} is planned already. Cancel that first.", **told)
        if ends_at is None or ends_at > coming.starts_at:
            raise Refused("From {day} on, {level} is planned already. Cancel that, or end this before.", **told)
    return Place(starts_at, ends_at, met)


def put(session: Session, client_id: int, plan: Plan, place: Place, now: datetime) -> None:
    """A plan of the level that runs then moves its end; any other cuts it short. What began this very moment held for
    no time: it is changed itself."""
    met, new = place.met, plan.star_level
    if met is not None and met.star_level == new:
        met.ends_at = place.ends_at
    elif met is not None and met.starts_at == place.starts_at == now:
        if new == StarLevel.NONE:
            session.delete(met)
        else:
            met.star_level, met.ends_at = new, place.ends_at
    else:
        former = met.ends_at if met else None
        if met is not None:
            met.ends_at = place.starts_at
            session.flush()  # rows that are new would be written before those that make room for them
        if new != StarLevel.NONE:
            row = Subscription(client_id=client_id, star_level=new, starts_at=place.starts_at, ends_at=place.ends_at)
            row.cuts_short, row.former_ends_at = met is not None, former
            session.add(row)
    session.flush()


def take_back(session: Session, held: Sequence[Subscription], one: Subscription) -> None:
    """Remove one that is still to come. What it would have cut short ends again when it was to, or when the next one
    begins, which then is what cuts it short."""
    session.delete(one)
    session.flush()
    cut = next((other for other in held if other.ends_at == one.starts_at), None)
    if cut is not None and one.cuts_short:
        following = next((other for other in held if other.starts_at > one.starts_at), None)
        cut.ends_at = one.former_ends_at
        if following is not None and (cut.ends_at is None or cut.ends_at > following.starts_at):
            following.cuts_short, following.former_ends_at = True, cut.ends_at
            cut.ends_at = following.starts_at
    session.flush()


def _span(plan: Plan, now: datetime) -> tuple[datetime, datetime | None]:
    today = day_of(now)
    begins = plan.begins or today
    if begins < today:
        raise Refused("A change holds from today on, or later: {day} is over.", day=begins)
    if plan.star_level == StarLevel.NONE and plan.until is not None:
        raise Refused("What ends has no last day.")
    if plan.until is not None and plan.until < begins:
        raise Refused("It would end on {until}, before it begins.", until=plan.until)
    if max(begins, plan.until or begins) > _farthest(today):
        raise Refused("Choose days within the next {years} years.", years=YEARS)
    starts_at = now if begins == today else beginning(begins)
    return starts_at, None if plan.until is None else beginning(plan.until + DAY)


def _farthest(today: date) -> date:
    return today + YEARS * 365 * DAY


def _runs(one: Subscription, at: datetime) -> bool:
    return one.starts_at <= at and (one.ends_at is None or one.ends_at > at)
