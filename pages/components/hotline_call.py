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
from models.user import LONGEST_NAME, LONGEST_PHONE
from pages.components.attempt import attempt
from pages.components.hotline_caller import ticket_said
from pages.components.text import _, word

_ELSEWHERE = [service for service in Service if service != Service.TECHNICAL]


@dataclass(frozen=True)
class About:
    """What the call is about, as far as it is chosen and not written."""

    kind: Kind
    urgency: Urgency | None  # None: an incident's, not chosen yet
    service: Service
    product_id: int | None


@dataclass(frozen=True)
class Speaker:
    """Who is on the telephone: one of the contacts, or somebody by the name and number they give."""

    contact_id: int | None
    name: str
    phone: str

    def said(self, caller: Caller) -> str:
        known = next((one.name for one in caller.contacts if one.id == self.contact_id), self.name)
        return " · ".join(filter(None, (known or caller.client, self.phone)))


def who_calls(caller: Caller) -> Speaker:
    """Which of the contacts; nobody of them by default, but for the only one."""
    names = {one.id: " · ".join(filter(None, (one.name, one.phone))) for one in caller.contacts}
    only = 0 if len(names) == 1 else None
    contact = st.selectbox(
        _("Who is on the telephone?"),
        list(names),
        only,
        format_func=lambda one: names.get(one, ""),
        placeholder=_("Somebody else"),
        key=f"call_contact_{caller.call_id}",
    )
    first, second = st.columns(2)
    name = ""
    with first:
        if contact is None:
            key = f"call_name_{caller.call_id}"
            name = st.text_input(_("Name of the caller"), max_chars=LONGEST_NAME, key=key, persist_state="session")
    with second if contact is None else first:
        key = f"call_phone_{caller.call_id}"
        label = _("Telephone to call back")
        phone = st.text_input(label, max_chars=LONGEST_PHONE, key=key, persist_state="session")
    return Speaker(contact, name or "", phone or "")


def new_ticket(desk: Desk, caller: Caller, who: Speaker) -> None:
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
        if about.urgency is None:
            st.error(_("Choose the urgency."), icon=":material/error:")
            return
        with attempt(_("The call is a ticket."), rerun=False):
            form = TicketForm(
                kind=about.kind,
                subject=subject or "",
                description=description or "",
                contact_id=who.contact_id,
                product_id=about.product_id,
                urgency=about.urgency,
                service=about.service,
            )
            reference = hotline.file(desk, call, form, caller_name=who.name, caller_phone=who.phone)
        if reference:
            st.switch_page("desk/ticket.py", query_params={"ref": reference})


def tickets(desk: Desk, caller: Caller, who: Speaker, now: datetime) -> None:
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
                _note(desk, caller, who, line.reference)
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
    urgency: Urgency | None = Urgency.NONE
    service = Service.TECHNICAL
    if kind == Kind.INCIDENT:
        urgency = st.segmented_control(
            _("Urgency"),
            list(Urgency),
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


def _note(desk: Desk, caller: Caller, who: Speaker, reference: str) -> None:
    with st.form(f"call_note_form_{reference}", border=False, enter_to_submit=False):
        text = st.text_area(_("Note for the desk"), height=90, key=f"call_note_text_{caller.call_id}_{reference}")
        row = st.container(horizontal=True, gap="small")
        kept = row.form_submit_button(_("Keep the note"), type="primary", key=f"call_note_keep_{reference}")
        dropped = row.form_submit_button(_("Drop"), key=f"call_note_drop_{reference}")
    if kept:
        with attempt(_("The note is kept. The client does not see it.")):
            said = "\n\n".join(filter(None, (_("Call of {name}", name=who.said(caller)), (text or "").strip())))
            hotline.note(desk, caller.call_id, reference, said, caller_name=who.name, caller_phone=who.phone)
            del st.session_state["call_noting"]
    if dropped:
        del st.session_state["call_noting"]
        st.rerun()
