"""The period in ten figures, each beside that of the period before, with the trend where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape
from urllib.parse import quote

import streamlit as st

from models.figures import Attainment, Figures, Times
from models.metrics import Measure
from pages.components import plotting
from pages.components.text import _, day, number, percent, time_left

_STYLE = """<style>
.figures { display: grid; grid-template-columns: repeat(5, 1fr); gap: 0.6rem; margin: 0; padding: 0 !important;
  list-style: none; font-variant-numeric: tabular-nums; }
.figures li { margin: 0; padding: 0.45rem 0.8rem 0.5rem; border: 1px solid rgb(128 140 150 / 35%%);
  border-radius: 0.5rem; display: grid; grid-template-columns: 1fr 5rem; align-items: end; line-height: 1.35; }
.figures span { grid-column: 1 / -1; font-size: 0.82rem; opacity: 0.8; }
.figures b { font-size: 1.45rem; font-weight: 600; white-space: nowrap; }
.figures em { grid-column: 1 / -1; min-height: 1.1rem; white-space: nowrap; overflow: hidden;
  font-style: normal; font-size: 0.78rem; opacity: 0.85; }
.figures .good { color: %(good)s; opacity: 1; }
.figures .bad { color: %(bad)s; opacity: 1; }
.figures img { width: 5rem; height: 1.7rem; }
@media (max-width: 70rem) { .figures { grid-template-columns: repeat(3, 1fr); } }
@media (max-width: 40rem) { .figures { grid-template-columns: repeat(2, 1fr); } .figures img { width: 3rem; }
  .figures li { grid-template-columns: 1fr 3rem; padding: 0.35rem 0.55rem; } .figures b { font-size: 1.2rem; } }
</style>"""


@dataclass(frozen=True)
class Tile:
    """`change` says how it differs from the period before, and `before` what it was; `better` whether that is good,
    None where it is neither."""

    label: str
    value: str
    help: str
    before: str = ""
    change: str = ""
    rose: bool = False
    better: bool | None = None
    trend: Sequence[float] = ()


def tiles(figures: Figures, measure: Measure) -> None:
    with st.container(key="tiles"):
        st.html(drawn(all_tiles(figures, measure)))
    before = figures.period.before
    told = _("Arrows and “before” compare with {first} to {last}.", first=day(before.first), last=day(before.last))
    st.caption(told)


def drawn(shown: Sequence[Tile], columns: int | None = None) -> str:
    """As HTML; so many beside each other as the window has room for, or always `columns`."""
    fixed = f' style="grid-template-columns: repeat({columns}, 1fr)"' if columns else ""
    style = _STYLE % {"good": plotting.good_ink(), "bad": plotting.bad_ink()}
    return f'{style}<ul class="figures"{fixed}>{"".join(map(_drawn, shown))}</ul>'


def attained(label: str, now: Attainment) -> Tile:
    """Without a comparison."""
    return _kept(label, now, Attainment(0, 0), ())


def all_tiles(figures: Figures, measure: Measure) -> list[Tile]:
    now, before, weeks, flow = figures.tiles, figures.tiles_before, figures.weeks, figures.flow
    first = [week.kept.first_response.rate for week in weeks]
    resolution = [week.kept.resolution.rate for week in weeks]
    return [
        _kept(_("First responses kept"), now.kept.first_response, before.kept.first_response, first),
        _kept(_("Resolutions kept"), now.kept.resolution, before.kept.resolution, resolution),
        _arrived(figures),
        _count(
            _("Tickets resolved"), _("In the period."), now.resolved, before.resolved, [one.resolved for one in flow]
        ),
        replace(
            _count(
                _("Backlog"),
                _("What is open now, or was at the end of the period."),
                now.backlog,
                before.backlog,
                [one.backlog for one in flow],
            ),
            better=None if now.backlog == before.backlog else now.backlog < before.backlog,
        ),
        *_times(_("First response"), now.response_times[measure], before.response_times[measure]),
        *_times(_("Resolution"), now.resolution_times[measure], before.resolution_times[measure]),
        _running(figures),
    ]


def _drawn(tile: Tile) -> str:
    tone = "" if tile.better is None else "good" if tile.better else "bad"
    arrow = ("▲" if tile.rose else "▼") + "\N{NO-BREAK SPACE}" if tile.change else ""
    said = " · ".join(filter(None, [arrow + tile.change, tile.before]))
    return (
        f'<li title="{escape(tile.help)}"><span>{escape(tile.label)}</span><b>{escape(tile.value)}</b>'
        f'{_line(tile.trend)}<em class="{tone}">{escape(said)}</em></li>'
    )


def _line(trend: Sequence[float]) -> str:
    """From the period's first week or day to its last; nothing of fewer than two."""
    if len(trend) < 2:
        return "<i></i>"
    low, height, step = min(trend), max(trend) - min(trend) or 1, 100 / (len(trend) - 1)
    points = " ".join(f"{n * step:.1f},{(1 - (value - low) / height) * 30:.1f}" for n, value in enumerate(trend))
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -2 100 34" preserveAspectRatio="none" '
        'width="80" height="27">'
        f'<polyline points="{points}" fill="none" stroke="#4A93A3" stroke-width="2.5"/></svg>'
    )
    return f'<img alt="" src="data:image/svg+xml,{quote(drawn)}">'


def _kept(label: str, now: Attainment, before: Attainment, weeks: Sequence[float | None]) -> Tile:
    told = _("Of the promises decided in the period, the share that was kept: {met} of {n}.", met=now.met, n=now.n)
    of = _("n = {n}", n=now.n) + (", " + _("few") if now.few and now.n else "")
    trend = [rate for rate in weeks if rate is not None]
    if now.rate is None or before.rate is None:
        return Tile(label, "—" if now.rate is None else percent(now.rate), told, of, trend=trend)
    points = round((now.rate - before.rate) * 100, 1)
    change = _("{points} pts", points=abs(points)) if points else ""
    better = points > 0 if points else None
    return Tile(
        label, percent(now.rate), told, f"{_was(percent(before.rate))} · {of}", change, points > 0, better, trend
    )


def _count(label: str, told: str, now: int, before: int, trend: Sequence[float]) -> Tile:
    change = number(abs(now - before)) if now != before else ""
    return Tile(label, number(now), told, _was(number(before)), change, now > before, trend=trend)


def _arrived(figures: Figures) -> Tile:
    """What was filed; of one technician, what came into their hands."""
    now, before, flow = figures.tiles, figures.tiles_before, figures.flow
    if now.given is None or before.given is None:
        return _count(_("Tickets filed"), _("In the period."), now.filed, before.filed, [one.filed for one in flow])
    trend = [one.given or 0 for one in flow]
    told = _("In the period: filed to the technician, or given to them later.")
    return _count(_("Tickets given"), told, now.given, before.given, trend)


def _times(what: str, now: Times, before: Times) -> tuple[Tile, Tile]:
    half = _("Half of {n} tickets took no longer, in the hours chosen above.", n=now.n)
    most = _("Nine of ten of {n} tickets took no longer, in the hours chosen above.", n=now.n)
    return (
        _time(_("{what}, median", what=what), half, now.median, before.median),
        _time(_("{what}, 90 %", what=what), most, now.p90, before.p90),
    )


def _time(label: str, told: str, now: timedelta | None, before: timedelta | None) -> Tile:
    if now is None or before is None:
        return Tile(label, "—" if now is None else time_left(now), told)
    changed = abs(now - before) >= timedelta(minutes=1)
    change, better = (time_left(abs(now - before)), now < before) if changed else ("", None)
    return Tile(label, time_left(now), told, _was(time_left(before)), change, now > before, better)


def _running(figures: Figures) -> Tile:
    """Of now, whatever the period: they count in no share until they are decided."""
    broken = figures.running_first_responses.broken + figures.running_resolutions.broken
    in_time = figures.running_first_responses.in_time + figures.running_resolutions.in_time
    told = _("Promises of open tickets that are broken now; the others run in time.")
    return Tile(_("Broken and running"), number(broken), told, _("{count} others in time", count=in_time))


def _was(value: str) -> str:
    return _("before: {value}", value=value)
