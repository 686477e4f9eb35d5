"""A list whose rows are links: clients, a client's tickets. The queue has one of its own, with a selection."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from pages.components.assets import asset, component
from pages.components.tickets_table import Turn, nothing


@dataclass(frozen=True)
class Column:
    """`width` is any of CSS; without one it shares what is left."""

    title: str
    width: str = ""
    align: Literal["", "right", "center"] = ""


@dataclass(frozen=True)
class Cell:
    """Two lines of text; `title` shows where the mouse rests. Tones: bad, warn, good, quiet, stars."""

    text: str
    second: str = ""
    tone: str = ""
    title: str = ""


@dataclass(frozen=True)
class Row:
    """Where it leads, and by what `key` it is told when it is opened. The first cell is the link."""

    key: str
    href: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Answer:
    """What the user has just done: `opened` a row by its key, `turned` a page by the name of the link."""

    opened: str
    turned: str


def links_table(
    key: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    caption: str,
    empty: str = "",
    turns: Sequence[Turn] = (),
) -> Answer:
    given = component("links_table", asset("table.css"))(
        key=key,
        data={
            "caption": caption,
            "columns": [asdict(column) for column in columns],
            "rows": [asdict(row) for row in rows],
            "empty": empty,
            "turns": [asdict(turn) for turn in turns],
        },
        on_opened_change=nothing,
        on_turned_change=nothing,
    )
    return Answer(*(value if isinstance(value, str) else "" for value in (given.opened, given.turned)))
