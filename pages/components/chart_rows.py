"""The rows behind a chart or a bar: listed page by page with links to the tickets, or as a file of all of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from html import escape
from typing import Any

import streamlit as st

from data import metrics
from data.core.desk import Desk
from data.core.workbooks import Value
from models.metrics import PAGE, Chart, Filters, Happened, Row
from models.period import DAY, Period
from models.ticket import Kind, Service, Urgency
from pages.components import metrics_address
from pages.components.downloads import downloads
from pages.components.metrics_address import View
from pages.components.session import current_desk
from pages.components.text import _, moment, plain, plural, time_left, word

HOUR = timedelta(hours=1)
OPEN_NOW = {Chart.BACKLOG, Chart.WAITING, Chart.OVERDUE, Chart.FIRST_RESPONSES_DUE, Chart.RESOLUTIONS_DUE}
_MONTH = 31  # days
_STYLE = """<style>
.rows { overflow-x: auto; }
.rows table { border-collapse: collapse; width: 100%; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
.rows th { text-align: left; font-weight: 600; white-space: nowrap; }
.rows th, .rows td { padding: 0.25rem 0.7rem 0.25rem 0; border-bottom: 1px solid rgb(128 140 150 / 25%); }
.rows td { white-space: nowrap; }
.rows a { color: inherit; }
</style>"""


@dataclass(frozen=True)
class Behind:
    """Which rows are meant: those of these charts, in that period, let through by the filters."""

    charts: tuple[Chart, ...]
    period: Period
    filters: Filters
    part: int | None = None

    def narrowed(self, **filters: Any) -> "Behind":
        return replace(self, filters=replace(self.filters, **filters))


def listed(called: str, behind: Behind, view: View) -> None:
    """Fifty of the tickets behind a bar, which is of one chart. Of what is open now the rows are as of now."""
    desk = current_desk()
    found = metrics.rows(desk, behind.charts[0], behind.period, behind.filters, part=behind.part, offset=view.at)
    with st.container(key="behind", border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            said = plural("{count} row", "{count} rows", found.total)
            st.markdown(f"**{plain(called)}** · {said}", width="content")
            st.button(_("Close"), icon=":material/close:", type="tertiary", key="behind_close", on_click=_close)
        if found.rows:
            st.html(_STYLE + _table(found.rows, desk.user.sees_technicians))
        with st.container(horizontal=True, vertical_alignment="center"):
            _turns(view, found.total)
            files(f"{view.behind.replace('.', '-')}", behind, key="behind")


def files(name: str, behind: Behind, *, key: str = "") -> None:
    """All of the rows, from which the figure can be computed again: the share of a promise is the mean of “Kept”."""
    desk = current_desk()
    full = f"guichet-{name}-{behind.period.first}-{behind.period.last}"
    sees = desk.user.sees_technicians
    downloads(
        full,
        _columns(sees, reading=Chart.READINGS in behind.charts),
        all_rows(desk, behind, sees=sees),
        f"rows_{key or name}",
    )


def all_rows(desk: Desk, behind: Behind, *, sees: bool) -> Callable[[], Iterator[Sequence[Value]]]:
    """Asked for once a button is pressed, outside the screen: the words are looked up before."""
    words = _words()

    def rows() -> Iterator[Sequence[Value]]:
        for one in behind.charts:
            for period in _months(one, behind.period):
                found: list[Row] = []
                metrics.hand_out(desk, one, period, behind.filters, part=behind.part, take=found.extend)
                yield from (_values(row, words, sees, reading=one == Chart.READINGS) for row in found)

    return rows


def _months(chart: Chart, period: Period) -> Iterator[Period]:
    """Not all of many years' rows are in memory at once. What is open now has no period."""
    if chart in OPEN_NOW:
        yield period
        return
    for n in range(0, period.days, _MONTH):
        first = period.first + n * DAY
        yield Period(first, min(first + (_MONTH - 1) * DAY, period.last))


def _columns(sees: bool, *, reading: bool) -> list[str]:
    columns = [_("Ticket"), _("What"), _("When"), _("Kept (1 or 0)"), _("Opening hours taken"), _("All hours taken")]
    columns += [_("Client"), _("Stars"), _("Urgency"), _("Kind"), _("Service"), _("Product")]
    return [*columns, *([_("Technician")] if sees else []), *([_("Article")] if reading else [])]


def _values(row: Row, words: Mapping[Enum, str], sees: bool, *, reading: bool) -> list[Value]:
    return [
        row.reference,
        words[row.happened],
        row.at,
        None if row.met is None else int(row.met),
        _hours(row.business),
        _hours(row.wall),
        row.client,
        None if row.star_level is None else int(row.star_level),
        *("" if one is None else words[one] for one in (row.urgency, row.kind, row.service)),
        row.product,
        *([row.technician] if sees else []),
        *([row.article] if reading else []),
    ]


def _hours(span: timedelta | None) -> float | None:
    """To a third of a second: enough to compute what the page shows, and readable."""
    return None if span is None else round(span / HOUR, 4)


def _table(rows: Sequence[Row], sees: bool) -> str:
    """In HTML, for its links; what comes from people is shown as the text it is."""
    kept = {True: _("yes"), False: _("no"), None: ""}
    decided, reading = any(row.met is not None for row in rows), any(row.article for row in rows)
    heads = [_("Ticket"), _("What"), _("When")]
    heads += [_("Kept"), _("Opening hours taken"), _("All hours taken")] if decided else []
    heads += [_("Client"), _("Stars"), _("Urgency"), _("Kind"), _("Product"), *([_("Technician")] if sees else [])]
    heads += [_("Article")] if reading else []
    lines = []
    for row in rows:
        taken = ["" if span is None else time_left(span) for span in (row.business, row.wall)]
        texts = [
            word(row.happened),
            moment(row.at),
            *([kept[row.met], *taken] if decided else []),
            row.client,
            *("" if one is None else word(one) for one in (row.star_level, row.urgency, row.kind)),
            row.product,
            *([row.technician] if sees else []),
            *([row.article] if reading else []),
        ]
        link = f'<a href="/ticket?ref={row.reference}" target="_blank">{row.reference}</a>' if row.reference else ""
        lines.append(f"<tr><td>{link}" + "".join(f"<td>{escape(text)}" for text in texts))
    head = "".join(f"<th>{escape(one)}" for one in heads)
    return f'<div class="rows"><table><thead><tr>{head}<tbody>{"".join(lines)}</table></div>'


def _turns(view: View, total: int) -> None:
    if total <= PAGE:
        return
    last = min(view.at + PAGE, total)
    st.caption(_("{first} to {last} of {total}", first=view.at + 1, last=last, total=total), width="content")
    for label, at, there in ((_("Previous page"), view.at - PAGE, view.at > 0), (_("Next page"), last, last < total)):
        turn = {"behind": view.behind, "at": str(max(at, 0))}
        st.button(label, disabled=not there, key=f"behind_{label}", on_click=metrics_address.go, kwargs=turn)


def _close() -> None:
    st.session_state["lists_closed"] = st.session_state.get("lists_closed", 0) + 1
    metrics_address.go()


def _words() -> dict[Enum, str]:
    members: list[Enum] = [one for kind in (Happened, Urgency, Kind, Service) for one in kind]
    return {one: word(one) for one in members}
