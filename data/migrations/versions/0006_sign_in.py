"""Why a session ended, when a person was last seen, known browsers, notices; addresses in one form; files by content."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

LONGEST = 254
INVISIBLE = {'Cc', 'Cf', 'Cs'}


def upgrade() -> None:
    op.add_column('user_session', sa.Column('ending', sa.String(), nullable=True))
    op.add_column('user_session', sa.Column('browser_hash', sa.String(length=64), nullable=True))
    op.add_column('user', sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True))
    op.execute('UPDATE "user" SET seen_at = (SELECT max(seen_at) FROM user_session WHERE user_id = "user".id)')
    op.create_table(
        'known_browser',
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['user.id']),
        sa.PrimaryKeyConstraint('token_hash', 'user_id'),
    )
    op.create_index('ix_known_browser_user_id', 'known_browser', ['user_id'])
    op.create_table(
        'account_notice',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by', sa.String(length=120), nullable=False),
        sa.Column('session_id', sa.Integer(), nullable=True),
        sa.Column('browser', sa.String(length=300), nullable=False),
        sa.Column('address', sa.String(length=64), nullable=False),
        sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['user_id'], ['user.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_account_notice_user_id', 'account_notice', ['user_id'])
    op.create_index('ix_document_sha256', 'document', ['sha256'])
    _give_addresses_one_form()


def downgrade() -> None:
    op.drop_index('ix_document_sha256', 'document')
    op.drop_table('account_notice')
    op.drop_table('known_browser')
    op.drop_column('user', 'seen_at')
    op.drop_column('user_session', 'browser_hash')
    op.drop_column('user_session', 'ending')


def _give_addresses_one_form() -> None:
    """Of the few that are not plain ASCII. One whose form another account has stays as it is: nobody can sign in by it,
    and a manager sees both."""
    user = sa.table('user', sa.column('id', sa.Integer), sa.column('email', sa.String))
    connection = op.get_bind()
    emails = {row.id: row.email for row in connection.execute(sa.select(user.c.id, user.c.email))}
    taken = set(emails.values())
    for id_, email in emails.items():
        one_form = _one_form(email)
        if one_form != email and one_form not in taken:
            taken.add(one_form)
            connection.execute(sa.update(user).where(user.c.id == id_).values(email=one_form))


def _one_form(email: str) -> str:
    if email.isascii() and email.isprintable():
        return email
    visible = ''.join(one for one in unicodedata.normalize('NFKC', email) if unicodedata.category(one) not in INVISIBLE)
    return unicodedata.normalize('NFKC', visible.strip().lower())[:LONGEST].strip()
