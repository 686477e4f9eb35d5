"""Imports of tickets are written in steps, and remembered until they are finished"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'ticket_import',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('file', sa.String(length=255), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('rows', sa.Integer(), nullable=False),
        sa.Column('written_rows', sa.Integer(), nullable=False),
        sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_ticket_import_sha256', 'ticket_import', ['sha256'])


def downgrade() -> None:
    op.drop_index('ix_ticket_import_sha256', 'ticket_import')
    op.drop_table('ticket_import')
