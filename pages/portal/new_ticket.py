"""A new ticket, and then what was promised. What is typed is kept, and filed once however often it is sent."""

import streamlit as st

from data import filing
from data.tickets import TicketForm
from models.ticket import Service
from pages.components import filing_address
from pages.components.attempt import attempt
from pages.components.contact_link import contact_link
from pages.components.filed import confirmation
from pages.components.form_state import FormState
from pages.components.page_style import wide
from pages.components.product_choice import kind_choice, other_kind, product_choice
from pages.components.session import current_desk
from pages.components.text import _, plain, word
from pages.components.ticket_form import promise_said, ticket_form

desk = current_desk()
asked = filing_address.read()

wide()
if asked.filed:
    confirmation(desk, asked.filed)

kind_choice(asked)
offer = filing.offer(desk, asked.kind)
product = product_choice(offer, asked)
st.title(f"{word(asked.kind)} · {plain(product.name)}" if product else word(asked.kind), anchor=False)

if not asked.follows:
    other_kind(asked)
if not offer.promises:
    st.warning(
        _(
            "No subscription of your company is running: technical tickets need one. What you have typed is kept until "
            "one runs again. Our sales team can start one."
        ),
        icon=":material/star_half:",
    )
    contact_link(_("Write to our sales team"), Service.SALES)
elif len(offer.promises) == 1:
    st.caption(promise_said(desk, offer.promises[0]))

followed = ""
product_id = product.id if product else None
name = f"{asked.kind}-{product_id or filing_address.ANY}-{asked.follows}"
form = FormState(desk, name, {"follows": asked.follows, "subject": filing_address.subject_of(desk, asked.follows)})
if asked.follows:
    label = _("Reference of the former ticket, now resolved")
    followed = st.text_input(label, key=form.field("follows"), max_chars=40, width=320) or ""
written = ticket_form(form, asked.kind, offer, product_id, able=bool(offer.promises))
st.caption(
    _(
        "The technical service works tickets by their order of arrival, their urgency, and the level of service of "
        "your subscription ([more details]({programme})). Please do not create several tickets for the same incident "
        "or request: if you have no news of one, [find it among your tickets]({tickets}) and write on it.",
        programme="/programme",
        tickets="/tickets",
    )
)
if written.sent:
    with written.place, attempt():
        ticket = TicketForm(
            kind=asked.kind,
            subject=written.subject,
            description=written.description,
            product_id=product_id,
            urgency=written.urgency,
            follows=followed.strip() or None,
            form_key=form.key,
        )
        st.query_params.from_dict({"filed": form.send(ticket, written.files)})
