"""Who works which service."""

from collections.abc import Collection

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Choice, Table
from models.permission import Role
from models.ticket import Service

_OF_ITSELF: dict[Role, frozenset[Service]] = {
    Role.MANAGER: frozenset(Service),
    Role.TECHNICIAN: frozenset({Service.TECHNICAL}),
    Role.SALES: frozenset({Service.SALES}),
}


class ServiceMember(Table, table=True):
    """A manager chose that somebody of the staff works this service; whoever has no row works that of the role."""

    __tablename__ = "service_member"

    user_id: int = Field(foreign_key="user.id", primary_key=True)
    service: Service = Field(sa_column=Column(Choice(Service), primary_key=True, index=True))


def worked(role: Role, chosen: Collection[Service] = ()) -> frozenset[Service]:
    """What somebody works: the services chosen for them or, without any, that of their role.

    Managers work every service, whatever was chosen; contacts none.
    """
    of_itself = _OF_ITSELF.get(role, frozenset())
    return of_itself if role in (Role.MANAGER, Role.CONTACT) or not chosen else frozenset(chosen)
