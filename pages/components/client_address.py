"""What the address of a client's page asks for: which client, which section of the page, and a place in its list."""

from urllib.parse import urlencode

import streamlit as st

from models.client_list import Section
from pages.components.clients_address import asked, number


def client_id() -> int | None:
    return number(asked("id"))


def section() -> Section:
    return next((one for one in Section if one == asked("section")), Section.OVERVIEW)


def go(**changes: str) -> None:
    """Change the address; what is not named is dropped, but for the client and the section."""
    st.query_params.from_dict(_changed(changes))


def link(**changes: str) -> str:
    return "/client?" + urlencode(_changed(changes))


def _changed(changes: dict[str, str]) -> dict[str, str]:
    kept = {key: asked(key) for key in ("id", "section")}
    return {key: value for key, value in (kept | changes).items() if value}
