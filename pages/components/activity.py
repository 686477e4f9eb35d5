"""Tells the server that a person does something, which keeps the session of a member of staff going.

The page cannot tell it from its own runs: lists draw themselves again while nobody sits there.
"""

import streamlit as st

_ACTIVITY = """
const EVERY = 60000; // milliseconds
const tell = () => {
  if (Date.now() - (window.guichetActiveAt ?? 0) < EVERY) return;
  window.guichetActiveAt = Date.now();
  fetch("/auth/active", { method: "POST", credentials: "same-origin", keepalive: true }).catch(() => {});
};
export default function () {
  if (window.guichetActivity) return;
  window.guichetActivity = true;
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"])
    window.addEventListener(kind, tell, { capture: true, passive: true });
}
"""


def note_activity() -> None:
    st.components.v2.component("guichet_activity", js=_ACTIVITY)(key="guichet_activity")
