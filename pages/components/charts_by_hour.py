"""What happens by the hour of the day: a heat map with a cell for each hour of each row, and its table."""

from collections.abc import Sequence
from typing import NamedTuple

from models.metrics import Chart
from pages.components import plotting
from pages.components.chart import Shown
from pages.components.chart_rows import Behind
from pages.components.plotting import Bar, Trace
from pages.components.text import number

AXIS = plotting.ticks([f"{hour:02}" for hour in range(24)], 12) | {"showgrid": False, "range": [-0.5, 23.5]}


class ByHour(NamedTuple):
    """`bars` and `table` as a Plot has them, a line of the table for each hour."""

    traces: list[Trace]
    bars: dict[str, tuple[str, Behind]]
    table: list[list[str | int]]


def by_hour(
    shown: Shown, chart: Chart, names: Sequence[str], counts: Sequence[Sequence[int]], *, height: float = 0.92
) -> ByHour:
    """`counts` has a row for each name and a number for each hour; the parts of the chart are row * 24 + hour."""
    most = max(map(max, counts))
    bars: dict[str, tuple[str, Behind]] = {}
    drawn, colours = [], []
    for row, hours in enumerate(counts):
        for hour, value in enumerate(hours):
            part, called = row * 24 + hour, f"{names[row]}, {hour:02}:00 – {hour:02}:59"
            text = number(value) if value else ""
            drawn.append(Bar(str(part), (hour, row), value, f"{called} · {number(value)}", text=text))
            colours.append(plotting.deep(value / most if most else 0))
            bars[str(part)] = called, shown.behind(chart, part=part)
    table: list[list[str | int]] = [[f"{hour:02}", *(hours[hour] for hours in counts)] for hour in range(24)]
    return ByHour(plotting.cells(drawn, colours, height=height, size=10), bars, table)
