"""The direct line's telephone number, and the words by which a client finds its tickets

Every ticket that is there gets its words. That takes about a minute for each hundred thousand tickets.
"""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

AT_A_TIME = 500
LONGEST_WORD, MOST_WORDS, MOST_CHARACTERS = 40, 2_000, 20_000
WORD = re.compile(r'[^\W_]+')
SPELLED_OUT = str.maketrans({'œ': 'oe', 'æ': 'ae', 'ø': 'o', '’': "'"})


def upgrade() -> None:
    settings = op.create_table('desk_settings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('direct_line_number', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.bulk_insert(settings, [{'id': 1, 'direct_line_number': ''}])
    op.create_table('ticket_words',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['client.id']),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id']),
    sa.PrimaryKeyConstraint('ticket_id')
    )
    _index_tickets()
    op.create_index('ix_ticket_words_client_id', 'ticket_words', ['client_id'])


def downgrade() -> None:
    op.drop_table('ticket_words')
    op.drop_table('desk_settings')


def _index_tickets() -> None:
    connection = op.get_bind()
    tickets = sa.text('SELECT id, client_id, subject, description, solution FROM ticket '
                      'WHERE id > :after ORDER BY id LIMIT :most')
    messages = sa.text('SELECT ticket_id, body FROM message WHERE ticket_id > :after AND ticket_id <= :last '
                       'AND NOT internal ORDER BY ticket_id, id')
    insert = sa.text('INSERT INTO ticket_words (ticket_id, client_id, words) VALUES (:id, :client_id, :words)')
    after = 0
    while rows := connection.execute(tickets, {'after': after, 'most': AT_A_TIME}).all():
        last = rows[-1].id
        texts = {row.id: [row.subject, row.description, row.solution or ''] for row in rows}
        for ticket_id, body in connection.execute(messages, {'after': after, 'last': last}):
            texts[ticket_id].append(body)
        said: list[dict[str, Any]] = [
            {'id': row.id, 'client_id': row.client_id, 'words': _words(texts[row.id])} for row in rows
        ]
        connection.execute(insert, said)
        after = last


def _words(texts: list[str]) -> str:
    found: dict[str, None] = {}
    for text in texts:
        words = {word[:LONGEST_WORD] for word in WORD.findall(_folded(text[:MOST_CHARACTERS]))}
        found |= dict.fromkeys(sorted(words, key=lambda word: (-len(word), word)))
    return f' {" ".join(list(found)[:MOST_WORDS])} '


def _folded(text: str) -> str:
    parted = unicodedata.normalize('NFKD', text.casefold())
    return ''.join(character for character in parted if not unicodedata.combining(character)).translate(SPELLED_OUT)
