"""What a contact's company has subscribed to, what each programme gives, and asking for the access code."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from data import access_codes, followed, programme, service_levels, sheets, subscriptions, tickets
from models.client import StarLevel
from models.errors import NotAllowed, Refused
from models.followed import Followed
from models.subscription import Plan
from models.ticket import Kind, Service, Urgency

WORDS = ("Our code is missing", "Please give us one.")


def codeless(world):
    """The five-star client, whose code has been ended."""
    if access_codes.state(world.desk(world.manager), world.acme.id).live:
        access_codes.end(world.desk(world.manager), world.acme.id)
    return world.desk(world.contact)


def test_it_tells_the_company_its_stars_until_when_and_whether_the_line_is_open(world):
    told = programme.mine(world.desk(world.contact))
    assert (told.client, told.client_id, told.star_level) == ("Acme (démo)", world.acme.id, StarLevel.FIVE)
    assert told.until is None and told.asked == ""
    assert told.line is not None and told.line.open
    assert told.line.until == datetime(2026, 3, 3, 19, 0, tzinfo=UTC)  # 20:00 in Paris: extended hours
    assert programme.mine(world.desk(world.stranger)).line is None


def test_the_last_day_of_a_subscription_is_told_and_without_one_there_is_none(world):
    manager = world.desk(world.manager)
    subscriptions.save(manager, world.other.id, Plan(StarLevel.FOUR, until=date(2026, 6, 30)))
    told = programme.mine(world.desk(world.stranger))
    assert (told.star_level, told.until) == (StarLevel.FOUR, date(2026, 6, 30))
    subscriptions.save(manager, world.other.id, Plan(StarLevel.NONE))
    told = programme.mine(world.desk(world.stranger))
    assert (told.star_level, told.until, told.line) == (StarLevel.NONE, None, None)


def test_the_programmes_promise_what_the_service_levels_do_at_this_moment(world):
    three, four, five = programme.every(world.desk(world.stranger))
    assert [one.mine for one in (three, four, five)] == [True, False, False]
    assert [one.urgency for one in five.targets] == [
        Urgency.CRITICAL,
        Urgency.SERIOUS,
        Urgency.LOW,
        Urgency.NONE,
        Urgency.NONE,
    ]
    assert [one.kind for one in five.targets] == [Kind.INCIDENT] * 4 + [Kind.REQUEST]
    assert (five.targets[0].first_response, five.targets[0].resolution) == (timedelta(hours=1), timedelta(hours=4))
    assert (four.hours["mon"], five.hours["sat"]) == ([["09:00", "12:30"], ["13:30", "18:00"]], [["09:00", "13:00"]])
    manager = world.desk(world.manager)
    critical = next(one for one in service_levels.grid(manager) if one == five.targets[0])
    better = type(critical)(**vars(critical) | {"first_response": timedelta(minutes=30)})
    service_levels.save(manager, [better])
    assert programme.every(world.desk(world.stranger))[2].targets[0].first_response == timedelta(minutes=30)


def test_the_programmes_take_the_same_few_queries_however_often_they_were_changed(world, count_queries):
    desk = world.desk(world.stranger)
    count_queries()
    programme.every(desk)
    assert count_queries() <= 6


def test_a_missing_code_is_asked_for_once_of_the_sales(world):
    desk = codeless(world)
    reference = programme.ask_for_code(desk, *WORDS)
    enquiry = sheets.sheet(world.desk(world.sales), reference)
    assert (enquiry.kind, enquiry.service, enquiry.client_id) == (Kind.ENQUIRY, Service.SALES, world.acme.id)
    assert (enquiry.subject, enquiry.description, enquiry.workable) == (*WORDS, True)
    assert programme.ask_for_code(desk, "Again", "And again") == reference
    assert programme.mine(desk).asked == reference
    assert len(followed.page(desk, Followed(service=Service.SALES)).lines) == 1
    tickets.resolve(world.desk(world.sales), reference, "Voici.")
    assert programme.mine(desk).asked == ""
    world.now += timedelta(days=1)
    assert programme.ask_for_code(desk, *WORDS) != reference


def test_two_who_ask_at_the_same_moment_ask_once(world):
    desk = codeless(world)
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda _: programme.ask_for_code(desk, *WORDS), range(4)))
    assert len(set(given)) == 1


def test_below_four_stars_there_is_no_code_to_ask_for(world):
    with pytest.raises(Refused, match="four or five stars"):
        programme.ask_for_code(world.desk(world.stranger), *WORDS)


def test_another_companys_request_is_nothing_to_one(world):
    programme.ask_for_code(codeless(world), *WORDS)
    assert programme.mine(world.desk(world.stranger)).asked == ""


def test_it_is_for_contacts(world):
    for user in (world.manager, world.technician, world.sales):
        for deed in (programme.mine, programme.every, lambda desk: programme.ask_for_code(desk, *WORDS)):
            with pytest.raises(NotAllowed):
                deed(world.desk(user))
