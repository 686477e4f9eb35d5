"""Calls and readings in the figures: counted as plain Python counts their rows, and the past does not move."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from sqlmodel import Session, select

from data import articles, editorial, hotline, metrics, subscriptions, tickets
from data.tickets import TicketForm
from models.article import HELPED_AFTER, Article, ArticleRead
from models.client import StarLevel
from models.hotline import HotlineCall
from models.metrics import CALLERS, NOBODY, Chart, Filters, Happened
from models.period import Period
from models.subscription import Plan
from models.ticket import Kind, Service, Ticket, Urgency
from models.user import User
from tests.data.random_desk import MARCH, PARIS, at
from tests.data.test_articles import written
from tests.data.test_metrics_rules import handed_out


class Traffic:
    """Weeks of readings, tickets and calls at random; the clocks change on 29 March."""

    def __init__(self, world, seed: int) -> None:
        self.world, self.rng = world, random.Random(seed)
        world.now = at(1, 7)
        mine, everyones = written(world), written(world, product_id=None, title="Toutes les questions")
        self.articles = [mine.id, everyones.id]

    def go_on(self, deeds: int) -> None:
        world, rng = self.world, self.rng
        for _ in range(deeds):
            world.now += timedelta(minutes=rng.randrange(0, 900))
            contact = rng.choice([world.contact, world.stranger])
            deed = rng.random()
            if deed < 0.5:
                articles.read(world.desk(contact), rng.sample(self.articles, rng.randint(1, 2)))
            elif deed < 0.7:
                self._file(contact)
            elif deed < 0.75:
                subscriptions.save(world.desk(world.sales), world.acme.id, Plan(rng.choice(list(StarLevel)[1:])))
            elif deed < 0.8:
                hotline.look_up(world.desk(world.colleague), "2222 2222")
            else:
                whose = rng.choice([world.acme, world.other])
                hotline.call_by_name(world.desk(rng.choice([world.technician, world.colleague])), whose.id)

    def _file(self, contact: User) -> None:
        world, rng = self.world, self.rng
        kind = rng.choice(list(Kind))
        form = TicketForm(
            kind=kind,
            subject="Question",
            description="Comment ?",
            product_id=rng.choice([None, world.product.id]) if kind != Kind.ENQUIRY else None,
            service=Service.SALES if kind == Kind.ENQUIRY else Service.TECHNICAL,
            urgency=Urgency.LOW if kind == Kind.INCIDENT else Urgency.NONE,
        )
        tickets.file(world.desk(contact), form)


def rows(world, table) -> list:
    with Session(world.engine) as session:
        return list(session.exec(select(table)))


def decided(world) -> list[tuple[ArticleRead, datetime, Ticket | None]]:
    """Each reading with the moment at which it is known whether it helped, and the ticket that says that it did not."""
    about = {article.id: article.product_id for article in rows(world, Article)}
    filed = sorted(rows(world, Ticket), key=lambda ticket: ticket.filed_at)
    found = []
    for one in rows(world, ArticleRead):
        followed = [
            ticket
            for ticket in filed
            if ticket.contact_id == one.user_id
            and ticket.kind != Kind.ENQUIRY
            and one.at <= ticket.filed_at < one.at + HELPED_AFTER
            and (None in (about[one.article_id], ticket.product_id) or ticket.product_id == about[one.article_id])
        ]
        found.append((one, followed[0].filed_at if followed else one.at + HELPED_AFTER, next(iter(followed), None)))
    return found


FILTERS = [{}, {"client": 1}, {"product": NOBODY}, {"product": 1}, {"technician": 2}, {"star_level": StarLevel.FIVE}]


@pytest.mark.parametrize("seed", range(3))
def test_each_reading_is_what_the_rows_say(world, seed):
    Traffic(world, seed).go_on(150)
    about = {article.id: article for article in rows(world, Article)}
    company = {user.id: user.client_id for user in rows(world, User)}
    for period, narrowed in product((MARCH, Period(date(2026, 3, 10), date(2026, 3, 29))), FILTERS):
        filters = Filters(**narrowed)

        def passes(one: ArticleRead, filters=filters) -> bool:
            article = about[one.article_id]
            return (
                filters.client in (None, company[one.user_id])
                and filters.product in (None, article.product_id or NOBODY)
                and filters.technician in (None, article.author_id)
            )

        for readings, span in ((True, period), (False, period.before)):
            begin, end = span.moments(PARIS)
            told = [(one, ticket) for one, when, ticket in decided(world) if begin <= when < min(end, world.now)]
            told = [(one, ticket) for one, ticket in told if passes(one)]
            page = metrics.page(world.desk(), period, filters).readings
            share = page.alone if readings else page.before
            assert (share.n, share.of) == (sum(ticket is None for _, ticket in told), len(told))
        of = metrics.page(world.desk(), period, filters).readings.articles
        for one in of:
            for followed, count in ((0, one.alone.n), (1, one.alone.of - one.alone.n)):
                assert len(handed_out(world.desk(), Chart.READINGS, period, filters, one.id * 2 + followed)) == count


@pytest.mark.parametrize("seed", range(3))
def test_each_call_is_what_the_rows_say(world, seed):
    Traffic(world, seed).go_on(150)
    for period, narrowed in product((MARCH, Period(date(2026, 3, 25), date(2026, 4, 20))), FILTERS):
        filters = Filters(**narrowed)
        told = [
            call
            for call in rows(world, HotlineCall)
            if filters.client in (None, call.client_id)
            and filters.technician in (None, call.user_id)
            and filters.star_level in (None, call.star_level)
        ]

        def within(span: Period, told=told) -> list[HotlineCall]:
            begin, end = span.moments(PARIS)
            return [call for call in told if begin <= call.at < end and call.at <= world.now]

        calls = metrics.page(world.desk(), period, filters).calls
        assert (calls.n, calls.before) == (len(within(period)), len(within(period.before)))
        for row, level in enumerate(CALLERS):
            hours = [call.at.astimezone(PARIS).hour for call in within(period) if call.star_level == level]
            assert list(calls.by_hour[row]) == [hours.count(hour) for hour in range(24)]
        assert len(handed_out(world.desk(), Chart.CALLS, period, filters)) == calls.n
        row, hour = max(product(range(len(CALLERS)), range(24)), key=lambda one: calls.by_hour[one[0]][one[1]])
        behind = handed_out(world.desk(), Chart.CALLS, period, filters, row * 24 + hour)
        assert len(behind) == calls.by_hour[row][hour]
        assert {one.happened for one in behind} <= {Happened.CALLED}


def test_hours_are_the_desk_s_on_both_sides_of_a_clock_change(world):
    for moment in (
        datetime(2026, 3, 28, 8, 30, tzinfo=UTC),  # 09:30
        datetime(2026, 3, 29, 0, 59, tzinfo=UTC),  # 01:59
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # 03:00, there is no 02:00
        datetime(2026, 3, 30, 7, 30, tzinfo=UTC),  # 09:30
    ):
        world.now = moment
        hotline.call_by_name(world.desk(world.technician), world.acme.id)
    five = metrics.page(world.desk(), MARCH).calls.by_hour[CALLERS.index(StarLevel.FIVE)]
    assert {hour: count for hour, count in enumerate(five) if count} == {1: 1, 3: 1, 9: 2}


def test_what_was_decided_stays_whatever_is_read_and_filed_later(world):
    life = Traffic(world, 7)
    life.go_on(60)
    yesterday = world.now.astimezone(PARIS).date() - timedelta(days=1)
    period = Period(date(2026, 3, 1), yesterday)
    before = metrics.page(world.desk(), period)
    life.go_on(60)
    after = metrics.page(world.desk(), period)
    assert (after.readings, after.calls) == (before.readings, before.calls) and before.readings.alone.of


def test_a_reading_helps_when_its_days_have_passed_without_a_ticket_about_the_product(world):
    world.now = at(2, 9)
    article = written(world).id
    articles.read(world.desk(world.contact), [article])
    assert metrics.page(world.desk(), MARCH).readings.alone.of == 0  # not known yet
    world.now += HELPED_AFTER
    assert metrics.page(world.desk(), MARCH).readings.articles[0].alone.n == 1
    [row] = metrics.rows(world.desk(), Chart.READINGS, MARCH).rows
    assert (row.happened, row.reference, row.client, row.article) == (
        Happened.READ_ALONE,
        "",
        "Acme (démo)",
        "Comment lancer le déchargement ?",
    )


def test_the_staff_files_for_a_reader_and_that_counts_as_the_reader_s_ticket(world):
    world.now = at(2, 9)
    articles.read(world.desk(world.contact), [written(world).id])
    form = TicketForm(
        kind=Kind.REQUEST,
        subject="Par téléphone",
        description="Il n’a pas trouvé",
        client_id=world.acme.id,
        contact_id=world.contact.id,
    )
    reference = tickets.file(world.desk(world.technician), form)
    [row] = metrics.rows(world.desk(), Chart.READINGS, MARCH).rows
    assert (row.happened, row.reference, row.at) == (Happened.READ_THEN_FILED, reference, world.now)


def test_sales_is_not_told_who_took_a_call_or_wrote_an_article(world):
    Traffic(world, 1).go_on(80)
    for chart in (Chart.CALLS, Chart.READINGS):
        assert {row.technician for row in metrics.rows(world.desk(world.sales), chart, MARCH).rows} == {""}


def test_a_technician_is_told_of_own_calls_alone(world):
    for technician in (world.technician, world.colleague, world.colleague):
        hotline.call_by_name(world.desk(technician), world.acme.id)
    assert metrics.page(world.desk(world.technician), MARCH).calls.n == 1
    assert metrics.page(world.desk(), MARCH).calls.n == 3


def test_the_title_of_what_is_a_draft_again_is_not_told_to_those_who_may_not_read_it(world):
    world.now = at(2, 9)
    draft = written(world)
    articles.read(world.desk(world.contact), [draft.id])
    editorial.unpublish(world.desk(world.technician), draft.id, seen=draft.version)
    world.now += HELPED_AFTER
    assert [one.title for one in metrics.page(world.desk(world.sales), MARCH).readings.articles] == [""]
    assert metrics.rows(world.desk(world.sales), Chart.READINGS, MARCH).rows[0].article == ""
    assert metrics.page(world.desk(), MARCH).readings.articles[0].title
