"""When a clock was decided, and how: the day on which attainment counts it, once and for all."""

from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import Span
from models.decision import Attainment, Decision, decided, decision, redated_at
from models.sla import Clock
from models.ticket import Change, HistoryEntry
from models.timeline import NEVER, instant, micros
from tests.models.test_sla import MICROSECOND, OFFICE, at, clock, hours

LATER = at(29, "12:00")


def test_a_met_clock_is_decided_when_it_stopped():
    assert decision(clock(4, stopped_at=at(11, "12:00")), LATER) == Decision(at(11, "12:00"), met=True)


def test_a_clock_that_stops_too_late_was_decided_at_its_deadline():
    late = clock(4, stopped_at=at(20, "12:00"))
    assert decision(late, LATER) == Decision(at(11, "14:00"), met=False)


def test_a_clock_that_runs_or_stands_still_within_its_target_is_not_decided():
    assert decision(clock(4), at(11, "14:00")) is None
    assert decision(clock(4, paused_since=at(11, "10:00")), LATER) is None


def test_an_answer_in_the_night_after_a_deadline_at_closing_has_met_it():
    evening = clock(8, stopped_at=at(11, "23:00"))
    assert evening.due() == at(11, "18:00")
    assert decision(evening, LATER) == Decision(at(11, "23:00"), met=True)


def test_without_an_answer_it_is_broken_at_the_next_opening_and_not_before():
    assert decision(clock(8), at(12, "09:00")) is None
    assert decision(clock(8), at(12, "09:00") + MICROSECOND) == Decision(at(12, "09:00"), met=False)


def test_a_deadline_moved_into_the_past_counts_from_the_moment_it_was_moved():
    changed = at(20, "10:00")
    assert decision(clock(4), LATER, changed) == Decision(changed, met=False)
    assert decision(clock(4), LATER, at(11, "10:00")) == Decision(at(11, "14:00"), met=False)


def test_an_answer_nobody_needed_any_more_keeps_no_promise_but_one_broken_before_stays_broken():
    assert decision(clock(4, stopped_at=at(11, "12:00"), unneeded=True), LATER) is None
    late = clock(4, stopped_at=at(20, "12:00"), unneeded=True)
    assert decision(late, LATER) == Decision(at(11, "14:00"), met=False)


@given(
    target=st.floats(0.25, 40),
    stopped=st.none() | st.floats(0, 500),
    unneeded=st.booleans(),
    pause=st.tuples(st.floats(0, 100), st.floats(0, 100)),
    moments=st.tuples(st.floats(0, 600), st.floats(0, 600)),
)
def test_what_is_decided_stays_so_and_columns_say_the_same(target, stopped, unneeded, pause, moments):
    def hour(number: float):
        return at(1, "00:00") + timedelta(hours=number)

    begin, end = sorted(pause)
    pauses = (Span(hour(begin), hour(end)),) if begin < end else ()
    ended = None if stopped is None else hour(stopped)
    life = Clock(OFFICE, hour(0), hours(target), pauses, stopped_at=ended, unneeded=unneeded)
    early, late = sorted(hour(one) for one in moments)
    before, after = decision(life, early), decision(life, late)
    assert before is None or before == after

    exceeded, stops = life.late_after(), life.stopped_at
    columns = (np.array([NEVER if moment is None else micros(moment)]) for moment in (stops, exceeded, instant(0)))
    found = decided(*columns, np.array([unneeded]), micros(late))
    if after is None:
        assert found.at[0] == NEVER and not found.met[0] and not found.broken[0]
    else:
        assert (instant(int(found.at[0])), bool(found.met[0]), bool(found.broken[0])) == (
            after.at,
            after.met,
            not after.met,
        )


def test_the_history_tells_when_each_deadline_last_moved_by_other_terms():
    def moved(day: int, change: Change, **dues) -> HistoryEntry:
        return HistoryEntry(ticket_id=1, at=at(day, "09:00"), change=change, **dues)

    resolution = {"resolution_due_before": at(11, "12:00"), "resolution_due_after": at(11, "14:00")}
    history = [
        moved(13, Change.STATUS, **resolution),
        moved(12, Change.STAR_LEVEL, **resolution),
        moved(11, Change.URGENCY, first_response_due_after=at(11, "10:00"), **resolution),
    ]
    assert redated_at(history) == (at(11, "09:00"), at(12, "09:00"))
    assert redated_at([]) == (None, None)


def test_attainment_is_met_of_decided_and_unknown_while_nothing_is():
    assert Attainment(met=3, broken=1, running=7).share == 0.75
    assert Attainment(running=2).share is None
