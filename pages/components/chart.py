"""One chart of the figures, whole: its title, what it counts, of how many, the table behind it, the rows as a file, and
the tickets behind a bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from data.core.workbooks import Value
from models.figures import Figures
from models.metrics import Chart
from models.period import Period
from pages.components import metrics_address, plotting
from pages.components.assets import asset
from pages.components.chart_rows import OPEN_NOW, Behind, files, listed
from pages.components.metrics_address import View
from pages.components.reveal import reveal
from pages.components.text import _, day


@dataclass(frozen=True)
class Shown:
    """What the charts are drawn of, and for whom."""

    figures: Figures
    view: View
    sees_technicians: bool = True

    def behind(self, *charts: Chart, period: Period | None = None, part: int | None = None, **narrowed: Any) -> Behind:
        """The rows of these charts in the whole period, or in a part of it, narrowed further."""
        return Behind(charts, period or self.figures.period, self.view.filters, part).narrowed(**narrowed)


@dataclass(frozen=True)
class Table:
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True)
class Plot:
    """`bars` has, by a bar's key, what it is called and the rows behind it; `whole` are the rows of all of it.

    `n` says of how many it is; without a figure there is nothing to draw, and `n` says so. `note` stands below, and
    `more` is a table besides.
    """

    name: str
    title: str
    definition: str
    n: str
    figure: dict[str, Any] | None
    columns: Sequence[str]
    table: Sequence[Sequence[Value]]
    bars: Mapping[str, tuple[str, Behind]]
    whole: Behind
    note: str = ""
    more: Table | None = None


def chart(plot: Plot, shown: Shown) -> None:
    with st.container(border=True, key=f"chart_{plot.name}"):
        st.subheader(plot.title, anchor=False)
        st.caption(f"{plot.definition} **{plot.n}**")
        if plot.figure is None:
            return
        _drawn(plot, plot.figure, shown)
        if plot.note:
            st.caption(plot.note)
        with st.container(horizontal=True, gap="small", key=f"tools_{plot.name}"):
            with st.popover(_("Table"), icon=":material/table:", type="tertiary"):
                for one in filter(None, (Table(plot.columns, plot.table), plot.more)):
                    table = pd.DataFrame([list(row) for row in one.rows], columns=list(one.columns))
                    st.dataframe(table, hide_index=True, height="content" if len(table) <= 12 else 440)
            with st.popover(_("Rows as a file"), icon=":material/download:", type="tertiary"):
                files(plot.name, plot.whole)


def pictures() -> None:
    """Puts title and period into the pictures that people save of the charts; a page needs it once."""
    st.components.v2.component("picture", js=asset("picture.js"))(key="pictures")


def behind(plots: Sequence[Plot], view: View) -> None:
    """The tickets behind the bar that the address names, if it is one of theirs: beneath them, where there is room."""
    name, key = _named(view)
    for plot in plots:
        if name == plot.name and key in plot.bars:
            called = f"{plot.title} · {plot.bars[key][0]}"
            listed(called, plot.bars[key][1], view)
            reveal("behind", called, str(st.session_state.get("bars_clicked", "")))


def _named(view: View) -> tuple[str, str]:
    """The chart and the bar that the address names."""
    name, _dot, key = view.behind.partition(".")
    return name, key


def _drawn(plot: Plot, figure: dict[str, Any], shown: Shown) -> None:
    """The selection is the address's; the chart only tells of clicks. One that was closed begins anew."""
    key = f"plot_{plot.name}_{st.session_state.get('lists_closed', 0)}"
    name, bar = _named(shown.view)
    marked = plotting.chosen(figure, bar if name == plot.name else "")
    st.plotly_chart(
        plotting.titled(marked, plot.title, f"{_when(plot.whole, shown.figures)} · {plot.n}"),
        key=key,
        on_select=lambda: _clicked(plot.name, key),
        selection_mode="points",
        config=_config(plot.name),
        alt=f"{plot.title}. {plot.definition} {plot.n}",
    )


def _when(whole: Behind, figures: Figures) -> str:
    """Of which period the chart is, or of which moment; of some both."""
    now = [one in OPEN_NOW for one in whole.charts]
    first, last = day(figures.period.first), day(figures.period.last)
    period = _("{first} to {last}", first=first, last=last) if first != last else first
    moment = _("as of {moment}", moment=figures.at)
    return ", ".join([*([] if all(now) else [period]), *([moment] if any(now) else [])])


def _clicked(plot: str, key: str) -> None:
    points = st.session_state[key]["selection"]["points"]
    bar = next((point["customdata"][0] for point in points if point.get("customdata")), "")
    if bar:
        st.session_state["bars_clicked"] = st.session_state.get("bars_clicked", 0) + 1
    metrics_address.go(behind=f"{plot}.{bar}" if bar else "")


def _config(name: str) -> dict[str, Any]:
    words = {"Download plot as a PNG": _("Save as a picture"), "Download plot as a png": _("Save as a picture")}
    return {
        "displayModeBar": True,
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"filename": f"guichet-{name}", "scale": 2},
        "doubleClick": False,
        "locale": "here",
        "locales": {"here": {"dictionary": words, "format": {}}},
    }
