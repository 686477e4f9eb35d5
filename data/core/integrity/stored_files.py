"""Checks that every file that a row names is in the store and right, and what lies there that no row names.

A file is read in pieces; its name is the hash of what must be in it.
"""

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

import fsspec
from sqlalchemy import Connection, Select, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from data.core import purge
from data.core.integrity.findings import Job, Problem, Section, counted, quoted, reason
from data.core.settings import settings
from models.article import Article
from models.attachment import Attachment
from models.base import Table
from models.client import Client
from models.document import Document
from models.ticket import Ticket

AT_A_TIME = 500
_PIECE = 1024 * 1024
_SHOWN = 3  # rows that name one file

_ADVICE = (
    "Put the file back from a backup of the file store, under the name that is given here. Who sent it may send it "
    "again: the same bytes are stored once more."
)
MISSING = Problem("file that is missing", _ADVICE)
DAMAGED = Problem("file whose content is not what was sent", _ADVICE)
UNREADABLE = Problem("file that cannot be read", "Check the rights and the disk of the file store.")
OTHER_SIZE = Problem("row that names another size than its file has", "Compare with a backup.")
BAD_NAME = Problem("row that names no file", "Compare with a backup.")
UNUSED = Problem(
    "file that no row names, and unfinished file",
    "Nothing needs to be done: a purge removes those that are a day old, each day, and “python -m data purge” at once.",
    harmless=True,
)
NO_STORE = Problem("file store that cannot be read", "Check GUICHET_FILES, and the rights of the folder.")


def check(job: Job) -> Section:
    section = job.section("Files")
    try:
        system, root = fsspec.core.url_to_fs(settings().files_url)
        count, size = _named(job, section, system, root)
        unused, unused_size = _unused(job, section, system, root)
    except (OSError, ValueError, ImportError) as error:
        section.add(NO_STORE, f"{settings().files_url}: {reason(error)}")
        return section
    how = "their sizes" if job.quick else "every byte"
    looked_at = f"{counted(count, 'file')} of {_megabytes(size)} ({how})"
    section.scope = f"{looked_at}, and {unused} unused of {_megabytes(unused_size)}"
    return section


def _named(job: Job, section: Section, system: Any, root: str) -> tuple[int, int]:
    """Each file that rows name, once, in the order of their hashes."""
    after, count, total, whole = "", 0, 0, 0
    named = union_all(*(_digests(column) for column in purge.REFERENCES)).subquery()
    with job.engine.connect() as connection:
        whole = connection.scalar(select(func.count(func.distinct(named.c.digest)))) or 0
    while True:
        with job.engine.connect() as connection:
            listed = select(named.c.digest, func.min(named.c.size), func.max(named.c.size))
            listed = listed.where(named.c.digest > after).group_by(named.c.digest).order_by(named.c.digest)
            rows = connection.execute(listed.limit(AT_A_TIME)).all()
        if not rows:
            return count, total
        after = rows[-1][0]
        for digest, least, most in rows:
            total += _one(job, section, system, root, (digest, least, most))
            count += 1
            job.progress(count, max(whole, count))


def _one(job: Job, section: Section, system: Any, root: str, row: tuple[str, int, int]) -> int:
    """Its size; 0 of one that cannot be read."""
    digest, least, most = row
    if not purge.DIGEST.fullmatch(digest):
        _add(job, section, BAD_NAME, quoted(digest), digest)
        return 0
    path = f"{digest[:2]}/{digest}"
    try:
        size = int(system.size(f"{root}/{path}") or 0)
        right = job.quick or _hash(system, f"{root}/{path}") == digest
    except FileNotFoundError:
        _add(job, section, MISSING, path, digest)
        return 0
    except OSError as error:
        _add(job, section, UNREADABLE, f"{path}, {reason(error)}", digest)
        return 0
    if not right or (least == most != size):
        _add(job, section, DAMAGED, f"{path} of {size} bytes", digest)
    elif (least, most) != (size, size):
        _add(job, section, OTHER_SIZE, f"{path} of {size} bytes", digest)
    return size


def _add(job: Job, section: Section, problem: Problem, text: str, digest: str) -> None:
    section.add(problem, f"{text} ({_whose(job, digest)})" if section.wants(problem) else text)


def _hash(system: Any, path: str) -> str:
    found = hashlib.sha256()
    with system.open(path, "rb") as stream:
        while piece := stream.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def _unused(job: Job, section: Section, system: Any, root: str) -> tuple[int, int]:
    """What a purge may take away: old enough that no command under way may still name it."""
    count = size = 0
    old = purge.old_files(system, root, job.clock() - purge.FILES)
    while paths := dict(islice(old, AT_A_TIME)):
        named = purge.referred_to(job.engine, [name for name in paths if purge.DIGEST.fullmatch(name)])
        for name in sorted(paths.keys() - named):
            section.add(UNUSED, paths[name].removeprefix(f"{root}/"))
            count, size = count + 1, size + int(system.size(paths[name]) or 0)
    return count, size


def _digests(column: InstrumentedAttribute[Any]) -> Select[Any]:
    """What a row names, and the size that it says."""
    size: Any = getattr(column.class_, column.key.replace("sha256", "size"))
    return select(column.label("digest"), size.label("size")).where(column.is_not(None))


def _whose(job: Job, digest: str) -> str:
    """The rows that name it, the first of them."""
    with job.engine.connect() as connection:
        found = [*_attachments(connection, digest), *_documents(connection, digest), *_videos(connection, digest)]
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{'; '.join(found[:_SHOWN])}{more}"


def _attachments(connection: Connection, digest: str) -> Iterator[str]:
    file, ticket = _table(Attachment), _table(Ticket)
    listed = select(file.c.name, ticket.c.reference).join(ticket, ticket.c.id == file.c.ticket_id)
    for name, reference in connection.execute(listed.where(file.c.sha256 == digest).order_by(file.c.id)):
        yield f"{quoted(name)} of {reference}"


def _documents(connection: Connection, digest: str) -> Iterator[str]:
    file, client = _table(Document), _table(Client)
    listed = select(file.c.number, client.c.name).join(client, client.c.id == file.c.client_id)
    for number, name in connection.execute(listed.where(file.c.sha256 == digest).order_by(file.c.id)):
        yield f"document {quoted(number)} of {name}"


def _videos(connection: Connection, digest: str) -> Iterator[str]:
    article = _table(Article)
    for title in connection.scalars(select(article.c.title).where(article.c.video_sha256 == digest)):
        yield f"video of the article {quoted(title)}"


def _table(table: type[Table]) -> Any:
    return table.__table__  # type: ignore[attr-defined]


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"
