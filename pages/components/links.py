"""One-time links, shown once to whoever hands them out: the desk keeps no copy.

A link belongs to the page that it was made on, with all that its address says: it is gone when that is left.
"""

from urllib.parse import urlsplit

import streamlit as st

from pages.components.text import _, plain

_LINK, _PLACE = "link", "link_place"


def keep(name: str, token: str, *, invitation: bool) -> None:
    """To be shown after the rerun, where the user is now. The owner of an account in use learns who made it."""
    week, hour = _("It can be used once, within seven days."), _("It can be used once, within one hour.")
    notice = _("{name} is told at the next sign-in that you made it.", name=plain(name))
    lasts = week if invitation else f"{hour} {notice}"
    place = st.session_state.get(_PLACE)
    st.session_state[_LINK] = {"name": name, "address": address(token), "lasts": lasts, "place": place}


def leave_behind(page: str) -> None:
    """Forget a link that was made on another page, or another of the kind; for the router, once a run."""
    place = (page, st.query_params.to_dict())
    st.session_state[_PLACE] = place
    if st.session_state.get(_LINK, {}).get("place", place) != place:
        del st.session_state[_LINK]


def show() -> None:
    """What was kept, until it is put away or the page is left."""
    kept = st.session_state.get(_LINK)
    if not kept:
        return
    with st.container(border=True, key="link"):
        st.markdown(_("Give this link to **{name}**, and to nobody else:", name=plain(kept["name"])))
        st.code(kept["address"], language=None, wrap_lines=True)
        st.caption(kept["lasts"] + " " + _("It is shown only here and now."))
        if st.button(_("Done"), key="link_done"):
            del st.session_state[_LINK]
            st.rerun()


def address(token: str) -> str:
    """At the name by which this browser knows the desk; behind the #, which no server ever sees or logs."""
    here = st.context.url
    return urlsplit(here if isinstance(here, str) else "")._replace(path="/welcome", query="", fragment=token).geturl()
