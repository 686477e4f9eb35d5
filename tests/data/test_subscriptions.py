"""What a client subscribed to, on both databases."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from data import sheets, subscriptions, tickets
from data.core import subscriptions as core
from data.tickets import TicketForm
from models.client import StarLevel, Subscription
from models.errors import NotAllowed, NotFound, Refused
from models.preview import Preview
from models.ticket import Kind, Urgency

HOUR = timedelta(hours=1)


def programmes(world, client) -> list[tuple[StarLevel, datetime, datetime | None]]:
    with Session(world.engine) as session:
        found = select(Subscription).where(Subscription.client_id == client.id).order_by(col(Subscription.starts_at))
        return [(one.star_level, one.starts_at, one.ends_at) for one in session.exec(found)]


def filed(world) -> str:
    form = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Rien", urgency=Urgency.CRITICAL)
    return tickets.file(world.desk(world.contact), form)


def test_the_running_one_ends_now_and_the_other_begins(world):
    [(_, begin, _)] = programmes(world, world.acme)
    subscriptions.change_level(world.desk(world.sales), world.acme.id, StarLevel.THREE)
    assert programmes(world, world.acme) == [
        (StarLevel.FIVE, begin, world.now),
        (StarLevel.THREE, world.now, None),
    ]


def test_running_tickets_take_the_new_stars_and_new_ones_have_them(world):
    old = filed(world)
    assert subscriptions.change_level(world.desk(world.sales), world.acme.id, StarLevel.FOUR) == 1
    both = [sheets.sheet(world.desk(world.contact), one) for one in (old, filed(world))]
    assert [(one.star_level, one.first_response.target, one.resolution_clock.target) for one in both] == [
        (StarLevel.FOUR, 2 * HOUR, 8 * HOUR)
    ] * 2
    assert both[0].first_response.due_at == both[1].first_response.due_at  # both filed at noon


def test_a_ticket_whose_clocks_are_decided_takes_the_stars_alone(world):
    reference = filed(world)
    before = sheets.sheet(world.desk(world.contact), reference)
    world.now += timedelta(days=7)  # both promises are broken
    assert subscriptions.change_level(world.desk(world.sales), world.acme.id, StarLevel.THREE) == 0
    after = sheets.sheet(world.desk(world.contact), reference)
    assert after.star_level == StarLevel.THREE
    for clock in ("first_response", "resolution_clock"):
        kept, is_now = getattr(before, clock), getattr(after, clock)
        assert (is_now.due_at, is_now.target) == (kept.due_at, kept.target)


def test_a_change_to_none_ends_it_and_closes_the_technical_service(world):
    reference = filed(world)
    subscriptions.change_level(world.desk(world.sales), world.acme.id, StarLevel.NONE)
    assert [ends_at for *_, ends_at in programmes(world, world.acme)] == [world.now]
    assert sheets.sheet(world.desk(world.contact), reference).resolution_clock.target == 16 * HOUR  # as three stars
    with pytest.raises(Refused, match="running subscription"):
        filed(world)


def test_the_same_level_is_nothing_to_do(world):
    filed(world)
    assert subscriptions.preview(world.desk(world.sales), world.acme.id, StarLevel.FIVE) == Preview()
    assert subscriptions.change_level(world.desk(world.sales), world.acme.id, StarLevel.FIVE) == 0
    assert len(programmes(world, world.acme)) == 1


def test_two_changes_in_one_moment_leave_one_programme_at_a_time(world):
    for level in (StarLevel.THREE, StarLevel.FOUR, StarLevel.NONE, StarLevel.FOUR):
        subscriptions.change_level(world.desk(world.sales), world.acme.id, level)
    assert [(level, ends_at) for level, _, ends_at in programmes(world, world.acme)] == [
        (StarLevel.FIVE, world.now),
        (StarLevel.FOUR, None),
    ]


def test_the_end_that_was_agreed_stays(world):
    end = world.now + timedelta(days=100)
    with Session(world.engine.execution_options(writes=True)) as session:
        session.exec(select(Subscription).where(Subscription.client_id == world.acme.id)).one().ends_at = end
        session.commit()
    subscriptions.change_level(world.desk(world.sales), world.acme.id, StarLevel.FOUR)
    assert programmes(world, world.acme)[-1] == (StarLevel.FOUR, world.now, end)
    with Session(world.engine) as session:
        assert core.star_level(session, world.acme.id, end) == StarLevel.NONE


def test_it_is_for_managers_and_sales_and_for_clients_that_exist(world):
    for deed in (subscriptions.preview, subscriptions.change_level):
        for role in ("technician", "contact"):
            with pytest.raises(NotAllowed):
                deed(world.desk(getattr(world, role)), world.acme.id, StarLevel.THREE)
        with pytest.raises(NotFound):
            deed(world.desk(world.manager), 999_999, StarLevel.THREE)
