"""What this database is: one row, written when it is made and never again."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table, instant


class Installation(Table, table=True):
    """`demo` can only be true in a database that was born as the demo world."""

    id: int = Field(default=1, primary_key=True)
    demo: bool
    created_at: datetime = instant()
