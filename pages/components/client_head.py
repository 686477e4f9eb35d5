"""The head of a client's page: what one asks first, in one line."""

from collections.abc import Iterator
from datetime import datetime
from html import escape

import streamlit as st

from data.clients import ClientSheet
from models.client import StarLevel
from pages.components.clients_board import until
from pages.components.markdown import escaped
from pages.components.text import _, ago, plural, word

_STYLE = """<style>
.client-head h1 { font-size: 1.9rem; padding: 0 0 0.2rem; margin: 0; }
.client-head p { margin: 0; display: flex; flex-wrap: wrap; gap: 0.2rem 1.3rem; font-size: 0.95rem; }
.client-head .stars { color: light-dark(#b26a12, #e9ae5c); letter-spacing: -0.03em; }
.client-head [data-tone="bad"], .client-head [data-tone="warn"] { font-weight: 600; }
.client-head [data-tone="bad"] { color: light-dark(#b4412b, #f08a76); }
.client-head [data-tone="warn"] { color: light-dark(#a35f0e, #e9ae5c); }
</style>"""


def head(sheet: ClientSheet, now: datetime) -> None:
    st.set_page_config(page_title=sheet.line.name)
    parts = "".join(f'<span data-tone="{tone}">{told}</span>' for told, tone in _parts(sheet, now))
    st.html(f'{_STYLE}<div class="client-head"><h1>{escaped(sheet.line.name)}</h1><p>{parts}</p></div>')


def _parts(sheet: ClientSheet, now: datetime) -> Iterator[tuple[str, str]]:
    """Each as HTML, with its tone."""
    line = sheet.line
    if line.star_level != StarLevel.NONE:
        yield f'<span class="stars" title="{escape(word(line.star_level))}">{line.star_level.stars}</span>', ""
    end = until(line, now)
    prefix = _("until {day}", day=end.text) if line.until and line.star_level else end.text
    yield escape(" · ".join(filter(None, (prefix, end.second)))), end.tone
    if line.lacks_code:
        yield escape(_("no access code")), "bad"
    open_ones = plural("{count} open ticket", "{count} open tickets", line.open_tickets)
    yield escape(open_ones), ""
    if line.last_contact_at is not None:
        yield escape(_("last contact {ago}", ago=ago(line.last_contact_at, now))), ""
