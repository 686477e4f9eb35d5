"""How pages look: readable on both grounds; and a page that wants room: a list, a form beside a form, a year."""

from pathlib import Path

import streamlit as st

# On a telephone a weekday stays on one line: its name, its hours, and what they amount to.
_WIDE = """<style>
.stMainBlockContainer { padding: 3.5rem clamp(1rem, 3vw, 3rem) 2rem; }
.stMainBlockContainer h1 { font-size: 1.9rem; padding: 0 0 0.4rem; }
.stMainBlockContainer h3 { font-size: 1.15rem; padding: 0.4rem 0 0.5rem; }
.st-key-week { gap: 0.45rem; }
.st-key-week h3 { padding-bottom: 1.2rem; }
@media (max-width: 640px) {
  .st-key-week .stHorizontalBlock { flex-wrap: nowrap; gap: 0.5rem; }
  .st-key-week .stColumn { min-width: 0; flex: 1 1 0; }
  .st-key-week .stColumn:first-child { flex: 0 0 4.8rem; }
  .st-key-week .stColumn:last-child { flex: 0 1 6.5rem; }
}
</style>"""


def readable() -> None:
    """What Streamlit draws too faintly; on every page."""
    st.html(Path(__file__).with_name("readability.css"))


def wide() -> None:
    st.html(_WIDE)
