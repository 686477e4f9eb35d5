"""The way to a message to one of the services."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from models.ticket import Service
from pages.components.text import _

_BUTTON = (
    "display: inline-block; padding: 0.4rem 0.9rem; border: 1px solid light-dark(#17697a, #7cc9d7);"
    " border-radius: 0.5rem; color: light-dark(#17697a, #7cc9d7); text-decoration: none; font-weight: 600;"
)


COLLEAGUE = "colleague"  # the address of a message that asks for access for somebody


def contact_link(label: str, service: Service, *, follows: str = "", subject: str = "", about: str = "") -> None:
    """A button that is a link, so that it can be opened beside what one is doing."""
    asked = {"service": service.value, "follows": follows, "subject": subject, "about": about}
    address = escape("/contact?" + urlencode({name: value for name, value in asked.items() if value}))
    st.html(f'<p style="margin:0"><a href="{address}" target="_self" style="{_BUTTON}">{escape(label)}</a></p>')


def colleague_link() -> None:
    """Contacts open no accounts: the sales team does, when asked."""
    contact_link(_("Ask for access for a colleague"), Service.SALES, about=COLLEAGUE)
