"""The two promises of a ticket: how each stands, in words and as a bar, and how its deadline came about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import zip_longest

import streamlit as st
from babel.dates import format_date, format_datetime

from data.conversation import Changed
from data.core.settings import settings
from models.sheet import ClockSheet, Move
from models.sla import LedgerLine, Line, State
from models.ticket import Change, Kind, Urgency
from pages.components.text import _, language, moment, word
from pages.components.words import N_

TONES = {
    State.FINE: "good",
    State.AT_RISK: "warn",
    State.BREACHED: "bad",
    State.PAUSED: "quiet",
    State.MET: "good",
    State.MISSED: "bad",
    State.UNNEEDED: "quiet",
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
        case State.MET | State.MISSED | State.UNNEEDED:
            lines = [_("{used} of the {target} promised", used=used, target=target)]
    if shown.stopped_at:
        lines.append(_("done {at}", at=shown.stopped_at))
    if shown.due_at:
        lines.append(_("due {at}", at=shown.due_at))
    return lines


def ledger_html(shown: ClockSheet) -> str:
    """Line by line what was open, closed, taken by a holiday or paused; what counted adds up to the target."""
    exact = all(not line.counted % _MINUTE for line in shown.ledger)
    lines, rows = list(shown.ledger), ""
    for line, following in zip_longest(lines, lines[1:]):
        rows += _row(line, exact) + (_closed_days(line, following) if following else "")
    total = shown.ledger[-1].total if shown.ledger else timedelta()
    if shown.due_at:
        end = _("{total} of opening: due {at}", total=_clocked(total, exact), at=shown.due_at)
    else:
        end = _("{total} used of {target}; the clock stands still", total=_clocked(total, exact), target=shown.target)
    heads = "".join(f"<th>{escape(head)}</th>" for head in (_("From … to"), _("What"), _("Counted"), _("Total")))
    return (
        f'<table class="ledger"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>'
        f'<tfoot><tr><td colspan="4">{escape(end)}</td></tr></tfoot></table>{_moves_html(shown.moves)}'
    )


def _row(line: LedgerLine, exact: bool) -> str:
    cells = (_span(line.start, line.end), _(_LINES[line.kind]), _clocked(line.counted, exact))
    told = "".join(f"<td>{escape(cell)}</td>" for cell in (*cells, _clocked(line.total, exact)))
    return f'<tr data-line="{line.kind}">{told}</tr>'


def _closed_days(line: LedgerLine, following: LedgerLine) -> str:
    """The whole days between two lines on which the desk does not open, such as a weekend."""
    zone, day = settings().zone, timedelta(days=1)
    if line.end is None:
        return ""
    first, last = line.end.astimezone(zone).date() + day, following.start.astimezone(zone).date() - day
    if first > last:
        return ""
    days = [format_date(one, "EEE d MMM", locale=language().value) for one in (first, last)]
    told = days[0] if first == last else " → ".join(days)
    closed = _("closed")
    return f'<tr data-line="closed"><td>{escape(told)}</td><td>{escape(closed)}</td><td>—</td><td></td></tr>'


def _moves_html(moves: Sequence[Move]) -> str:
    """Why the date moved: when, what and by whom, from which deadline to which."""
    if not moves:
        return ""
    rows = "".join(f"<li>{escape(_why(move))}<br><b>{escape(_dues(move))}</b></li>" for move in moves)
    title = _("Why the date moved")
    return f'<div class="moves"><b>{escape(title)}</b><ol>{rows}</ol></div>'


def _why(move: Move) -> str:
    return f"{moment(move.at)} · {move.author or 'Guichet'} · {terms_said(move)}"


def terms_said(move: Move | Changed) -> str:
    """What was changed of the promises, in words."""
    before, after = move.before or "", move.after or ""
    match move.change:
        case Change.URGENCY:
            named = {one.name.lower(): word(one) for one in Urgency}
            return _("urgency {before} → {after}", before=named.get(before, before), after=named.get(after, after))
        case Change.KIND:
            kinds = {one.value: word(one) for one in Kind}
            return _("kind {before} → {after}", before=kinds.get(before, before), after=kinds.get(after, after))
        case Change.STAR_LEVEL:
            return _("stars ★{before} → ★{after}", before=before, after=after)
        case Change.CALENDAR if before == after:
            return _("other hours in the calendar {name}", name=after)
        case Change.CALENDAR:
            return _("calendar {before} → {after}", before=before, after=after)
        case Change.TARGET:
            return _("promise (first response / resolution) {before} → {after}", before=before, after=after)
        case _:
            return f"{before} → {after}"


def _dues(move: Move) -> str:
    if move.due_before is None and move.due_after is None:
        return _("due once the clock runs on")
    before, after = (moment(at) if at else _("none") for at in (move.due_before, move.due_after))
    return _("due {before} → {after}", before=before, after=after)


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
