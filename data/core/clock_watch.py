"""Notices that the clock of the server was set back, or had run ahead: it shows a moment that is over.

The latest moment of the audit trail and the last sealed day tell what the clock has shown already. Managers get a
notice, the log a warning; days that were sealed although they are not over are counted again when they are.
"""

import logging
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from data.core import audit, recount
from data.core.desk import Desk, OpenDesk, command, query
from data.core.recount import SETTLED
from models.audit import AuditEntry
from models.permission import Permission, Role
from models.user import AccountNotice, NoticeKind, User

ONCE_IN = timedelta(hours=1)  # where the clocks of two servers differ, each write of one is news to the other
_NOTED = "clock_watch._note"

log = logging.getLogger("guichet")


def look(desk: Desk) -> None:
    """Every process calls this now and then. Two servers' clocks may differ by some minutes."""
    if (latest := _shown_before(desk)) is not None:
        _note(desk, latest)


@query(Permission.MANAGE_SERVICE_LEVELS)
def _shown_before(desk: OpenDesk) -> datetime | None:
    """The latest moment that was known, where there is something to do about it."""
    written = desk.session.exec(select(func.max(AuditEntry.at))).one()
    sealed = recount.sealed_until(desk.session)
    latest = max((one for one in (written, sealed) if one is not None), default=desk.now)
    is_back = desk.now < latest - SETTLED
    is_sealed = sealed is not None and desk.now < sealed
    return latest if is_sealed or (is_back and not _is_noted(desk.session, latest, desk.now)) else None


def _is_noted(session: Session, latest: datetime, now: datetime) -> bool:
    listed = select(AuditEntry).where(AuditEntry.action == _NOTED, AuditEntry.table_name == "clock")
    entry = session.exec(listed.order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc()).limit(1)).first()
    if entry is None:
        return False
    return entry.after.get("shown_before") == latest.isoformat() or timedelta() <= now - entry.at < ONCE_IN


@command(Permission.MANAGE_SERVICE_LEVELS)
def _note(desk: OpenDesk, latest: datetime) -> None:
    days = recount.since(desk.session, desk.now)
    if desk.now >= latest - SETTLED or _is_noted(desk.session, latest, desk.now):
        return
    log.warning(
        "The clock of the server shows %s, but it has shown %s before. %d days are counted again when they are over. "
        "Check the clock.",
        desk.now,
        latest,
        days,
    )
    audit.deed(desk.session, "clock", "", {}, {"shown_before": latest.isoformat()})
    unread = select(AccountNotice.user_id).where(
        AccountNotice.kind == NoticeKind.CLOCK_SET_BACK, col(AccountNotice.read_at).is_(None)
    )
    managers = select(User.id).where(User.role == Role.MANAGER, col(User.active), col(User.id).not_in(unread))
    for user_id in desk.session.exec(managers):
        desk.session.add(AccountNotice(user_id=user_id, kind=NoticeKind.CLOCK_SET_BACK, at=desk.now))
