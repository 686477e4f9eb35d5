"""Who works which service, as managers decide it."""

from collections.abc import Collection, Mapping

from sqlmodel import col, select

from data.core import accounts, life, services
from data.core.desk import OpenDesk, command, query
from models.errors import Refused
from models.permission import STAFF, Permission, Role
from models.service_member import ServiceMember, worked
from models.ticket import Service
from models.user import User


@query(Permission.WORK_TICKETS)
def mine(desk: OpenDesk) -> tuple[Service, ...]:
    """Whose tickets are mine to work."""
    return tuple(service for service in Service if desk.user.works(service))


@query(Permission.MANAGE_USERS)
def of(desk: OpenDesk, user_ids: Collection[int]) -> Mapping[int, tuple[Service, ...]]:
    """What each of these works; of a manager, who works all, what was chosen. Nothing of a contact."""
    statement = select(col(User.id), col(User.role), col(ServiceMember.service)).where(col(User.id).in_(user_ids))
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
    user = accounts.find(desk, select(User), user_id)
    if user.role not in STAFF:
        raise Refused("A contact works no service.")
    if not chosen and user.role != Role.MANAGER:
        raise Refused("Choose at least one service for {name}.", name=user.name)
    services.choose(desk.session, user, chosen)
    life.let_go(desk, user)
