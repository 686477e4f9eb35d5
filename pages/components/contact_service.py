"""Which service one writes to: the address says so, and the field shows it."""

import streamlit as st

from models.ticket import Service
from pages.components.text import _, word
from pages.components.words import N_

_FOR = {
    Service.TECHNICAL: N_("The use of the products: incidents and service requests."),
    Service.LOGISTICS: N_("Deliveries, equipment, returns."),
    Service.ACCOUNTING: N_("Invoices, payments, your company’s particulars."),
    Service.SALES: N_("Quotes, orders, your subscription and its programme."),
}
_FIELD = "contact_service"


def service_choice() -> Service | None:
    """None until one is chosen."""
    asked = st.query_params.get("service", "")
    services = {service.value: word(service) for service in Service}
    shown = asked if asked in services else None
    if st.session_state.get(_FIELD, "nothing yet") != shown:
        st.session_state[_FIELD] = shown
    st.radio(
        _("Which service do you write to?"),
        list(services),
        index=None,
        format_func=services.__getitem__,
        captions=[_(_FOR[service]) for service in Service],
        key=_FIELD,
        on_change=_tell_address,
    )
    return Service(shown) if shown else None


def _tell_address() -> None:
    """Another service is another message: what else the address asked for goes."""
    st.query_params.from_dict({"service": st.session_state[_FIELD]})
