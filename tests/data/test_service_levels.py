"""The grid of targets, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data import calendars, service_levels, sheets, tickets
from data.calendars import CalendarForm
from data.tickets import TicketForm
from models.client import StarLevel
from models.errors import NotAllowed, Refused
from models.preview import Preview
from models.ticket import Kind, Service, Urgency

HOUR = timedelta(hours=1)


def grid(world):
    return service_levels.grid(world.desk(world.manager))


def case(world, star_level=StarLevel.THREE, urgency=Urgency.LOW, kind=Kind.INCIDENT):
    return next(one for one in grid(world) if one.case == (kind, star_level, urgency))


def test_a_new_desk_has_the_default_grid_the_most_urgent_first(world):
    assert len(grid(world)) == 18
    first = [(one.star_level, one.urgency, one.first_response / HOUR, one.resolution / HOUR) for one in grid(world)[:4]]
    assert first == [
        (StarLevel.THREE, Urgency.CRITICAL, 4, 16),
        (StarLevel.FOUR, Urgency.CRITICAL, 2, 8),
        (StarLevel.FIVE, Urgency.CRITICAL, 1, 4),
        (StarLevel.THREE, Urgency.SERIOUS, 8, 24),
    ]
    assert [one.kind for one in grid(world)[-6:]] == [Kind.REQUEST] * 3 + [Kind.ENQUIRY] * 3


def test_a_target_holds_from_now_on_and_what_held_before_stays(world):
    before = case(world)
    wanted = replace(before, first_response=HOUR, resolution=2 * HOUR)
    service_levels.save(world.desk(world.manager), [wanted])
    assert case(world) == wanted and len(grid(world)) == 18
    world.now -= timedelta(seconds=1)
    assert case(world) == before


def test_saving_the_grid_as_it_is_does_nothing(world):
    tickets.file(world.desk(world.contact), TicketForm(kind=Kind.INCIDENT, subject="x", description="y"))
    assert service_levels.preview(world.desk(world.manager), grid(world)) == Preview()
    assert service_levels.save(world.desk(world.manager), grid(world)) == 0


def test_a_manager_who_looked_at_an_older_grid_is_refused(world):
    seen = grid(world)
    service_levels.save(world.desk(world.manager), [replace(case(world), resolution=99 * HOUR)], seen)
    with pytest.raises(Refused, match="changed meanwhile"):
        service_levels.save(world.desk(world.manager), seen, seen)
    assert case(world).resolution == 99 * HOUR


def test_a_client_without_stars_is_promised_what_three_have_also_after_a_change(world):
    with_none = world.desk()
    form = TicketForm(kind=Kind.ENQUIRY, subject="Devis", description="Pour dix", service=Service.SALES)
    reference = tickets.file(world.desk(world.stranger), form)
    wanted = replace(case(world, urgency=Urgency.NONE, kind=Kind.ENQUIRY), resolution=90 * HOUR)
    assert service_levels.save(world.desk(world.manager), [wanted]) == 1
    assert sheets.sheet(with_none, reference).resolution_clock.target == 90 * HOUR


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first_response": timedelta()}, "a first response takes some time"),
        ({"first_response": -HOUR}, "a first response takes some time"),
        ({"first_response": 41 * HOUR}, "nothing is resolved before it is answered"),
        ({"resolution": 10_001 * HOUR}, "10,000 hours at most"),
        ({"calendar": "nowhere"}, "no calendar nowhere"),
        ({"kind": Kind.REQUEST}, "nothing is promised for such a ticket"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused_naming_its_row(world, changes, words):
    wrong = replace(case(world), **changes)
    for attempt in (service_levels.preview, service_levels.save):
        with pytest.raises(Refused, match=words) as error:
            attempt(world.desk(world.manager), [*grid(world)[:3], wrong])
        assert error.value.facts["urgency"] == Urgency.LOW and error.value.facts["stars"] == StarLevel.THREE
    assert len(grid(world)) == 18


def test_a_target_that_its_calendar_cannot_keep_within_fifty_years_is_refused(world):
    """80 h at a minute a week would take 4,800 weeks, and no such ticket could be filed."""
    form = CalendarForm("Europe/Paris", {"mon": [["09:00", "09:01"]]})
    calendars.create(world.desk(world.manager), "rare", form)
    for attempt in (service_levels.preview, service_levels.save):
        with pytest.raises(Refused, match="more than 50 years"):
            attempt(world.desk(world.manager), [replace(case(world, urgency=Urgency.NONE), calendar="rare")])


@pytest.mark.parametrize("role", ["technician", "sales", "contact"])
def test_targets_are_for_managers(world, role):
    for attempt in (
        service_levels.grid,
        lambda desk: service_levels.preview(desk, []),
        lambda desk: service_levels.save(desk, []),
    ):
        with pytest.raises(NotAllowed):
            attempt(world.desk(getattr(world, role)))
