"""The list of a company's tickets: what narrows it, the table, the way to older ones. It looks for news by itself."""

from datetime import datetime
from typing import Any

import streamlit as st

from data import followed
from data.lookups import Option
from models.followed import Followed, FollowedLine, FollowedPage, Stage
from models.ticket import Kind, Service, Status
from pages.components import followed_address
from pages.components.address_fields import AddressFields, by_value
from pages.components.followed_address import View
from pages.components.queue_filters import named
from pages.components.queue_lines import rows
from pages.components.session import current_desk, refreshing
from pages.components.text import _
from pages.components.tickets_table import Turn, tickets_table

_REFRESHED_EVERY = 30
_TONES = {Status.WAITING: "warn"}


def narrow(products: tuple[Option, ...]) -> None:
    fields = AddressFields("followed", followed_address)
    with st.container(key="followed_filters", horizontal=True, vertical_alignment="center", gap="small"):
        fields.segments(_("Which"), "stage", by_value(Stage), default=Stage.ALL.value)
        fields.text(_("Subject or reference"), longest=100, width=230)
        fields.choice(_("Every kind"), "kind", by_value(Kind), width=190)
        fields.choice(_("Every service"), "service", by_value(Service), width=190)
        fields.choice(_("Every product"), "product", named(products), width=190)
        fields.toggle(_("Only mine"), "mine")


@refreshing(_REFRESHED_EVERY)
def followed_list() -> None:
    desk, view = current_desk(), followed_address.read()
    page = followed.page(desk, view.wanted, after=view.after, before=view.before)
    turns = _turns(view, page)
    answer = tickets_table(
        [_row(one, drawn) for one, drawn in zip(page.lines, _drawn(page, desk.now), strict=True)],
        view=followed_address.link(after=view.after, before=view.before),
        empty="" if page.lines else _nothing(view),
        turns=[Turn(turn, label, followed_address.link(**change)) for turn, (label, change) in turns.items()],
        words=_words(),
        selectable=False,
    )
    if answer.opened:
        st.switch_page("portal/ticket.py", query_params={"ref": answer.opened})
    if answer.turned in turns:
        followed_address.go(**turns[answer.turned][1])
        st.rerun()


def _drawn(page: FollowedPage, now: datetime) -> list[dict[str, Any]]:
    return rows(tuple(one.line for one in page.lines), now)


def _row(one: FollowedLine, drawn: dict[str, Any]) -> dict[str, Any]:
    """The queue's row, told to the client: what it is about and who filed it, in the places of client and holder."""
    line = one.line
    return drawn | {
        "news": _("New answer") if one.news else "",
        "client": drawn["product"],
        "client_href": "",
        "stars": "",
        "stars_said": "",
        "product": one.contact,
        "urgency": drawn["status"],
        "urgency_tone": _TONES.get(line.status, "quiet"),
        "status": drawn["urgency"] if line.kind == Kind.INCIDENT else "",
        "assignee": drawn["filed"],
        "filed": drawn["filed_at"],
    }


def _words() -> dict[str, Any]:
    return {
        "caption": _("Your tickets. Arrow keys or J and K move, Enter opens."),
        "columns": [
            [_("Reference"), _("Kind")],
            [_("Title"), _("What is promised")],
            [_("Product"), _("Filed by")],
            [_("Status"), _("Urgency")],
            [_("Filed"), ""],
            [_("Deadline"), ""],
        ],
    }


def _turns(view: View, page: FollowedPage) -> dict[str, tuple[str, dict[str, str]]]:
    """The links beneath the list: what each is called, and its change of the address."""
    if page.lines:
        ends = page.lines[0].line.reference, page.lines[-1].line.reference
        earlier = {"earlier": (_("Newer"), {"before": ends[0]})} if page.earlier else {}
        return earlier | ({"later": (_("Older"), {"after": ends[1]})} if page.later else {})
    if view.after or view.before:
        return {"first": (_("To the first page"), {})}
    return {"clear": (_("Clear filters"), followed_address.cleared())} if view.wanted != Followed() else {}


def _nothing(view: View) -> str:
    if view.after or view.before:
        return _("There is nothing more on this page.")
    if view.wanted != Followed():
        return _("No ticket matches these filters.")
    return _("No ticket yet. Those you create under “Technical assistance” are listed here, with their answers.")
