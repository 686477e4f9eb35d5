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
from pages.components import metrics_address
from pages.components.chart_rows import Behind, files, listed
from pages.components.metrics_address import View
from pages.components.text import _


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
class Plot:
    """`bars` has, by a bar's key, what it is called and the rows behind it; `whole` are the rows of all of it.

    `n` says of how many it is; without a figure there is nothing to draw, and `n` says so. `note` stands below.
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


def chart(plot: Plot) -> None:
    with st.container(border=True, key=f"chart_{plot.name}"):
        st.subheader(plot.title, anchor=False)
        st.caption(f"{plot.definition} **{plot.n}**")
        if plot.figure is None:
            return
        _drawn(plot)
        if plot.note:
            st.caption(plot.note)
        with st.container(horizontal=True, gap="small", key=f"tools_{plot.name}"):
            with st.popover(_("Table"), icon=":material/table:", type="tertiary"):
                table = pd.DataFrame([list(row) for row in plot.table], columns=list(plot.columns))
                st.dataframe(table, hide_index=True, height="content" if len(table) <= 12 else 440)
            with st.popover(_("Rows as a file"), icon=":material/download:", type="tertiary"):
                files(plot.name, plot.whole)


def behind(plots: Sequence[Plot], view: View) -> None:
    """The tickets behind the bar that the address names, if it is one of theirs: beneath them, where there is room."""
    name, _dot, key = view.behind.partition(".")
    for plot in plots:
        if name == plot.name and key in plot.bars:
            listed(f"{plot.title} · {plot.bars[key][0]}", plot.bars[key][1], view)


def _drawn(plot: Plot) -> None:
    """The selection is the address's; the chart only tells of clicks. One that was closed begins anew."""
    key = f"plot_{plot.name}_{st.session_state.get('lists_closed', 0)}"
    st.plotly_chart(
        plot.figure,
        key=key,
        on_select=lambda: _clicked(plot.name, key),
        selection_mode="points",
        config=_config(plot.name),
        alt=f"{plot.title}. {plot.definition} {plot.n}",
    )


def _clicked(name: str, key: str) -> None:
    points = st.session_state[key]["selection"]["points"]
    bar = next((point["customdata"][0] for point in points if point.get("customdata")), "")
    metrics_address.go(behind=f"{name}.{bar}" if bar else "")


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
