"""Quotas

What a person has written and sent within an hour or a day is counted from an index, however much there is.
"""

from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('message_by_author', 'message', ['author_id', 'at'])
    op.create_index('attachment_by_author', 'attachment', ['author_id', 'at', 'size'])


def downgrade() -> None:
    op.drop_index('attachment_by_author', 'attachment')
    op.drop_index('message_by_author', 'message')
