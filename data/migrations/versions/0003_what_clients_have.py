"""What clients have: their place in the books, and what their subscriptions come to

A client's subscriptions never overlap any more, whoever writes them.
"""

import re
import unicodedata
from collections import defaultdict
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Never a new table on SQLite: other tables refer to these.
    with op.batch_alter_table('client', recreate='never') as batch_op:
        batch_op.add_column(sa.Column('number', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('phone', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('address', sa.String(length=500), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('star_level', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('next_change_at', MOMENT, nullable=True))
        batch_op.add_column(sa.Column('subscribed_until', MOMENT, nullable=True))
        batch_op.add_column(sa.Column('last_contact_at', MOMENT, nullable=True))
    with op.batch_alter_table('subscription', recreate='never') as batch_op:
        batch_op.add_column(sa.Column('cuts_short', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('former_ends_at', MOMENT, nullable=True))
    _sum_up_subscriptions()
    op.create_index('client_by_number', 'client', ['number'], unique=True)
    op.create_index('client_by_end', 'client', ['subscribed_until', 'id'])
    op.create_index('client_by_change', 'client', ['next_change_at'])
    _forbid_overlaps()
    _make_clients_found()
    _add_codes_and_calls()
    _add_documents()
    _remember_headers()


def downgrade() -> None:
    op.drop_table('known_header')
    op.drop_table('document')
    _drop_codes_and_calls()
    _lose_clients()
    _allow_overlaps()
    for index in ('change', 'end', 'number'):
        op.drop_index(f'client_by_{index}', 'client')
    with op.batch_alter_table('subscription', recreate='never') as batch_op:
        batch_op.drop_column('former_ends_at')
        batch_op.drop_column('cuts_short')
    with op.batch_alter_table('client', recreate='never') as batch_op:
        for column in ('last_contact_at', 'subscribed_until', 'next_change_at', 'star_level'):
            batch_op.drop_column(column)
        for column in ('address', 'phone', 'number'):
            batch_op.drop_column(column)


# ------------------------------------------------------------------ subscriptions


def _sum_up_subscriptions() -> None:
    """Keep with each client what its subscriptions come to now. Raises ValueError for those that overlap."""
    connection, now = op.get_bind(), datetime.now(UTC)
    client = sa.table(
        'client',
        sa.column('id', sa.Integer()),
        sa.column('name', sa.String()),
        sa.column('star_level', sa.Integer()),
        sa.column('next_change_at', MOMENT),
        sa.column('subscribed_until', MOMENT),
    )
    subscription = sa.table(
        'subscription',
        sa.column('client_id', sa.Integer()),
        sa.column('star_level', sa.Integer()),
        sa.column('starts_at', MOMENT),
        sa.column('ends_at', MOMENT),
    )
    held = defaultdict(list)
    for client_id, *told in connection.execute(sa.select(*subscription.c).order_by(subscription.c.starts_at)):
        held[client_id].append((told[0], _aware(told[1]), _aware(told[2])))
    wrong = [one for one, spans in held.items() if any(a[2] is None or a[2] > b[1] for a, b in zip(spans, spans[1:]))]
    if wrong:
        names = connection.execute(sa.select(client.c.name).where(client.c.id.in_(wrong[:20]))).scalars()
        raise ValueError(
            'Clients have subscriptions that overlap, and only people can know which one counts. Correct the rows of '
            f'the table "subscription", then start again: {", ".join(sorted(names))}{", …" if wrong[20:] else ""}.'
        )
    rows = [{'client': one, **_standing(spans, now)} for one, spans in held.items()]
    if rows:
        values = {name: sa.bindparam(name) for name in rows[0] if name != 'client'}
        connection.execute(client.update().where(client.c.id == sa.bindparam('client')).values(values), rows)


def _standing(spans: list[tuple[int, datetime, datetime | None]], now: datetime) -> dict[str, object]:
    level, changes, until, runs = 0, [], None, False
    for stars, starts_at, ends_at in spans:
        changes += [moment for moment in (starts_at, ends_at) if moment is not None and moment > now]
        if starts_at <= now:
            runs = ends_at is None or ends_at > now
            level, until = stars if runs else 0, ends_at
        elif runs and starts_at == until:
            until = ends_at
    return {'star_level': level, 'next_change_at': min(changes, default=None), 'subscribed_until': until}


def _aware(moment: datetime | None) -> datetime | None:
    """SQLite keeps no zone."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _forbid_overlaps() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            'ALTER TABLE subscription ADD CONSTRAINT subscriptions_never_overlap EXCLUDE USING gist '
            "(int8range(client_id, client_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)"
        )
        return
    # What SQLAlchemy writes for moments compares as text.
    for event, name in (('INSERT', 'insert'), ('UPDATE OF client_id, starts_at, ends_at', 'update')):
        op.execute(f"""
            CREATE TRIGGER subscriptions_never_overlap_on_{name} AFTER {event} ON subscription WHEN EXISTS (
                SELECT 1 FROM subscription AS other WHERE other.client_id = NEW.client_id AND other.id <> NEW.id
                AND (NEW.ends_at IS NULL OR other.starts_at < NEW.ends_at)
                AND (other.ends_at IS NULL OR other.ends_at > NEW.starts_at)
            ) BEGIN SELECT RAISE(ABORT, 'subscriptions_never_overlap'); END
        """)


def _allow_overlaps() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE subscription DROP CONSTRAINT subscriptions_never_overlap')
        return
    for name in ('insert', 'update'):
        op.execute(f'DROP TRIGGER subscriptions_never_overlap_on_{name}')


# ------------------------------------------------------------------ finding clients


WORD = re.compile(r'[^\W_]+')
LONGEST_TEXT, LONGEST_KEY, LONGEST_WORD = 2000, 400, 40
SPELLED_OUT = str.maketrans({'œ': 'oe', 'æ': 'ae', 'ø': 'o', '’': "'"})


def _index_words(connection: sa.Connection) -> None:
    """A copy of what the code did at this revision: the code goes on changing."""
    people = defaultdict(list)
    contacts = sa.text('SELECT client_id, name, email FROM "user" WHERE client_id IS NOT NULL')
    for client_id, name, email in connection.execute(contacts):
        people[client_id].append(f'{name} {email}')
    for id_, name, number in connection.execute(sa.text('SELECT id, name, number FROM client')).all():
        connection.execute(
            sa.text('UPDATE client SET name_key = :key WHERE id = :id'), {'key': _folded(name)[:LONGEST_KEY], 'id': id_}
        )
        joined = ''.join(WORD.findall(_folded(number or '')))
        words = WORD.findall(_folded(f"{name} {number or ''} {' '.join(people[id_])}")) + WORD.findall(joined)
        rows = [{'word': word, 'id': id_} for word in sorted({word[:LONGEST_WORD] for word in words})]
        if rows:
            connection.execute(sa.text('INSERT INTO client_word (word, client_id) VALUES (:word, :id)'), rows)


def _folded(text: str) -> str:
    """One line without accents or capitals."""
    line = ' '.join(text[:LONGEST_TEXT].replace('\x00', '').encode('utf-8', 'replace').decode().split())
    parted = unicodedata.normalize('NFKD', line.casefold())
    return ''.join(one for one in parted if not unicodedata.combining(one)).translate(SPELLED_OUT)


def _make_clients_found() -> None:
    folded = {size: sa.String(size).with_variant(sa.String(size, collation='C'), 'postgresql') for size in (40, 400)}
    op.add_column('client', sa.Column('name_key', folded[400], nullable=False, server_default=''))
    op.create_table(
        'client_word',
        sa.Column('word', folded[40], nullable=False),
        sa.Column('client_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['client_id'], ['client.id']),
        sa.PrimaryKeyConstraint('word', 'client_id'),
    )
    op.create_index('ix_client_word_client_id', 'client_word', ['client_id'])
    op.execute('''
        UPDATE client SET last_contact_at = (SELECT max(filed_at) FROM ticket WHERE ticket.client_id = client.id)
    ''')
    _index_words(op.get_bind())
    op.create_index('client_by_name', 'client', ['name_key', 'id'])
    op.create_index('client_by_stars', 'client', ['star_level', 'name_key', 'id'])
    op.create_index('client_by_contact', 'client', ['last_contact_at', 'id'])
    running = sa.text("status != 'resolved'")
    op.create_index(
        'ticket_open_by_client',
        'ticket',
        ['client_id', 'filed_at', 'id'],
        sqlite_where=running,
        postgresql_where=running,
    )


def _lose_clients() -> None:
    op.drop_index('ticket_open_by_client', 'ticket')
    for index in ('contact', 'stars', 'name'):
        op.drop_index(f'client_by_{index}', 'client')
    op.drop_table('client_word')
    op.drop_column('client', 'name_key')


# ------------------------------------------------------------------ access codes and calls


def _add_codes_and_calls() -> None:
    op.create_table(
        'access_code',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('client_id', sa.Integer(), nullable=False),
        sa.Column('lookup', sa.String(length=64), nullable=True),
        sa.Column('cipher', sa.String(length=80), nullable=True),
        sa.Column('issued_at', MOMENT, nullable=False),
        sa.Column('issued_by_id', sa.Integer(), nullable=True),
        sa.Column('ended_at', MOMENT, nullable=True),
        sa.Column('ended_by_id', sa.Integer(), nullable=True),
        sa.CheckConstraint(
            '(ended_at IS NULL) = (cipher IS NOT NULL) AND (ended_at IS NULL) = (lookup IS NOT NULL)',
            name='only_a_live_code_can_be_read',
        ),
        sa.ForeignKeyConstraint(['client_id'], ['client.id']),
        sa.ForeignKeyConstraint(['issued_by_id'], ['user.id']),
        sa.ForeignKeyConstraint(['ended_by_id'], ['user.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('lookup'),
    )
    live = sa.text('ended_at IS NULL')
    op.create_index(
        'access_code_live', 'access_code', ['client_id'], unique=True, sqlite_where=live, postgresql_where=live
    )
    op.create_index('access_code_by_client', 'access_code', ['client_id', 'issued_at'])
    op.create_table(
        'code_key',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('fingerprint', sa.String(length=32), nullable=False),
        sa.Column('since', MOMENT, nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_table(
        'hotline_call',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('client_id', sa.Integer(), nullable=True),
        sa.Column('star_level', sa.Integer(), nullable=True),
        sa.Column('verified', sa.Boolean(), nullable=False),
        sa.Column('ticket_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['user_id'], ['user.id']),
        sa.ForeignKeyConstraint(['client_id'], ['client.id']),
        sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('hotline_call_by_user', 'hotline_call', ['user_id', 'at'])
    op.create_index('ix_hotline_call_at', 'hotline_call', ['at'])
    op.create_index('ix_hotline_call_client_id', 'hotline_call', ['client_id'])
    for table in ('ticket', 'message'):
        op.add_column(table, sa.Column('caller_verified', sa.Boolean(), nullable=True))
    resolved = sa.text("status = 'resolved'")
    op.create_index(
        'ticket_resolved_by_client',
        'ticket',
        ['client_id', 'resolved_at', 'id'],
        sqlite_where=resolved,
        postgresql_where=resolved,
    )


def _drop_codes_and_calls() -> None:
    op.drop_index('ticket_resolved_by_client', 'ticket')
    for table in ('ticket', 'message'):
        op.drop_column(table, 'caller_verified')
    for table in ('hotline_call', 'code_key', 'access_code'):
        op.drop_table(table)


# ------------------------------------------------------------------ documents


def _add_documents() -> None:
    op.create_table(
        'document',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('client_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('number', sa.String(length=60), nullable=False),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('sought', sa.String(), nullable=False),
        sa.Column('dated', sa.Date(), nullable=False),
        sa.Column('name', sa.String(length=255), nullable=False),
        sa.Column('mime', sa.String(length=120), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('added_by_id', sa.Integer(), nullable=True),
        sa.Column('at', MOMENT, nullable=False),
        sa.Column('removed_at', MOMENT, nullable=True),
        sa.Column('removed_because', sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(['client_id'], ['client.id']),
        sa.ForeignKeyConstraint(['added_by_id'], ['user.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    kept = sa.text('removed_at IS NULL')
    for name, columns, unique in (
        ('document_by_client', ['client_id', 'dated', 'id'], False),
        ('document_by_kind', ['client_id', 'kind', 'dated', 'id'], False),
        ('document_once', ['client_id', 'number', 'sha256'], True),
    ):
        op.create_index(name, 'document', columns, unique=unique, sqlite_where=kept, postgresql_where=kept)


# ------------------------------------------------------------------ imports of clients


def _remember_headers() -> None:
    op.create_table(
        'known_header',
        sa.Column('header', sa.String(length=200), nullable=False),
        sa.Column('meaning', sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint('header'),
    )
