"""One-time links, shown once to whoever hands them out: the desk keeps no copy."""

from urllib.parse import urlsplit

import streamlit as st

from pages.components.text import _, plain


def keep(name: str, token: str, *, invitation: bool) -> None:
    """To be shown after the rerun. The owner of an account in use gets a notice of who made it."""
    week, hour = _("It can be used once, within seven days."), _("It can be used once, within one hour.")
    notice = _("{name} is told at the next sign-in that you made it.", name=plain(name))
    lasts = week if invitation else f"{hour} {notice}"
    st.session_state["link"] = {"name": name, "address": _address(token), "lasts": lasts}


def show() -> None:
    """What was kept, until it is put away."""
    kept = st.session_state.get("link")
    if not kept:
        return
    with st.container(border=True, key="link"):
        st.markdown(_("Give this link to **{name}**, and to nobody else:", name=plain(kept["name"])))
        st.code(kept["address"], language=None, wrap_lines=True)
        st.caption(kept["lasts"] + " " + _("It is shown only here and now."))
        if st.button(_("Done"), key="link_done"):
            del st.session_state["link"]
            st.rerun()


def _address(token: str) -> str:
    """At the name by which this browser knows the desk; behind the #, which no server ever sees or logs."""
    here = st.context.url
    return urlsplit(here if isinstance(here, str) else "")._replace(path="/welcome", query="", fragment=token).geturl()
