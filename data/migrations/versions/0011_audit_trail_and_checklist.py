"""The audit trail is read by person, kind, thing and action

Each from an index, the newest first.
"""

from alembic import op

revision = '0011'
down_revision = '0007'
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


def upgrade() -> None:
    _replace(FORMER, INDEXES)


def downgrade() -> None:
    _replace(INDEXES, FORMER)


def _replace(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    for name in old:
        op.drop_index(name, 'audit_entry')
    for name, columns in new.items():
        op.create_index(name, 'audit_entry', columns)
