"""The way to a message to one of the services."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from models.ticket import Service

_BUTTON = (
    "display: inline-block; padding: 0.4rem 0.9rem; border: 1px solid light-dark(#17697a, #7cc9d7);"
    " border-radius: 0.5rem; color: light-dark(#17697a, #7cc9d7); text-decoration: none; font-weight: 600;"
)


def contact_link(label: str, service: Service, *, follows: str = "", subject: str = "") -> None:
    """A button that is a link, so that it can be opened beside what one is doing."""
    asked = {"service": service.value, "follows": follows, "subject": subject}
    address = escape("/contact?" + urlencode({name: value for name, value in asked.items() if value}))
    st.html(f'<p style="margin:0"><a href="{address}" target="_self" style="{_BUTTON}">{escape(label)}</a></p>')
