"""Reads an attachment, for whoever may."""

from data.core import files, scope
from data.core.desk import OpenDesk, query
from data.core.files import Content
from models.permission import Permission


@query(Permission.READ_TICKETS)
def content(desk: OpenDesk, attachment_id: int) -> Content:
    """Raises NotFound in the same words for one that is not there and one that is not yours."""
    found = scope.attachment(desk, attachment_id)
    return Content(found.name, found.mime, found.size, files.read(found.sha256))
