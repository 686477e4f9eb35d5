"""The clock of the service level: deadlines, pauses, states and the ledger. Office hours in Paris are UTC+2 here."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import sla
from models.calendar import Calendar, Span, moment
from models.sla import Clock, Line, State

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = Calendar.parse(
    "Europe/Paris",
    {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in WORKDAYS},
    {date(2026, 5, 14)},  # Ascension Day, a Thursday
)
NIGHTS = Calendar.parse("America/New_York", {"fri": [["20:00", "06:00"]], "sat": [["22:00", "08:00"]]})
ALWAYS = Calendar.parse("UTC", {day: [["00:00", "24:00"]] for day in (*WORKDAYS, "sat", "sun")})
MICROSECOND = timedelta(microseconds=1)


def at(day: int, clock: str) -> datetime:
    """A time in Paris of May 2026; the 11th is a Monday."""
    return moment(datetime.combine(date(2026, 5, day), time.fromisoformat(clock)), OFFICE.zone)


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


MONDAY = at(11, "09:00")


def clock(target: float = 4, started: datetime = MONDAY, **facts) -> Clock:
    return Clock(OFFICE, started, hours(target), **facts)


def test_pauses_are_read_from_the_status_history():
    history = [(at(11, "09:00"), False), (at(11, "10:00"), True), (at(11, "11:00"), False), (at(12, "09:00"), True)]
    assert sla.pauses(history) == ((Span(at(11, "10:00"), at(11, "11:00")),), at(12, "09:00"))


def test_a_history_may_come_in_any_order_and_repeat_itself():
    history = [(at(11, "12:00"), False), (at(11, "11:00"), True), (at(11, "10:00"), True), (at(11, "13:00"), False)]
    assert sla.pauses(history) == ((Span(at(11, "10:00"), at(11, "12:00")),), None)


def test_a_ticket_that_never_waited_has_no_pauses():
    assert sla.pauses([]) == ((), None)
    assert sla.pauses([(at(11, "09:00"), True), (at(11, "09:00"), False)]) == ((), None)


def test_a_pause_moves_the_deadline_by_the_open_time_it_took():
    # From 12:00 to 14:30 is half an hour before lunch and one hour after it: 14:00 becomes 15:30.
    assert clock().due() == at(11, "14:00")
    assert clock(pauses=[Span(at(11, "12:00"), at(11, "14:30"))]).due() == at(11, "15:30")


def test_a_clock_standing_still_has_no_deadline_unless_it_had_passed():
    assert clock(paused_since=at(11, "11:00")).due() is None
    assert clock(paused_since=at(11, "14:00")).due() == at(11, "14:00")
    assert clock(paused_since=at(11, "16:00")).due() == at(11, "14:00")


def test_a_clock_standing_still_takes_no_time():
    waiting = clock(paused_since=at(11, "11:00"))
    assert waiting.used(at(11, "10:00")) == hours(1)
    assert waiting.used(at(13, "10:00")) == hours(2)
    assert waiting.left(at(13, "10:00")) == hours(2)


def test_a_stopped_clock_takes_no_more_time():
    assert clock(stopped_at=at(11, "12:00")).used(at(15, "12:00")) == hours(3)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("09:00", State.FINE),
        ("12:00", State.FINE),  # 3 h of 4: exactly a quarter is left
        ("12:00:00.000001", State.AT_RISK),
        ("14:00", State.AT_RISK),
        ("14:00:00.000001", State.BREACHED),
    ],
)
def test_a_running_clock_is_fine_then_at_risk_then_breached(now, state):
    assert clock().state(at(11, now)) is state


def test_a_target_taken_exactly_is_met_and_more_is_missed():
    assert clock(stopped_at=at(11, "14:00")).state(at(12, "09:00")) is State.MET
    assert clock(stopped_at=at(11, "14:00:00.000001")).state(at(12, "09:00")) is State.MISSED
    assert clock(stopped_at=at(11, "14:00:00.000001")).overrun(at(12, "09:00")) == MICROSECOND


def test_an_answer_after_closing_took_no_more_than_one_at_closing():
    evening = clock(target=8)
    assert evening.due() == at(11, "18:00")
    assert evening.late_after() == at(12, "09:00")
    assert evening.state(at(11, "20:00")) is State.AT_RISK
    assert evening.state(at(12, "09:00:00.000001")) is State.BREACHED
    assert clock(target=8, stopped_at=at(11, "20:00")).state(at(12, "10:00")) is State.MET


def test_an_overrun_is_business_time():
    # Due Monday 14:00; Tuesday 10:00 is 4 h of Monday and 1 h of Tuesday later.
    assert clock().overrun(at(12, "10:00")) == hours(5)
    assert clock().left(at(12, "10:00")) == -hours(5)
    assert clock().overrun(at(11, "10:00")) == hours(0)


def test_a_clock_is_paused_only_while_within_its_target():
    assert clock(paused_since=at(11, "12:15")).state(at(12, "10:00")) is State.PAUSED
    assert clock(paused_since=at(11, "12:15")).state(at(11, "10:00")) is State.FINE
    assert clock(paused_since=at(11, "15:00")).state(at(12, "10:00")) is State.BREACHED
    assert clock(pauses=[Span(at(11, "10:00"), at(11, "11:00"))]).state(at(11, "10:30")) is State.PAUSED


def test_a_ticket_resolved_while_waiting_is_judged_by_what_was_used():
    assert clock(paused_since=at(11, "10:00"), stopped_at=at(15, "10:00")).state(at(15, "11:00")) is State.MET


def test_a_clock_is_judged_as_of_the_moment_asked_for():
    assert clock(stopped_at=at(11, "16:00")).state(at(11, "10:00")) is State.FINE


def test_the_ledger_tells_openings_pauses_and_holidays_up_to_the_deadline():
    # Wednesday 16:00 to 17:00, pause over Ascension Day until Friday 09:30, then 3 h.
    kept = clock(started=at(13, "16:00"), pauses=[Span(at(13, "17:00"), at(15, "09:30"))])
    assert [(line.kind, line.start, line.end, line.counted, line.total) for line in sla.ledger(kept)] == [
        (Line.OPEN, at(13, "16:00"), at(13, "17:00"), hours(1), hours(1)),
        (Line.PAUSE, at(13, "17:00"), at(15, "09:30"), hours(0), hours(1)),
        (Line.HOLIDAY, at(14, "09:00"), at(14, "18:00"), hours(0), hours(1)),
        (Line.OPEN, at(15, "09:30"), at(15, "12:30"), hours(3), hours(4)),
    ]


def test_the_ledger_of_a_clock_standing_still_ends_with_the_pause_that_lasts():
    *_, worked, waiting = sla.ledger(clock(paused_since=at(11, "11:00")))
    assert (worked.end, worked.total) == (at(11, "11:00"), hours(2))
    assert (waiting.kind, waiting.start, waiting.end, waiting.total) == (Line.PAUSE, at(11, "11:00"), None, hours(2))


def test_the_ledger_may_end_before_the_deadline():
    assert sla.ledger(clock(), until=at(11, "10:00"))[-1].total == hours(1)


def test_the_ledger_of_no_target_is_one_moment():
    (line,) = sla.ledger(clock(target=0, started=at(11, "20:00")))
    assert (line.start, line.end, line.total) == (at(12, "09:00"), at(12, "09:00"), hours(0))


TARGETS = st.timedeltas(timedelta(0), hours(80))
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=14)).map(lambda shift: at(4, "00:00") + shift)
HISTORIES = st.lists(st.tuples(MOMENTS, st.booleans()), max_size=6)


@st.composite
def clocks(draw) -> Clock:
    over, since = sla.pauses(draw(HISTORIES))
    stopped = draw(st.none() | MOMENTS)
    calendar = draw(st.sampled_from([OFFICE, NIGHTS, ALWAYS]))
    return Clock(calendar, draw(MOMENTS), draw(TARGETS), over, since, stopped)


@settings(deadline=None)
@given(clocks())
def test_a_ledger_adds_up_to_the_target_at_the_deadline_or_to_what_was_used(kept):
    lines, due = sla.ledger(kept), kept.due()
    if due:
        assert (lines[-1].end, lines[-1].total) == (due, kept.target)
    elif kept.paused_since > kept.started:
        assert lines[-1].total == kept.calendar.elapsed(kept.started, kept.paused_since, kept.pauses)
    assert sum((line.counted for line in lines), timedelta()) == (lines[-1].total if lines else timedelta())
    opened = [line for line in lines if line.kind is Line.OPEN]
    assert all(one.end <= other.start for one, other in pairwise(opened))


@settings(deadline=None)
@given(clocks(), MOMENTS)
def test_the_state_follows_from_the_moments_told_beforehand(kept, now):
    running = Clock(kept.calendar, kept.started, kept.target, kept.pauses, kept.paused_since)
    late_after, warn_at = running.late_after(), running.warn_at()
    late = late_after is not None and now > late_after
    assert (running.state(now) is State.BREACHED) == late
    if running.state(now) in (State.FINE, State.AT_RISK):
        assert (running.state(now) is State.AT_RISK) == (warn_at is not None and now > warn_at)
    stopped = Clock(kept.calendar, kept.started, kept.target, kept.pauses, kept.paused_since, stopped_at=now)
    assert stopped.state(now) is (State.MISSED if late else State.MET)
