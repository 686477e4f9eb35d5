"""What somebody is typing into a form: a new ticket, an article, the rules. Kept until it is sent, saved or dropped."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import delete
from sqlmodel import col, select

from data.core.database import insert_into
from data.core.desk import OpenDesk, command
from models import writing
from models.article import LONGEST
from models.errors import Refused
from models.message import FormDraft
from models.permission import Permission
from models.quota import FORM_DRAFTS

LONGEST_NAME = 80
MOST_FIELDS = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """The texts typed so far, by field, and the key to send the form with."""

    key: str
    fields: Mapping[str, str]


@command(Permission.FILE_TICKETS)
def begin(desk: OpenDesk, form: str) -> Kept:
    """My draft of this form: the one begun before, in whatever tab, or a new one."""
    draft = _mine(desk, form)
    return Kept(draft.key, dict(draft.fields))


@command(Permission.FILE_TICKETS)
def save(desk: OpenDesk, key: str, fields: Mapping[str, str]) -> bool:
    """Save these fields beside those saved before.

    False where the user has no such draft, as of a form that was sent meanwhile: nothing is saved.

    Raises Refused for more, or longer ones, than a form has.
    """
    statement = select(FormDraft).where(col(FormDraft.user_id) == desk.me, col(FormDraft.key) == writing.key(key))
    draft = desk.session.exec(statement.with_for_update()).first()
    if draft is None:
        return False
    kept = dict(draft.fields) | {name: writing.body(text, LONGEST) for name, text in fields.items()}
    if len(kept) > MOST_FIELDS or any(len(name) > LONGEST_NAME for name in kept):
        raise Refused("This is no form of ours.")
    draft.fields, draft.saved_at = kept, desk.now
    desk.session.add(draft)
    return True


@command(Permission.FILE_TICKETS)
def renew(desk: OpenDesk, form: str) -> str:
    """Another key for what is typed: it becomes a ticket of its own, whatever was sent with the former one."""
    draft = _mine(desk, form)
    draft.key, draft.saved_at = uuid4().hex, desk.now
    desk.session.add(draft)
    return draft.key


@command(Permission.FILE_TICKETS)
def drop(desk: OpenDesk, form: str) -> None:
    """Forget what was typed into it."""
    desk.session.execute(delete(FormDraft).where(col(FormDraft.user_id) == desk.me, col(FormDraft.form) == form))


def _mine(desk: OpenDesk, form: str) -> FormDraft:
    """Made where there is none yet; two tabs that begin at once share the first one."""
    if not form or len(form) > LONGEST_NAME or writing.key(form) != form:
        raise Refused("This is no form of ours.")
    new = {"user_id": desk.me, "form": form, "key": uuid4().hex, "fields": {}, "saved_at": desk.now}
    desk.session.execute(insert_into(desk.session, FormDraft).values(new).on_conflict_do_nothing())
    _drop_the_oldest(desk, but=form)
    statement = select(FormDraft).where(col(FormDraft.user_id) == desk.me, col(FormDraft.form) == form)
    return desk.session.exec(statement.with_for_update()).one()


def _drop_the_oldest(desk: OpenDesk, *, but: str) -> None:
    """So many drafts of a person are kept, those saved last."""
    mine, saved = col(FormDraft.user_id) == desk.me, col(FormDraft.saved_at)
    others = select(FormDraft.form).where(mine, col(FormDraft.form) != but)
    kept = others.order_by(saved.desc(), col(FormDraft.form)).limit(FORM_DRAFTS - 1).subquery()
    old = delete(FormDraft).where(mine, col(FormDraft.form) != but, col(FormDraft.form).not_in(select(kept.c.form)))
    desk.session.execute(old)
