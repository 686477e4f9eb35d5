"""The list of clients, and the same list as a file."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import streamlit as st

from data import clients
from data.core.days import last_day
from data.core.desk import Desk
from models.client import StarLevel
from models.client_list import ClientFilters, ClientLine, ClientPage, Sort
from pages.components import clients_address
from pages.components.clients_address import View
from pages.components.downloads import downloads
from pages.components.links_table import Cell, Column, Row, links_table
from pages.components.text import _, ago, day, moment, number, plural, word
from pages.components.tickets_table import Turn

_SOON = timedelta(days=30)


def board(desk: Desk, view: View) -> None:
    page = clients.search(desk, view.filters, view.sort, view.after)
    turns = _turns(view, page)
    answer = links_table(
        "clients_table",
        columns(),
        [row(line, desk.now) for line in page.lines],
        caption=_("Clients"),
        empty="" if page.lines else _nothing(view),
        turns=[Turn(name, label, clients_address.link(**change)) for name, (label, change) in turns.items()],
    )
    if answer.opened:
        st.switch_page("sales/client.py", query_params={"id": answer.opened})
    if answer.turned in turns:
        clients_address.go(**turns[answer.turned][1])
        st.rerun()
    if page.lines:
        _files(desk, view.filters, view.sort)


def columns() -> list[Column]:
    return [
        Column(_("Client")),
        Column(_("Stars"), "6rem"),
        Column(_("Subscribed until"), "10rem"),
        Column(_("Open tickets"), "7rem", "right"),
        Column(_("Last contact"), "10rem"),
        Column(_("Access code"), "8rem"),
    ]


def row(line: ClientLine, now: datetime) -> Row:
    told = "" if line.last_contact_at is None else ago(line.last_contact_at, now)
    return Row(
        str(line.id),
        f"/client?id={line.id}",
        (
            Cell(line.name, line.number),
            Cell(line.star_level.stars, tone="stars", title=word(line.star_level)) if line.star_level else Cell("—"),
            until(line, now),
            Cell(number(line.open_tickets), tone="" if line.open_tickets else "quiet"),
            Cell(told or "—", title=moment(line.last_contact_at) if line.last_contact_at else ""),
            _code(line),
        ),
    )


def until(line: ClientLine, now: datetime) -> Cell:
    """The last day of what is subscribed; of what is over, the day it ended."""
    last = last_day(line.until)
    if line.until is None or last is None:
        return Cell(_("without end")) if line.star_level else Cell(_("never subscribed"), tone="quiet")
    if not line.star_level:
        return Cell(day(last), _("ended"), "quiet")
    left = (line.until - now).days
    soon = line.until - now <= _SOON
    days = plural("in {count} day", "in {count} days", left) if left else _("today")
    return Cell(day(last), days if soon else "", "warn" if soon else "")


def _code(line: ClientLine) -> Cell:
    if line.lacks_code:
        return Cell(_("missing"), tone="bad")
    return Cell(_("issued"), tone="good") if line.has_code else Cell("—", tone="quiet")


def _turns(view: View, page: ClientPage) -> dict[str, tuple[str, dict[str, str]]]:
    """The links beneath the list: what each is called, and its change of the address."""
    if not page.lines and view.filters != ClientFilters():
        return {"clear": (_("Clear filters"), clients_address.cleared())}
    first = {"first": (_("First page"), {"after": ""})} if view.after else {}
    return first | ({"next": (_("Next page"), {"after": str(page.lines[-1].id)})} if page.more else {})


def _nothing(view: View) -> str:
    if view.after:
        return _("There is nothing more on this page.")
    if view.filters != ClientFilters():
        return _("No client matches these filters.")
    return _("There is no client yet. Create the first one, or import a list of them.")


def _files(desk: Desk, filters: ClientFilters, sort: Sort) -> None:
    """The whole list as it is narrowed now. The words are looked up here: whoever writes the file has no language."""
    levels = {level: word(level) for level in StarLevel}
    issued, missing = _("issued"), _("missing")

    def rows() -> Iterator[list[str | int | date | None]]:
        for line in clients.every(desk, filters, sort):
            code = missing if line.lacks_code else issued if line.has_code else None
            yield [
                line.name,
                line.number,
                levels[line.star_level],
                last_day(line.until),
                line.open_tickets,
                line.last_contact_at,
                code,
            ]

    heads = [_("Client"), _("Number"), *(column.title for column in columns()[1:])]
    with st.container(horizontal=True, horizontal_alignment="right", key="clients_files"):
        downloads(_("clients"), heads, rows, "clients")
