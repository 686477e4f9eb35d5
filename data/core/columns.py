"""Columns as raw as the driver gives them, as numbers: objects would take longer than all the arithmetic."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, Integer, String, case, cast, extract, func, type_coerce
from sqlmodel import Session

from models.timeline import NEVER, Micros


def moment(session: Session, column: Any) -> Any:
    """The text that SQLite keeps, or the microseconds since 1970."""
    if session.get_bind().dialect.name == "sqlite":
        return type_coerce(column, String)
    return cast(extract("epoch", column) * 1_000_000, BigInteger)


def hour_of_day(session: Session, column: Any, changes: Sequence[datetime], ahead: Sequence[int]) -> Any:
    """From 0 to 23 by clocks that are so many seconds ahead of UTC since each of these moments."""

    def hour(seconds: int) -> Any:
        if session.get_bind().dialect.name == "sqlite":
            return cast(func.strftime("%H", type_coerce(column, String), f"{seconds} seconds"), Integer)
        return cast(extract("hour", func.timezone("UTC", column) + timedelta(seconds=seconds)), Integer)

    later = zip(changes[1:], ahead, strict=False)
    whens = [(column < change, hour(seconds)) for change, seconds in later]
    return case(*whens, else_=hour(ahead[-1])) if whens else hour(ahead[0])


def moments(values: Sequence[str | int | None]) -> Micros:
    """NEVER for those that are not there."""
    if any(isinstance(value, str) for value in values):
        read = np.array([value or "NaT" for value in values], "datetime64[us]")
        return np.where(np.isnat(read), NEVER, read.astype(np.int64))
    return np.array([NEVER if value is None else value for value in values], np.int64)


def numbers(values: Sequence[Any]) -> Micros:
    """0 for those that are not there."""
    return np.array([value or 0 for value in values], np.int64)
