"""What the staff is asked besides, when it files for a client: who called, by which way, what it is and about what."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from data import filing
from data.filing import Offer
from models.ticket import Channel, Kind, Service
from pages.components.form_state import FormState
from pages.components.queue_filters import named
from pages.components.text import _, word

E = TypeVar("E", bound=StrEnum)

CHANNELS = (Channel.PHONE, Channel.MAIL, Channel.VISIT)
_SERVICES = tuple(service for service in Service if service != Service.TECHNICAL)


@dataclass(frozen=True)
class Told:
    """`service` follows from the kind, but for an enquiry."""

    contact_id: int | None
    channel: Channel
    kind: Kind
    service: Service
    product_id: int | None


def staff_fields(form: FormState, client_id: int) -> tuple[Told, Offer]:
    first, second = st.columns(2, gap="large")
    with first:
        kind = _one_of(form, _("Kind"), "kind", tuple(Kind))
        service = Service.TECHNICAL
        if kind == Kind.ENQUIRY:
            service = _one_of(form, _("Service"), "service", _SERVICES)
    with second:
        channel = _one_of(form, _("How it came"), "channel", CHANNELS)
    offer = filing.offer(form.desk, kind, client_id)
    with first:
        contacts = named(filing.contacts(form.desk, client_id))
        contact = _option(form, _("Contact"), "contact", contacts, nothing=_("Nobody in particular"))
    with second:
        product = _option(form, _("Product"), "product", named(offer.products), nothing=_("None in particular"))
    form.keep(
        kind=kind.value, service=service.value, channel=channel.value, contact=contact or "", product=product or ""
    )
    told = Told(
        contact_id=int(contact) if contact else None,
        channel=channel,
        kind=kind,
        service=service,
        product_id=int(product) if product else None,
    )
    return told, offer


def _one_of(form: FormState, label: str, name: str, members: tuple[E, ...]) -> E:
    words = {member.value: word(member) for member in members}
    state = form.field(name, members[0].value)
    if st.session_state[state] not in words:
        st.session_state[state] = members[0].value
    chosen = st.segmented_control(label, list(words), format_func=words.__getitem__, required=True, key=state)
    return next(member for member in members if member.value == (chosen or members[0].value))


def _option(form: FormState, label: str, name: str, options: dict[str, str], *, nothing: str) -> str | None:
    state = form.field(name, None)
    if st.session_state[state] not in options:
        st.session_state[state] = None
    return st.selectbox(label, list(options), format_func=options.__getitem__, placeholder=nothing, key=state)
