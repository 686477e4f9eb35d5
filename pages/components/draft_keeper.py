"""Saves what is typed while it is typed, so that nothing but sending it loses it.

It shows only a refusal, and which files have to be chosen again: a browser gives no file twice.
"""

from uuid import uuid4

import streamlit as st

from data.core.desk import Desk
from data.core.settings import settings
from pages.components.assets import asset
from pages.components.file_limits import no_room
from pages.components.text import _

_HTML = """<p role="alert"></p><p role="status"></p>"""
_CSS = """p { margin: 0; font-family: var(--st-font); font-size: 0.9rem; overflow-wrap: anywhere; }
[role=alert] { color: var(--st-red-text-color); }
[role=status] { color: var(--st-orange-text-color); }"""


def keep_draft(desk: Desk, address: str, *, area: str, files: str, form: str) -> None:
    """At this address of ours, of the text area, the file chooser (if there is one) and the form of these keys.

    What sends it is a button in the container `<form>_box`.
    """
    data = {"address": address, "area": area, "files": files, "form": form, "user": str(desk.user.id)}
    refusal = _("The file “{name}” is too large: {limit} MB at most.", name="{name}", limit=settings().max_file_mb)
    data["too_large"] = refusal  # the component puts the name in
    data["failed"] = _("The file “{name}” could not be sent. Remove it and choose it again.", name="{name}")
    data["no_room"] = no_room()
    data["under_way"] = _("The file “{name}” is still on its way. Send again in a moment.", name="{name}")
    data["choose_again"] = _("Chosen and not sent: {names}. Please choose these files again.", names="{names}")
    data["run"] = uuid4().hex  # each run calls it anew: where the sending was refused, the text is saved after all
    st.components.v2.component("draft_keeper", html=_HTML, css=_CSS, js=asset("draft_keeper.js"))(
        key="draft_keeper", data=data
    )
