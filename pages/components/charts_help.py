"""How clients help themselves, and who calls when they do not."""

from models.client import StarLevel
from models.metrics import CALLERS, Chart, Filters
from pages.components import plotting
from pages.components.chart import Plot, Shown
from pages.components.chart_rows import Behind
from pages.components.charts_by_hour import AXIS, by_hour
from pages.components.charts_promises import MOST
from pages.components.plotting import GOOD, QUIET, Bar
from pages.components.text import _, number, percent_if, plural, word

_LONGEST = 34  # signs of a title beside its bar


def calls(shown: Shown) -> Plot:
    """Each hour of the day a cell, by the stars of who calls."""
    found = shown.figures.calls
    names = [_("Nobody’s code") if level is None else _stars(level) for level in CALLERS]
    drawn = by_hour(shown, Chart.CALLS, names, found.by_hour)
    rows_axis = plotting.ticks(names) | {"showgrid": False, "range": [len(names) - 0.5, -0.5], "automargin": True}
    layout = {"barmode": "overlay", "showlegend": False}
    figure = plotting.figure(drawn.traces, 280, xaxis=AXIS, yaxis=rows_axis, **layout)
    said = plural("n = {count} call", "n = {count} calls", found.n)
    said += ", " + plural("{count} in the period before", "{count} in the period before", found.before)
    definition = _("Calls on the direct line, by the hour at the desk and by the stars that the caller’s company had.")
    if _any(shown.view.filters, "urgency", "kind", "service", "product"):
        definition += " " + _("A call has no urgency, kind, service or product: these filters do not narrow it.")
    return Plot(
        "calls",
        _("Calls on the direct line"),
        definition,
        said if found.n else _("Nobody called."),
        figure if found.n else None,
        [_("Hour"), *names],
        drawn.table,
        drawn.bars,
        shown.behind(Chart.CALLS),
    )


def readings(shown: Shown) -> Plot:
    """Articles most read first, at the top."""
    found = shown.figures.readings
    titles = [one.title or _("An article that is not published") for one in found.articles]
    rows = list(zip(titles, found.articles, strict=True))[:MOST][::-1]
    bars: dict[str, tuple[str, Behind]] = {}
    traces = []
    for followed, name, colour in ((0, _("no ticket followed"), GOOD), (1, _("a ticket followed"), QUIET)):
        drawn = []
        for place, (title, one) in enumerate(rows):
            value = one.alone.of - one.alone.n if followed else one.alone.n
            key, called = str(one.id * 2 + followed), f"{title} · {name}"
            drawn.append(Bar(key, place, value, f"{called} · {number(value)}", text=number(value) if value else ""))
            bars[key] = called, shown.behind(Chart.READINGS, part=one.id * 2 + followed)
        traces.append(plotting.bars(name, drawn, colour, lying=True, textposition="inside", textangle=0))
    labels = [title if len(title) <= _LONGEST else title[: _LONGEST - 1] + "…" for title, _one in rows]
    figure = plotting.figure(
        traces,
        90 + 30 * max(len(rows), 2),
        xaxis={"showticklabels": False, "showgrid": False},  # each bar says its number
        yaxis=plotting.ticks(labels, MOST) | {"showgrid": False, "automargin": True},
        barmode="stack",
        legend=plotting.LEGEND | {"y": -0.01, "yanchor": "top"},  # above, the camera lies over it on a phone
    )
    alone, before = found.alone, found.before
    said = plural("n = {count} reading", "n = {count} readings", alone.of)
    said += ", " + _("{share} without a ticket", share=percent_if(alone.rate))
    said += " · " + _("the period before: {share}", share=percent_if(before.rate)) if before.of else ""
    definition = _(
        "Articles that clients read, and whether the reader filed a technical ticket about the product within three "
        "days; each counts on the day on which that is known."
    )
    if _any(shown.view.filters, "star_level", "urgency", "kind", "service"):
        definition += " " + _("A reading has no stars, urgency, kind or service: these filters do not narrow it.")
    if shown.view.filters.technician is not None:
        definition += " " + _("Of the articles that the technician wrote.")
    return Plot(
        "readings",
        _("Articles read without a ticket afterwards"),
        definition,
        said if alone.of else _("No reading was decided in this period."),
        figure if alone.of else None,
        [_("Article"), _("Read"), _("no ticket followed"), _("share")],
        [
            [title, one.alone.of, one.alone.n, percent_if(one.alone.rate)]
            for title, one in zip(titles, found.articles, strict=True)
        ],
        bars,
        shown.behind(Chart.READINGS),
    )


def _stars(level: StarLevel) -> str:
    return _("No subscription") if level == StarLevel.NONE else word(level)


def _any(filters: Filters, *names: str) -> bool:
    return any(getattr(filters, name) is not None for name in names)
