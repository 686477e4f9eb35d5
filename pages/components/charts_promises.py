"""How far the promises were kept: by week, by stars and urgency, by product, by technician."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.figures import Attainment, Kept, Named
from models.metrics import FEW, Chart
from models.ticket import Urgency
from pages.components import plotting
from pages.components.chart import Plot, Shown
from pages.components.chart_rows import Behind
from pages.components.plotting import RESOLUTION, RESPONSE, Bar
from pages.components.text import _, percent, percent_if, plural, short_day, word

_BOTH = (Chart.FIRST_RESPONSE, Chart.RESOLUTION)
_COLOURS = (RESPONSE, RESOLUTION)
MOST = 25  # bars; all are in the table


def weeks(shown: Shown) -> Plot:
    found = shown.figures.weeks
    names, labels = _clocks(), [short_day(week.period.first) for week in found]
    bars: dict[str, tuple[str, Behind]] = {}
    traces = []
    for clock, chart in enumerate(_BOTH):
        drawn = []
        for place, week in enumerate(found):
            kept, key = _sides(week.kept)[clock], f"{chart}-{week.period.first}"
            if kept.rate is not None:
                called = _("{promise}, week of {day}", promise=names[clock], day=week.period.first)
                drawn.append(Bar(key, place, kept.rate, f"{called}\n{_said(kept)}", kept.few))
                bars[key] = called, shown.behind(chart, period=week.period)
        traces.append(plotting.line(names[clock], drawn, _COLOURS[clock]))
    axis = plotting.ticks(labels) | {"range": [-0.5, max(len(found), 1) - 0.5], "showgrid": False}
    figure = plotting.figure(traces, 260, xaxis=axis, yaxis=plotting.rates())
    return Plot(
        "weeks",
        _("Promises kept by week"),
        _("Of the promises decided in a week, the share that was kept; hollow: fewer than {few}.", few=FEW),
        *_drawn(figure, _sides(shown.figures.tiles.kept)),
        [_("Week"), *_heads()],
        [[week.period.first, *_cells(week.kept)] for week in found],
        bars,
        shown.behind(*_BOTH),
    )


def response_grid(shown: Shown) -> Plot:
    return _grid(shown, 0, "response_grid", _("First responses kept by stars and urgency"))


def resolution_grid(shown: Shown) -> Plot:
    return _grid(shown, 1, "resolution_grid", _("Resolutions kept by stars and urgency"))


def _grid(shown: Shown, clock: int, name: str, title: str) -> Plot:
    chart, found = _BOTH[clock], [cell for cell in shown.figures.grid if _sides(cell.kept)[clock].n]
    stars, urgencies = sorted({cell.star_level for cell in found}), list(reversed(Urgency))
    bars: dict[str, tuple[str, Behind]] = {}
    drawn, colours = [], []
    for cell in found:
        kept, key = _sides(cell.kept)[clock], f"{cell.star_level:d}-{cell.urgency:d}"
        called, rate = f"{word(cell.star_level)} · {word(cell.urgency)}", kept.rate or 0
        at = urgencies.index(cell.urgency), stars.index(cell.star_level)
        text = f"{percent(rate)}<br>n {kept.n}"
        drawn.append(Bar(key, at, rate, f"{called}\n{_said(kept)}", kept.few, text))
        colours.append(plotting.kept_colour(rate))
        bars[key] = called, shown.behind(chart, star_level=cell.star_level, urgency=cell.urgency)
    rows = plotting.ticks([word(one) for one in stars]) | {"showgrid": False, "automargin": True}
    rows["range"] = [-0.5, max(len(stars), 1) - 0.5]
    columns = plotting.ticks([word(one) for one in urgencies]) | {"range": [-0.5, 3.5], "showgrid": False}
    traces, height = plotting.cells(drawn, colours), 90 + 62 * len(stars)
    figure = plotting.figure(traces, height, xaxis=columns, yaxis=rows, barmode="overlay")
    told = _(
        "Of the promises decided, the share that was kept, as the ticket was then; hatched: fewer than {few}.", few=FEW
    )
    count = _sides(shown.figures.tiles.kept)[clock].n
    return Plot(
        name,
        title,
        told,
        _("n = {n}", n=count) if count else _("Nothing was decided in this period."),
        figure if count else None,
        [_("Stars"), _("Urgency"), _("kept"), _("decided"), _("share")],
        [
            [word(cell.star_level), word(cell.urgency), kept.met, kept.n, percent(kept.rate or 0)]
            for cell in sorted(found, key=lambda cell: (-cell.star_level, -cell.urgency))
            for kept in [_sides(cell.kept)[clock]]
        ],
        bars,
        shown.behind(chart),
    )


def products(shown: Shown) -> Plot:
    told = _("Of the promises decided, the share that was kept, by product.")
    found = {one.id: one.name or _("Without a product") for one in shown.figures.products}
    drawn = _by_name(shown, shown.figures.products, found, "product")
    return _named(shown, "products", _("Promises kept by product"), told, drawn)


def technicians(shown: Shown) -> Plot:
    told = _("Of the promises decided, the share that was kept, by who had the ticket at that moment.")
    found = {one.id: one.name or _("Nobody") for one in shown.figures.technicians}
    drawn = _by_name(shown, shown.figures.technicians, found, "technician")
    return _named(shown, "technicians", _("Promises kept by technician"), told, drawn)


@dataclass(frozen=True)
class _Drawn:
    """Bars by name: their figure, the table, what each is called and the rows behind it."""

    figure: dict[str, Any]
    column: str
    table: list[list[Any]]
    bars: dict[str, tuple[str, Behind]]


def _named(shown: Shown, name: str, title: str, told: str, drawn: _Drawn) -> Plot:
    return Plot(
        name,
        title,
        told + " " + _("Hatched: fewer than {few}.", few=FEW),
        *_drawn(drawn.figure, _sides(shown.figures.tiles.kept)),
        [drawn.column, *_heads()],
        drawn.table,
        drawn.bars,
        shown.behind(*_BOTH),
    )


def _by_name(shown: Shown, found: Sequence[Named], called: Mapping[int, str], narrowed: str) -> _Drawn:
    """Those with most cases, in the order of their names. `narrowed` is the filter that a bar stands for."""
    most = sorted(found, key=lambda one: -one.kept.first_response.n - one.kept.resolution.n)[:MOST]
    rows = [one for one in reversed(found) if one in most]
    bars: dict[str, tuple[str, Behind]] = {}
    traces = []
    for clock, chart in enumerate(_BOTH):
        drawn = []
        for place, one in enumerate(rows):
            kept, key = _sides(one.kept)[clock], f"{chart}-{one.id}"
            if kept.rate is None:
                continue
            said = f"{called[one.id]} · {_clocks()[clock]}"
            text = f"{percent(kept.rate)} · n {kept.n}"
            drawn.append(Bar(key, place, kept.rate, f"{said}\n{_said(kept)}", kept.few, text))
            bars[key] = said, shown.behind(chart).narrowed(**{narrowed: one.id})
        traces.append(plotting.bars(_clocks()[clock], drawn, _COLOURS[clock], lying=True))
    names = plotting.ticks([called[one.id] for one in rows], MOST) | {"automargin": True, "showgrid": False}
    names["range"] = [-0.6, max(len(rows), 1) - 0.4]
    rates = plotting.rates() | {"range": [0, 1.3]}
    height, legend = 110 + 52 * max(len(rows), 2), plotting.LEGEND | {"traceorder": "reversed"}
    layout = {"bargap": 0.25, "legend": legend, "margin": plotting.BELOW_CAMERA}
    figure = plotting.figure(traces[::-1], height, xaxis=rates, yaxis=names, **layout)
    column = _("Technician") if narrowed == "technician" else _("Product")
    return _Drawn(figure, column, [[called[one.id], *_cells(one.kept)] for one in found], bars)


def _clocks() -> tuple[str, str]:
    return _("First response"), _("Resolution")


def _sides(kept: Kept) -> tuple[Attainment, Attainment]:
    return kept.first_response, kept.resolution


def _said(kept: Attainment) -> str:
    share = _("{met} of {n} kept: {rate}", met=kept.met, n=kept.n, rate=percent(kept.rate or 0))
    return share + (" · " + _("few") if kept.few else "")


def _drawn(figure: dict[str, Any], sides: tuple[Attainment, Attainment]) -> tuple[str, dict[str, Any] | None]:
    """What is said of n, and the figure where there is something to draw."""
    first, resolution = sides
    if not first.n and not resolution.n:
        return _("Nothing was decided in this period."), None
    said = plural("n = {count} first response", "n = {count} first responses", first.n)
    return said + ", " + plural("{count} resolution", "{count} resolutions", resolution.n), figure


def _heads() -> list[str]:
    columns = [_("kept"), _("decided"), _("share")]
    return [f"{name}, {column}" for name in _clocks() for column in columns]


def _cells(kept: Kept) -> list[Any]:
    return [cell for side in _sides(kept) for cell in (side.met, side.n, percent_if(side.rate))]
