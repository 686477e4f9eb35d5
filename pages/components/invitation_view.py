"""Which contacts the page of invitations is about lives in its address: one client, or the moment of an import."""

from datetime import datetime

import streamlit as st

from models.invitation import Whom
from pages.components.clients_address import asked, number


def read() -> Whom:
    """Whatever an address cannot mean is nothing."""
    return Whom(client_id=number(asked("client")), created_at=_moment(asked("since")))


def clear() -> None:
    st.query_params.clear()


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text[:40]) if text.isascii() else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
