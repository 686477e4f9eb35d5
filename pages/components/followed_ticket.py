"""What a contact's ticket page has and the desk's has not: how it ends and goes on, that it was read, what is new."""

from collections.abc import Iterator
from html import escape

import streamlit as st

from data import followed, tickets
from data.conversation import Thread
from data.core.desk import Desk
from models.client import StarLevel
from models.sheet import TicketSheet
from models.ticket import Kind
from pages.components.attempt import attempt
from pages.components.contact_link import contact_link
from pages.components.filing_address import ANY
from pages.components.markdown import escaped
from pages.components.session import current_desk, refreshing
from pages.components.text import _, moment, word
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
        followed.seen(desk, sheet.reference, until)
        st.session_state["read_until"] = noted


@refreshing(_LOOKED_UP_EVERY)
def heartbeat(reference: str, pulse: tuple[object, ...]) -> None:
    """Draw the page anew when there is something new to read. What is being typed stays in its box."""
    if followed.pulse(current_desk(), reference) != pulse:
        st.rerun()
