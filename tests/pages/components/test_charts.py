"""Every chart draws: with nothing, with one ticket, and with very many of everything."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import plotly.graph_objects as go
import pytest
import streamlit as st

from data import articles, conversation, hotline, metrics, tickets
from models.article import HELPED_AFTER
from models.breach_forecast import Forecast, Outlook, PastForecast
from models.client import StarLevel
from models.figures import (
    Arrivals,
    Attainment,
    Calls,
    Cell,
    Distribution,
    Figures,
    Flow,
    Kept,
    Named,
    Opened,
    Reading,
    Readings,
    Share,
    Week,
    Workload,
)
from models.metrics import CALLERS, Filters, Happened, Measure
from models.period import DAY, Period
from models.ticket import Urgency
from models.user import Language
from pages.components import charts_flow, charts_forecast, charts_help, charts_promises, charts_times, charts_work
from pages.components.chart import Plot, Shown
from pages.components.chart_rows import Behind, all_rows
from pages.components.metrics_address import View
from pages.components.metrics_tiles import all_tiles, drawn
from pages.components.text import time_left, word
from tests.data.test_articles import written
from tests.data.test_metrics import MARCH, filed

CHARTS = [
    charts_promises.weeks,
    charts_promises.response_grid,
    charts_promises.resolution_grid,
    charts_promises.products,
    charts_promises.technicians,
    charts_flow.flow,
    charts_flow.ageing,
    charts_flow.arrivals,
    charts_forecast.forecast,
    charts_times.responses,
    charts_times.resolutions,
    charts_work.workload,
    charts_work.returns,
    charts_help.calls,
    charts_help.readings,
]
MANY = 400
HOUR = timedelta(hours=1)
every_chart = pytest.mark.parametrize("draw", CHARTS, ids=lambda draw: draw.__name__)
both_clocks = pytest.mark.parametrize("measure", Measure)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def in_french(monkeypatch):
    monkeypatch.setattr(st, "session_state", {"language": Language.FRENCH.value})


def shown(figures: Figures, measure: Measure = Measure.BUSINESS) -> Shown:
    return Shown(figures, View("overview", None, figures.period, Filters(), measure, "", 0))


def checked(plot: Plot) -> Plot:
    """What plotly itself understands; each bar that can be clicked on has its rows, each row of the table its cells."""
    assert all(len(row) == len(plot.columns) for row in plot.table)
    if plot.figure is not None:
        keys = {told[0] for trace in go.Figure(plot.figure).data for told in trace.customdata or ()}
        assert keys - {""} == set(plot.bars)
        assert all(len(behind.charts) == 1 for _called, behind in plot.bars.values())
    return plot


@every_chart
def test_a_desk_without_a_ticket_says_that_there_is_nothing(world, draw):
    plot = checked(draw(shown(metrics.page(world.desk(), MARCH))))
    assert plot.figure is None and plot.n and plot.definition


@every_chart
@both_clocks
def test_one_ticket_draws(world, draw, measure):
    if draw in {charts_forecast.forecast, charts_flow.ageing}:  # which tell of what is open
        filed(world)
    elif draw is charts_help.calls:
        hotline.call_by_name(world.desk(world.technician), world.acme.id)
    elif draw is charts_help.readings:
        articles.read(world.desk(world.contact), [written(world).id])
        world.now += HELPED_AFTER
    else:
        one_ticket(world)
    plot = checked(draw(shown(metrics.page(world.desk(), MARCH, measure=measure), measure)))
    assert plot.figure is not None and plot.bars and re.search(r"\b1\b", plot.n)


def one_ticket(world) -> str:
    reference = filed(world)
    world.now += HOUR / 2
    tickets.take(world.desk(world.technician), reference)
    conversation.reply(world.desk(world.technician), reference, "Bonjour")
    world.now += HOUR
    tickets.resolve(world.desk(world.technician), reference, "Fait.")
    return reference


@every_chart
@both_clocks
def test_very_many_of_everything_draw_within_their_bounds(world, draw, measure):
    plot = checked(draw(shown(very_many(metrics.page(world.desk(), MARCH)), measure)))
    assert plot.figure is not None and plot.figure["layout"]["height"] < 2000
    for name, axis in plot.figure["layout"].items():
        if name.startswith(("xaxis", "yaxis")) and "ticktext" in axis:
            assert len(axis["ticktext"]) <= 25


def test_the_tiles_draw_with_nothing_and_with_very_many(world):
    nothing = metrics.page(world.desk(), MARCH)
    for figures in (nothing, very_many(nothing)):
        tiles = all_tiles(figures, Measure.BUSINESS)
        assert len(tiles) == 10 and "<script" not in drawn(tiles)
    assert [tile.value for tile in all_tiles(nothing, Measure.WALL)].count("—") == 6


def test_the_rows_handed_out_recompute_to_the_figure_drawn(world):
    one_ticket(world)
    late = filed(world, urgency=Urgency.CRITICAL)
    world.now += 30 * HOUR
    assert late
    figures = metrics.page(world.desk(), MARCH)
    plot = charts_promises.weeks(shown(figures))
    kept = [row[3] for row in all_rows(world.desk(), plot.whole, sees=True)()]
    decided = figures.tiles.kept.first_response, figures.tiles.kept.resolution
    assert (sum(kept), len(kept)) == (sum(side.met for side in decided), sum(side.n for side in decided))
    assert 0 < sum(kept) < len(kept)


def test_the_times_handed_out_are_readable_and_exact_enough_for_the_median_shown(world):
    world.now += timedelta(microseconds=123_457)
    for minutes in (7, 11, 17):
        reference = filed(world)
        world.now += timedelta(minutes=minutes, microseconds=777_777)
        conversation.reply(world.desk(world.technician), reference, "Bonjour")
    figures = metrics.page(world.desk(), MARCH)
    rows = all_rows(world.desk(), charts_times.responses(shown(figures)).whole, sees=True)()
    hours = sorted(row[4] for row in rows)
    assert all(len(str(one).partition(".")[2]) <= 4 for one in hours)
    median = figures.tiles.response_times[Measure.BUSINESS].median
    assert abs(hours[1] * HOUR - median) < timedelta(seconds=0.5) and time_left(hours[1] * HOUR) == time_left(median)


def test_each_number_of_a_chart_of_several_follows_from_its_rows_alone(world):
    resolved = one_ticket(world)
    filed(world, follows=resolved)
    same, waits = filed(world), filed(world)
    tickets.mark_duplicate(world.desk(world.technician), same, waits)
    conversation.reply(world.desk(world.technician), waits, "Quelle version ?", ask=True)
    world.now += 30 * HOUR
    filed(world)
    figures = metrics.page(world.desk(), MARCH)

    def counted(plot: Plot) -> Counter:
        return Counter(row[1] for row in all_rows(world.desk(), plot.whole, sees=True)())

    work, returns, ahead = (
        counted(draw(shown(figures))) for draw in (charts_work.workload, charts_work.returns, charts_forecast.forecast)
    )
    wanted = [
        sum(getattr(one, name) for one in figures.workload) for name in ("open", "waiting", "overdue", "resolved")
    ]
    assert wanted == [3, 1, 1, 2]
    assert [work[word(one)] for one in (Happened.OPEN, Happened.WAITING, Happened.OVERDUE, Happened.RESOLVED)] == wanted
    assert [returns[word(one)] for one in (Happened.FOLLOW_UP, Happened.FILED)] == [1, 5]
    assert [returns[word(one)] for one in (Happened.DUPLICATE, Happened.RESOLVED)] == [1, 2]
    days = figures.forecast.days
    wanted = [sum(getattr(day, name) for day in days) for name in ("first_responses", "resolutions")]
    assert [ahead[word(one)] for one in (Happened.FIRST_RESPONSE_DUE, Happened.RESOLUTION_DUE)] == wanted
    assert all(wanted)


def test_rows_of_a_period_of_years_come_once_each(world):
    reference = one_ticket(world)
    years = Period(date(2020, 1, 1), date(2026, 3, 31))
    plot = charts_flow.flow(shown(metrics.page(world.desk(), years)))
    rows = list(all_rows(world.desk(), plot.whole, sees=False)())
    assert [row[0] for row in rows if row[1] in {"déposé", "résolu"}] == [reference] * 2
    assert all(len(row) == 12 for row in rows)


def test_the_file_of_readings_names_the_article_and_the_ticket_that_followed(world):
    articles.read(world.desk(world.contact), [written(world).id])
    reference = filed(world, contact_id=world.contact.id)
    plot = charts_help.readings(shown(metrics.page(world.desk(), MARCH)))
    [row] = all_rows(world.desk(), plot.whole, sees=True)()
    assert (row[0], row[1], row[-1]) == (reference, "lu, un ticket ensuite", "Comment lancer le déchargement ?")


def test_a_filter_that_a_call_or_a_reading_does_not_know_is_said_not_to_narrow_it(world):
    figures = metrics.page(world.desk(), MARCH)
    view = View("help", None, MARCH, Filters(urgency=Urgency.LOW), Measure.BUSINESS, "", 0)
    for draw in (charts_help.calls, charts_help.readings):
        assert "ne s’y appliquent pas" in draw(Shown(figures, view)).definition
        assert "ne s’y appliquent pas" not in draw(shown(figures)).definition


def test_the_opening_hours_are_told_by_the_stars_that_they_are_for(world):
    one_ticket(world)
    page = metrics.page(world.desk(), MARCH)
    plot = charts_flow.arrivals(shown(page))
    told = [trace["name"] for trace in plot.figure["data"] if trace.get("name")]
    assert told == ["ouvert pour ★3, ★4", "ouvert pour ★5"]


def test_a_bar_narrows_what_the_filters_let_through(world):
    behind = Behind((), MARCH, Filters(client=3)).narrowed(star_level=StarLevel.FIVE)
    assert behind.filters == Filters(client=3, star_level=StarLevel.FIVE)


def very_many(figures: Figures) -> Figures:
    """A desk of hundreds of people and products, over years."""
    kept = Kept(Attainment(90_000, 10_000), Attainment(3, 4))
    first = date(2020, 1, 6)
    weeks = [Period(first + 7 * n * DAY, first + (7 * n + 6) * DAY) for n in range(MANY)]
    cases = [(star_level, urgency) for star_level in StarLevel for urgency in Urgency]
    times = tuple(n * HOUR for n in range(101))
    spread = tuple(Distribution(*case, 100_000, times, 8 * HOUR) for case in cases)
    hours = ((0.5,) * 24,) * 7
    days = tuple(Outlook(MARCH.last + n * DAY, 900, 300.4, 800, 12.5) for n in range(5))
    share = Share(4_000, 100_000)
    tiles = replace(
        figures.tiles, kept=kept, filed=100_000, resolved=99_000, backlog=9_000, follow_ups=share, duplicates=share
    )
    return replace(
        figures,
        tiles=tiles,
        tiles_before=tiles,
        weeks=tuple(Week(week, kept) for week in weeks),
        grid=tuple(Cell(*case, kept) for case in cases),
        products=tuple(Named(n, f"Logiciel {n} <b>", kept) for n in range(MANY)),
        technicians=tuple(Named(n, f"Personne {n}", kept) for n in range(MANY)),
        flow=tuple(Flow(week, 900, None, 0, 880, 0, 9_000) for week in weeks),
        ageing=(900, 800, 3_000, 4_000, 300),
        response_distributions=spread,
        resolution_distributions=spread,
        arrivals=Arrivals(
            ((90,) * 24,) * 7, tuple(Opened(f"calendrier {n}", (StarLevel.FIVE,), hours) for n in range(9))
        ),
        workload=tuple(Workload(n, f"Personne {n}", 90, 10, 5, 900) for n in range(MANY)),
        forecast=Forecast(days, 700, 600, (PastForecast(MARCH.first, 900, 123.4, 120),) * 4),
        calls=Calls(((9_000,) * 24,) * len(CALLERS), 100_000),
        readings=Readings(tuple(Reading(n, f"Article <b>{n}</b> " * 20, share) for n in range(MANY)), share),
    )
