"""Alembic's entry: always online, always on the connection that `data.core.start` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

import data.core.tables  # noqa: F401
from models.base import Table


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations know plain types only: they must still run when ours have changed."""
    if kind == "type" and isinstance(item, TypeDecorator):
        inner = item.impl
        return f"sa.{inner!r}"
    return False


def main() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Table.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


main()
