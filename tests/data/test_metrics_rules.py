"""Figures: the rules written out, the rows behind each, and who sees what."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, select

from data import conversation, corrections, metrics, tickets
from data.core import fresh_facts, shelf
from models.client import StarLevel
from models.errors import NotAllowed
from models.metrics import Chart, Filters, Happened, Measure
from models.period import Period
from models.ticket import Change, HistoryEntry, Kind, Service, Urgency
from tests.data import plain_figures as plain
from tests.data.random_desk import MARCH, Life, at, filed, seal_all


@pytest.fixture(autouse=True)
def nothing_read_before():
    shelf.clear()
    fresh_facts.clear()


# ------------------------------------------------------------------ rules


def test_an_answer_in_the_night_after_a_deadline_at_closing_is_met(world):
    world.now = at(3, 18)  # Tuesday 19:00, ★5: open until 20:00
    one, other = filed(world), filed(world)  # critical: 1 h, due at closing
    world.now = at(4, 3)
    conversation.reply(world.desk(world.technician), one, "En pleine nuit")
    page = metrics.page(world.desk(), MARCH)
    assert page.tiles.kept.first_response.n == 1
    assert (page.running_first_responses.in_time, page.running_first_responses.broken) == (1, 0)
    world.now = at(4, 7, 30)
    page = metrics.page(world.desk(), MARCH)
    assert (page.tiles.kept.first_response.met, page.tiles.kept.first_response.breached) == (1, 1)
    assert (page.running_first_responses.in_time, page.running_first_responses.broken) == (0, 1)
    [broken] = [row for row in metrics.rows(world.desk(), Chart.FIRST_RESPONSE, MARCH).rows if not row.met]
    assert (broken.reference, broken.at) == (other, at(4, 7) + plain.MICROSECOND)  # as soon as the desk opens


def test_a_promise_broken_by_a_change_breaks_at_the_change(world):
    world.now = at(3, 11)
    filed_one = filed(world, urgency=Urgency.LOW)  # Tuesday 12:00, ★5: 4 h
    world.now = at(3, 13, 30)
    tickets.set_urgency(world.desk(world.technician), filed_one, Urgency.CRITICAL, "Tout est arrêté")  # due at 13:00
    [row] = metrics.rows(world.desk(), Chart.FIRST_RESPONSE, MARCH).rows
    assert (row.at, row.urgency, row.happened) == (world.now, Urgency.CRITICAL, Happened.RESPONSE_BROKEN)


def test_a_month_that_is_over_keeps_product_kind_and_service_whatever_is_corrected_later(world):
    world.now = at(3, 11)
    reference = filed(world, product_id=world.product.id)
    world.now = at(3, 12)
    conversation.reply(world.desk(world.technician), reference, "Bonjour")
    world.now = at(2, 8, month=4)

    def counted() -> dict[str, int]:
        wanted = {
            "incidents": Filters(kind=Kind.INCIDENT),
            "requests": Filters(kind=Kind.REQUEST),
            "enquiries": Filters(kind=Kind.ENQUIRY),
            "technical": Filters(service=Service.TECHNICAL),
            "sales": Filters(service=Service.SALES),
            "of the product": Filters(product=world.product.id),
            "of none": Filters(product=0),
        }
        found = {name: metrics.page(world.desk(), MARCH, filters).tiles for name, filters in wanted.items()}
        return {name: one.filed + one.kept.first_response.n for name, one in found.items()}

    before = counted()
    assert (before["incidents"], before["technical"], before["of the product"]) == (2, 2, 2)
    desk = world.desk(world.manager)
    present = corrections.choices(desk, reference).present
    corrections.correct(desk, reference, replace(present, product_id=None, kind=Kind.REQUEST), present)
    world.now = at(3, 8, month=4)
    corrections.hand_over(desk, reference, Service.SALES)
    fresh_facts.clear()
    assert counted() == before
    seal_all(world)
    shelf.clear()
    assert counted() == before


def test_the_random_desk_corrects_tickets_and_hands_them_over(world):
    Life(world, 5).go_on(80)
    with Session(world.engine) as session:
        changes = set(session.exec(select(HistoryEntry.change)))
    assert {Change.KIND, Change.SERVICE, Change.PRODUCT} <= changes


def test_a_withdrawn_ticket_that_nobody_answered_has_no_first_response(world):
    reference = filed(world)
    tickets.withdraw(world.desk(world.manager), reference)
    tiles = metrics.page(world.desk(), MARCH).tiles
    assert (tiles.kept.first_response.n, tiles.response_times[Measure.BUSINESS].n) == (0, 0)
    assert (tiles.kept.resolution.met, tiles.resolved, tiles.backlog) == (1, 1, 0)


def test_a_fact_has_the_ticket_as_it_was_then(world):
    reference = filed(world, urgency=Urgency.LOW)
    tickets.assign(world.desk(world.manager), reference, world.technician.id)
    conversation.reply(world.desk(world.technician), reference, "Vu")
    world.now = at(4, 9)
    tickets.assign(world.desk(world.manager), reference, world.colleague.id)
    tickets.set_urgency(world.desk(world.manager), reference, Urgency.SERIOUS, "Plus grave")
    tickets.resolve(world.desk(world.colleague), reference, "Fait")
    [answered] = metrics.rows(world.desk(), Chart.RESPONSE_TIMES, MARCH).rows
    [resolved] = metrics.rows(world.desk(), Chart.RESOLUTION_TIMES, MARCH).rows
    assert (answered.technician, answered.urgency) == ("Technician", Urgency.LOW)
    assert (resolved.technician, resolved.urgency) == ("Colleague", Urgency.SERIOUS)


def test_the_backlog_has_ages_in_opening_days(world):
    world.now = datetime(2026, 2, 27, 11, tzinfo=UTC)  # a Friday, 12:00
    filed(world)
    world.now = at(3, 11)  # Tuesday
    filed(world)
    world.now = at(3, 11, 1)
    assert metrics.page(world.desk(), MARCH).ageing == (1, 1, 0, 0, 0)  # two opening days and a minute
    world.now = at(7, 11)  # a Saturday: as at the end of Friday
    assert metrics.page(world.desk(), MARCH).ageing == (0, 0, 2, 0, 0)


def test_what_will_break_is_what_lies_beyond_the_pace(world):
    for day in (2, 4, 6):
        world.now = at(day, 9)
        conversation.reply(world.desk(world.technician), filed(world), "Vu")
    world.now = at(12, 7)  # Thursday 08:00
    waiting = [filed(world, world.other, Urgency.CRITICAL) for _ in range(3)]  # ★3: 4 h, due today at 14:00
    forecast = metrics.page(world.desk(), MARCH).forecast
    assert [day.day.day for day in forecast.days] == [12, 13, 16, 17, 18]
    assert forecast.response_pace == 3 / 20  # of the twenty opening days of four weeks
    assert (forecast.days[0].first_responses, forecast.days[0].first_responses_broken) == (3, 3)
    rows = metrics.rows(world.desk(), Chart.FIRST_RESPONSES_DUE, MARCH, part=0)
    assert [row.reference for row in rows.rows] == waiting


def test_a_pace_that_reaches_all_of_them_breaks_none(world):
    for day in range(2, 12):
        for hour in (8, 9, 10, 11) * 3:
            world.now = at(day, hour)
            conversation.reply(world.desk(world.technician), filed(world), "Vu")
    world.now = at(12, 7)
    for _ in range(3):
        filed(world, world.other, Urgency.CRITICAL)
    day = metrics.page(world.desk(), MARCH).forecast.days[0]
    assert (day.first_responses, day.first_responses_broken) == (3, 0)


def test_a_day_with_a_clock_change_is_one_day_of_the_desk(world):
    world.now = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 01:30, before the clocks go forward
    filed(world)
    world.now = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30
    filed(world)
    world.now = datetime(2026, 3, 29, 22, 0, tzinfo=UTC)  # the 30th, 00:00
    filed(world)
    page = metrics.page(world.desk(), Period(date(2026, 3, 29), date(2026, 3, 30)))
    assert [one.filed for one in page.flow] == [2, 1]
    assert [page.arrivals.filed[6][hour] for hour in (1, 2, 3)] == [1, 0, 1]
    assert page.arrivals.filed[0][0] == 1


# ------------------------------------------------------------------ the rows behind


@pytest.mark.parametrize("sealed", [False, True])
def test_the_rows_behind_a_chart_come_to_its_numbers(world, sealed):
    Life(world, 5).go_on(130)
    if sealed:
        seal_all(world)
    period, desk = Period(date(2026, 3, 14), world.now.date()), world.desk(world.manager)
    for filters in (Filters(), Filters(star_level=StarLevel.FIVE)):
        page = metrics.page(desk, period, filters)
        tiles, of = page.tiles, {chart: handed_out(desk, chart, period, filters) for chart in Chart}
        for chart, kept, times, stopped in (
            (Chart.FIRST_RESPONSE, tiles.kept.first_response, tiles.response_times, Chart.RESPONSE_TIMES),
            (Chart.RESOLUTION, tiles.kept.resolution, tiles.resolution_times, Chart.RESOLUTION_TIMES),
        ):
            assert (sum(row.met for row in of[chart]), len(of[chart])) == (kept.met, kept.n)
            assert plain.nearest_rank([row.business for row in of[stopped]], 90) == times[Measure.BUSINESS].p90
            assert plain.nearest_rank([row.wall for row in of[stopped]], 50) == times[Measure.WALL].median
        assert len(of[Chart.FILED]) == tiles.filed and len(of[Chart.RESOLVED]) == tiles.resolved
        assert len(of[Chart.DUPLICATES]) == tiles.duplicates.n
        assert len(of[Chart.FOLLOW_UPS]) == tiles.follow_ups.n
        signs = {Happened.FILED: 1, Happened.CAME: 1, Happened.WENT: -1, Happened.RESOLVED: -1}
        assert sum(signs[row.happened] for row in of[Chart.FLOW]) == tiles.backlog - page.tiles_before.backlog
        assert len(of[Chart.WAITING]) == sum(one.waiting for one in page.workload)
        assert len(of[Chart.OVERDUE]) == sum(one.overdue for one in page.workload)
        assert len(of[Chart.BACKLOG]) == tiles.backlog == sum(one.open for one in page.workload)
        ages = [len(handed_out(desk, Chart.BACKLOG, period, filters, part)) for part in range(5)]
        assert tuple(ages) == page.ageing
        for chart, name in ((Chart.FIRST_RESPONSES_DUE, "first_responses"), (Chart.RESOLUTIONS_DUE, "resolutions")):
            days = [len(handed_out(desk, chart, period, filters, part)) for part in range(5)]
            assert days == [getattr(day, name) for day in page.forecast.days] and sum(days) == len(of[chart])
        hour = max(range(168), key=lambda n: page.arrivals.filed[n // 24][n % 24])
        arrived = handed_out(desk, Chart.ARRIVALS, period, filters, hour)
        assert len(arrived) == page.arrivals.filed[hour // 24][hour % 24] > 0


def handed_out(desk, chart, period, filters, part=None) -> list:
    taken = []
    count = metrics.hand_out(desk, chart, period, filters, part=part, take=taken.extend)
    assert count == len(taken)
    first = metrics.rows(desk, chart, period, filters, part=part)
    assert (list(first.rows), first.total) == (taken[: len(first.rows)], count)
    later = metrics.rows(desk, chart, period, filters, part=part, offset=3)
    assert list(later.rows) == taken[3 : 3 + len(later.rows)]
    return taken


# ------------------------------------------------------------------ for whom


def test_a_technician_sees_what_was_in_his_own_hands_and_nothing_else(world):
    Life(world, 3).go_on(120)
    period = Period(date(2026, 3, 12), world.now.date())
    mine = metrics.page(world.desk(world.technician), period)
    asked = metrics.page(world.desk(world.manager), period, Filters(technician=world.technician.id))
    assert mine == asked and mine.tiles.kept.first_response.n
    assert {one.id for one in (*mine.technicians, *mine.workload)} == {world.technician.id}
    with pytest.raises(NotAllowed):
        metrics.page(world.desk(world.technician), period, Filters(technician=world.colleague.id))
    rows = metrics.rows(world.desk(world.technician), Chart.FIRST_RESPONSE, period).rows
    assert {row.technician for row in rows} == {"Technician"}
    assert not metrics.options(world.desk(world.technician)).technicians


def test_sales_sees_its_clients_and_not_who_of_the_desk_did_what(world):
    Life(world, 3).go_on(100)
    period = Period(date(2026, 3, 12), world.now.date())
    page = metrics.page(world.desk(world.sales), period, Filters(client=world.acme.id))
    assert page.tiles == metrics.page(world.desk(world.manager), period, Filters(client=world.acme.id)).tiles
    assert page.technicians == page.workload == ()
    for chart in (Chart.FIRST_RESPONSE, Chart.BACKLOG):
        assert {row.technician for row in metrics.rows(world.desk(world.sales), chart, period).rows} == {""}
    assert not metrics.options(world.desk(world.sales)).technicians
    with pytest.raises(NotAllowed):
        metrics.page(world.desk(world.sales), period, Filters(technician=world.technician.id))


def test_a_contact_sees_no_figures_at_all(world):
    for ask in (metrics.options, metrics.days_to_seal, metrics.seal):
        with pytest.raises(NotAllowed):
            ask(world.desk(world.contact))
    with pytest.raises(NotAllowed):
        metrics.page(world.desk(world.contact), MARCH)
    with pytest.raises(NotAllowed):
        metrics.rows(world.desk(world.contact), Chart.FILED, MARCH)
