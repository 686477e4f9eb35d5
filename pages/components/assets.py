"""The scripts and styles that lie beside the components, read once, and the components that are made of them."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st


@cache
def asset(file: str) -> str:
    return (Path(__file__).parent / file).read_text(encoding="utf-8")


def component(name: str, css: str = "") -> Any:
    """One whose HTML, style and script lie here under its name; `css` goes before its own style."""
    style, script = css + asset(f"{name}.css"), asset(f"{name}.js")
    return st.components.v2.component(name, html=asset(f"{name}.html"), css=style, js=script)
