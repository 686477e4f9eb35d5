"""Who works which service, as managers decide it."""

from collections.abc import Collection, Mapping

from sqlmodel import col, select

from data.core import life, scope, services
from data.core.desk import OpenDesk, command, query
from models.errors import NotFound, Refused
from models.permission import STAFF, Permission, Role
from models.service_member import ServiceMember, worked
from models.ticket import OPEN, Service, Ticket
from models.user import User


@query(Permission.WORK_TICKETS)
def mine(desk: OpenDesk) -> tuple[Service, ...]:
    """Whose tickets are mine to work."""
    return tuple(service for service in Service if desk.user.works(service))


@query(Permission.MANAGE_USERS)
def of(desk: OpenDesk, user_ids: Collection[int]) -> Mapping[int, tuple[Service, ...]]:
    """What each of these works; of a manager, who works all, what was chosen. Nothing of a contact."""
    statement = select(User.id, User.role, ServiceMember.service).where(col(User.id).in_(user_ids))
    rows = desk.session.exec(statement.outerjoin(ServiceMember, col(ServiceMember.user_id) == col(User.id))).all()
    chosen = {user_id: {one for other, _, one in rows if other == user_id and one} for user_id, _, _ in rows}
    roles = {user_id: role for user_id, role, _ in rows}
    held = {one: chosen[one] if role == Role.MANAGER else worked(role, chosen[one]) for one, role in roles.items()}
    return {user_id: tuple(one for one in Service if one in held[user_id]) for user_id in held}


@query(Permission.MANAGE_USERS)
def unattended(desk: OpenDesk) -> tuple[Service, ...]:
    """The services that nobody has as their own: what is addressed to them waits for a manager."""
    return services.unattended(desk.session)


@command(Permission.MANAGE_USERS)
def choose(desk: OpenDesk, user_id: int, chosen: Collection[Service]) -> None:
    """Let somebody of the staff work these services and no other; it counts at their next click.

    What they hold of another one goes back to nobody. A manager works every service all the same, and says by this
    which ones are looked after. Raises NotFound, or Refused where nothing would be left to work.
    """
    user = desk.session.exec(select(User).where(col(User.id) == user_id).with_for_update()).first()
    if user is None:
        raise NotFound("There is no such account.")
    if user.role not in STAFF:
        raise Refused("A contact works no service.")
    if not chosen and user.role != Role.MANAGER:
        raise Refused("Choose at least one service for {name}.", name=user.name)
    for member in desk.session.exec(select(ServiceMember).where(col(ServiceMember.user_id) == user_id)):
        desk.session.delete(member)
    desk.session.flush()
    desk.session.add_all(ServiceMember(user_id=user_id, service=service) for service in set(chosen))
    held = scope.every_ticket().where(scope.in_words(OPEN), col(Ticket.assignee_id) == user_id)
    for ticket in desk.session.exec(held.order_by(col(Ticket.reference)).with_for_update()):
        if ticket.service not in worked(user.role, chosen):
            life.give_to(desk, ticket, None)
