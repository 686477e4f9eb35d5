"""The head of a ticket: its name, what it is about, how it stands, whose it is and what it has to do with."""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

import streamlit as st

from models.client import StarLevel
from models.sheet import Related, TicketSheet
from models.ticket import Status, Urgency
from pages.components.assets import component
from pages.components.conversation import link
from pages.components.markdown import escaped
from pages.components.text import _, moment, plural, word

_HERE = Path(__file__).parent
_URGENT = {Urgency.CRITICAL: "bad", Urgency.SERIOUS: "warn"}
_STATUS = {Status.NEW: "new", Status.WAITING: "quiet", Status.RESOLVED: "good"}


def style() -> None:
    st.html(_HERE / "ticket.css")


def reference_button(reference: str) -> None:
    """The reference; a click copies it."""
    component("reference")(
        key="reference",
        data={"reference": reference, "copy": _("Copy the reference"), "copied": _("Copied")},
    )


def head(sheet: TicketSheet) -> None:
    reference_button(sheet.reference)
    badges = "".join(f'<span class="badge" data-tone="{tone}">{escape(text)}</span>' for text, tone in _badges(sheet))
    place = f'<span class="place">{escape(place_said(sheet.before))}</span>' if sheet.before is not None else ""
    st.html(f'<div class="ticket-head"><h1>{escaped(sheet.subject)}</h1><p>{badges}{place}</p></div>')


def facts_html(sheet: TicketSheet) -> str:
    return definitions(_facts(sheet))


def definitions(facts: Iterable[tuple[str, str]]) -> str:
    """Names and what is told under each, which is HTML."""
    told = "".join(f"<dt>{escape(name)}</dt><dd>{html}</dd>" for name, html in facts)
    return f"<dl class='facts'>{told}</dl>"


def _badges(sheet: TicketSheet) -> Iterator[tuple[str, str]]:
    yield word(sheet.status), _STATUS.get(sheet.status, "plain")
    yield word(sheet.kind), "plain"
    if sheet.urgency != Urgency.NONE:
        yield word(sheet.urgency), _URGENT.get(sheet.urgency, "plain")
    if sheet.caller_verified is False:
        yield _("caller not verified"), "warn"


def place_said(before: int) -> str:
    if before == 0:
        return _("first in the queue")
    return plural("{count} before it in the queue", "{count} before it in the queue", before)


def _facts(sheet: TicketSheet) -> Iterator[tuple[str, str]]:
    """Each by its name, as HTML; what is not known is left out."""
    stars = f' <span class="stars" title="{escape(word(sheet.star_level))}">{sheet.star_level.stars}</span>'
    stars = stars if sheet.star_level != StarLevel.NONE else ""
    yield _("Client"), f'<a href="/client?id={sheet.client_id}">{escaped(sheet.client)}</a>{stars}'
    if sheet.contact:
        mail = escaped(sheet.contact_email)
        contact = f'{escaped(sheet.contact)}<br><a href="mailto:{mail}">{mail}</a>'
        yield _("Contact"), contact + (f"<br>{phone_html(sheet.contact_phone)}" if sheet.contact_phone else "")
    if sheet.caller_name or sheet.caller_phone:
        caller = escaped(sheet.caller_name), phone_html(sheet.caller_phone) if sheet.caller_phone else ""
        yield _("Called by"), "<br>".join(filter(None, caller))
    if sheet.product:
        yield _("Product"), escaped(sheet.product)
    nobody = escape(_("nobody yet"))
    yield _("Assignee"), escaped(sheet.assignee) or f"<i>{nobody}</i>"
    yield _("Service"), escape(word(sheet.service))
    verified = _("code verified") if sheet.caller_verified else ""
    yield _("Filed"), escape(" · ".join(filter(None, (moment(sheet.filed_at), word(sheet.channel), verified))))
    yield from related_facts(sheet)


def phone_html(number: str) -> str:
    """As it was written; a click calls it."""
    digits = "".join(one for one in number if one.isascii() and (one.isdecimal() or one == "+"))
    return f'<a href="tel:{digits}">{escaped(number)}</a>' if digits else escaped(number)


def related_facts(sheet: TicketSheet) -> Iterator[tuple[str, str]]:
    """The tickets it has to do with, as far as the reader may know of them."""
    related: list[tuple[str, tuple[Related, ...]]] = [
        (_("Duplicate of"), (sheet.duplicate_of,) if sheet.duplicate_of else ()),
        (_("Duplicates"), sheet.duplicates),
        (_("Follows"), (sheet.follows,) if sheet.follows else ()),
        (_("Followed by"), sheet.followed_by),
        (_("Linked with"), sheet.linked),
    ]
    for name, tickets in related:
        if tickets:
            yield name, "<br>".join(map(_related, tickets))


def _related(other: Related) -> str:
    return f"{link(other.reference)} <small>{escape(word(other.status))}</small><br>{escaped(other.subject)}"
