"""For which client: found as one types; the address then says which, so that it can be sent and reloaded."""

import streamlit as st

from data import lookups
from data.core.desk import Desk
from data.lookups import Option
from models.errors import NotFound
from pages.components.filing_address import number
from pages.components.text import _, plain


def client_choice(desk: Desk) -> Option:
    """The page goes no further until it is told. Whoever the address names is shown, with the way to another."""
    asked = number(str(st.query_params.get("client", "")))
    if asked is not None:
        try:
            client = lookups.client(desk, asked)
        except NotFound:
            st.query_params.pop("client")
        else:
            row = st.container(horizontal=True, vertical_alignment="center", key="for_client")
            row.markdown(_("For **{name}**", name=plain(client.name)), width="content")
            if row.button(_("Another client"), icon=":material/swap_horiz:", type="tertiary", key="other_client"):
                st.query_params.pop("client")
                st.rerun()
            return client
    text = st.text_input(_("Part of the client’s name"), type="search", live=True, key="file_client", width=420)
    found = lookups.clients(desk, text or "")
    if not found:
        st.info(_("No client is called that."))
    with st.container(horizontal=True, gap="small", key="found_clients"):
        for one in found:
            if st.button(plain(one.name), key=f"client_{one.id}"):
                st.query_params["client"] = str(one.id)
                st.rerun()
    st.stop()
    raise AssertionError("st.stop() does not return")
