"""Figures: exact, the same sealed or not, and the past does not move."""

import shutil
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlmodel import Session, select

from data import imports, metrics
from data.core import fresh_facts, recount, shelf, telling
from data.core import settings as settings_module
from data.core.exchange.batch import Preset, batch
from data.core.facts import Event
from models.client import StarLevel
from models.metrics import NOBODY, Filters, Measure
from models.period import Period
from models.ticket import Kind, Service, Ticket, Urgency
from tests.data import plain_figures as plain
from tests.data.random_desk import BEFORE, MARCH, PARIS, Life, at, filed, seal_all, sealed_days


@pytest.fixture(autouse=True)
def nothing_read_before():
    shelf.clear()
    fresh_facts.clear()


def told_by_the_desk(world, since=BEFORE, until=None):
    """The desk's facts in the words of the plain ones."""
    names = {event: event.name.lower().replace("_", " ") for event in Event}
    with Session(world.engine) as session:
        found = telling.facts(session, since, until or world.now + plain.MICROSECOND)
    return sorted(
        (int(moment), int(ticket), names[Event(int(event))], int(stars), int(urgency), int(technician))
        for moment, ticket, event, stars, urgency, technician in zip(
            found.at, found.ticket, found.event, found.star_level, found.urgency, found.technician, strict=True
        )
    )


def in_numbers(facts):
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return sorted(
        (
            (fact.at - epoch) // plain.MICROSECOND,
            fact.ticket.id,
            fact.what,
            fact.star_level,
            fact.urgency,
            fact.technician,
        )
        for fact in facts
    )


# ------------------------------------------------------------------ exact


@pytest.mark.parametrize("seed", range(6))
def test_facts_are_what_the_rows_say_one_by_one(world, seed):
    life = Life(world, seed)
    life.go_on(140)
    assert told_by_the_desk(world) == in_numbers(plain.facts(world.engine, world.now))


@pytest.mark.parametrize("seed", range(3))
def test_a_day_alone_has_the_facts_that_the_whole_has_of_it(world, seed):
    """Found by the indexes, whichever row betrays the ticket."""
    Life(world, seed).go_on(120)
    whole = told_by_the_desk(world)
    for day in range(12, 45):
        begin = datetime.combine(date(2026, 3, 1) + timedelta(days=day - 1), datetime.min.time(), PARIS)
        end = datetime.combine(date(2026, 3, 1) + timedelta(days=day), datetime.min.time(), PARIS)
        end = min(end, world.now + plain.MICROSECOND)
        if begin < end:
            span = [(at_ - datetime(1970, 1, 1, tzinfo=UTC)) // plain.MICROSECOND for at_ in (begin, end)]
            assert told_by_the_desk(world, begin, end) == [one for one in whole if span[0] <= one[0] < span[1]]


FILTERS = [
    {},
    {"star_level": StarLevel.FIVE},
    {"urgency": Urgency.CRITICAL},
    {"kind": Kind.ENQUIRY},
    {"service": Service.TECHNICAL},
    {"product": NOBODY},
    {"technician": NOBODY},
    {"technician": 2},
    {"client": 1, "kind": Kind.INCIDENT},
]


@pytest.mark.parametrize(("seed", "sealed"), list(product(range(2), [False, True])))
def test_every_figure_is_what_the_rows_say(world, seed, sealed):
    Life(world, seed).go_on(120)
    if sealed:
        seal_all(world)
    everything = plain.facts(world.engine, world.now)
    today = world.now.astimezone(PARIS).date()
    periods = [Period(date(2026, 3, 20), today), Period(date(2026, 3, 16), date(2026, 3, 30))]
    for period, narrowed in product(periods, FILTERS):
        filters = Filters(**narrowed)
        passing = [fact for fact in everything if fact.passes(filters)]
        page = metrics.page(world.desk(), period, filters)
        for tiles, span in ((page.tiles, period), (page.tiles_before, period.before)):
            assert_tiles(tiles, passing, span)
            assert tiles.given == (given(passing, span) if filters.of_one_technician else None)
        assert_charts(page, passing, period)


def within(facts, period):
    begin, end = period.moments(PARIS)
    return [fact for fact in facts if begin <= fact.at < end]


def given(passing, period) -> int:
    """To a technician: filed with them, or theirs since a moment before which it was somebody else's."""
    told = within(passing, period)
    left = {(fact.ticket.id, fact.at) for fact in told if fact.what == "went"}
    came = [fact for fact in told if fact.what == "came" and (fact.ticket.id, fact.at) not in left]
    return len(came) + sum(fact.what == "filed" for fact in told)


def assert_tiles(tiles, passing, period) -> None:
    told = within(passing, period)
    for kept, clock in ((tiles.kept.first_response, "response"), (tiles.kept.resolution, "resolution")):
        assert (kept.met, kept.breached) == plain.attainment(told, clock)
    by = {what: [fact for fact in told if fact.what == what] for what in ("filed", "resolved", "responded")}
    assert (tiles.filed, tiles.resolved) == (len(by["filed"]), len(by["resolved"]))
    assert tiles.backlog == backlog(passing, period)
    for times, what in ((tiles.response_times, "responded"), (tiles.resolution_times, "resolved")):
        for measure in Measure:
            values = [getattr(fact, measure) for fact in by[what]]
            assert times[measure].n == len(values)
            assert times[measure].median == plain.nearest_rank(values, 50)
            assert times[measure].p90 == plain.nearest_rank(values, 90)
    assert tiles.follow_ups.n == len([fact for fact in by["filed"] if fact.ticket.follows_id])
    assert tiles.duplicates.n == plain.duplicates(told)


def backlog(passing, period) -> int:
    """Of the whole past: what came less what went."""
    past = [fact.what for fact in passing if fact.at < period.moments(PARIS)[1]]
    return sum((what in ("filed", "came")) - (what in ("resolved", "went")) for what in past)


def assert_charts(page, passing, period) -> None:
    told = within(passing, period)
    for week in page.weeks:
        for kept, clock in ((week.kept.first_response, "response"), (week.kept.resolution, "resolution")):
            assert (kept.met, kept.breached) == plain.attainment(within(told, week.period), clock)
    assert [one.period.first for one in page.weeks] == sorted({*(one.period.first for one in page.weeks)})
    assert page.weeks[0].period.first == period.first and page.weeks[-1].period.last == period.last
    for cell in page.grid:
        mine = [fact for fact in told if (fact.star_level, fact.urgency) == (cell.star_level, cell.urgency)]
        assert (cell.kept.first_response.met, cell.kept.first_response.breached) == plain.attainment(mine, "response")
    assert sum(cell.kept.resolution.n for cell in page.grid) == page.tiles.kept.resolution.n
    for one in page.technicians:
        mine = [fact for fact in told if fact.technician == one.id]
        assert (one.kept.resolution.met, one.kept.resolution.breached) == plain.attainment(mine, "resolution")
    assert sum(one.kept.first_response.n for one in page.products) == page.tiles.kept.first_response.n
    for one in page.flow:
        inside = [fact.what for fact in within(told, one.period)]
        counts = [inside.count(what) for what in ("filed", "came", "resolved", "went")]
        assert one.given == (None if page.tiles.given is None else given(passing, one.period))
        assert [one.filed, one.came, one.resolved, one.went] == counts
        assert one.backlog == backlog(passing, one.period)
    arrived = [fact.at.astimezone(PARIS) for fact in told if fact.what == "filed"]
    assert page.arrivals.filed == tuple(
        tuple(sum((one.weekday(), one.hour) == (day, hour) for one in arrived) for hour in range(24))
        for day in range(7)
    )
    for distributions, what in (
        (page.response_distributions, "responded"),
        (page.resolution_distributions, "resolved"),
    ):
        for one in distributions:
            case = one.star_level, one.urgency
            values = [fact.business for fact in told if fact.what == what and (fact.star_level, fact.urgency) == case]
            assert (one.n, one.at[0], one.at[100]) == (len(values), min(values), max(values))
            assert [one.at[n] for n in (25, 50, 90)] == [plain.nearest_rank(values, n) for n in (25, 50, 90)]


# ------------------------------------------------------------------ what is over does not move


@pytest.mark.parametrize("seed", range(4))
def test_days_that_are_over_say_the_same_whatever_happens_to_their_tickets_later(world, seed):
    """Counted from the rows each time: nothing is sealed."""
    life = Life(world, seed)
    life.go_on(30)
    seen = []
    for _ in range(8):
        life.go_on(12)
        today = datetime.combine(world.now.astimezone(PARIS).date(), datetime.min.time(), PARIS)
        seen.append((today, told_by_the_desk(world, until=today)))
    for today, facts in seen:
        assert told_by_the_desk(world, until=today) == facts


@pytest.mark.parametrize("seed", range(2))
def test_looked_at_again_and_again_it_comes_to_what_it_is_at_the_end(world, seed):
    life, period = Life(world, seed), Period(date(2026, 3, 12), date(2026, 4, 30))
    for _ in range(25):
        life.go_on(4)
        seen = metrics.page(world.desk(), period)
    fresh_facts.clear()
    assert metrics.page(world.desk(), period) == seen


@pytest.mark.parametrize("seed", range(2))
def test_sealed_day_by_day_or_all_at_once_the_bytes_are_the_same(world, seed):
    life = Life(world, seed)
    for _ in range(6):
        life.go_on(20)
        seal_all(world)
    by_day = sealed_days(world)
    assert len(by_day) > 20 and min(by_day) == date(2026, 3, 12)
    assert max(by_day) == (world.now - fresh_facts.SETTLED).astimezone(PARIS).date() - timedelta(days=1)
    with Session(world.engine.execution_options(writes=True)) as session:
        recount.drop(session, BEFORE)
        session.commit()
    seal_all(world)
    assert sealed_days(world) == by_day
    assert metrics.days_to_seal(world.desk()) == 0


def test_what_is_sealed_is_not_counted_again(world):
    Life(world, 1).go_on(60)
    seal_all(world)
    period = Period(date(2026, 3, 12), world.now.date() - timedelta(days=1))
    before = metrics.page(world.desk(), period).tiles
    with Session(world.engine.execution_options(writes=True)) as session:  # no road of the desk's leads here
        for ticket in session.exec(select(Ticket)):
            ticket.filed_at -= timedelta(days=90)
        session.commit()
    shelf.clear()
    assert metrics.page(world.desk(), period).tiles.filed == before.filed


def test_more_days_and_tickets_take_no_more_queries(world, count_queries):
    life, counted = Life(world, 1), []
    for _ in range(2):
        life.go_on(60)
        seal_all(world)
        period = Period(date(2026, 3, 12), world.now.astimezone(PARIS).date())
        metrics.page(world.desk(), period)
        count_queries()
        metrics.page(world.desk(), period)
        counted.append(count_queries())
    assert max(counted) < 30


def test_a_day_is_sealed_when_it_is_over_at_the_desk_and_not_before(world):
    world.now = at(3, 9)
    filed(world)
    world.now = datetime(2026, 3, 4, 0, 4, tzinfo=PARIS)
    assert metrics.days_to_seal(world.desk()) == 0  # another machine's clock may be late
    world.now = datetime(2026, 3, 4, 0, 5, tzinfo=PARIS)
    assert metrics.days_to_seal(world.desk()) == 1
    assert metrics.seal(world.desk(world.technician)) == 0
    assert list(sealed_days(world)) == [date(2026, 3, 3)]


def test_an_empty_desk_has_figures_of_nothing(world):
    assert metrics.seal(world.desk()) == 0
    page = metrics.page(world.desk(), MARCH)
    assert (page.tiles.filed, page.tiles.backlog, page.tiles.kept.resolution.rate) == (0, 0, None)
    assert page.tiles.response_times[Measure.WALL].median is None
    assert len(page.weeks) == 6 and len(page.flow) == 31 and not page.grid and not page.response_distributions


def test_a_zone_that_the_desk_moves_to_has_other_days(world, monkeypatch):
    world.now = at(3, 23, 30)  # the 4th in Paris, still the 3rd in London
    filed(world)
    world.now = at(6, 9)
    seal_all(world)
    assert min(sealed_days(world)) == date(2026, 3, 4)
    monkeypatch.setenv("GUICHET_ZONE", "Europe/London")
    settings_module.settings.cache_clear()
    assert metrics.page(world.desk(), Period(date(2026, 3, 3), date(2026, 3, 3))).tiles.filed == 1
    assert metrics.days_to_seal(world.desk()) == 3
    seal_all(world)
    assert min(sealed_days(world)) == date(2026, 3, 3)


# ------------------------------------------------------------------ another desk's log


@pytest.fixture
def log(tmp_path) -> Path:
    return Path(shutil.copy(Path(__file__).parent / "fixtures" / "servicenow.csv", tmp_path))


def brought_in(world, log) -> None:
    with batch(log, Preset.SERVICENOW) as rows:
        imports.read(world.desk(), rows)
        imports.write(world.desk(), rows)


def test_tickets_of_long_ago_that_come_in_open_the_days_from_theirs_on_again(world, log):
    world.now = datetime(2026, 3, 20, 12, tzinfo=UTC)
    filed(world)
    world.now += timedelta(days=3)
    seal_all(world)
    assert min(sealed_days(world)) == date(2026, 3, 20)
    assert metrics.page(world.desk(), MARCH).tiles.filed == 1
    brought_in(world, log)
    assert not sealed_days(world)
    assert metrics.page(world.desk(), MARCH).tiles.filed == 3
    seal_all(world)
    assert metrics.page(world.desk(), MARCH).tiles.filed == 3
    assert min(sealed_days(world)) == date(2026, 3, 2)


def test_an_event_log_of_another_desk_has_the_figures_that_its_rows_say(world, log):
    world.now = datetime(2026, 4, 2, 12, tzinfo=UTC)
    brought_in(world, log)
    everything = plain.facts(world.engine, world.now)
    for _ in range(2):
        page = metrics.page(world.desk(), MARCH)
        assert_tiles(page.tiles, everything, MARCH)
        assert_charts(page, everything, MARCH)
        assert page.tiles.filed == 2 and page.tiles.kept.first_response.n == 2
        seal_all(world)
