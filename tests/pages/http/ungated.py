"""The desk without its gate: it shows what an attack does, and what a rerun costs, where the gate is missing."""

import sys
from pathlib import Path

import streamlit as st

HOUSE = Path(__file__).parents[3]
sys.path.insert(0, str(HOUSE))

import app as desk  # noqa: E402
from pages.http.gate import Gate  # noqa: E402

app = st.App(
    HOUSE / "pages" / "main.py",
    lifespan=desk.lifespan,
    routes=desk.ROUTES,
    middleware=[layer for layer in desk.MIDDLEWARE if layer.cls is not Gate],
    on_script_error=desk.on_script_error,
)
