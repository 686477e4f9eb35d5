"""A progress bar that stays in sight, wherever the page is scrolled to."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_STYLE = """<style>
.st-key-progress { position: fixed; top: 4.2rem; right: 1rem; z-index: 990; width: min(28rem, calc(100vw - 2rem));
  padding: 0.8rem 1.1rem 1rem; background: light-dark(#ffffff, #1b2328);
  border: 1px solid light-dark(#c9d3d7, #3c4a51); border-radius: 0.5rem; box-shadow: 0 6px 18px rgb(0 0 0 / 0.18); }
</style>"""


def progress_bar() -> DeltaGenerator:
    with st.container(key="progress"):
        st.html(_STYLE)
        return st.progress(0.0)


def step(bar: DeltaGenerator, label: str) -> Callable[[int, int], None]:
    """To be called with how much is done, and of how much."""

    def show(done: int, total: int) -> None:
        bar.progress(min(done / total, 1.0) if total else 1.0, label)

    return show
