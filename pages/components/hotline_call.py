"""What becomes of a call: a ticket, or a note on one that is open."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from data import hotline
from data.core.desk import Desk
from data.tickets import SUBJECT_LONGEST, TicketForm
from models.client import StarLevel
from models.hotline import Caller
from models.ticket import Kind, Service, Urgency
from pages.components.attempt import attempt
from pages.components.hotline_caller import ticket_said
from pages.components.text import _, word

_ELSEWHERE = [service for service in Service if service != Service.TECHNICAL]


@dataclass(frozen=True)
class About:
    """What the call is about, as far as it is chosen and not written."""

    kind: Kind
    urgency: Urgency
    service: Service
    product_id: int | None


def who_calls(caller: Caller) -> int | None:
    """Which of the contacts; nobody of them by default, but for the only one."""
    names = {one.id: one.name for one in caller.contacts}
    only = 0 if len(names) == 1 else None
    return st.selectbox(
        _("Who is on the telephone?"),
        list(names),
        only,
        format_func=lambda one: names.get(one, ""),
        placeholder=_("Somebody else"),
        key=f"call_contact_{caller.call_id}",
    )


def new_ticket(desk: Desk, caller: Caller, contact_id: int | None) -> None:
    """What is typed stays until it is filed, also when it is refused or the page is left for another."""
    call = caller.call_id
    about = _about(caller)
    with st.form(f"call_form_{call}", border=False, enter_to_submit=False):
        subject = st.text_input(
            _("Subject"), max_chars=SUBJECT_LONGEST, key=f"call_subject_{call}", persist_state="session"
        )
        description = st.text_area(
            _("What happens, in the caller’s words"), height=140, key=f"call_text_{call}", persist_state="session"
        )
        filing = st.form_submit_button(
            _("Make it a ticket"),
            type="primary",
            icon=":material/confirmation_number:",
            shortcut="Ctrl+Enter",
            key=f"call_file_{call}",
        )
    if filing:
        reference = ""
        with attempt(_("The call is a ticket."), rerun=False):
            form = TicketForm(
                kind=about.kind,
                subject=subject or "",
                description=description or "",
                contact_id=contact_id,
                product_id=about.product_id,
                urgency=about.urgency,
                service=about.service,
            )
            reference = hotline.file(desk, call, form)
        if reference:
            st.switch_page("desk/ticket.py", query_params={"ref": reference})


def tickets(desk: Desk, caller: Caller, contact_id: int | None, now: datetime) -> None:
    """The open ones, each to be noted on, and what was resolved lately."""
    st.subheader(_("Open tickets"), anchor=False)
    if not caller.open:
        st.caption(_("None."))
    noting = st.session_state.get("call_noting")
    for line in caller.open:
        with st.container(border=True, gap="xsmall", key=f"call_ticket_{line.reference}"):
            st.markdown(ticket_said(line, now))
            if line.reference not in caller.workable:
                continue
            if noting == (caller.call_id, line.reference):
                _note(desk, caller, contact_id, line.reference)
            elif st.button(
                _("Note the call on it"), type="tertiary", icon=":material/edit_note:", key=f"call_on_{line.reference}"
            ):
                st.session_state["call_noting"] = caller.call_id, line.reference
                st.rerun()
    if caller.resolved:
        st.subheader(_("Resolved lately"), anchor=False)
        st.markdown("\n\n".join(ticket_said(line, now) for line in caller.resolved))


def _about(caller: Caller) -> About:
    """Without a subscription only enquiries can be filed: they come first then."""
    call, kinds = caller.call_id, list(Kind)
    first = Kind.INCIDENT if caller.star_level != StarLevel.NONE else Kind.ENQUIRY
    kind = st.segmented_control(
        _("Kind"), kinds, default=first, required=True, format_func=word, key=f"call_kind_{call}"
    )
    urgency, service = Urgency.NONE, Service.TECHNICAL
    if kind == Kind.INCIDENT:
        urgency = st.segmented_control(
            _("Urgency"),
            list(Urgency),
            default=Urgency.LOW,
            required=True,
            format_func=word,
            key=f"call_urgency_{call}",
        )
    elif kind == Kind.ENQUIRY:
        service = st.segmented_control(
            _("Service"), _ELSEWHERE, default=Service.SALES, required=True, format_func=word, key=f"call_service_{call}"
        )
    products = dict(caller.products)
    product = st.selectbox(
        _("Product"),
        list(products),
        0 if len(products) == 1 else None,
        format_func=lambda one: products.get(one, ""),
        placeholder=_("None in particular"),
        key=f"call_product_{call}",
    )
    return About(kind, urgency, service, product)


def _note(desk: Desk, caller: Caller, contact_id: int | None, reference: str) -> None:
    who = next((one.name for one in caller.contacts if one.id == contact_id), caller.client)
    with st.form(f"call_note_form_{reference}", border=False, enter_to_submit=False):
        text = st.text_area(_("Note for the desk"), height=90, key=f"call_note_text_{caller.call_id}_{reference}")
        row = st.container(horizontal=True, gap="small")
        kept = row.form_submit_button(_("Keep the note"), type="primary", key=f"call_note_keep_{reference}")
        dropped = row.form_submit_button(_("Drop"), key=f"call_note_drop_{reference}")
    if kept:
        with attempt(_("The note is kept. The client does not see it.")):
            said = "\n\n".join(filter(None, (_("Call of {name}", name=who), (text or "").strip())))
            hotline.note(desk, caller.call_id, reference, said)
            del st.session_state["call_noting"]
    if dropped:
        del st.session_state["call_noting"]
        st.rerun()
