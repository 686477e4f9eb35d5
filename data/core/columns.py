"""Columns as raw as the driver gives them, as numbers: objects would take longer than all the arithmetic."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, String, cast, extract, type_coerce
from sqlmodel import Session

from models.timeline import NEVER, Micros


def moment(session: Session, column: Any) -> Any:
    """The text that SQLite keeps, or the microseconds since 1970."""
    if session.get_bind().dialect.name == "sqlite":
        return type_coerce(column, String)
    return cast(extract("epoch", column) * 1_000_000, BigInteger)


def moments(values: Sequence[str | int | None]) -> Micros:
    """NEVER for those that are not there."""
    if any(isinstance(value, str) for value in values):
        read = np.array([value or "NaT" for value in values], "datetime64[us]")
        return np.where(np.isnat(read), NEVER, read.astype(np.int64))
    return np.array([NEVER if value is None else value for value in values], np.int64)


def numbers(values: Sequence[Any]) -> Micros:
    """0 for those that are not there."""
    return np.array([value or 0 for value in values], np.int64)
