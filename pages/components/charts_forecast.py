"""How many of the promises due in the next days are expected to be missed, and how far such forecasts were right."""

from collections.abc import Iterator
from typing import Any

from data.core.workbooks import Value
from models.breach_forecast import Forecast, Outlook
from models.metrics import FEW, Chart
from pages.components import plotting
from pages.components.chart import Plot, Shown, Table
from pages.components.chart_rows import Behind
from pages.components.plotting import BAD, GOOD, QUIET, Bar, Trace
from pages.components.text import _, number, plural, short_day, short_weekday, weekday

_CHARTS = (Chart.FIRST_RESPONSES_DUE, Chart.RESOLUTIONS_DUE)


def forecast(shown: Shown) -> Plot:
    found = shown.figures.forecast
    names = _("First responses"), _("Resolutions")
    bars: dict[str, tuple[str, Behind]] = {}
    traces: list[Trace] = []
    for side, chart in enumerate(_CHARTS):
        for place, one in enumerate(found.days):
            called = f"{names[side]}, {weekday(one.day)} {short_day(one.day)}"
            bars[f"{chart}-{one.day}"] = called, shown.behind(chart, part=place)
        traces += _stacked(found, side, {key: called for key, (called, _behind) in bars.items()})
    labels = [short_weekday(one.day) for one in found.days]
    axis = plotting.ticks(labels) | {"showgrid": False}
    most = max((max(one.first_responses, one.resolutions) for one in found.days), default=1)
    values = plotting.counts(most)
    figure = plotting.figure(
        traces,
        260,
        xaxis=axis | {"domain": [0, 0.47]},
        xaxis2=axis | {"domain": [0.53, 1], "anchor": "y2"},
        yaxis=values,
        yaxis2=values | {"anchor": "x2", "matches": "y"},
        barmode="stack",
        legend=plotting.LEGEND | {"y": 1.14},
        margin={"l": 8, "r": 8, "t": 58, "b": 4},
        annotations=[plotting.heading(name, x) for name, x in zip(names, (0, 0.53), strict=True)],
    )
    first, resolutions = sum(one.first_responses for one in found.days), sum(one.resolutions for one in found.days)
    said = plural("n = {count} first response due", "n = {count} first responses due", first)
    said += ", " + plural("{count} resolution", "{count} resolutions", resolutions)
    missed = _("of which expected to be missed")
    return Plot(
        "forecast",
        _("What is likely to be missed"),
        _(
            "Promises due in the next opening days. As many are expected to be missed as of those that had used as "
            "much of their target in the last four weeks ({first} first responses and {resolutions} resolutions).",
            first=found.responses_decided,
            resolutions=found.resolutions_decided,
        ),
        said if first or resolutions else _("No deadline falls in the next opening days."),
        figure if first or resolutions else None,
        [_("Day"), names[0], missed, names[1], missed + "\N{NO-BREAK SPACE}"],
        [[one.day, *_cells(one, 0), *_cells(one, 1)] for one in found.days],
        bars,
        shown.behind(*_CHARTS),
        note=" ".join(_notes(found)),
        more=_past(found),
    )


def _stacked(found: Forecast, side: int, called: dict[str, str]) -> Iterator[Trace]:
    """What is expected to be met and to be missed; or what is due, where nothing can be expected."""
    sides = [_side(one, side) for one in found.days]
    least = max((max(one.first_responses, one.resolutions) for one in found.days), default=1) / 12  # that has room
    parts: list[tuple[str, str, list[float | None]]] = [
        (_("expected in time"), GOOD, [None if missed is None else due - missed for due, missed in sides]),
        (_("expected to be missed"), BAD, [missed for _due, missed in sides]),
        (_("due, too few cases to tell"), QUIET, [due if missed is None else None for due, missed in sides]),
    ]
    for name, colour, values in parts:
        drawn = []
        for place, (one, value) in enumerate(zip(found.days, values, strict=True)):
            if value is not None:
                key, text = f"{_CHARTS[side]}-{one.day}", number(round(value, 1))
                shown = text if value >= least else ""
                drawn.append(Bar(key, place, value, f"{called[key]}\n{name} · {text}", colour == BAD, shown))
        if drawn:
            more: dict[str, Any] = {"xaxis": "x2", "yaxis": "y2"} if side else {}
            more |= {"textposition": "inside", "textangle": 0, "insidetextanchor": "middle", "constraintext": "none"}
            twice = side == 1 and (found.days[0].first_responses_missed is None) == (sides[0][1] is None)
            yield plotting.bars(name, drawn, colour, legendgroup=name, showlegend=not twice, **more)


def _notes(found: Forecast) -> Iterator[str]:
    """What the forecasts of past weeks were worth, and where there is too little to make one."""
    if found.responses_decided < FEW:
        yield _(
            "Too few first responses were decided in the last four weeks to say how many will be missed: "
            "it takes {few}.",
            few=FEW,
        )
    if found.resolutions_decided < FEW:
        yield _(
            "Too few resolutions were decided in the last four weeks to say how many will be missed: it takes {few}.",
            few=FEW,
        )
    if not found.past:
        yield _("No forecast of a past week can be compared with what happened yet.")
        return
    yield plural(
        "The same forecast for {count} past week: of {due} promises due, {expected} were expected to be missed and "
        "{missed} were.",
        "The same forecast for each of the last {count} weeks: of {due} promises due, {expected} were expected to be "
        "missed and {missed} were.",
        len(found.past),
        due=sum(one.due for one in found.past),
        expected=round(sum(one.expected for one in found.past), 1),
        missed=sum(one.missed for one in found.past),
    )


def _past(found: Forecast) -> Table | None:
    """The forecasts of past weeks one by one."""
    columns = [_("Week from"), _("Promises due"), _("expected to be missed"), _("missed")]
    rows: list[list[Value]] = [[one.begins, one.due, round(one.expected, 1), one.missed] for one in found.past]
    return Table(columns, rows) if rows else None


def _cells(one: Outlook, side: int) -> list[Value]:
    due, missed = _side(one, side)
    return [due, None if missed is None else round(missed, 1)]


def _side(one: Outlook, side: int) -> tuple[int, float | None]:
    sides = (one.first_responses, one.first_responses_missed), (one.resolutions, one.resolutions_missed)
    return sides[side]
