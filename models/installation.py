"""What this database is, and how far it was set up: one row."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table, instant


class Installation(Table, table=True):
    """`demo` can only be true in a database that was born as the demo world.

    A manager said that the calendars or the targets suit the desk; the checklist of a new desk was whole, or hidden.
    """

    id: int = Field(default=1, primary_key=True)
    demo: bool
    created_at: datetime = instant()
    calendars_confirmed_at: datetime | None = instant(default=None)
    targets_confirmed_at: datetime | None = instant(default=None)
    checklist_closed_at: datetime | None = instant(default=None)
