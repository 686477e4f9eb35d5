"""Reads an attachment, for whoever may."""

from dataclasses import dataclass
from typing import IO

from data.core import files, scope
from data.core.desk import OpenDesk, query
from models.permission import Permission


@dataclass(frozen=True, slots=True)
class AttachmentContent:
    name: str
    mime: str
    size: int
    stream: IO[bytes]


@query(Permission.READ_TICKETS)
def content(desk: OpenDesk, attachment_id: int) -> AttachmentContent:
    """Raises NotFound in the same words for one that is not there and one that is not yours. Close the stream."""
    found = scope.attachment(desk, attachment_id)
    return AttachmentContent(found.name, found.mime, found.size, files.read(found.sha256))
