"""A component without a face: saves what is typed while it is typed, so that nothing but sending it loses it."""

from functools import cache
from pathlib import Path
from uuid import uuid4

import streamlit as st


def keep_draft(reference: str, *, area: str, files: str, form: str) -> None:
    """Of the text area, the file chooser and the form of these keys."""
    data = {"address": f"/drafts/{reference}", "area": area, "files": files, "form": form}
    data["run"] = uuid4().hex  # each run calls it anew: where the sending was refused, the text is saved after all
    st.components.v2.component("draft_keeper", js=_script())(key="draft_keeper", data=data)


@cache
def _script() -> str:
    return Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
