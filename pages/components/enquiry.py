"""A message to a service, as its form; and what leads to a ticket where the matter is technical."""

from hashlib import blake2s

import streamlit as st

from data import filing, followed
from data.core.desk import Desk
from data.tickets import SUBJECT_LONGEST, TicketForm
from models.followed import Followed, Stage
from models.ticket import Kind, Service
from pages.components import filing_address
from pages.components.assistance import reminder
from pages.components.attempt import attempt
from pages.components.brief_list import brief_list
from pages.components.contact_link import COLLEAGUE
from pages.components.filing_address import Asked
from pages.components.form_state import FormState
from pages.components.navigation import file_at, open_page
from pages.components.text import _, plain, word
from pages.components.ticket_form import promise_said, ticket_form

_SHOWN = 5


def enquiry(desk: Desk, service: Service, asked: Asked) -> None:
    """What is typed is kept, and sent once. A subject that the address names makes a form of its own: nothing typed
    before is overwritten."""
    offer = filing.offer(desk, Kind.ENQUIRY)
    st.caption(promise_said(desk, offer.promises[0]))
    begun = _begun(str(st.query_params.get("about", "")))
    subject = str(st.query_params.get("subject", ""))[:SUBJECT_LONGEST] or begun["subject"]
    subject = subject or filing_address.subject_of(desk, asked.follows)
    known = blake2s(subject.encode("utf-8", "replace"), digest_size=6).hexdigest() if subject else ""
    name = f"enquiry-{service}-{asked.follows}-{known}"
    form = FormState(desk, name, begun | {"subject": subject, "follows": asked.follows})
    follows = ""
    if asked.follows:
        label = _("Reference of the former ticket, now resolved")
        follows = st.text_input(label, key=form.field("follows"), max_chars=40, width=320) or ""
    written = ticket_form(form, Kind.ENQUIRY, offer, None)
    if written.sent:
        with written.place, attempt():
            ticket = TicketForm(
                kind=Kind.ENQUIRY,
                service=service,
                subject=written.subject,
                description=written.description,
                follows=follows.strip() or None,
                form_key=form.key,
            )
            st.query_params.from_dict({"service": service.value, "filed": form.send(ticket, written.files)})


def _begun(about: str) -> dict[str, str]:
    """What the form begins with where the address says what the message is about."""
    if about != COLLEAGUE:
        return {"subject": "", "description": ""}
    asked = _("Please open an account of our client space for this colleague of mine.")
    fields = (_("First name and name:"), _("E-mail address:"), _("Telephone:"))
    return {
        "subject": _("Access to the client space for a colleague"),
        "description": "\n".join((asked, "", *fields)),
    }


def technical() -> None:
    """Technical matters are tickets, as the guide has it: a new one, or a message on one that is open."""
    st.info(_("Technical matters are tickets: an incident, or a service request."), icon=":material/support:")
    reminder()
    icon = ":material/support:"
    if st.button(_("Technical assistance"), type="primary", icon=icon, key="contact_assistance"):
        open_page("assistance")


def written_before(desk: Desk, service: Service) -> None:
    """What the company has asked this service, the open ones of the technical one: to go on writing there."""
    stage = Stage.OPEN if service == Service.TECHNICAL else Stage.ALL
    lines = followed.page(desk, Followed(service=service, stage=stage)).lines
    if service == Service.TECHNICAL:
        title = _("Your open technical tickets: open one to write to its technician")
    else:
        title = _("Your messages to the service: {service}", service=plain(word(service)))
    st.subheader(title, anchor=False)
    if not lines:
        st.caption(_("None yet."))
        return
    brief_list(lines[:_SHOWN], desk.now)
    if len(lines) > _SHOWN:
        asked = {"service": service.value} | ({"stage": stage.value} if stage != Stage.ALL else {})
        st.page_link(file_at("tickets"), label=_("All of them"), icon=":material/list:", query_params=asked)
