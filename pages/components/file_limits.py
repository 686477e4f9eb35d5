"""What may be chosen in a file chooser and, at once, which of the chosen files will not be sent, and why."""

import streamlit as st

from data.core.settings import settings
from pages.components.assets import asset
from pages.components.text import _

_HTML = '<p role="status"></p>'
_CSS = """p { margin: 0; white-space: pre-line; overflow-wrap: anywhere; font-family: var(--st-font);
  font-size: 0.85rem; color: color-mix(in srgb, var(--st-text-color) 70%, transparent); }
p.wrong { color: var(--st-red-text-color); font-size: 0.9rem; }"""


def no_room() -> str:
    """Of a file that the server refuses; the component puts the name in."""
    return _(
        "The file “{name}” is not accepted: the server has too little disk space left. Remove it; texts can still be"
        " sent.",
        name="{name}",
    )


def file_limits(chooser: str, most: int) -> None:
    """Under the chooser of that key, which takes so many files."""
    limit = settings().max_file_mb
    # The chooser itself says how large one file may be.
    hint = _("{count} files at most, {limit} MB each.", count=most, limit=limit) if most > 1 else ""
    # The component puts the names in.
    words = {
        "hint": hint,
        "too_many": _("These are too many files: {count} at most. Remove some of them.", count=most),
        "too_large": _("The file “{name}” is too large: {limit} MB at most.", name="{name}", limit=limit),
        "refused": _(
            "The file “{name}” is not accepted: you have sent as many files as the desk takes within an hour. "
            "Try again in a while.",
            name="{name}",
        ),
        "no_room": no_room(),
        "failed": _("The file “{name}” could not be sent. Remove it and choose it again.", name="{name}"),
    }
    st.components.v2.component("file_limits", html=_HTML, css=_CSS, js=asset("file_limits.js"))(
        key=f"limits_{chooser}", data={"key": chooser, "most": most, "words": words}
    )
