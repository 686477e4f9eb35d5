"""How long the first response and the resolution took, by stars and urgency, beside what was promised."""

from collections.abc import Sequence
from datetime import timedelta

from models.figures import Distribution
from models.metrics import Chart, Measure
from pages.components import plotting
from pages.components.chart import Plot, Shown
from pages.components.chart_rows import HOUR, Behind
from pages.components.plotting import BAD, RESOLUTION, RESPONSE, Bar
from pages.components.text import _, plural, time_left, word

_LOW, _FIRST, _MEDIAN, _THIRD, _HIGH = 10, 25, 50, 75, 90  # per cent
_FEW = 5  # fewer than so many times have no quarters


def responses(shown: Shown) -> Plot:
    found = shown.figures.response_distributions
    return _distribution(shown, Chart.RESPONSE_TIMES, _("Time to first response"), found, RESPONSE)


def resolutions(shown: Shown) -> Plot:
    found = shown.figures.resolution_distributions
    return _distribution(shown, Chart.RESOLUTION_TIMES, _("Time to resolution"), found, RESOLUTION)


def _distribution(shown: Shown, chart: Chart, title: str, found: Sequence[Distribution], colour: str) -> Plot:
    business = shown.view.measure == Measure.BUSINESS
    rows = sorted(found, key=lambda one: (one.star_level, one.urgency))  # the first is drawn lowest
    labels = [f"{word(one.star_level)} · {word(one.urgency)} (n {one.n})" for one in rows]
    bars: dict[str, tuple[str, Behind]] = {}
    boxes = []
    for place, (one, label) in enumerate(zip(rows, labels, strict=True)):
        key, width = f"{one.star_level:d}-{one.urgency:d}", one.at[_THIRD] - one.at[_FIRST]
        boxes.append(Bar(key, place, width / HOUR, f"{label}\n{_said(one, business)}", one.n < _FEW))
        bars[key] = label, shown.behind(chart, star_level=one.star_level, urgency=one.urgency)
    figure = plotting.figure(
        [_whiskers(rows, colour), _boxes(boxes, rows, colour), _medians(rows, boxes), *_targets(rows, business)],
        100 + 34 * max(len(rows), 2),
        xaxis={"rangemode": "tozero", "title": {"text": _("opening hours") if business else _("hours")}, "nticks": 9},
        yaxis=plotting.ticks(labels, len(labels) or 1)
        | {"showgrid": False, "automargin": True, "range": [-0.6, max(len(rows), 1) - 0.4]},
        bargap=0.45,
    )
    count = sum(one.n for one in found)
    told = _("The middle half of the tickets as a bar, the median as a line, 10 % to 90 % as a thin line.")
    aim = _("The cross is what is promised now.") if business else _("Promises are in opening hours, so none is drawn.")
    times = [_("10 %"), _("25 %"), _("Median"), _("75 %"), _("90 %"), *([_("Promised")] if business else [])]
    return Plot(
        chart.value,
        title,
        f"{told} {aim}",
        plural("n = {count} ticket", "n = {count} tickets", count)
        if count
        else _("Nothing was stopped in this period."),
        figure if count else None,
        [_("Stars"), _("Urgency"), "n", *times],
        [
            [word(one.star_level), word(one.urgency), one.n, *map(time_left, _shown_times(one, business))]
            for one in reversed(rows)
        ],
        bars,
        shown.behind(chart),
    )


def _shown_times(one: Distribution, business: bool) -> list[timedelta]:
    times = [one.at[percent] for percent in (_LOW, _FIRST, _MEDIAN, _THIRD, _HIGH)]
    return [*times, one.target] if business else times


def _said(one: Distribution, business: bool) -> str:
    said = _("median {median}, 90 % within {p90}", median=one.at[_MEDIAN], p90=one.at[_HIGH])
    return said + (" · " + _("promised: {target}", target=one.target) if business else "")


def _boxes(boxes: Sequence[Bar], rows: Sequence[Distribution], colour: str) -> plotting.Trace:
    base = [one.at[_FIRST] / HOUR for one in rows]
    return plotting.bars("", boxes, colour, lying=True, base=base, showlegend=False, textposition="none", opacity=0.75)


def _whiskers(rows: Sequence[Distribution], colour: str) -> plotting.Trace:
    x: list[float | None] = []
    y: list[int | None] = []
    for place, one in enumerate(rows):
        x += [one.at[_LOW] / HOUR, one.at[_HIGH] / HOUR, None]
        y += [place, place, None]
    line = {"color": colour, "width": 1.5}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", "showlegend": False}


def _medians(rows: Sequence[Distribution], boxes: Sequence[Bar]) -> plotting.Trace:
    """Clicked on like the box, which may be too narrow to be hit."""
    sign = {"symbol": "line-ns-open", "size": 15, "line": {"width": 3}, "color": plotting.ink()}
    told = [[box.key, box.said.replace("\n", "<br>")] for box in boxes]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": _("median"),
        "x": [one.at[_MEDIAN] / HOUR for one in rows],
        "y": list(range(len(rows))),
        "marker": sign,
        "customdata": told,
        "hovertemplate": "%{customdata[1]}<extra></extra>",
    }


def _targets(rows: Sequence[Distribution], business: bool) -> list[plotting.Trace]:
    if not business:
        return []
    sign = {"symbol": "x-thin-open", "size": 10, "color": BAD, "line": {"width": 2}}
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": _("promised"),
            "x": [one.target / HOUR for one in rows],
            "y": list(range(len(rows))),
            "marker": sign,
            "hoverinfo": "skip",
        }
    ]
