"""What an export carries, column by column, and what it does not: a test wants every table and column in one place.

An export is a desk that goes on elsewhere. No secret is in it, nothing that belongs to one browser, and nothing that
somebody has typed and not sent. What follows from other rows is computed again where it is imported.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Select, func
from sqlmodel import Session, col, select

from models.access_code import AccessCode
from models.audit import AuditEntry
from models.base import Table
from models.message import Draft, FormDraft
from models.user import AccountNotice, KnownBrowser, OneTimeLink, User, UserSession

_FILE = "name size sha256"
_CLOCKS = "first_response_due_before first_response_due_after resolution_due_before resolution_due_after"

CARRIED: dict[str, frozenset[str]] = {
    table: frozenset(columns.split())
    for table, columns in {
        "article": "product_id kind language place title body video_link video_name video_size video_sha256 status "
        "version author_id changed_by_id created_at changed_at published_at",
        "article_read": "article_id day user_id at decided_at ticket_id",
        "article_vote": "article_id user_id helpful at",
        "attachment": f"ticket_id message_id {_FILE} author_id at",
        "calendar": "name valid_from zone hours country exceptions removed",
        "calendar_year": "calendar_id year holidays known_at",
        "client": "name number phone address created_at next_change_at last_contact_at",
        "desk_settings": "direct_line_number",
        "document": f"client_id kind number title dated {_FILE} added_by_id at removed_at removed_because",
        "history_entry": "ticket_id at author_id change before after assignee_id former_product_id reason " + _CLOCKS,
        "hotline_call": "at user_id client_id star_level verified caller_name caller_phone ticket_id",
        "installation": "calendars_confirmed_at targets_confirmed_at checklist_closed_at",
        "known_header": "header meaning",
        "message": "ticket_id at author_id body internal automatic caller_verified",
        "ownership": "client_id product_id",
        "product": "name active position",
        "service_level": "kind star_level urgency valid_from calendar first_response resolution",
        "service_member": "user_id service",
        "subscription": "client_id star_level starts_at ends_at cuts_short former_ends_at",
        "ticket": "reference kind service channel caller_verified caller_name caller_phone subject description "
        "client_id contact_id product_id assignee_id urgency star_level status filed_at changed_at "
        "first_response_calendar_id first_response_target first_response_due_at first_responded_at "
        "resolution_calendar_id resolution_target resolution_due_at resolved_at next_due_at next_warning_at "
        "next_late_at resolution solution duplicate_of_id follows_id source source_id",
        "ticket_link": "ticket_id other_id at",
        "ticket_seen": "user_id ticket_id seen_at",
        "user": "email name phone role client_id language active created_at",
    }.items()
}

# Whole tables, and `table.column`; the numbers of rows (`id`) are each database's own.
COMPUTED = frozenset(
    {
        *("client_word", "ticket_words", "day_seal", "reference_counter"),
        *("client.name_key", "client.star_level", "client.subscribed_until", "product.name_key"),
        *("document.sought", "ticket.urgency_rank", "ticket.star_rank"),
        *("attachment.mime", "document.mime", "article.video_mime"),  # by what the files hold
    }
)


class LeftOut(NamedTuple):
    """`what` is not carried, and `why`. `rows` finds what the desk has of it; of some nobody needs the number."""

    what: str
    why: str
    names: frozenset[str]  # whole tables, and `table.column`
    rows: tuple[Select[Any], ...] = ()


def _every(table: type[Table]) -> Select[Any]:
    return select(func.count()).select_from(table)


def _where(table: type[Table], condition: Any) -> Select[Any]:
    return _every(table).where(condition)


NOT_CARRIED = (
    LeftOut(
        "access codes",
        "they are encrypted with the key of this desk. The new desk issues new ones, and its clients have to be told",
        frozenset({"access_code", "code_key"}),
        (_where(AccessCode, col(AccessCode.ended_at).is_(None)),),
    ),
    LeftOut(
        "passwords",
        "in the new desk everybody chooses one, by an invitation",
        frozenset({"user.password_hash", "user.seen_at"}),
        (_where(User, col(User.password_hash).is_not(None)),),
    ),
    LeftOut(
        "entries of the audit trail",
        "they tell what was done in this desk",
        frozenset({"audit_entry"}),
        (_every(AuditEntry),),
    ),
    LeftOut(
        "drafts",
        "they are their writers' own until they send them",
        frozenset({"draft", "form_draft", "ticket.form_key"}),
        (_every(Draft), _every(FormDraft)),
    ),
    LeftOut(
        "sessions, links, known browsers and notices about accounts",
        "they hold for this desk",
        frozenset(
            {
                *("user_session", "one_time_link", "known_browser", "account_notice", "sign_in_brake", "presence"),
                "ticket_import",  # how far an import is
                *("installation.demo", "installation.created_at"),
            }
        ),
        (_every(UserSession), _every(OneTimeLink), _every(KnownBrowser), _every(AccountNotice)),
    ),
)


def sentences() -> list[str]:
    """What the export itself says of this."""
    return [f"{one.what}: {one.why}." for one in NOT_CARRIED]


def left_behind(session: Session) -> Iterator[tuple[int, LeftOut]]:
    """How many of each the desk has, where it has any."""
    for one in NOT_CARRIED:
        count = sum(int(session.execute(rows).scalar_one()) for rows in one.rows)
        if count:
            yield count, one
