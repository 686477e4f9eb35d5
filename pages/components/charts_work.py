"""Who has what; what came back, and what was the same."""

from data.core.workbooks import Value
from models.figures import Share
from models.metrics import NOBODY, Chart
from pages.components import plotting
from pages.components.chart import Plot, Shown
from pages.components.chart_rows import Behind
from pages.components.charts_promises import MOST, technicians
from pages.components.plotting import BAD, GOOD, QUIET, RESOLUTION, RESPONSE, Bar
from pages.components.text import _, number, percent, percent_if, plural


def workload(shown: Shown) -> Plot:
    found = shown.figures.workload
    called = {one.id: _("Nobody") if one.id == NOBODY else one.name for one in found}
    most = sorted(found, key=lambda one: -one.open - one.resolved)[:MOST]
    rows = [one for one in reversed(found) if one in most]
    panels = (
        (_("Open"), Chart.BACKLOG, RESPONSE, [one.open for one in rows]),
        (_("Waiting"), Chart.WAITING, QUIET, [one.waiting for one in rows]),
        (_("Overdue"), Chart.OVERDUE, BAD, [one.overdue for one in rows]),
        (_("Resolved"), Chart.RESOLVED, RESOLUTION, [one.resolved for one in rows]),
    )
    bars: dict[str, tuple[str, Behind]] = {}
    traces, axes, headings = [], {}, []
    for panel, (name, chart, colour, values) in enumerate(panels):
        drawn = []
        for place, (one, value) in enumerate(zip(rows, values, strict=True)):
            key, said = f"{chart}-{one.id}", f"{called[one.id]} · {name}"
            drawn.append(Bar(key, place, value, f"{said} · {number(value)}", text=number(value)))
            bars[key] = said, shown.behind(chart, technician=one.id)
        side, begin = str(panel + 1) if panel else "", panel * 0.25
        traces.append(plotting.bars(name, drawn, colour, lying=True, xaxis=f"x{side}"))
        quiet = {"domain": [begin, begin + 0.22], "showticklabels": False, "showgrid": False}
        axes[f"xaxis{side}"] = quiet | {"range": [0, max([*values, 1]) * 1.35]}
        headings.append(plotting.heading(name, begin))
    names = plotting.ticks([called[one.id] for one in rows], MOST) | {"showgrid": False, "automargin": True}
    names["range"] = [-0.6, max(len(rows), 1) - 0.4]
    axes["margin"] = plotting.BELOW_CAMERA
    height = 80 + 34 * max(len(rows), 2)
    figure = plotting.figure(traces, height, yaxis=names, showlegend=False, annotations=headings, **axes)
    open_now, resolved = sum(one.open for one in found), sum(one.resolved for one in found)
    said = plural("n = {count} open", "n = {count} open", open_now)
    said += ", " + plural("{count} resolved", "{count} resolved", resolved)
    return Plot(
        "workload",
        _("Work by technician"),
        _("What each has now: open, of which waiting for the client or overdue; and what was resolved in the period."),
        said if found else _("Nobody has anything."),
        figure if found else None,
        [_("Technician"), _("Open"), _("Waiting"), _("Overdue"), _("Tickets resolved")],
        [[called[one.id], one.open, one.waiting, one.overdue, one.resolved] for one in found],
        bars,
        shown.behind(Chart.BACKLOG, Chart.WAITING, Chart.OVERDUE, Chart.RESOLVED),
    )


def returns(shown: Shown) -> Plot:
    """Follow-ups and duplicates, in the period and in the one before."""
    now, before = shown.figures.tiles, shown.figures.tiles_before
    names = _("Follow-ups"), _("Duplicates")
    charts = Chart.FOLLOW_UPS, Chart.DUPLICATES
    bars: dict[str, tuple[str, Behind]] = {}
    traces: list[plotting.Trace] = []
    table: list[list[Value]] = []
    periods = (
        (_("the period before"), shown.figures.period.before, before, QUIET),
        (_("this period"), shown.figures.period, now, GOOD),
    )
    for place, (label, period, tiles, colour) in enumerate(periods):
        drawn = []
        for row, share in enumerate((tiles.duplicates, tiles.follow_ups)):
            name, chart = names[1 - row], charts[1 - row]
            key, said = f"{chart}-{place}", f"{name}, {label}"
            drawn.append(Bar(key, row, share.rate or 0, f"{said}\n{_said(share)}", text=_said(share)))
            bars[key] = said, shown.behind(chart, period=period)
            table.append([name, label, share.n, share.of, percent_if(share.rate)])
        traces.append(plotting.bars(label, drawn, colour, lying=True))
    rates = [share.rate or 0 for tiles in (now, before) for share in (tiles.follow_ups, tiles.duplicates)]
    figure = plotting.figure(
        traces,
        220,
        xaxis=plotting.small_rates(max(*rates, 0.02) * 1.5),
        yaxis=plotting.ticks([names[1], names[0]]) | {"showgrid": False, "automargin": True},
        legend=plotting.LEGEND | {"traceorder": "reversed"},
    )
    any_at_all = now.filed or now.resolved or before.filed or before.resolved
    said = plural("n = {count} filed", "n = {count} filed", now.filed)
    said += ", " + plural("{count} resolved", "{count} resolved", now.resolved)
    return Plot(
        "returns",
        _("Follow-ups and duplicates"),
        _("Of the tickets filed, those that name a resolved one; of those resolved, the duplicates of another."),
        said if any_at_all else _("Nothing was filed or resolved."),
        figure if any_at_all else None,
        [_("Figure"), _("Period"), "n", _("of"), _("share")],
        table,
        bars,
        shown.behind(Chart.FOLLOW_UPS, Chart.FILED, Chart.DUPLICATES, Chart.RESOLVED),
    )


def _said(share: Share) -> str:
    counted = _("{n} of {of}", n=share.n, of=share.of)
    return counted if share.rate is None else f"{percent(share.rate)} · {counted}"


OF_TECHNICIANS = (technicians, workload)
