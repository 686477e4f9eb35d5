"""The two promises of a ticket: how each stands, in words and as a bar, and how its deadline came about."""

from datetime import datetime, timedelta
from html import escape

import streamlit as st
from babel.dates import format_datetime

from data.core.settings import settings
from models.sheet import ClockSheet
from models.sla import LedgerLine, Line, State
from pages.components.text import _, language, word
from pages.components.words import N_

TONES = {
    State.FINE: "good",
    State.AT_RISK: "warn",
    State.BREACHED: "bad",
    State.PAUSED: "quiet",
    State.MET: "good",
    State.MISSED: "bad",
}
_LINES = {Line.OPEN: N_("open"), Line.PAUSE: N_("paused"), Line.HOLIDAY: N_("holiday")}
_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def clock(title: str, shown: ClockSheet) -> None:
    """The clock and, behind a click, its ledger."""
    st.html(clock_html(title, shown))
    with st.expander(_("How this deadline came about"), type="compact"):
        st.html(ledger_html(shown))


def clock_html(title: str, shown: ClockSheet) -> str:
    used = shown.target - shown.left
    part = round(100 * min(max(used / shown.target, 0), 1)) if shown.target else 100
    bar = f'<div class="bar" role="img" aria-label="{part} %"><i style="width:{part}%"></i></div>'
    said = "".join(f"<p>{escape(line)}</p>" for line in _said(shown))
    return (
        f'<section class="clock" data-tone="{TONES[shown.state]}"><header><b>{escape(title)}</b>'
        f'<span class="state">{escape(word(shown.state))}</span></header>{bar}{said}</section>'
    )


def _said(shown: ClockSheet) -> list[str]:
    target, left, used = shown.target, shown.left, shown.target - shown.left
    match shown.state:
        case State.FINE | State.AT_RISK:
            lines = [_("{left} left of {target}", left=left, target=target)]
        case State.BREACHED:
            lines = [_("{over} over the {target} promised", over=-left, target=target)]
        case State.PAUSED:
            lines = [
                _("{left} left of {target}", left=left, target=target),
                _("It stands still until the client answers."),
            ]
        case State.MET | State.MISSED:
            lines = [_("{used} of the {target} promised", used=used, target=target)]
    if shown.stopped_at:
        lines.append(_("done {at}", at=shown.stopped_at))
    if shown.due_at:
        lines.append(_("due {at}", at=shown.due_at))
    return lines


def ledger_html(shown: ClockSheet) -> str:
    """Line by line what was open, what a holiday took away and what was paused; the total ends at the deadline."""
    exact = all(not line.counted % _MINUTE for line in shown.ledger)
    rows = "".join(_row(line, exact) for line in shown.ledger)
    total = shown.ledger[-1].total if shown.ledger else timedelta()
    if shown.due_at:
        end = _("{total} of opening: due {at}", total=_clocked(total, exact), at=shown.due_at)
    else:
        end = _("{total} used of {target}; the clock stands still", total=_clocked(total, exact), target=shown.target)
    heads = "".join(f"<th>{escape(head)}</th>" for head in (_("From … to"), _("What"), _("Counted"), _("Total")))
    return (
        f'<table class="ledger"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>'
        f'<tfoot><tr><td colspan="4">{escape(end)}</td></tr></tfoot></table>'
    )


def _row(line: LedgerLine, exact: bool) -> str:
    cells = (_span(line.start, line.end), _(_LINES[line.kind]), _clocked(line.counted, exact))
    told = "".join(f"<td>{escape(cell)}</td>" for cell in (*cells, _clocked(line.total, exact)))
    return f'<tr data-line="{line.kind}">{told}</tr>'


def _span(start: datetime, end: datetime | None) -> str:
    zone, spoken = settings().zone, language().value
    day = format_datetime(start, "EEE d MMM HH:mm", tzinfo=zone, locale=spoken)
    if end is None:
        return f"{day} → …"
    same = start.astimezone(zone).date() == end.astimezone(zone).date()
    until = format_datetime(end, "HH:mm" if same else "EEE d MMM HH:mm", tzinfo=zone, locale=spoken)
    return f"{day}–{until}" if same else f"{day} → {until}"


def _clocked(span: timedelta, exact: bool) -> str:
    """Hours and minutes, and seconds where the lines would not add up without them."""
    seconds = span // _SECOND
    told = f"{seconds // 3600}:{seconds // 60 % 60:02}"
    return told if exact else f"{told}:{seconds % 60:02}"
