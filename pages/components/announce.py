"""Says the name of the page aloud, to those who do not see that it has changed."""

import streamlit as st

from pages.components.assets import asset


def announce() -> None:
    st.components.v2.component("guichet_announce", js=asset("announce.js"))(key="guichet_announce")
