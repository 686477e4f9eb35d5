"""Who calls and what they are entitled to, to be read in a glance."""

from datetime import datetime
from html import escape
from pathlib import Path

import streamlit as st

from models.hotline import Caller, Contact
from models.queue import Line
from pages.components.direct_line import line_said
from pages.components.markdown import escaped
from pages.components.text import _, moment, plain, when, word
from pages.components.ticket_head import phone_html

_STYLE = Path(__file__).parent / "hotline.css"


def caller_html(caller: Caller, now: datetime) -> str:
    stars, line = caller.star_level, caller.line
    shown = f'<span class="stars" title="{escape(word(stars))}">{stars.stars}</span>' if stars else escape(word(stars))
    tone = "quiet" if line is None else "good" if line.open else "bad"
    asked, answered = escape(_("Line open for them:")), escape(line_said(line, now))
    return (
        f'<section class="caller"><header><h2>{escaped(caller.client)}</h2>{shown}{verified_html(caller.verified)}'
        f'</header><p class="line" data-tone="{tone}">{asked} <b>{answered}</b></p>{_contacts(caller)}</section>'
    )


def verified_html(verified: bool) -> str:
    told, tone = (_("code verified"), "good") if verified else (_("caller not verified"), "warn")
    return f'<span class="badge" data-tone="{tone}">{escape(told)}</span>'


def ticket_said(line: Line, now: datetime) -> str:
    """One line of Markdown; the link opens beside the call."""
    link = f"[{line.reference}](/ticket?ref={line.reference})"
    facts = [word(line.kind), word(line.urgency) if line.urgency else "", word(line.status)]
    if line.resolved_at:
        facts = [word(line.kind), _("resolved {at}", at=moment(line.resolved_at))]
    elif line.due_at:
        facts.append(_("due {at}", at=when(line.due_at, now)))
    return f"**{link}** {plain(line.subject)}  \n:small[{' · '.join(filter(None, facts))}]"


def style() -> None:
    st.html(_STYLE)


def _contacts(caller: Caller) -> str:
    people = " · ".join(map(_contact, caller.contacts))
    named = escape(_("Contacts:")) if people else escape(_("No contact is known."))
    telephone = escape(_("Telephone:"))
    office = f"{telephone} {phone_html(caller.phone)} · " if caller.phone else ""
    return f'<p class="contacts">{office}{named} {people}</p>'


def _contact(one: Contact) -> str:
    phone = f" {phone_html(one.phone)}" if one.phone else ""
    return f"{escaped(one.name)} <small>{escaped(one.email)}</small>{phone}"
