"""Who works which service: asked of one user, of a list of them, and of a service."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from models.permission import STAFF, Role
from models.service_member import ServiceMember, worked
from models.ticket import Service
from models.user import User


def works(session: Session, user: User, service: Service) -> bool:
    chosen = session.exec(select(col(ServiceMember.service)).where(col(ServiceMember.user_id) == user.id)).all()
    return service in worked(user.role, chosen)


def chosen(session: Session, user_ids: Collection[int]) -> Mapping[int, Collection[Service]]:
    """What was chosen for each of these, nothing for most."""
    found: dict[int, list[Service]] = {user_id: [] for user_id in user_ids}
    for member in session.exec(select(ServiceMember).where(col(ServiceMember.user_id).in_(user_ids))).all():
        found[member.user_id].append(member.service)
    return found


def choose(session: Session, user: User, chosen: Collection[Service]) -> None:
    """These instead of those chosen before; none is what the role works of itself."""
    for member in session.exec(select(ServiceMember).where(col(ServiceMember.user_id) == user.id)).all():
        session.delete(member)
    session.flush()
    session.add_all(ServiceMember(user_id=user.id, service=service) for service in set(chosen))
    session.flush()


def work_any(services: Collection[Service]) -> ColumnElement[bool]:
    """Which users work one of these: the same rule, for a list."""
    chosen = select(ServiceMember.user_id)
    of_itself = [role for role in STAFF if worked(role) & set(services)]
    return or_(
        and_(col(User.role) == Role.MANAGER, col(User.role).in_(of_itself)),
        and_(col(User.role).in_(STAFF), col(User.id).in_(chosen.where(col(ServiceMember.service).in_(services)))),
        and_(col(User.role).in_(of_itself), col(User.id).not_in(chosen)),
    )


def unattended(session: Session) -> tuple[Service, ...]:
    """The services that nobody has as their own: managers work those, who were chosen for none of them."""
    member = col(ServiceMember.user_id) == col(User.id)
    active = col(User.active), col(User.role).in_(STAFF)
    rows = session.exec(
        select(col(User.role), col(ServiceMember.service)).outerjoin(ServiceMember, member).where(*active)
    )
    attended: set[Service] = set()
    for role, service in rows.all():
        attended |= {service} if service else worked(role) if role != Role.MANAGER else set()
    return tuple(service for service in Service if service not in attended)
