"""The audit trail: every change of every row, who made it and through which command."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Table, document, instant

# Columns whose value never reaches the trail.
SECRETS = {"password_hash", "token_hash", "ticket_hash", "browser_hash", "lookup", "cipher"}


MASK = "•••"


class AuditEntry(Table, table=True):
    """One changed row: its columns before and after, secret ones masked. A bulk import writes one for its batch."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_by_moment", "at", "id"),
        Index("audit_by_user", "user_id", "at", "id"),
        Index("audit_by_row", "table_name", "row_id", "at", "id"),
        Index("audit_by_table", "table_name", "at", "id"),
        Index("audit_by_action", "action", "at", "id"),
    )

    audited: ClassVar[bool] = False

    id: int = Field(default=None, primary_key=True)
    at: datetime = instant()
    user_id: int | None = Field(default=None)  # None: the desk itself, or the command line
    action: str = Field(max_length=80)
    table_name: str = Field(max_length=80)
    row_id: str = Field(max_length=80)
    before: dict[str, Any] = document(default_factory=dict)
    after: dict[str, Any] = document(default_factory=dict)
