"""What a contact's company has subscribed to, what each programme gives, and asking for the access code."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from data import access_codes, desk_settings, followed, programme, service_levels, sheets, subscriptions, tickets
from models.client import StarLevel, Subscription
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


def test_the_present_programme_ends_where_the_next_one_begins(world):
    """A client on three stars that has four to come has three until then, and no longer."""
    manager = world.desk(world.manager)
    subscriptions.save(manager, world.other.id, Plan(StarLevel.THREE, until=date(2026, 12, 5)))
    subscriptions.save(manager, world.other.id, Plan(StarLevel.FOUR, date(2026, 12, 6), date(2027, 12, 5)))
    found = programme.mine(world.desk(world.stranger))
    assert (found.star_level, found.until) == (StarLevel.THREE, date(2026, 12, 5))
    assert (found.next_level, found.next_begins, found.ends_soon) == (StarLevel.FOUR, date(2026, 12, 6), False)
    begins = {one.star_level: one.begins for one in programme.every(world.desk(world.stranger))}
    assert begins == {StarLevel.THREE: None, StarLevel.FOUR: date(2026, 12, 6), StarLevel.FIVE: None}


def test_a_renewal_of_the_same_stars_is_the_same_programme(world):
    with Session(world.engine.execution_options(writes=True)) as session:
        for one in session.exec(select(Subscription).where(Subscription.client_id == world.other.id)):
            one.ends_at = world.now + timedelta(days=9)
            later = {"starts_at": one.ends_at, "ends_at": world.now + timedelta(days=374)}
            session.add(Subscription(client_id=world.other.id, star_level=StarLevel.THREE, **later))
        session.commit()
    found = programme.mine(world.desk(world.stranger))
    assert (found.until, found.next_level, found.ends_soon) == (date(2027, 3, 12), StarLevel.NONE, False)


@pytest.mark.parametrize(("until", "soon"), [(date(2026, 4, 1), True), (date(2026, 9, 1), False), (None, False)])
def test_an_end_that_nears_with_nothing_after_it_is_told(world, until, soon):
    subscriptions.save(world.desk(world.manager), world.other.id, Plan(StarLevel.THREE, until=until))
    assert programme.mine(world.desk(world.stranger)).ends_soon is soon


def test_a_programme_after_a_gap_is_told_and_so_is_the_end_before_it(world):
    manager = world.desk(world.manager)
    subscriptions.save(manager, world.other.id, Plan(StarLevel.THREE, until=date(2026, 4, 1)))
    subscriptions.save(manager, world.other.id, Plan(StarLevel.THREE, date(2026, 5, 1), date(2027, 5, 1)))
    found = programme.mine(world.desk(world.stranger))
    assert (found.until, found.ends_soon, found.next_begins) == (date(2026, 4, 1), True, date(2026, 5, 1))


def test_the_number_of_the_direct_line_is_for_those_who_may_call_it(world):
    desk_settings.set_direct_line_number(world.desk(world.manager), "01 99 00 12 34")
    assert programme.mine(world.desk(world.contact)).line_number == "01 99 00 12 34"
    assert programme.mine(world.desk(world.stranger)).line_number == ""


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
