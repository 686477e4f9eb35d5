"""What refreshes itself: the tiles, the list, and what is done to the selected tickets.

While something is selected the list is held: the same rows in the same order, each as it is now, so that nothing
moves under the hand.
"""

from dataclasses import replace

import streamlit as st

from data import queue
from data.core.desk import Desk
from models.queue import Counts, Line, Page, Tab
from pages.components import queue_address
from pages.components.queue_address import View, cleared
from pages.components.queue_bulk import bulk_bar, selection_number
from pages.components.queue_lines import rows
from pages.components.queue_overview import overview
from pages.components.session import current_desk, refreshing
from pages.components.text import _
from pages.components.tickets_table import Turn, selected, tickets_table

REFRESHED_EVERY = 30


@refreshing(REFRESHED_EVERY)
def board() -> None:
    desk = current_desk()
    view = queue_address.read()
    counts, page = queue.board(desk, view.tab, view.order, view.filters, after=view.after, before=view.before)
    change = overview(counts, view)
    if change is not None:
        queue_address.go(**change)
        st.rerun()
    name = f"{selection_number()} {queue_address.link()} {view.after} {view.before}"
    lines, moved = _held(desk, name, page)
    turns = _turns(view, page)
    answer = tickets_table(
        rows(lines, desk.now),
        view=name,
        position=_position(view, counts, page),
        hint=_("The list has changed. It stays as it was while tickets are selected.") if moved else "",
        empty="" if lines else _nothing(view, counts),
        turns=[Turn(turn, label, queue_address.link(**change)) for turn, (label, change) in turns.items()],
    )
    if answer.opened:
        st.switch_page("desk/ticket.py", query_params={"ref": answer.opened})
    if answer.client:
        st.switch_page("sales/client.py", query_params={"id": answer.client})
    if answer.turned in turns:
        queue_address.go(**turns[answer.turned][1])
        st.rerun()
    chosen = [line for line in lines if line.reference in answer.selected]
    if chosen:
        bulk_bar(desk, chosen)


def _held(desk: Desk, name: str, page: Page) -> tuple[tuple[Line, ...], bool]:
    """The lines to show, and whether the list has become another since they were picked."""
    fresh = tuple(line.reference for line in page.lines)
    held: tuple[str, tuple[str, ...]] = st.session_state.get("queue_held", ("", ()))
    if not selected(name) or held[0] != name:
        st.session_state["queue_held"] = (name, fresh)
        return page.lines, False
    if held[1] == fresh:
        return page.lines, False
    before = {line.reference: line.before for line in page.lines}
    lines = queue.lines(desk, held[1])
    return tuple(replace(line, before=before.get(line.reference)) for line in lines), True


def _turns(view: View, page: Page) -> dict[str, tuple[str, dict[str, str]]]:
    """The links beneath the list: what each is called, and its change of the address."""
    if page.lines:
        ends = page.lines[0].reference, page.lines[-1].reference
        earlier = {"earlier": (_("Previous"), {"before": ends[0]})} if page.earlier else {}
        return earlier | ({"later": (_("Next"), {"after": ends[1]})} if page.later else {})
    if view.after or view.before:
        return {"first": (_("To the first page"), {"after": "", "before": ""})}
    return {"clear": (_("Clear filters"), cleared())} if view.filters.narrow else {}


def _position(view: View, counts: Counts, page: Page) -> str:
    """Which of how many, where it is known without counting: in the whole queue."""
    if view.tab != Tab.TO_DO or view.filters.narrow or not page.lines or page.lines[0].before is None:
        return ""
    first = page.lines[0].before + 1
    last = first + len(page.lines) - 1
    return _("{first}–{last} of {all}", first=first, last=last, all=max(counts.to_do, last))


def _nothing(view: View, counts: Counts) -> str:
    if view.after or view.before:
        return _("There is nothing more on this page.")
    if view.filters.narrow:
        return _("No ticket matches these filters.")
    match view.tab:
        case Tab.WAITING:
            return _("No ticket waits for its client.")
        case Tab.RESOLVED_TODAY:
            return _("No ticket has been resolved today yet.")
        case _ if counts.open or counts.filed_today:
            return _("Nothing waits for the desk. Well done!")
        case _:
            return _("No ticket is open. What clients file appears here by itself.")
