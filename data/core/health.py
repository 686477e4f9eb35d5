"""Is the desk well? What `/healthz` answers: found out by writing, at most every few seconds and one at a time, so that
strangers who ask all the time cost nothing.

| status     | means                                                                      | HTTP |
|------------|----------------------------------------------------------------------------|------|
| `ok`       | database and file store were written to a moment ago                       | 200  |
| `degraded` | texts go in; files do not, for there is too little disk space              | 200  |
| `failing`  | the database cannot be read or written, or the file store cannot be written | 503  |

The reasons name no path and no host; the log has the details, once for each change.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic

from sqlalchemy import Engine

from data.core import database, disk, storage
from data.core.settings import settings
from models.errors import DeskError

FRESH = 5.0  # seconds that a report holds
PATIENCE = 3.0  # seconds after which a database or a store that has not answered counts as failing

log = logging.getLogger("guichet")


@dataclass(frozen=True, slots=True)
class Problem:
    reason: str
    detail: str  # for the log
    texts_go_in: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    status: str
    reasons: tuple[str, ...] = ()

    @property
    def failing(self) -> bool:
        return self.status == "failing"


UNANSWERED = Report("failing", ("the database or the file store does not answer",))


class Watch:
    """Looks at one database and the file store, for whoever asks. Of many who ask at once, one looks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._report: Report | None = None
        self._looked_at = self._began_at = 0.0
        self._looking = False

    def known(self) -> Report | None:
        """What is known without waiting; None where somebody has to look."""
        if self._looking:
            return UNANSWERED if monotonic() - self._began_at > PATIENCE else self._report
        return self._fresh()

    def look(self) -> Report:
        """Look, or wait for the one who does."""
        if not self._lock.acquire(timeout=PATIENCE):
            return UNANSWERED
        try:
            report = self._fresh()
            if report is None:
                self._began_at, self._looking = monotonic(), True
                found = tuple(problems(self._engine))
                self._note(found)
                report = self._report = _report(found)
                self._looked_at = monotonic()
            return report
        finally:
            self._looking = False
            self._lock.release()

    def _fresh(self) -> Report | None:
        return self._report if monotonic() - self._looked_at < FRESH else None

    def _note(self, found: tuple[Problem, ...]) -> None:
        before = self._report or _report(())
        if _report(found) == before:
            return
        if found:
            log.error("Health is %s: %s", _report(found).status, "; ".join(one.detail for one in found))
        else:
            log.info("Health is ok again.")


@cache
def watch(engine: Engine) -> Watch:
    return Watch(engine)


def problems(engine: Engine) -> Iterator[Problem]:
    """Writes to the database and to the file store, and looks at the room left."""
    try:
        database.require_writable(engine)
    except DeskError as refusal:
        why = refusal.__cause__ or refusal
        yield Problem("the database cannot be written", f"the database cannot be written: {why}")
    except Exception as error:  # each driver has exceptions of its own
        yield Problem("the database does not answer", f"the database does not answer: {getattr(error, 'orig', error)}")
    low = False
    try:
        low = not disk.has_room() or not _database_has_room(engine)
        storage.probe(settings().files_url, make_folder=False)
    except Exception as error:  # and so has each file system
        if disk.is_full(error):
            low = True
        else:
            yield Problem("files cannot be stored", f"files cannot be stored at {settings().files_url}: {error}")
    if low:
        reserve = settings().keep_free_mb
        yield Problem("disk space is low", f"less than {reserve} MB of disk space are free", texts_go_in=True)


def _database_has_room(engine: Engine) -> bool:
    return engine.dialect.name != "sqlite" or disk.keeps_reserve(Path(engine.url.database or "").parent)


def _report(found: tuple[Problem, ...]) -> Report:
    if not found:
        return Report("ok")
    status = "degraded" if all(one.texts_go_in for one in found) else "failing"
    return Report(status, tuple(one.reason for one in found))
