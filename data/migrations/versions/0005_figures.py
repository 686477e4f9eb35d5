"""Figures

What happened on days that are over is sealed, and found by its moment; the history says who has a ticket, not only by
name. Of the past it is told where one member of staff alone has that name.
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

OPEN = "status != 'resolved'"
RESPONSE_MAY_BREAK = '(first_responded_at IS NULL OR first_responded_at > first_response_due_at)'
RESOLUTION_MAY_BREAK = '(resolved_at IS NULL OR resolved_at > resolution_due_at)'
OF_OPEN = [
    *('status', 'assignee_id', 'star_level', 'urgency', 'kind', 'service', 'product_id', 'client_id'),
    *('filed_at', 'first_responded_at', 'next_due_at', 'next_late_at'),
    *('first_response_calendar_id', 'first_response_due_at', 'resolution_calendar_id', 'resolution_due_at'),
]


def upgrade() -> None:
    op.create_table('day_seal',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=32), nullable=False),
    sa.Column('facts', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day')
    )
    # Never a new table on SQLite: millions of rows would be copied for a column that is empty in most.
    with op.batch_alter_table('history_entry', recreate='never') as batch_op:
        batch_op.add_column(sa.Column('assignee_id', sa.Integer(), nullable=True))
        batch_op.create_index('history_by_moment', ['at', 'ticket_id'], unique=False)
    _name_the_assignees()
    with op.batch_alter_table('ticket', recreate='never') as batch_op:
        batch_op.create_index('ticket_first_responded_at', ['first_responded_at'], unique=False)
    _partial('ticket_open_figures', OF_OPEN, OPEN)
    _partial('ticket_response_may_break', ['first_response_due_at'], RESPONSE_MAY_BREAK)
    _partial('ticket_resolution_may_break', ['resolution_due_at'], RESOLUTION_MAY_BREAK)


def downgrade() -> None:
    for name in ('ticket_resolution_may_break', 'ticket_response_may_break', 'ticket_open_figures'):
        op.drop_index(name, 'ticket')
    op.drop_index('ticket_first_responded_at', 'ticket')
    op.drop_index('history_by_moment', 'history_entry')
    op.drop_column('history_entry', 'assignee_id')
    op.drop_table('day_seal')


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, 'ticket', columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _name_the_assignees() -> None:
    op.execute("""
        UPDATE history_entry SET assignee_id = (
            SELECT min(id) FROM "user" WHERE name = history_entry.after AND role != 'contact' HAVING count(*) = 1
        ) WHERE change = 'assignee' AND after IS NOT NULL
    """)
