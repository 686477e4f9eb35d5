"""The client space: articles, who read them, and whether they helped"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _articles()
    _filing()
    _services()


def downgrade() -> None:
    op.drop_table('service_member')
    with op.batch_alter_table('ticket', recreate='never') as batch_op:
        batch_op.drop_index('ticket_form_key')
        batch_op.drop_column('form_key')
    for table in ('ticket_seen', 'form_draft'):
        op.drop_table(table)
    for table in ('article_vote', 'article_read', 'article'):
        op.drop_table(table)


def _articles() -> None:
    op.create_table('article',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('video_link', sa.String(length=500), nullable=False),
    sa.Column('video_name', sa.String(length=255), nullable=False),
    sa.Column('video_mime', sa.String(length=120), nullable=False),
    sa.Column('video_size', sa.Integer(), nullable=False),
    sa.Column('video_sha256', sa.String(length=64), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], ),
    sa.ForeignKeyConstraint(['changed_by_id'], ['user.id'], ),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.create_index('article_by_status', ['status', 'id', 'version'], unique=False)
        batch_op.create_index(batch_op.f('ix_article_product_id'), ['product_id'], unique=False)

    op.create_table('article_read',
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], ),
    sa.PrimaryKeyConstraint('article_id', 'day', 'user_id')
    )
    with op.batch_alter_table('article_read', schema=None) as batch_op:
        batch_op.create_index('article_read_by_user', ['user_id', 'at'], unique=False)

    op.create_table('article_vote',
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('helpful', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], ),
    sa.PrimaryKeyConstraint('article_id', 'user_id')
    )


def _filing() -> None:
    """Forms that are being filled in, and how far a contact has read."""
    op.create_table('form_draft',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=80), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], ),
    sa.PrimaryKeyConstraint('user_id', 'form')
    )
    op.create_table('ticket_seen',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], ),
    sa.PrimaryKeyConstraint('user_id', 'ticket_id')
    )
    # Never a new table on SQLite: its rows could not be moved while others refer to them.
    with op.batch_alter_table('ticket', recreate='never') as batch_op:
        batch_op.add_column(sa.Column('form_key', sa.String(length=80), nullable=True))
        batch_op.create_index('ticket_form_key', ['form_key'], unique=True)


def _services() -> None:
    """Who works which service. Technicians who are there already keep what they had: everything but the sales'."""
    op.create_table('service_member',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('service', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], ),
    sa.PrimaryKeyConstraint('user_id', 'service')
    )
    with op.batch_alter_table('service_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_member_service'), ['service'], unique=False)
    user, member = sa.table('user', sa.column('id'), sa.column('role')), sa.table('service_member', sa.column('user_id'), sa.column('service'))
    for service in ('technical', 'logistics', 'accounting'):
        theirs = sa.select(user.c.id, sa.literal(service)).where(user.c.role == 'technician')
        op.execute(member.insert().from_select(['user_id', 'service'], theirs))
