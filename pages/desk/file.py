"""A ticket filed for a client, who told the desk by telephone, by mail or on a visit: the client's own form."""

import streamlit as st

from data import sheets
from data.tickets import TicketForm
from models.client import StarLevel
from models.errors import NotFound
from models.ticket import Service
from pages.components import filing_address
from pages.components.attempt import attempt
from pages.components.client_choice import client_choice
from pages.components.filed import filed
from pages.components.form_state import FormState
from pages.components.page_style import wide
from pages.components.session import current_desk
from pages.components.staff_fields import staff_fields
from pages.components.text import _, word
from pages.components.ticket_form import promise_said, ticket_form

desk = current_desk()

wide()
st.title(_("File for a client"), anchor=False)

reference = filing_address.read().filed
if reference:
    try:
        filed(desk, sheets.sheet(desk, reference))
    except NotFound:
        st.query_params.clear()
        st.rerun()
    with st.container(horizontal=True):
        if st.button(_("Open the ticket"), type="primary", icon=":material/label:", key="open_filed"):
            st.switch_page("desk/ticket.py", query_params={"ref": reference})
        if st.button(_("File another"), icon=":material/note_add:", key="file_another"):
            st.query_params.clear()
            st.rerun()
    st.stop()

client = client_choice(desk)
follows = filing_address.read().follows
prefilled = {key: st.query_params.get(key, "") for key in ("contact", "channel", "kind", "service", "product")}
prefilled |= {"follows": follows, "subject": filing_address.subject_of(desk, follows)}
form = FormState(desk, f"file-{client.id}-{follows}".rstrip("-"), prefilled)
if follows:
    label = _("Reference of the former ticket, now resolved")
    follows = st.text_input(label, key=form.field("follows"), max_chars=40, width=320) or ""
told, offer = staff_fields(form, client.id)
stars = word(offer.star_level) if offer.star_level != StarLevel.NONE else _("No subscription")
if told.service == Service.TECHNICAL and not offer.promises:
    st.warning(_("No subscription of this client is running: a technical ticket needs one."))
elif len(offer.promises) == 1:
    st.caption(f"{stars} · {promise_said(desk, offer.promises[0])}")
else:
    st.caption(stars)

written = ticket_form(form, told.kind, offer, told.product_id, able=bool(offer.promises))
if written.sent:
    with written.place, attempt():
        ticket = TicketForm(
            kind=told.kind,
            subject=written.subject,
            description=written.description,
            client_id=client.id,
            contact_id=told.contact_id,
            product_id=told.product_id,
            urgency=written.urgency,
            service=told.service,
            channel=told.channel,
            follows=follows.strip() or None,
            form_key=form.key,
        )
        st.query_params.from_dict({"filed": form.send(ticket, written.files)})
