"""What managers set for the whole desk: one row, which the database is made with."""

from sqlmodel import Field

from models import telephone
from models.base import Table


class DeskSettings(Table, table=True):
    """`direct_line_number` is empty until a manager enters it."""

    __tablename__ = "desk_settings"

    id: int = Field(default=1, primary_key=True)
    direct_line_number: str = Field(default="", max_length=telephone.LONGEST)
