"""Files that come with a ticket or a message."""

from collections.abc import Sequence
from dataclasses import dataclass

from data.core import files
from data.core.desk import OpenDesk
from models import writing
from models.attachment import Attachment
from models.errors import Refused
from models.message import Message
from models.ticket import Ticket

MOST = 20  # files at a time


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes


def attach(desk: OpenDesk, ticket: Ticket, message: Message | None, uploads: Sequence[Upload]) -> None:
    """Keep the files and tie them to the ticket or message. Raises Refused for an empty, large or one too many."""
    if len(uploads) > MOST:
        raise Refused("{count} files at a time are enough.", count=MOST)
    for upload in uploads:
        name = plain_name(upload.name)
        digest, mime = files.keep(name, upload.content)
        desk.session.add(
            Attachment(
                ticket_id=ticket.id,
                message_id=message.id if message else None,
                name=name,
                mime=mime,
                size=len(upload.content),
                sha256=digest,
                author_id=desk.user.id,
                at=desk.now,
            )
        )


def plain_name(name: str) -> str:
    """The last part of a path, without control characters; long ones keep their ending."""
    last = writing.line("".join(sign for sign in name if sign.isprintable()), 4000).replace("\\", "/").split("/")[-1]
    return (last if len(last) <= 200 else f"{last[:180]}…{last[-19:]}") or "file"
