"""What may answer the subject being typed: open tickets that look alike, and help. It informs, and never blocks.

Each opens in a tab of its own, so that the form stays as it is.
"""

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

import streamlit as st

from data import articles, filing
from data.articles import Hit
from data.core.desk import Desk
from models.followed import Alike
from pages.components.help_page import anchor
from pages.components.markdown import escaped
from pages.components.marked import marked
from pages.components.text import _, ago, word


def lookalikes(desk: Desk, subject: str, client_id: int, product_id: int | None) -> None:
    alike = filing.alike(desk, subject, client_id)
    hits = articles.similar(desk, subject, product_id) if alike or len(subject.strip()) >= filing.SHORTEST else ()
    if alike:
        advice = _("Please do not create several tickets for the same matter: write on the one that is open.")
        st.html(_box(_("Open tickets that look alike"), (_ticket(desk, one) for one in alike), advice))
    if hits:
        st.html(_box(_("This may answer your question"), (_article(hit, product_id) for hit in hits), ""))


def _box(title: str, lines: Iterable[str], advice: str) -> str:
    told = f"<p>{escape(advice)}</p>" if advice else ""
    return f'<section class="lookalikes"><b>{escape(title)}</b><ul>{"".join(lines)}</ul>{told}</section>'


def _ticket(desk: Desk, one: Alike) -> str:
    facts = escape(f"{one.reference} · {word(one.status)} · {ago(one.filed_at, desk.now)}")
    link = _link("/ticket?" + urlencode({"ref": one.reference}), escaped(one.subject))
    return f"<li>{link}<br><small>{facts}</small></li>"


def _article(hit: Hit, product_id: int | None) -> str:
    asked = {"product": str(hit.product_id or product_id or ""), "at": anchor(hit.id)}
    link = _link("/help?" + urlencode(asked), marked(hit.title))
    return f"<li>{link} <small>{escape(word(hit.kind))}</small><br><small>{marked(hit.excerpt)}</small></li>"


def _link(address: str, html: str) -> str:
    return f'<a href="{escape(address)}" target="_blank" rel="noopener">{html}</a>'
