"""Reads an attachment, for whoever may."""

from data.core import audit, files, scope
from data.core.desk import OpenDesk, query
from data.core.files import Content
from models.permission import Permission


@query(Permission.READ_TICKETS)
def content(desk: OpenDesk, attachment_id: int) -> Content:
    """What the staff reads is on the audit trail. Raises NotFound in the same words for one that is not there and one
    that is not yours."""
    found = scope.attachment(desk, attachment_id)
    if desk.user.is_staff:
        audit.reading(desk, "attachment", found.id)
    return Content(found.name, found.mime, found.size, files.read(found.sha256))
