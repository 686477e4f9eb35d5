"""The way to a message to one of the services."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from models.ticket import Service


def contact_link(label: str, service: Service, *, follows: str = "", subject: str = "") -> None:
    """A link, so that it can be opened beside what one is doing."""
    asked = {"service": service.value, "follows": follows, "subject": subject}
    address = escape("/contact?" + urlencode({name: value for name, value in asked.items() if value}))
    colour = "color: light-dark(#17697a, #7cc9d7)"
    st.html(f'<p><a href="{address}" target="_self" style="{colour}"><b>{escape(label)} →</b></a></p>')
