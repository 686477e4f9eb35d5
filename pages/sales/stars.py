"""A client's star level: what a change would do to the running tickets, then save or drop."""

import streamlit as st

from data import lookups, subscriptions
from models.client import StarLevel
from models.subscription import Phase, Plan
from pages.components.page_style import wide
from pages.components.preview import decide
from pages.components.session import current_desk
from pages.components.text import _, word

desk = current_desk()

wide()

st.title(_("Star levels"), anchor=False)
st.markdown(_("A change holds from the moment it is saved, and dates the client’s running tickets anew."))

search, choice = st.columns(2, vertical_alignment="bottom")
text = search.text_input(_("Part of the client’s name"), type="search", live=True, key="stars_text")
found = {one.id: one.name for one in lookups.clients(desk, text or "")}
client = choice.selectbox(
    _("Client"),
    list(found),
    None,
    format_func=lambda one: found.get(one, ""),
    key="stars_client",
)
if client is None or client not in found:
    st.info(_("Choose a client to see its star level.") if found else _("No client is called that."))
    st.stop()

running = next((one for one in subscriptions.history(desk, client) if one.phase == Phase.RUNNING), None)
held = running.star_level if running else StarLevel.NONE
asked = st.segmented_control(
    _("Star level (now: {level})", level=held),
    list(StarLevel),
    default=held,
    required=True,
    format_func=word,
    key=f"stars_level_{client}_{held.value}",
)
plan = Plan(asked, until=running.until if running and asked else None)
decide(
    f"stars_{client}",
    asked,
    preview=lambda: subscriptions.preview(desk, client, plan),
    save=lambda: subscriptions.save(desk, client, plan).moved,
    changed=asked != held,
    after=lambda: st.session_state.pop(f"stars_level_{client}_{held.value}", None),
)
