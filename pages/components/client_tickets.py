"""A client's tickets on its page: those that run, those that are resolved, or all."""

from datetime import datetime

import streamlit as st

from data import client_tickets
from data.core.desk import Desk
from models.client_list import Which
from models.queue import Line
from models.ticket import Status
from pages.components import client_address
from pages.components.clients_address import asked
from pages.components.clocks import TONES
from pages.components.links_table import Cell, Column, Row, links_table
from pages.components.text import _, ago, moment, time_left, word
from pages.components.tickets_table import Turn


def tickets(desk: Desk, client_id: int) -> None:
    which = next((one for one in Which if one == asked("tickets")), Which.OPEN)
    key = f"client_tickets_{client_id}_{which}"
    chosen = st.segmented_control(
        _("Tickets"),
        list(Which),
        default=which,
        required=True,
        format_func=word,
        key=key,
        label_visibility="collapsed",
    )
    if chosen and chosen != which:
        client_address.go(tickets=chosen)
        st.rerun()
    page = client_tickets.page(desk, client_id, which, asked("after"))
    turns = {"first": {"after": ""}} if page.earlier else {}
    turns |= {"next": {"after": page.lines[-1].reference}} if page.later else {}
    said = {"first": _("First page"), "next": _("Next page")}
    answer = links_table(
        "client_tickets",
        [
            Column(_("Subject")),
            Column(_("Product"), "9rem"),
            Column(_("Status"), "9.5rem"),
            Column(_("Filed"), "10rem"),
            Column(_("Deadline"), "9rem", "right"),
        ],
        [_row(line, desk.now) for line in page.lines],
        caption=_("Tickets"),
        empty="" if page.lines else _nothing(which),
        turns=[Turn(name, said[name], client_address.link(tickets=which, **change)) for name, change in turns.items()],
    )
    if answer.opened:
        st.switch_page("desk/ticket.py", query_params={"ref": answer.opened})
    if answer.turned in turns:
        client_address.go(tickets=which, **turns[answer.turned])
        st.rerun()


def _row(line: Line, now: datetime) -> Row:
    urgency = f"{word(line.kind)} · {word(line.urgency).lower()}" if line.urgency else word(line.kind)
    return Row(
        line.reference,
        f"/ticket?ref={line.reference}",
        (
            Cell(line.subject, f"{line.reference} · {urgency}"),
            Cell(line.product or "—"),
            Cell(word(line.status), line.assignee),
            Cell(ago(line.filed_at, now), title=moment(line.filed_at)),
            _deadline(line),
        ),
    )


def _deadline(line: Line) -> Cell:
    left = "" if line.left is None else time_left(line.left)
    if line.status == Status.RESOLVED:
        return Cell(word(line.state), tone=TONES[line.state])
    return Cell(left or word(line.state), word(line.state) if left else "", TONES[line.state])


def _nothing(which: Which) -> str:
    match which:
        case Which.OPEN:
            return _("No ticket of this client is open.")
        case Which.RESOLVED:
            return _("No ticket of this client has been resolved yet.")
        case Which.ALL:
            return _("This client has not filed a ticket yet.")
