"""Public holidays are kept with the calendars that count them

Until now they came from the `holidays` package each time, so that a new version of the package moved the past. Each
version of a calendar gets the years that the desk has used, from its first ticket to its last deadline, as the package
of this moment knows them: nothing tells what an older one knew.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import holidays
import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0011'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CALENDAR = sa.table('calendar', sa.column('id', sa.Integer), sa.column('zone', sa.String), sa.column('country', sa.String))
TICKET = sa.table(
    'ticket',
    *(sa.column(name, MOMENT) for name in ('filed_at', 'first_response_due_at', 'resolution_due_at', 'next_late_at')),
)


def upgrade() -> None:
    table = op.create_table(
        'calendar_year',
        sa.Column('calendar_id', sa.Integer(), nullable=False),
        sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('holidays', sa.JSON(), nullable=False),
        sa.Column('known_at', MOMENT, nullable=False),
        sa.ForeignKeyConstraint(['calendar_id'], ['calendar.id']),
        sa.PrimaryKeyConstraint('calendar_id', 'year'),
    )
    if rows := _rows(op.get_bind()):
        op.bulk_insert(table, rows)


def downgrade() -> None:
    op.drop_table('calendar_year')


def _rows(connection: sa.Connection) -> list[dict[str, object]]:
    now, columns = datetime.now(UTC), TICKET.c
    first, *last = connection.execute(
        sa.select(
            sa.func.min(columns.filed_at),
            *(sa.func.max(one) for one in (columns.first_response_due_at, columns.resolution_due_at, columns.next_late_at)),
        )
    ).one()
    if first is None:
        return []
    until = max(now, *(_aware(one) for one in last if one is not None))
    known: dict[tuple[str, int], dict[str, str] | None] = {}
    rows: list[dict[str, object]] = []
    for calendar_id, zone, country in connection.execute(sa.select(*CALENDAR.c).where(CALENDAR.c.country != '')):
        begin, end = (moment.astimezone(ZoneInfo(zone)).year for moment in (_aware(first), until))
        for year in range(begin, end + 1):
            if (country, year) not in known:
                known[country, year] = _public(country, year)
            if (found := known[country, year]) is not None:
                rows.append({'calendar_id': calendar_id, 'year': year, 'holidays': found, 'known_at': now})
    return rows


def _public(country: str, year: int) -> dict[str, str] | None:
    """By date, called as they are there. None for a country that the package knows no more."""
    try:
        language = holidays.country_holidays(country).default_language
        found = holidays.country_holidays(country, years=year, language=language)
    except NotImplementedError:
        return None
    return {day.isoformat(): name for day, name in sorted(found.items())}


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
