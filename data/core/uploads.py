"""Files that people send. They are stored first; the command that comes after ties them to what they belong to.

Storing may take long, for a large file or a distant store, and a command on SQLite keeps every other one waiting. So no
command stores a file: it receives files stored before. A refused command leaves bytes that nothing refers to, which a
purge may remove once they are older than `files.FRESH`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import SEEK_END, BytesIO

from data.core import disk, files
from data.core.desk import OpenDesk
from models import writing
from models.attachment import Attachment
from models.errors import Refused
from models.message import Message
from models.ticket import Ticket

MOST = 20  # files at a time


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent. Its bytes are read when `content` is asked for, not before; `hashed` spares `sha256`."""

    name: str
    source: bytes | BytesIO
    hashed: str = ""

    @property
    def content(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source.getvalue()

    @property
    def size(self) -> int:
        return len(self.source) if isinstance(self.source, bytes) else self.source.seek(0, SEEK_END)

    @property
    def sha256(self) -> str:
        return self.hashed or files.hash_of(self.content)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose bytes are in the file store. `mime` is what the content says, not its name."""

    name: str
    mime: str
    size: int
    sha256: str


def require_number(uploads: Sequence[object], most: int = MOST) -> None:
    """Raises Refused for more files than one command takes."""
    if len(uploads) > most:
        raise Refused("{count} files at a time are enough.", count=most)


def store(uploads: Sequence[Upload], most: int = MOST) -> tuple[StoredFile, ...]:
    """All of them, in order. Raises Refused, with nothing stored, for an empty or too large file or one too many, and
    Unavailable when there is no room for them or they cannot be stored."""
    require_number(uploads, most)
    for upload in uploads:
        files.require_fit(plain_name(upload.name), upload.size)
    if uploads:
        disk.require_room(sum(upload.size for upload in uploads))
    return tuple(map(_store, uploads))


def attach(desk: OpenDesk, ticket: Ticket, message: Message | None, stored: Sequence[StoredFile]) -> None:
    """Tie the files to the ticket or message."""
    require_number(stored)
    desk.session.add_all(
        Attachment(
            ticket_id=ticket.id,
            message_id=message.id if message else None,
            name=file.name,
            mime=file.mime,
            size=file.size,
            sha256=file.sha256,
            author_id=desk.user.id,
            at=desk.now,
        )
        for file in stored
    )


def plain_name(name: str) -> str:
    """The last part of a path, without control characters; long ones keep their ending."""
    last = writing.line("".join(sign for sign in name if sign.isprintable()), 4000).replace("\\", "/").split("/")[-1]
    return (last if len(last) <= 200 else f"{last[:180]}…{last[-19:]}") or "file"


def _store(upload: Upload) -> StoredFile:
    name, content = plain_name(upload.name), upload.content
    digest, mime = files.keep(name, content)
    return StoredFile(name, mime, len(content), digest)
