"""The way to a message to one of the services."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from models.ticket import Service


def contact_link(label: str, service: Service, *, follows: str = "") -> None:
    """A link, so that it can be opened beside what one is doing."""
    asked = {"service": service.value} | ({"follows": follows} if follows else {})
    address = escape("/contact?" + urlencode(asked))
    st.html(f'<p><a href="{address}" target="_self"><b>{escape(label)} →</b></a></p>')
