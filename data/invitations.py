"""Invites many contacts at once: how many wait for a link, and all their links in one list."""

from sqlmodel import col, func, select

from data.core import invitations
from data.core.desk import OpenDesk, command, query
from data.core.exchange.sums import Progress, unwatched
from models.invitation import Invited, Uninvited, Whom
from models.permission import Permission
from models.user import User

MOST = 50_000  # links of one list


@query(Permission.MANAGE_CLIENTS)
def count(desk: OpenDesk, whom: Whom) -> Uninvited:
    """Raises NotFound for the client."""
    counted = select(func.count()).select_from(User).where(*invitations.uninvited(desk, whom))
    every = desk.session.exec(counted).one()
    waiting = desk.session.exec(counted.where(invitations.has_link(desk))).one()
    return Uninvited(every - waiting, waiting)


@command(Permission.MANAGE_CLIENTS, alone=True)
def make(desk: OpenDesk, whom: Whom, *, replace: bool = False, progress: Progress = unwatched) -> tuple[Invited, ...]:
    """A link for each of the first 50,000 who have none, by client and name; the desk keeps no copy.

    `replace`: also for those who have one that they have not used. It opens no more. Raises NotFound for the client.
    """
    columns = (col(User.id), col(User.name), col(User.email), col(User.language), col(User.client_id))
    listed = select(User).with_only_columns(*columns).where(*invitations.uninvited(desk, whom))
    if not replace:
        listed = listed.where(~invitations.has_link(desk))
    people = desk.session.execute(listed.order_by(col(User.id)).limit(MOST)).all()
    return tuple(invitations.make(desk, people, progress))
