"""Which module brings in which rows of an export, but for the tickets."""

from collections.abc import Callable, Iterable, Sequence

from data.core.desk import OpenDesk
from data.core.exchange import (
    guichet_calls,
    guichet_documents,
    guichet_help,
    guichet_holidays,
    guichet_products,
    guichet_rules,
    guichet_surroundings,
)
from data.core.exchange.batch import Batch
from data.core.exchange.guichet import Read

_PARTS: dict[str, Callable[[OpenDesk, Batch, Sequence[Read]], None]] = {
    "export": guichet_rules.export,
    "desk": guichet_rules.desk_settings,
    "header": guichet_rules.headers,
    "calendar": guichet_rules.calendars,
    "calendar_year": guichet_holidays.calendar_years,
    "service_level": guichet_rules.service_levels,
    "product": guichet_products.products,
    "client": guichet_surroundings.clients,
    "subscription": guichet_surroundings.subscriptions,
    "ownership": guichet_products.ownerships,
    "person": guichet_surroundings.people,
    "document": guichet_documents.documents,
    "article": guichet_help.articles,
    "article_read": guichet_help.reads,
    "article_vote": guichet_help.votes,
    "call": guichet_calls.calls,
    "seen": guichet_calls.seen,
}


RULES = ("calendar", "calendar_year", "service_level")


def require_same(desk: OpenDesk, record: str, rows: Iterable[Read]) -> None:
    """Raises Refused where the rules of the file contradict those of this desk: its promises would not be the same."""
    find = {
        "calendar": guichet_rules.calendar,
        "calendar_year": guichet_holidays.calendar_year,
        "service_level": guichet_rules.service_level,
    }[record]
    for row in rows:
        find(desk, row)


def bring_in(desk: OpenDesk, batch: Batch, record: str, rows: Sequence[Read]) -> None:
    """Rows of one kind, after all rows of those before it. What is there already stays, and counts as merged."""
    _PARTS[record](desk, batch, rows)
