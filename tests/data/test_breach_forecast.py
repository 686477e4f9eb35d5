"""How many running promises are expected to be missed, and what such a forecast of a past week was worth."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from data import conversation, metrics, service_levels, tickets
from data.core import fresh_facts, shelf
from models.metrics import FEW, Chart, Filters
from models.period import Period
from models.ticket import Urgency
from tests.data.random_desk import Life, at, filed, seal_all

SPAN = Period(date(2026, 3, 1), date(2026, 3, 1))  # the forecast is of now, whatever the period


@pytest.fixture(autouse=True)
def nothing_read_before():
    shelf.clear()
    fresh_facts.clear()


def forecast(world, **narrowed):
    return metrics.page(world.desk(), SPAN, Filters(**narrowed)).forecast


def decided(world, met: int, missed: int, day: int = 3) -> None:
    """So many first responses of the 4 h of ★3, critical: met after an hour, and missed. In March from 08:00 UTC."""
    world.now = at(day, 8)
    answered = [filed(world, world.other) for _ in range(met)]
    for _ in range(missed):
        filed(world, world.other)
    world.now = at(day, 9)
    for reference in answered:
        conversation.reply(world.desk(world.technician), reference, "Bonjour")
        tickets.resolve(world.desk(world.technician), reference, "Fait")
    world.now = at(day, 17)


def test_as_many_are_expected_to_be_missed_as_of_those_that_came_so_far(world):
    decided(world, met=18, missed=6)
    world.now = at(12, 8)
    early = filed(world, world.other)  # nothing used: 6 of the 24 were missed
    found = forecast(world)
    assert (found.responses_decided, found.resolutions_decided) == (24, 24)
    assert [day.day.day for day in found.days] == [12, 13, 16, 17, 18]
    assert (found.days[0].first_responses, found.days[0].first_responses_missed) == (1, pytest.approx(6 / 24))
    rows = metrics.rows(world.desk(), Chart.FIRST_RESPONSES_DUE, SPAN, part=0)
    assert [row.reference for row in rows.rows] == [early]


def test_a_stage_that_few_reached_is_judged_as_the_last_that_twenty_did(world):
    decided(world, met=18, missed=6)
    world.now = at(12, 8)
    filed(world, world.other)
    world.now = at(12, 10)  # half of the target used, after which none of the 18 was met
    assert forecast(world).days[0].first_responses_missed == pytest.approx(6 / FEW)


def test_too_few_decided_promises_make_no_forecast(world):
    decided(world, met=FEW - 2, missed=1)
    world.now = at(12, 8)
    filed(world, world.other)
    found = forecast(world)
    assert found.responses_decided == FEW - 1 and found.past == ()
    assert (found.days[0].first_responses, found.days[0].first_responses_missed) == (1, None)


def test_only_the_last_four_weeks_and_what_the_filters_let_through_count(world):
    decided(world, met=18, missed=6)
    assert forecast(world).responses_decided == 24
    assert forecast(world, urgency=Urgency.LOW).responses_decided == 0
    world.now += timedelta(weeks=4)
    assert forecast(world).responses_decided == 0


def test_a_desk_that_meets_all_expects_to_miss_none(world):
    decided(world, met=30, missed=0)
    world.now = at(12, 8)
    for _ in range(3):
        filed(world, world.other)
    day = forecast(world).days[0]
    assert (day.first_responses, day.first_responses_missed) == (3, 0)


def test_a_desk_that_misses_all_expects_to_miss_all(world):
    decided(world, met=0, missed=30)
    world.now = at(12, 8)
    filed(world, world.other)
    assert forecast(world).days[0].first_responses_missed == 1


def test_the_past_is_measured_by_the_targets_of_now(world):
    """What was met after more than today's target would be missed today."""
    decided(world, met=25, missed=0)
    world.now = at(12, 8)
    grid = service_levels.grid(world.desk())
    service_levels.save(world.desk(), [replace(one, first_response=one.first_response / 8) for one in grid])
    filed(world, world.other)
    assert forecast(world).days[0].first_responses_missed == 1


@pytest.mark.parametrize("sealed", [False, True])
def test_the_forecast_of_a_past_week_is_the_one_that_was_made_then_beside_what_happened(world, sealed):
    for day in (2, 3, 4, 5, 6):
        decided(world, met=6, missed=2, day=day)
    world.now = at(9, 8)  # Monday
    made = [filed(world, world.other) for _ in range(4)]
    world.now = at(9, 9)
    days = forecast(world).days
    assert sum(day.first_responses for day in days) == 4 and sum(day.resolutions for day in days) > 4
    due = sum(day.first_responses + day.resolutions for day in days)
    expected = sum(day.first_responses_missed + day.resolutions_missed for day in days)
    world.now = at(9, 10)
    for reference in made[:3]:
        conversation.reply(world.desk(world.technician), reference, "Bonjour")
    for weeks in (1, 3):
        world.now = at(9, 9) + timedelta(weeks=weeks)
        if sealed:
            seal_all(world)
        [past] = [one for one in forecast(world).past if one.begins == date(2026, 3, 9)]
        assert (past.due, past.expected) == (due, pytest.approx(expected))
        decided_then = [
            row
            for chart in (Chart.FIRST_RESPONSE, Chart.RESOLUTION)
            for row in metrics.rows(world.desk(), chart, Period(date(2026, 3, 9), date(2026, 3, 13))).rows
            if row.at > at(9, 9)
        ]
        assert past.missed == sum(not row.met for row in decided_then) > 1


def test_a_week_whose_four_weeks_before_say_too_little_is_not_compared(world):
    decided(world, met=18, missed=6, day=3)
    world.now = at(9, 8)
    filed(world, world.other)
    world.now = at(31, 9)
    begins = [one.begins for one in forecast(world).past]
    assert begins == [date(2026, 3, 10)]  # of 3 March nothing was known, after the 10th nothing was due


def test_a_forecast_costs_no_query_more_for_more_tickets(world, count_queries):
    life, counted = Life(world, 2), []
    for _ in range(2):
        life.go_on(60)
        seal_all(world)
        forecast(world)
        count_queries()
        forecast(world)
        counted.append(count_queries())
    assert counted[1] <= counted[0] + 2  # a calendar that came into use


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # arithmetic; the rest of this file asks both
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_a_forecast_stays_within_what_is_due(world, seed):
    life = Life(world, seed)
    for _ in range(3):
        life.go_on(60)
        found = forecast(world)
        for day in found.days:
            for due, missed in (
                (day.first_responses, day.first_responses_missed),
                (day.resolutions, day.resolutions_missed),
            ):
                assert missed is None or 0 <= missed <= due
        assert all(0 <= one.expected <= one.due and 0 <= one.missed <= one.due for one in found.past)
