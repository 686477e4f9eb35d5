"""What every table shares: its registry, and how moments, spans and choices are kept."""

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, Integer, String
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Table(SQLModel, registry=registry()):
    """A registry of our own: Streamlit may reload these modules while the server runs."""

    audited: ClassVar[bool] = True  # does the audit trail record changes of its rows?
    derived: ClassVar[frozenset[str]] = frozenset()  # columns that follow from others, of which it tells


class Instant(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, whatever the database keeps of it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"A moment needs its zone: {value!r}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


class Duration(TypeDecorator[timedelta]):
    """A span of time, kept as whole microseconds: exact, and sums in SQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(microseconds=value)


class Choice(TypeDecorator[Enum]):
    """One of an enum, kept by value: readable, sortable, and easy to migrate."""

    impl = String
    cache_ok = True

    def __init__(self, options: type[Enum]) -> None:
        super().__init__()
        self.options = options
        self.impl = Integer() if issubclass(options, int) else String()  # type: ignore[assignment]

    def process_bind_param(self, value: Enum | None, dialect: Dialect) -> str | int | None:
        return None if value is None else self.options(value).value

    def process_result_value(self, value: str | int | None, dialect: Dialect) -> Enum | None:
        return None if value is None else self.options(value)


def instant(*, index: bool = False, **options: Any) -> Any:
    """A column for a moment; None by default makes it nullable."""
    return Field(sa_column=Column(Instant(), nullable="default" in options, index=index), **options)


def duration(**options: Any) -> Any:
    """A column for a span of time."""
    return Field(sa_column=Column(Duration(), nullable="default" in options), **options)


def choice(options: type[Enum], *, index: bool = False, **field: Any) -> Any:
    """A column for one of an enum; `default=None` makes it nullable."""
    nullable = "default" in field and field["default"] is None
    return Field(sa_column=Column(Choice(options), nullable=nullable, index=index), **field)


def folded(longest: int, **options: Any) -> Any:
    """A column for text as `models.writing.folded` has it, ordered sign by sign on both databases: what begins with
    some text is one stretch of its index."""
    text = String(longest).with_variant(String(longest, collation="C"), "postgresql")
    return Field(sa_column=Column(text, nullable=False, primary_key=options.pop("primary_key", False)), **options)


def document(**options: Any) -> Any:
    """A column for a small JSON value: lists and mappings of plain values."""
    return Field(sa_column=Column(JSON(), nullable=False), **options)
