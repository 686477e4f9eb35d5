"""A list whose rows are links: clients, a client's tickets. The queue has one of its own, with a selection."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import streamlit as st

from pages.components.tickets_table import Turn

_HERE = Path(__file__).parent
_NAME = "links_table"


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
    given = st.components.v2.component(_NAME, html=_asset("html"), css=_asset("css"), js=_asset("js"))(
        key=key,
        data={
            "caption": caption,
            "columns": [asdict(column) for column in columns],
            "rows": [asdict(row) for row in rows],
            "empty": empty,
            "turns": [asdict(turn) for turn in turns],
        },
        on_opened_change=_nothing,
        on_turned_change=_nothing,
    )
    return Answer(*(value if isinstance(value, str) else "" for value in (given.opened, given.turned)))


def _nothing() -> None:
    """A value of a component is only given where a callback is."""


@cache
def _asset(kind: str) -> str:
    return (_HERE / f"{_NAME}.{kind}").read_text(encoding="utf-8")
