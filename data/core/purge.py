"""Removes what nobody needs any more, while the desk runs: rows each hour, files each day. `python -m data purge` does
it at once.

| what                                                | is removed                                           |
|-----------------------------------------------------|------------------------------------------------------|
| drafts of answers and of forms                      | DRAFTS after somebody last typed into them           |
| sessions, with the address and browser they tell    | SESSIONS after they ended or expired                 |
| one-time links                                      | LINKS after they were used, withdrawn or expired     |
| tries at the sign-in                                | TRIES after the last one; they count for an hour     |
| who has a ticket open                               | PRESENCE after that was last said                    |
| known browsers                                      | when they are not known any more                     |
| notices about one's own account                     | NOTICES after they came about                        |
| files that no row refers to, and unfinished ones    | FILES after they were stored: by then the command    |
|                                                     | that stored them has long ended                      |

Rows go some hundred at a time, each in a short transaction, so that no writer waits for long. Several processes may do
it at once: what one has locked the other leaves alone.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from time import sleep
from typing import Any, NamedTuple
from uuid import uuid4

import fsspec
from fsspec.implementations.local import LocalFileSystem
from sqlalchemy import ColumnElement, Engine, delete, func, inspect, select, tuple_
from sqlmodel import col

from data.core import audit, clock, files, known_browsers, turn_of_time
from data.core.desk import SYSTEM, Desk, opened
from data.core.settings import settings
from data.core.storage import PROBE
from models.article import Article
from models.attachment import Attachment
from models.base import Table
from models.document import Document
from models.message import Draft, FormDraft, Presence
from models.user import AccountNotice, KnownBrowser, OneTimeLink, SignInBrake, UserSession

DRAFTS, NOTICES = timedelta(days=90), timedelta(days=90)
SESSIONS, LINKS = timedelta(days=30), timedelta(days=30)
TRIES, PRESENCE, FILES = timedelta(days=1), timedelta(days=1), files.FRESH
EVERY, FILES_EVERY = timedelta(hours=1), timedelta(days=1)
AT_A_TIME, PAUSE = 500, 0.02  # rows, seconds

Removed = Mapping[str, int]
Over = Callable[[datetime], ColumnElement[bool]]

# Columns that name a file of the store: one that is not listed here would lose its files.
REFERENCES: tuple[Any, ...] = (Attachment.sha256, Document.sha256, Article.video_sha256)
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)

log = logging.getLogger("guichet")


class Rule(NamedTuple):
    """Rows of a table that are `over` at a moment."""

    name: str
    table: type[Table]
    over: Over


def _before(moment: Any, lasting: timedelta) -> Over:
    return lambda now: moment < now - lasting


RULES = (
    Rule("drafts of answers", Draft, _before(col(Draft.saved_at), DRAFTS)),
    Rule("drafts of forms", FormDraft, _before(col(FormDraft.saved_at), DRAFTS)),
    Rule("sessions", UserSession, _before(func.coalesce(UserSession.ended_at, UserSession.expires_at), SESSIONS)),
    Rule("links", OneTimeLink, _before(func.coalesce(OneTimeLink.used_at, OneTimeLink.expires_at), LINKS)),
    Rule("tries at the sign-in", SignInBrake, _before(col(SignInBrake.failed_at), TRIES)),
    Rule("open tickets' readers", Presence, _before(col(Presence.seen_at), PRESENCE)),
    Rule("known browsers", KnownBrowser, _before(col(KnownBrowser.seen_at), known_browsers.LIFETIME)),
    Rule("notices", AccountNotice, _before(col(AccountNotice.at), NOTICES)),
)


def purge(engine: Engine, now: datetime, *, with_files: bool = True) -> Removed:
    """How many of each were removed; on the log and the audit trail, if any."""
    removed = {rule.name: _remove(engine, rule, now) for rule in RULES}
    if with_files:
        removed["files"] = remove_files(engine, now)
    found = {name: count for name, count in removed.items() if count}
    if found:
        log.info("Purged: %s", ", ".join(f"{count} {name}" for name, count in found.items()))
        with opened(Desk(SYSTEM, engine, clock=lambda: now), "purge.purge", writes=True) as desk:
            audit.batch(desk.session, "purge", **found)
    return removed


def purging(engine: Engine) -> AbstractContextManager[None]:
    """A thread does it again and again, as long as this lasts."""
    files_due = clock.now() + EVERY

    def step() -> timedelta:
        nonlocal files_due
        now = clock.now()
        with_files = now >= files_due
        purge(engine, now, with_files=with_files)
        if with_files:
            files_due = now + FILES_EVERY
        return EVERY

    return turn_of_time.repeating("purge", step, otherwise=EVERY)


def _remove(engine: Engine, rule: Rule, now: datetime) -> int:
    keys = inspect(rule.table).primary_key
    due = select(*keys).where(rule.over(now)).order_by(*keys).limit(AT_A_TIME).with_for_update(skip_locked=True)
    removed = 0
    while True:
        with engine.execution_options(writes=True).begin() as connection:
            count = connection.execute(delete(rule.table).where(tuple_(*keys).in_(due))).rowcount
        removed += count
        if count < AT_A_TIME:
            return removed
        sleep(PAUSE)


def remove_files(engine: Engine, now: datetime) -> int:
    """Those of the store that nothing refers to and that were not stored lately. What else lies there stays."""
    system, root = fsspec.core.url_to_fs(settings().files_url)
    before, removed = now - FILES, 0
    old = old_files(system, root, before)
    while paths := dict(islice(old, AT_A_TIME)):
        wanted = referred_to(engine, [name for name in paths if DIGEST.fullmatch(name)])
        removed += sum(_remove_file(system, paths[name], before) for name in paths.keys() - wanted)
    return removed


def _remove_file(system: Any, path: str, before: datetime) -> bool:
    """Whether it was removed: not if the same bytes are stored again meanwhile, which makes the file a new one.

    On a disk, that may happen at this very moment. So the file is looked at once nobody can replace it any more.
    """
    if not _stored_before(system, path, before):
        return False
    if isinstance(system, LocalFileSystem):
        aside = f"{path}.{uuid4().hex}.part"
        try:
            Path(path).rename(aside)
        except FileNotFoundError:
            return False
        if not _stored_before(system, aside, before):
            Path(aside).replace(path)
            return False
        path = aside
    system.rm_file(path)
    return True


def old_files(system: Any, root: str, before: datetime) -> Iterator[tuple[str, str]]:
    """The name and path of each known file that was stored before that moment, folder by folder."""
    for folder in system.ls(root, detail=False) if system.isdir(root) else ():
        for path in system.ls(folder, detail=False) if system.isdir(folder) else (folder,):
            name = path.rpartition("/")[2]
            ours = DIGEST.fullmatch(name) or name.endswith((".part", PROBE))
            if ours and _stored_before(system, path, before):
                yield name, path


def _stored_before(system: Any, path: str, moment: datetime) -> bool:
    """False for a file that is gone, and in a store that does not know when."""
    try:
        return bool(system.modified(path) < moment)
    except (FileNotFoundError, NotImplementedError):
        return False


def referred_to(engine: Engine, digests: list[str]) -> set[str]:
    with engine.connect() as connection:
        found = (connection.scalars(select(column).where(col(column).in_(digests))) for column in REFERENCES)
        return {digest for rows in found for digest in rows.all()}
