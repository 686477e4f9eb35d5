"""The ledger of a deadline, in words: what was open, what was not, and why the date moved."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.calendar import Calendar, Span
from models.sheet import ClockSheet, Move
from models.sla import Clock, State, ledger
from models.ticket import Change
from pages.components.clocks import ledger_html

PARIS = ZoneInfo("Europe/Paris")
HOURS = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr("streamlit.session_state", {"language": "en"})


def shown(clock: Clock, *moves: Move) -> ClockSheet:
    due = clock.due()
    return ClockSheet(clock.target, due, clock.target, State.FINE, None, tuple(ledger(clock)), moves)


def rows(html: str) -> list[list[str]]:
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html) if "<td" in row]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=PARIS)


def test_weekends_are_told_as_closed_and_holidays_by_what_they_took_away():
    calendar = Calendar.parse("Europe/Paris", HOURS, {at(25, 0).date()})  # Whit Monday
    told = rows(ledger_html(shown(Clock(calendar, at(22, 17), timedelta(hours=4)))))
    assert [row[1] for row in told[:-1]] == ["open", "closed", "holiday", "open"]
    assert told[1][0] == "Sat 23 May → Sun 24 May"
    assert [row[2] for row in told[:-1]] == ["1:00", "—", "0:00", "3:00"]
    assert told[-1] == ["4:00 of opening: due 26/05/2026, 12:00"]


def test_the_sum_of_what_counted_is_the_target_to_the_second():
    calendar = Calendar.parse("Europe/Paris", HOURS)
    pause = Span(at(20, 10, 0).astimezone(UTC), at(20, 11, 0).astimezone(UTC) + timedelta(seconds=7))
    clock = Clock(calendar, at(20, 9, 30) + timedelta(seconds=13), timedelta(hours=2), (pause,))
    told = rows(ledger_html(shown(clock)))
    counted = [row[2].split(":") for row in told[:-1]]
    assert sum(int(h) * 3600 + int(m) * 60 + int(s) for h, m, s in counted) == 7200
    assert [row[1] for row in told[:-1]] == ["open", "paused", "open", "open"]
    assert told[-1][0].startswith("2:00:00 of opening: due ")


@pytest.mark.parametrize("cut", [0, 1, 400_000, 499_999, 500_000, 600_001, 999_999])
def test_parts_of_a_second_are_not_lost_between_the_lines(cut):
    calendar = Calendar.parse("Europe/Paris", HOURS)
    pauses = tuple(
        Span(begin.astimezone(UTC), begin.astimezone(UTC) + timedelta(minutes=3, microseconds=cut))
        for begin in (at(20, 10, 0), at(20, 11, 0), at(20, 15, 0))
    )
    clock = Clock(calendar, at(20, 9, 30) + timedelta(microseconds=cut), timedelta(hours=8), pauses)
    *lines, end = rows(ledger_html(shown(clock)))
    counted, totals = ([_seconds(row[column]) for row in lines if row[1] != "closed"] for column in (2, 3))
    assert [sum(counted[: n + 1]) for n in range(len(counted))] == totals
    assert totals[-1] == 8 * 3600 and min(counted) >= 0 and end[0].startswith("8:00")


def _seconds(told: str) -> int:
    hours, minutes, *seconds = map(int, told.split(":"))
    return hours * 3600 + minutes * 60 + sum(seconds)


def test_why_the_date_moved_is_told_with_the_old_and_the_new_one():
    calendar = Calendar.parse("Europe/Paris", HOURS)
    move = Move(at(20, 10), "Zoë <b>", Change.URGENCY, "low", "critical", at(22, 10), at(20, 17))
    html = ledger_html(shown(Clock(calendar, at(20, 9), timedelta(hours=2)), move))
    assert "Why the date moved" in html
    assert "20/05/2026, 10:00 · Zoë &lt;b&gt; · urgency Low → Critical" in html
    assert "due 22/05/2026, 10:00 → 20/05/2026, 17:00" in html


def test_a_date_that_never_moved_needs_no_explanation():
    calendar = Calendar.parse("Europe/Paris", HOURS)
    assert "moved" not in ledger_html(shown(Clock(calendar, at(20, 9), timedelta(hours=2))))
