"""What is promised: the grid of targets by kind, stars and urgency, tried out and changed from a moment on."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col

from data.core import calendars, previews, promised_terms, redated_rows
from data.core.desk import OpenDesk, command, query
from data.core.redating import require_reachable
from models.client import StarLevel
from models.errors import Refused
from models.permission import Permission
from models.preview import Preview
from models.service_level import ServiceLevel, promised_level
from models.target import Target
from models.ticket import Kind, Ticket

__all__ = ["Target", "grid", "preview", "save"]

LONGEST = timedelta(hours=10_000)
NOTHING = timedelta()


@query(Permission.MANAGE_SERVICE_LEVELS)
def grid(desk: OpenDesk) -> tuple[Target, ...]:
    """What holds now: incidents first, the most urgent first, the fewest stars first."""
    kinds = list(Kind)
    held = map(Target.of, calendars.service_levels(desk.session, desk.now))
    return tuple(sorted(held, key=lambda one: (kinds.index(one.kind), -one.urgency, one.star_level)))


@query(Permission.MANAGE_SERVICE_LEVELS)
def preview(desk: OpenDesk, targets: Sequence[Target]) -> Preview:
    """What saving these would do to the running tickets. Raises Refused naming the target that makes no sense."""
    changed = _changed(desk, targets)
    return previews.preview(desk, promised_terms.asked(desk, _promised(changed), changed))


@command(Permission.MANAGE_SERVICE_LEVELS, alone=True)
def save(desk: OpenDesk, targets: Sequence[Target], seen: Sequence[Target] = ()) -> int:
    """Let these hold from now on, the others as they are, and date the running clocks anew: how many tickets moved.

    `seen` is the grid that the manager has changed: Refused when a target of it has been changed meanwhile.
    """
    held = {Target.of(one): one for one in calendars.service_levels(desk.session, desk.now)}
    if set(seen) - set(held):
        raise Refused("The service levels have been changed meanwhile. Look at them again, then change them.")
    since = {target.case: level.valid_from for target, level in held.items()}
    changed = _changed(desk, targets)
    for target in changed:
        desk.session.add(ServiceLevel(**vars(target), valid_from=max(desk.now, since[target.case])))
    return redated_rows.save(desk, promised_terms.asked(desk, _promised(changed), changed))


def _changed(desk: OpenDesk, targets: Sequence[Target]) -> list[Target]:
    """Those that differ from what holds."""
    held = {one.case: one for one in map(Target.of, calendars.service_levels(desk.session, desk.now))}
    for target in targets:
        row = {"kind": target.kind, "urgency": target.urgency, "stars": target.star_level}
        if target.case not in held:
            raise Refused("{kind}, {urgency}, {stars}: nothing is promised for such a ticket.", **row)
        if calendars.find_version(desk.session, target.calendar, desk.now) is None:
            raise Refused(
                "{kind}, {urgency}, {stars}: there is no calendar {calendar}.", **row, calendar=target.calendar
            )
        if target.first_response <= NOTHING:
            raise Refused("{kind}, {urgency}, {stars}: a first response takes some time.", **row)
        if target.resolution < target.first_response:
            raise Refused("{kind}, {urgency}, {stars}: nothing is resolved before it is answered.", **row)
        if target.resolution > LONGEST:
            raise Refused("{kind}, {urgency}, {stars}: promise 10,000 hours at most.", **row)
    wanted = {target.case: target for target in targets}
    changed = [target for case, target in wanted.items() if target != held[case]]
    for target in changed:
        version = calendars.calendar_version(desk.session, target.calendar, desk.now)
        require_reachable(calendars.calendar(desk.session, version.id), target.resolution, desk.now)
    return changed


def _promised(targets: Sequence[Target]) -> ColumnElement[bool]:
    """The tickets that these are about; those without stars are promised what three have."""
    return or_(
        false(),
        *(
            and_(
                col(Ticket.kind) == one.kind,
                col(Ticket.urgency) == one.urgency,
                col(Ticket.star_level).in_([stars for stars in StarLevel if promised_level(stars) == one.star_level]),
            )
            for one in targets
        ),
    )
