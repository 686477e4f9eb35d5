"""docs/operating.md says of each table whether its rows are removed: a new table must be named there."""

import re
from pathlib import Path

import data.core.tables  # noqa: F401
from data.core import purge
from models.base import Table

PAGE = (Path(__file__).parents[1] / "docs" / "operating.md").read_text(encoding="utf-8")


def named(heading: str) -> list[str]:
    """The tables in the first column of the table with this heading."""
    rows = PAGE.partition(f"| {heading} |\n")[2].partition("\n\n")[0].splitlines()[1:]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]


def test_every_table_has_a_rule_or_a_reason_to_stay_and_only_one():
    removed, stays = named("table | removed"), named("table | stays, because")
    assert sorted(removed + stays) == sorted(table.name for table in Table.metadata.sorted_tables)


def test_the_page_says_removed_of_what_the_purge_removes():
    assert sorted(named("table | removed")) == sorted(rule.table.__tablename__ for rule in purge.RULES)
