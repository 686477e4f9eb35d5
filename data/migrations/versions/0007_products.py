"""Products have an order, and names that are compared without case and accents; people have a telephone number

Who called the direct line is kept where it was no contact. The history keeps which product a ticket was about before.
A desk that goes back keeps no entry that the older one could not read.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

CALLED = ('hotline_call', 'ticket')
SPELLED_OUT = str.maketrans({'œ': 'oe', 'æ': 'ae', 'ø': 'o', '’': "'"})


def upgrade() -> None:
    # Never a new table on SQLite: other tables refer to these.
    with op.batch_alter_table('product', recreate='never') as batch_op:
        batch_op.add_column(sa.Column('name_key', sa.String(length=240), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('position', sa.Integer(), nullable=False, server_default='0'))
    _name_and_order_products()
    with op.batch_alter_table('product', recreate='never') as batch_op:
        batch_op.create_index('product_by_name_key', ['name_key'], unique=True)
    op.create_index('ownership_by_product', 'ownership', ['product_id', 'client_id'])
    with op.batch_alter_table('user', recreate='never') as batch_op:
        batch_op.add_column(sa.Column('phone', sa.String(length=40), nullable=False, server_default=''))
    for table in CALLED:
        with op.batch_alter_table(table, recreate='never') as batch_op:
            batch_op.add_column(sa.Column('caller_name', sa.String(length=120), nullable=False, server_default=''))
            batch_op.add_column(sa.Column('caller_phone', sa.String(length=40), nullable=False, server_default=''))
    with op.batch_alter_table('history_entry', recreate='never') as batch_op:
        batch_op.add_column(sa.Column('former_product_id', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM history_entry WHERE change IN ('kind', 'service', 'subject', 'product', 'contact')")
    with op.batch_alter_table('history_entry', recreate='never') as batch_op:
        batch_op.drop_column('former_product_id')
    for table in CALLED:
        with op.batch_alter_table(table, recreate='never') as batch_op:
            batch_op.drop_column('caller_phone')
            batch_op.drop_column('caller_name')
    with op.batch_alter_table('user', recreate='never') as batch_op:
        batch_op.drop_column('phone')
    op.drop_index('ownership_by_product', 'ownership')
    op.drop_index('product_by_name_key', 'product')
    with op.batch_alter_table('product', recreate='never') as batch_op:
        batch_op.drop_column('position')
        batch_op.drop_column('name_key')


def _name_and_order_products() -> None:
    """By name. Of two that differ in case or accents only, the older one has the key; the other has one of its own
    until a manager renames it: tickets may be about both."""
    connection = op.get_bind()
    product = sa.table(
        'product',
        sa.column('id', sa.Integer()),
        sa.column('name', sa.String()),
        sa.column('name_key', sa.String()),
        sa.column('position', sa.Integer()),
    )
    keys = {}
    for product_id, name in connection.execute(sa.select(product.c.id, product.c.name).order_by(product.c.id)):
        key = _folded(name)
        keys[product_id] = key if key not in keys.values() else f'{key[:220]} ({product_id})'
    for position, product_id in enumerate(sorted(keys, key=lambda one: (keys[one], one)), 1):
        row = product.update().where(product.c.id == product_id)
        connection.execute(row.values(name_key=keys[product_id], position=position))


def _folded(name: str) -> str:
    parted = unicodedata.normalize('NFKD', ' '.join(name.split()).casefold())
    return ''.join(one for one in parted if not unicodedata.combining(one)).translate(SPELLED_OUT)[:240]
