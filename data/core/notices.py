"""What people are told about their own accounts: a sign-in in a new browser, a link that somebody else made."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import and_, case, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.core.desk import OpenDesk
from models.user import AccountNotice, NoticeKind, User, UserSession

STAYS_FOR = timedelta(days=7)  # what others did, even when it was read: the follower of a stolen link reads it, too
MOST = 5  # at a time


def of_new_browser(session: Session, opened: UserSession) -> None:
    session.add(
        AccountNotice(
            user_id=opened.user_id,
            kind=NoticeKind.NEW_BROWSER,
            at=opened.created_at,
            session_id=opened.id,
            browser=opened.browser,
            address=opened.address,
        )
    )


def of_others(desk: OpenDesk, user: User, kind: NoticeKind) -> None:
    """`kind` is what the user of the desk did to the account of another; to one's own it is no news."""
    if user.id != desk.user.id:
        by = desk.user.name if desk.user.id is not None else ""
        desk.session.add(AccountNotice(user_id=user.id, kind=kind, at=desk.now, by=by))


def shown(desk: OpenDesk) -> list[AccountNotice]:
    """The newest first. A sign-in is not told of itself, so that it cannot put its own notice away."""
    return list(desk.session.exec(_mine(desk).order_by(col(AccountNotice.id).desc()).limit(MOST)))


def put_away(desk: OpenDesk, kinds: Collection[NoticeKind]) -> None:
    """Those of these kinds have been read."""
    read = _mine(desk).where(col(AccountNotice.read_at).is_(None), col(AccountNotice.kind).in_(kinds))
    for notice in desk.session.exec(read):
        notice.read_at = desk.now
        desk.session.add(notice)


def _mine(desk: OpenDesk) -> SelectOfScalar[AccountNotice]:
    kind, unread_yet = col(AccountNotice.kind), col(AccountNotice.read_at).is_(None)
    of_another = col(AccountNotice.session_id).is_distinct_from(desk.session_id)
    return select(AccountNotice).where(
        col(AccountNotice.user_id) == desk.me,
        case(
            (kind == NoticeKind.NEW_BROWSER, and_(unread_yet, of_another)),
            (kind == NoticeKind.CLOCK_SET_BACK, unread_yet),
            else_=or_(unread_yet, col(AccountNotice.at) > desk.now - STAYS_FOR),
        ),
    )
