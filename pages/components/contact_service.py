"""Which service one writes to: the address says so, and the field shows it."""

import streamlit as st

from data import programme
from models.ticket import Service
from pages.components.direct_line import own_line
from pages.components.session import current_desk
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


def direct_line() -> None:
    """For those who may call: the number, and the way to the code that opens the line."""
    desk = current_desk()
    mine = programme.mine(desk)
    if mine.line is None:
        return
    with st.container(border=True, key="contact_line"):
        own_line(mine, desk.now)
        label = _("Your access code is in the details of your home page")
        st.page_link("portal/home.py", label=label, icon=":material/key:")


def _tell_address() -> None:
    """Another service is another message: what else the address asked for goes."""
    st.query_params.from_dict({"service": st.session_state[_FIELD]})
