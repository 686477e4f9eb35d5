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
    op.drop_index('ix_hotline_call_at', 'hotline_call')
    op.create_index('hotline_call_by_moment', 'hotline_call', ['at', 'star_level', 'client_id', 'user_id'])
    _decide_the_readings()
    _partial('ticket_open_figures', OF_OPEN, OPEN)
    _partial('ticket_response_may_break', ['first_response_due_at'], RESPONSE_MAY_BREAK)
    _partial('ticket_resolution_may_break', ['resolution_due_at'], RESOLUTION_MAY_BREAK)


def downgrade() -> None:
    for name in ('ticket_resolution_may_break', 'ticket_response_may_break', 'ticket_open_figures'):
        op.drop_index(name, 'ticket')
    op.drop_index('article_read_decided', 'article_read')
    with op.batch_alter_table('article_read') as batch_op:
        batch_op.drop_column('ticket_id')
        batch_op.drop_column('decided_at')
    op.drop_index('hotline_call_by_moment', 'hotline_call')
    op.create_index('ix_hotline_call_at', 'hotline_call', ['at'])
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


def _decide_the_readings() -> None:
    """Three days after an article was read, or with the first ticket about its product that its reader filed in them."""
    with op.batch_alter_table('article_read') as batch_op:
        batch_op.add_column(sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('ticket_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key('article_read_ticket_id_fkey', 'ticket', ['ticket_id'], ['id'])
    sqlite = op.get_bind().dialect.name == 'sqlite'
    later = "strftime('%Y-%m-%d %H:%M:%S', at, '+3 days') || substr(at, 20)" if sqlite else "at + interval '72 hours'"
    op.execute(f'UPDATE article_read SET decided_at = {later}')
    op.execute("""
        UPDATE article_read SET ticket_id = (
            SELECT ticket.id FROM ticket, article
            WHERE article.id = article_read.article_id AND ticket.contact_id = article_read.user_id
            AND ticket.kind != 'enquiry' AND ticket.filed_at >= article_read.at
            AND ticket.filed_at < article_read.decided_at
            AND (article.product_id IS NULL OR ticket.product_id IS NULL OR ticket.product_id = article.product_id)
            ORDER BY ticket.filed_at, ticket.id LIMIT 1
        )
    """)
    op.execute("""
        UPDATE article_read SET decided_at = (SELECT filed_at FROM ticket WHERE ticket.id = article_read.ticket_id)
        WHERE ticket_id IS NOT NULL
    """)
    with op.batch_alter_table('article_read') as batch_op:
        batch_op.alter_column('decided_at', nullable=False)
        batch_op.create_index('article_read_decided', ['decided_at', 'article_id', 'ticket_id', 'user_id'])
