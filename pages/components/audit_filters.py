"""What narrows the audit trail: who, what kind of thing, which one, which action, when."""

from datetime import timedelta

import streamlit as st

from data import audit_trail
from data.core.days import day_of
from data.core.desk import Desk
from models.audit_trail import THE_DESK, AuditFilters
from pages.components import audit_view
from pages.components.address_fields import AddressFields
from pages.components.audit_text import action_name, table_name
from pages.components.audit_words import ACTIONS, TABLES
from pages.components.text import _, day, plain

_FIELDS = AddressFields("audit", audit_view)


def filters(desk: Desk, chosen: AuditFilters) -> None:
    with st.container(key="audit_filters", horizontal=True, vertical_alignment="center", gap="small"):
        _FIELDS.choice(_("Everybody"), "person", _people(desk, chosen), width=220)
        _FIELDS.choice(_("Every kind of thing"), "table", _sorted(TABLES, table_name, chosen.table), width=220)
        _FIELDS.choice(_("Every action"), "action", _sorted(ACTIONS, action_name, chosen.action), width=260)
        _period(desk, chosen)
        if chosen.table and chosen.row:
            label = _("{kind} number {id} only", kind=table_name(chosen.table), id=plain(chosen.row))
            _FIELDS.leave(label, "leave_row", {"row": ""}, icon=":material/close:")
        if chosen != AuditFilters():
            _FIELDS.leave(_("Clear filters"), "clear", audit_view.cleared())


def _people(desk: Desk, chosen: AuditFilters) -> dict[str, str]:
    people = {str(THE_DESK): _("The desk itself")} | {str(one.id): one.name for one in audit_trail.staff(desk)}
    if chosen.person is not None and str(chosen.person) not in people:  # a contact
        found = audit_trail.person(desk, chosen.person)
        people[str(chosen.person)] = found.name if found else f"#{chosen.person}"
    return people


def _sorted(words: dict[str, str], named: object, chosen: str) -> dict[str, str]:
    """By what they are called; one that has no words, from an address, too."""
    assert callable(named)
    codes = {*words, *([chosen] if chosen else [])}
    return dict(sorted(((code, str(named(code))) for code in codes), key=lambda pair: pair[1].casefold()))


def _period(desk: Desk, chosen: AuditFilters) -> None:
    today = day_of(desk.now)
    first, last = chosen.first, chosen.last
    shown = (first or audit_view.EARLIEST, last or today) if first or last else ()
    half = st.session_state.get("audit_range", ())
    st.date_input(
        _("From and to"),
        min_value=audit_view.EARLIEST,
        max_value=max(today, last or today) + timedelta(days=1),
        key="audit_range" if len(half) == 1 else _FIELDS.shown("range", shown),  # the other end is being chosen
        on_change=_write_period,
        format="DD/MM/YYYY",
        label_visibility="collapsed",
        width=240,
    )
    if first or last:
        said = f"{day(first) if first else '…'} – {day(last) if last else '…'}"
        _FIELDS.leave(said, "leave_period", {"from": "", "to": ""}, icon=":material/close:")


def _write_period() -> None:
    """Once both ends are chosen."""
    chosen = st.session_state["audit_range"]
    if len(chosen) == 2:
        audit_view.go(**{"from": chosen[0].isoformat(), "to": chosen[1].isoformat()})
