"""The list of tickets: a table of real links, whose rows and selection go by reference and survive a refresh.

Its script keeps the selection, the focus and the scroll; Python only says which rows there are. Every text is put in
as text, never as HTML: subjects come from strangers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.components.assets import asset, component
from pages.components.text import _

_NAME = "tickets_table"


@dataclass(frozen=True)
class Turn:
    """A link beneath the table: to another page of it, or out of an empty one."""

    name: str
    label: str
    href: str


@dataclass(frozen=True)
class Answer:
    """What the user did: `opened` a ticket by reference, a `client` by its id, `turned` a page by the link's name; what
    is `selected`."""

    selected: tuple[str, ...]
    opened: str
    client: str
    turned: str


def tickets_table(
    rows: Sequence[dict[str, Any]],
    *,
    view: str,
    position: str = "",
    hint: str = "",
    empty: str = "",
    turns: Sequence[Turn] = (),
    words: dict[str, Any] | None = None,
    selectable: bool = True,
) -> Answer:
    """`view` names what is shown: a selection made in another view is forgotten, in the browser and here.

    `words` are what the columns are called, where they tell something else than on the desk.
    """
    given = component(_NAME, asset("table.css"))(
        key=_NAME,
        data={
            "view": view,
            "rows": rows,
            "position": position,
            "hint": hint,
            "empty": empty,
            "turns": [{"name": turn.name, "label": turn.label, "href": turn.href} for turn in turns],
            "words": {**_words(), **(words or {})},
            "selectable": selectable,
        },
        on_selection_change=nothing,
        on_opened_change=nothing,
        on_client_change=nothing,
        on_turned_change=nothing,
    )
    return Answer(selected(view), _text(given.opened), _text(given.client), _text(given.turned))


def selected(view: str) -> tuple[str, ...]:
    """What is selected in this view, as far as the browser has told; known before the table is drawn."""
    state = st.session_state.get(_NAME) or {}
    selection = state.get("selection")
    if not isinstance(selection, dict) or selection.get("view") != view:
        return ()
    references = selection.get("references")
    return tuple(one for one in references if isinstance(one, str)) if isinstance(references, list) else ()


def _words() -> dict[str, Any]:
    return {
        "caption": _("Tickets. Arrow keys or J and K move, Enter opens, X selects."),
        "columns": [
            [_("Ticket"), _("Kind")],
            [_("Subject"), _("Why it stands here")],
            [_("Client"), _("Product")],
            [_("Urgency"), _("Status")],
            [_("Assignee"), _("Filed")],
            [_("Deadline"), ""],
        ],
        "select_all": _("Select all"),
        "pages": _("Pages"),
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def nothing() -> None:
    """A value of a component is only given where a callback is."""
