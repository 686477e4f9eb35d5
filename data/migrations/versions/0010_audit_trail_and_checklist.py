"""The audit trail is read by person, kind, thing and action; a new desk has a checklist

Each is read from an index, the newest first. A desk that has tickets already needs no checklist.
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

FORMER = {
    'ix_audit_entry_at': ['at'],
    'ix_audit_entry_user_id': ['user_id'],
    'audit_by_row': ['table_name', 'row_id'],
}
INDEXES = {
    'audit_by_moment': ['at', 'id'],
    'audit_by_user': ['user_id', 'at', 'id'],
    'audit_by_row': ['table_name', 'row_id', 'at', 'id'],
    'audit_by_table': ['table_name', 'at', 'id'],
    'audit_by_action': ['action', 'at', 'id'],
}


STEPS = ('calendars_confirmed_at', 'targets_confirmed_at', 'checklist_closed_at')


def upgrade() -> None:
    _replace(FORMER, INDEXES)
    with op.batch_alter_table('installation', recreate='never') as batch_op:
        for name in STEPS:
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute("""
        UPDATE installation SET checklist_closed_at = (SELECT max(filed_at) FROM ticket)
        WHERE EXISTS (SELECT 1 FROM ticket)
    """)


def downgrade() -> None:
    with op.batch_alter_table('installation') as batch_op:
        for name in STEPS:
            batch_op.drop_column(name)
    _replace(INDEXES, FORMER)


def _replace(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    for name in old:
        op.drop_index(name, 'audit_entry')
    for name, columns in new.items():
        op.create_index(name, 'audit_entry', columns)
