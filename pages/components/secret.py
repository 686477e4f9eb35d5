"""The secret of a one-time link, from behind the # of the address.

Browsers never send that part to a server, so it is in no log of ours, nor of a proxy; and it is taken out of the
address, and so of the browser's history, as soon as it is read.
"""

import streamlit as st

_READ = """
export default function ({ data, setStateValue }) {
  const read = () => {
    const secret = location.hash.slice(1, 200);
    if (secret) history.replaceState(history.state, "", location.pathname + location.search);
    if (secret || !data.known) setStateValue("secret", secret);
  };
  read();
  window.addEventListener("hashchange", read);
  return () => window.removeEventListener("hashchange", read);
}
"""


def secret_of_address() -> str | None:
    """None until the browser has told; empty when there is none."""
    component = st.components.v2.component("guichet_secret", js=_READ)
    told = component(
        data={"known": "link_secret" in st.session_state}, on_secret_change=lambda: None, key="guichet_secret"
    )
    if told.secret is not None:
        st.session_state["link_secret"] = told.secret
    secret: str | None = st.session_state.get("link_secret")
    return secret
