"""The view of the audit trail lives in its address, in words of the code: it can be sent, and survives a reload."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

import streamlit as st

from models.audit_trail import AuditFilters
from pages.components.clients_address import number

FILTERS = ("person", "table", "row", "action", "from", "to")
EARLIEST, LATEST = date(1970, 1, 1), date(2119, 12, 31)
_LONGEST = 80


@dataclass(frozen=True)
class View:
    """`after` is the entry before the page."""

    filters: AuditFilters
    after: int | None


def read() -> View:
    """Whatever an address cannot mean is nothing."""
    filters = AuditFilters(
        person=number(asked("person")),
        table=asked("table"),
        row=asked("row"),
        action=asked("action"),
        first=_day("from"),
        last=_day("to"),
    )
    return View(filters, number(asked("after")))


def asked(key: str) -> str:
    return str(st.query_params.get(key, "")).replace("\0", "")[:_LONGEST]


def go(**changes: str) -> None:
    """Change the address: back to the first page unless told which; an empty value is dropped."""
    if "table" in changes and "row" not in changes:
        changes["row"] = ""  # one thing of another kind
    st.query_params.from_dict(_changed(changes))


def link(**changes: str) -> str:
    return "/audit-trail?" + urlencode({key: value for key, value in changes.items() if value})


def cleared() -> dict[str, str]:
    return dict.fromkeys(FILTERS, "")


def _changed(changes: dict[str, str]) -> dict[str, str]:
    kept = {key: value for key in FILTERS if (value := asked(key))}
    return {key: value for key, value in (kept | changes).items() if value}


def _day(key: str) -> date | None:
    try:
        found = date.fromisoformat(asked(key))
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST - timedelta(days=1) else None
