"""Links for many contacts at once: for those of an import, of one client, or for all who have none."""

import streamlit as st

from data import clients, invitations
from pages.components import invitation_list, invitation_view
from pages.components.attempt import attempt
from pages.components.page_style import wide
from pages.components.progress_bar import progress_bar, step
from pages.components.session import current_desk
from pages.components.text import _, number, plain, plural

desk = current_desk()

wide()
st.title(_("Invite contacts"), anchor=False)
st.markdown(
    _(
        "A contact who has no password needs a link to choose one. It works once, within seven days. You make the links"
        " of many contacts here, then print the list or send each contact its link."
    )
)
whom = invitation_view.read()
counted = invitations.count(desk, whom)
if whom.client_id is not None:
    st.badge(plain(clients.sheet(desk, whom.client_id).line.name), icon=":material/apartment:")
elif whom.created_at is not None:
    st.badge(_("Imported on {at}", at=whom.created_at), icon=":material/upload_file:")
if whom.client_id is not None or whom.created_at is not None:
    st.button(_("Contacts of all clients"), type="tertiary", key="invite_all", on_click=invitation_view.clear)

if invitation_list.show():
    st.stop()
with st.container(horizontal=True):
    st.metric(_("without a link"), number(counted.without), border=True, width=200)
    st.metric(_("with a link not used yet"), number(counted.waiting), border=True, width=260)
if not counted.without and not counted.waiting:
    st.success(_("Every contact has a password."), icon=":material/check_circle:")
    st.stop()
replace = False
if counted.waiting:
    label = plural("Replace {count} unused link, too", "Replace {count} unused links, too", counted.waiting)
    help_ = _("For links that are lost. The old ones stop working.")
    replace = st.checkbox(label, help=help_, key="invite_replace")
count = min(counted.without + (counted.waiting if replace else 0), invitations.MOST)
label = plural("Make {count} link", "Make {count} links", count)
if st.button(label, type="primary", icon=":material/person_add:", disabled=not count, key="invite_make"):
    bar = progress_bar()
    with attempt():
        making = step(bar, _("Making the links…"))
        invitation_list.keep(invitations.make(desk, whom, replace=replace, progress=making))
