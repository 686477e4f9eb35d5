"""Special days have hours

What was a day added to the holidays, and its name, is now an exception without hours.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rename('added', 'exceptions', lambda added: {day: {'name': name, 'hours': []} for day, name in added.items()})


def downgrade() -> None:
    """Days with hours of their own get the weekly ones back: the older desk knows closed days only."""
    _rename('exceptions', 'added', lambda days: {day: told['name'] for day, told in days.items() if not told['hours']})


def _rename(old: str, new: str, converted: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    # Never a new table on SQLite: its rows could not be moved while the tickets refer to them.
    with op.batch_alter_table('calendar', recreate='never') as batch_op:
        batch_op.alter_column(old, new_column_name=new)
    calendar = sa.table('calendar', sa.column('id', sa.Integer()), sa.column(new, sa.JSON()))
    connection = op.get_bind()
    for id_, days in connection.execute(sa.select(calendar.c.id, calendar.c[new])).all():
        connection.execute(calendar.update().where(calendar.c.id == id_).values({new: converted(days)}))
