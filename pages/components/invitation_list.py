"""The links of many contacts in one list: shown where they were made, until the page is left, and kept nowhere else."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from data.core import workbooks
from models.invitation import Invited
from models.user import Language
from pages.components import links
from pages.components.assets import asset
from pages.components.markdown import escaped
from pages.components.text import _, language, moment, plural, speaking, word

PATH = "invitations"  # the address of the page
SHOWN = 50
_KEPT = "invited"


def keep(made: Sequence[Invited]) -> None:
    rows = [
        {
            "client": one.client,
            "number": one.number,
            "name": one.name,
            "email": one.email,
            "language": one.language.value,
            "address": links.address(one.token),
        }
        for one in made
    ]
    until = made[0].expires_at if made else None
    st.session_state[_KEPT] = {"rows": rows, "until": until}


def forget_elsewhere(path: str) -> None:
    """Called by the router: who comes back to the page later, or passes on the screen, finds no link."""
    if path != PATH:
        st.session_state.pop(_KEPT, None)


def show() -> bool:
    """Whether there is a list."""
    kept: dict[str, Any] | None = st.session_state.get(_KEPT)
    if not kept or not kept["rows"]:
        return False
    rows, until = kept["rows"], kept["until"]
    count = len(rows)
    with st.container(border=True, key="invited"):
        st.markdown(
            plural("**{count} link is made.**", "**{count} links are made.**", count)
            + " "
            + _("Save or print the list now: the desk keeps no copy, and it is gone when you leave this page.")
        )
        st.caption(
            _("Each link works once, until {moment}. Give it to its contact only.", moment=until) if until else ""
        )
        _files(rows, until)
        frame = pd.DataFrame(map(_cells, rows[:SHOWN]), columns=_heads())
        st.dataframe(frame, hide_index=True, alt=_("The links, by client"))
        if count > SHOWN:
            st.caption(_("The first {shown} of {count}; the files have all of them.", shown=SHOWN, count=count))
        if st.button(_("Done"), key="invited_done"):
            del st.session_state[_KEPT]
            st.rerun()
    return True


def _files(rows: list[dict[str, str]], until: datetime) -> None:
    heads, name = _heads(), _("invitations")
    spoken = language()
    made: tuple[tuple[str, Callable[[], bytes], str, str], ...] = (
        (_("CSV file"), lambda: workbooks.csv(heads, map(_cells, rows)), workbooks.CSV, "csv"),
        (_("Excel file"), lambda: workbooks.xlsx(heads, map(_cells, rows)), workbooks.XLSX, "xlsx"),
        (_("Slips to print"), lambda: slips(rows, until, spoken).encode(), "text/html", "html"),
    )
    with st.container(horizontal=True):
        for label, content, mime, ending in made:
            st.download_button(
                label,
                content,
                f"{name}.{ending}",
                mime,
                icon=":material/print:" if ending == "html" else ":material/download:",
                on_click="ignore",
                key=f"invited_{ending}",
            )


def _heads() -> list[str]:
    return [_("Client"), _("Number"), _("Contact"), _("E-mail address"), _("Language"), _("Address of the link")]


def _cells(row: dict[str, str]) -> list[str]:
    told = [row[name] for name in ("client", "number", "name", "email")]
    return [*told, _LANGUAGES[row["language"]], row["address"]]


_LANGUAGES = {one.value: word(one) for one in Language}  # each has its own name for itself


def slips(rows: Sequence[dict[str, str]], until: datetime, spoken: Language) -> str:
    """A page without a script: a slip for each contact, in that contact's language, to be cut out."""
    with speaking(spoken):
        title, hint = _("Invitations"), _("Print it, then cut along the lines: one slip for each contact.")
    parts = "".join(_slips(rows, until))
    return (
        f'<!doctype html><html lang="{spoken.value}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">'
        f"<style>{asset('invitation_slips.css')}</style></head>"
        f'<body><p class="hint">{escape(hint)}</p><main>{parts}</main></body></html>'
    )


def _slips(rows: Sequence[dict[str, str]], until: datetime) -> Iterator[str]:
    words: dict[str, tuple[str, str]] = {}
    for one in Language:
        with speaking(one):
            words[one.value] = (
                _("Open this address to choose your password:"),
                _("It works once, until {moment}. It is for you alone.", moment=moment(until)),
            )
    for row in rows:
        how, limit = words[row["language"]]
        yield (
            f'<section lang="{row["language"]}"><h1>{escaped(row["client"])}</h1>'
            f"<p><strong>{escaped(row['name'])}</strong> · {escaped(row['email'])}</p>"
            f"<p>{escape(how)}</p><p><code>{escape(row['address'])}</code></p><p><small>{escape(limit)}</small></p>"
            "</section>"
        )
