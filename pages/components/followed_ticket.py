"""What a contact's ticket page has and the desk's has not: how it ends and goes on, that it was read, what is new."""

from collections.abc import Iterator
from datetime import datetime
from html import escape

import streamlit as st

from data import followed, tickets
from data.core.desk import Desk
from models.client import StarLevel
from models.sheet import ClockSheet, TicketSheet
from models.sla import State
from models.thread import Thread
from models.ticket import Kind, Status, Urgency
from pages.components.attempt import attempt, tolerant
from pages.components.contact_link import contact_link
from pages.components.filing_address import ANY
from pages.components.markdown import escaped
from pages.components.session import current_desk, refreshing
from pages.components.text import _, deadline, moment, word
from pages.components.ticket_form import urgency_meaning
from pages.components.ticket_head import definitions, related_facts

_LOOKED_UP_EVERY = 10


def part(title: str) -> str:
    """The heading of a part of the page, called as the client's guide calls it."""
    return f'<h2 class="part">{escape(title)}</h2>'


def writing_to(kind: Kind) -> str:
    if kind == Kind.ENQUIRY:
        return _("Send a message or attachments to the service")
    return _("Send a message or attachments to the technician")


def facts_html(sheet: TicketSheet) -> str:
    return definitions(_facts(sheet))


def _facts(sheet: TicketSheet) -> Iterator[tuple[str, str]]:
    """Each by its name, as HTML; what is not known is left out. Who of the desk holds it is the desk's affair."""
    if sheet.contact:
        yield _("Filed by"), escaped(sheet.contact)
    elif sheet.caller_name:
        yield _("Called by"), escaped(sheet.caller_name)
    if sheet.product:
        yield _("Product"), escaped(sheet.product)
    if sheet.star_level != StarLevel.NONE:
        said = escape(word(sheet.star_level))
        yield _("Programme"), f'<span class="stars" title="{said}">{sheet.star_level.stars}</span>'
    yield _("Service"), escape(word(sheet.service))
    yield _("Filed"), escape(f"{moment(sheet.filed_at)} · {word(sheet.channel)}")
    yield from related_facts(sheet)


def next_promise_html(sheet: TicketSheet, now: datetime) -> str:
    """On a telephone, where the conversation comes before the clocks: what comes next, in a line."""
    first, resolution = sheet.first_response, sheet.resolution_clock
    if sheet.is_resolved:
        return ""
    if sheet.status == Status.WAITING:
        said = _("your answer is awaited")
    elif first.stopped_at is None and first.due_at is not None:
        said = _promised(_("first response before {due}", due=deadline(first.due_at, now)), first, now)
    elif resolution.due_at is not None:
        said = _promised(_("resolution before {due}", due=deadline(resolution.due_at, now)), resolution, now)
    else:
        return ""
    return f'<p class="next-promise">{escape(said)}</p>'


def _promised(said: str, clock: ClockSheet, now: datetime) -> str:
    if clock.state == State.BREACHED and clock.due_at is not None:
        return _("was promised for {due}", due=deadline(clock.due_at, now))
    return said


def end(sheet: TicketSheet) -> None:
    """Why there is no box any more, in the guide's words, and the way on."""
    st.info(
        _(
            "Once a ticket is resolved, it is no longer possible to go back to it or to exchange with the technician "
            "about it. You therefore have to create a new ticket. For better follow-up, do recall the reference of the "
            "former ticket, now resolved."
        ),
        icon=":material/lock:",
    )
    if sheet.kind == Kind.ENQUIRY:
        contact_link(_("Create a follow-up"), sheet.service, follows=sheet.reference)
    elif st.button(_("Create a follow-up"), type="primary", icon=":material/add_circle:", key="follow_up"):
        asked = {"kind": sheet.kind.value, "product": str(sheet.product_id or ANY), "follows": sheet.reference}
        st.switch_page("portal/new_ticket.py", query_params=asked)


def raising(desk: Desk, sheet: TicketSheet) -> None:
    """For an incident that has become more urgent than it was: the higher urgencies, and why."""
    higher = [urgency for urgency in Urgency if urgency > sheet.urgency]
    if sheet.kind != Kind.INCIDENT or sheet.is_resolved or not higher:
        return
    label = _("It has become more urgent")
    with st.popover(label, icon=":material/priority_high:", width="stretch", key="raise_urgency"):
        with st.form("raise_form", border=False):
            words = {urgency.name: word(urgency) for urgency in higher}
            chosen = st.radio(
                _("How urgent is it now?"),
                list(words),
                format_func=words.__getitem__,
                captions=[urgency_meaning(urgency) for urgency in higher],
                key=f"raise_to_{sheet.urgency}",
            )
            reason = st.text_input(_("Why?"), max_chars=followed.LONGEST_REASON, key="raise_reason")
            sent = st.form_submit_button(_("Raise the urgency"), type="primary", key="raise_sure")
        if sent:
            with attempt(_("The urgency is raised, and the deadlines with it.")):
                followed.raise_urgency(desk, sheet.reference, Urgency[chosen], reason or "")


def withdrawal(desk: Desk, reference: str) -> None:
    """For the one who filed it: asked twice, since it is final."""
    with st.popover(_("Withdraw this ticket"), icon=":material/undo:", width="stretch", key="withdraw"):
        st.markdown(_("You no longer need it? The ticket is resolved for good, without a solution."))
        if st.button(_("Withdraw for good"), type="primary", key="withdraw_sure"):
            with attempt(_("{reference} is withdrawn.", reference=reference)):
                tickets.withdraw(desk, reference)
                st.session_state.pop("open_ticket", None)


def read_until(desk: Desk, sheet: TicketSheet, thread: Thread) -> None:
    """Note once that what is drawn was read: up to its last entry, so that what comes meanwhile stays news."""
    until = max([sheet.filed_at, *(entry.at for entry in thread.entries)])
    noted = (sheet.reference, until)
    if st.session_state.get("read_until") != noted:
        with tolerant():
            followed.seen(desk, sheet.reference, until)
            st.session_state["read_until"] = noted


@refreshing(_LOOKED_UP_EVERY)
def heartbeat(reference: str, pulse: tuple[object, ...]) -> None:
    """Draw the page anew when there is something new to read. What is being typed stays in its box."""
    if followed.pulse(current_desk(), reference) != pulse:
        st.rerun()
