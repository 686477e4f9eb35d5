"""What came, what left, and what is open."""

from collections.abc import Sequence
from html import escape

from models.figures import Opened
from models.metrics import AGES, Chart
from models.weekday import Weekday
from pages.components import plotting
from pages.components.chart import Plot, Shown
from pages.components.chart_rows import Behind
from pages.components.charts_by_hour import AXIS, by_hour
from pages.components.plotting import GOOD, OTHER, QUIET, RESOLUTION, RESPONSE, Bar
from pages.components.text import _, calendar_name, day, number, plural, short_day, word


def flow(shown: Shown) -> Plot:
    found, tiles = shown.figures.flow, shown.figures.tiles
    bars: dict[str, tuple[str, Behind]] = {}
    traces = []
    arrived = [one.filed if one.given is None else one.given for one in found]
    came = (_("Tickets filed"), Chart.FILED) if tiles.given is None else (_("Tickets given"), Chart.GIVEN)
    kinds = (
        (*came, RESPONSE, arrived),
        (_("Tickets resolved"), Chart.RESOLVED, RESOLUTION, [one.resolved for one in found]),
    )
    for name, chart, colour, values in kinds:
        drawn = []
        for place, (one, value) in enumerate(zip(found, values, strict=True)):
            key = f"{chart}-{one.period.first}"
            called = f"{name}, {day(one.period.first)}" + (f" – {day(one.period.last)}" if one.period.days > 1 else "")
            drawn.append(Bar(key, place, value, f"{called} · {number(value)}"))
            bars[key] = called, shown.behind(chart, period=one.period)
        traces.append(plotting.bars(name, drawn, colour, textposition="none"))
    name = _("Backlog")
    backlog = [
        Bar("", place, one.backlog, f"{name}, {day(one.period.last)} · {number(one.backlog)}")
        for place, one in enumerate(found)
    ]
    line = {"mode": "lines", "fill": "tozeroy", "yaxis": "y2"} if len(found) > 1 else {"mode": "markers", "yaxis": "y2"}
    traces.append(plotting.line(name, backlog, QUIET, **line))
    labels = [short_day(one.period.first) for one in found]
    axis = plotting.ticks(labels) | {"range": [-0.6, max(len(found), 1) - 0.4], "showgrid": False, "anchor": "y2"}
    figure = plotting.figure(
        traces,
        380,
        xaxis=axis,
        yaxis=plotting.counts(max((*arrived, *(one.resolved for one in found)), default=0)) | {"domain": [0.42, 1]},
        yaxis2=plotting.counts(max((one.backlog for one in found), default=0)) | {"domain": [0, 0.34]},
    )
    quiet = not any((tiles.filed, tiles.resolved, tiles.backlog, *(one.backlog for one in found)))
    filed = plural("n = {count} filed", "n = {count} filed", tiles.filed)
    if tiles.given is not None:
        filed = plural("n = {count} given", "n = {count} given", tiles.given)
    resolved = plural("{count} resolved", "{count} resolved", tiles.resolved)
    return Plot(
        "flow",
        _("Filed against resolved, and the backlog") if tiles.given is None else _("Given, resolved, and the backlog"),
        _("Tickets filed and resolved, and below them what was open at the end.")
        if tiles.given is None
        else _("Tickets given to the technician and resolved, and below them what was open at the end."),
        _("Nothing came, nothing was open.") if quiet else f"{filed}, {resolved}",
        None if quiet else figure,
        [
            _("From"),
            _("To"),
            _("Tickets filed"),
            _("Came in by a change"),
            _("Tickets resolved"),
            _("Left by a change"),
            _("Backlog"),
        ],
        [
            [one.period.first, one.period.last, one.filed, one.came, one.resolved, one.went, one.backlog]
            for one in found
        ],
        bars,
        shown.behind(Chart.FLOW),
    )


def ageing(shown: Shown) -> Plot:
    found = shown.figures.ageing
    labels = [f"{since}–{until}" for since, until in zip((0, *AGES), AGES, strict=False)] + [f"> {AGES[-1]}"]
    bars: dict[str, tuple[str, Behind]] = {}
    drawn = []
    for place, (label, value) in enumerate(zip(labels, found, strict=True)):
        called = _("Open for {days} opening days", days=label)
        drawn.append(Bar(str(place), place, value, f"{called} · {number(value)}", text=number(value)))
        bars[str(place)] = called, shown.behind(Chart.BACKLOG, part=place)
    axis = plotting.ticks(labels) | {"title": {"text": _("opening days since filed")}, "showgrid": False}
    values = plotting.counts(max(found), 1.15)
    figure = plotting.figure([plotting.bars("", drawn, QUIET)], 300, xaxis=axis, yaxis=values, showlegend=False)
    count = sum(found)
    return Plot(
        "ageing",
        _("How old the backlog is"),
        _("What is open now, by the opening days since it was filed."),
        plural("n = {count} open ticket", "n = {count} open tickets", count) if count else _("Nothing is open."),
        figure if count else None,
        [_("Opening days"), _("Open tickets")],
        list(zip(labels, found, strict=True)),
        bars,
        shown.behind(Chart.BACKLOG),
    )


def arrivals(shown: Shown) -> Plot:
    """Each hour a cell; under it a strip for each calendar where it is open."""
    found = shown.figures.arrivals
    count, days = sum(map(sum, found.filed)), [word(one) for one in Weekday]
    drawn = by_hour(shown, Chart.ARRIVALS, days, found.filed, height=0.62)
    strips: list[plotting.Trace] = []
    for place, one in enumerate(found.opened):
        strip = [(hour, row) for row in range(7) for hour in range(24) if one.shares[row][hour]]
        strips.append(
            {
                "type": "bar",
                "name": escape(_opened(one, found.opened)),
                "x": [hour for hour, _row in strip],
                "width": [float(one.shares[row][hour]) for hour, row in strip],
                "y": [0.07] * len(strip),
                "base": [row + 0.33 + 0.09 * place for _hour, row in strip],
                "marker": {"color": (GOOD, OTHER, QUIET)[place % 3]},
                "hoverinfo": "skip",
            }
        )
    rows_axis = plotting.ticks(days) | {"showgrid": False, "range": [6.6, -0.5], "automargin": True}
    figure = plotting.figure([*drawn.traces, *strips], 340, xaxis=AXIS, yaxis=rows_axis, barmode="overlay")
    return Plot(
        "arrivals",
        _("When tickets come"),
        _("Tickets filed by weekday and hour of the desk’s zone; the strips show when the calendars are open."),
        plural("n = {count} filed", "n = {count} filed", count) if count else _("Nothing was filed in this period."),
        figure if count else None,
        [_("Hour"), *days],
        drawn.table,
        drawn.bars,
        shown.behind(Chart.ARRIVALS),
    )


def _opened(one: Opened, all_of_them: Sequence[Opened]) -> str:
    """By the stars that people know; with the calendar's name where several have the same."""
    stars = ", ".join(word(level) for level in one.star_levels)
    said = _("open for {stars}", stars=stars)
    alone = [other.star_levels for other in all_of_them].count(one.star_levels) == 1
    return said if alone else f"{said} ({calendar_name(one.calendar)})"
