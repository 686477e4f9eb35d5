"""What a client subscribes to: tried out, then changed now or from a later day on, with all that follows from it."""

from dataclasses import dataclass
from typing import Literal

from data.core import codes, direct_line, plans, previews, scope, subscriptions
from data.core.days import day_of, last_day
from data.core.desk import OpenDesk, command, query
from models.client import StarLevel, Subscription
from models.direct_line import LineChange
from models.errors import NotFound, Refused
from models.permission import Permission
from models.preview import Preview
from models.subscription import Period, Phase, Plan


@dataclass(frozen=True, slots=True)
class Saved:
    """What a plan did at once: tickets of which a deadline moved, and what became of the access code."""

    moved: int
    code: Literal["issued", "ended", ""]


@query(Permission.READ_CLIENTS)
def level(desk: OpenDesk, client_id: int) -> StarLevel:
    """What the client has now. Raises NotFound."""
    return subscriptions.star_level(desk.session, scope.client(desk, client_id).id, desk.now)


@query(Permission.READ_CLIENTS)
def history(desk: OpenDesk, client_id: int) -> tuple[Period, ...]:
    """What was, is and will be, the oldest first. Raises NotFound."""
    return tuple(_period(desk, one) for one in _held(desk, client_id))


@query(Permission.MANAGE_CLIENTS)
def preview(desk: OpenDesk, client_id: int, plan: Plan) -> Preview:
    """What the plan would do to the client's running tickets, were it to begin now; of one that begins later this is
    the most that can be known. Raises NotFound, and Refused as `save` does."""
    place = plans.find(_held(desk, client_id), plan, desk.now)
    if place.level_before == plan.star_level:
        return Preview()
    return previews.preview(desk, subscriptions.asked(desk, [client_id], plan.star_level))


@query(Permission.MANAGE_CLIENTS)
def line_change(desk: OpenDesk, client_id: int, plan: Plan) -> LineChange:
    """What the plan would do to the client's access code and direct line. Raises as `preview` does."""
    before, after = plans.find(_held(desk, client_id), plan, desk.now).level_before, plan.star_level
    ends = before.has_direct_line and not after.has_direct_line and codes.live(desk.session, client_id) is not None
    issued = after.has_direct_line and not before.has_direct_line
    return LineChange(
        "ended" if ends else "issued" if issued else "",
        direct_line.hours(desk.session, before, desk.now),
        direct_line.hours(desk.session, after, desk.now),
    )


@command(Permission.MANAGE_CLIENTS, alone=True)
def save(desk: OpenDesk, client_id: int, plan: Plan) -> Saved:
    """Start, renew, raise, lower or end. What begins later takes effect by itself, see `data/core/turn_of_time.py`.

    A plan of the level that runs at its beginning moves the end of that: no ticket and no access code is touched. Any
    other cuts it short. Raises NotFound, or Refused for days that are over, turned round or more than fifty years
    ahead, for an end where nothing runs, and for what meets a subscription still to come.
    """
    place = plans.find(_held(desk, client_id), plan, desk.now)
    plans.put(desk.session, client_id, plan, place, desk.now)
    done = subscriptions.settle(desk, [client_id])
    return Saved(done.moved, "issued" if done.issued else "ended" if done.ended else "")


@command(Permission.MANAGE_CLIENTS, alone=True)
def cancel(desk: OpenDesk, client_id: int, period_id: int) -> None:
    """Drop one that is still to come; what it would have cut short goes on. Raises NotFound, or Refused if it began."""
    held = _held(desk, client_id)
    one = next((one for one in held if one.id == period_id), None)
    if one is None:
        raise NotFound("There is no such subscription.")
    if one.starts_at <= desk.now:
        raise Refused("This subscription has begun. It can be ended, not cancelled.")
    plans.take_back(desk.session, [other for other in held if other is not one], one)
    subscriptions.settle(desk, [client_id])


def _held(desk: OpenDesk, client_id: int) -> list[Subscription]:
    client = scope.client(desk, client_id)
    return subscriptions.held(desk.session, [client.id])[client.id]


def _period(desk: OpenDesk, one: Subscription) -> Period:
    over = one.ends_at is not None and one.ends_at <= desk.now
    return Period(
        id=one.id,
        star_level=one.star_level,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        begins=day_of(one.starts_at),
        until=last_day(one.ends_at),
        phase=Phase.COMING if one.starts_at > desk.now else Phase.PAST if over else Phase.RUNNING,
    )
