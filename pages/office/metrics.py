"""The desk in figures: whether promises are kept, for whom, and what will go wrong next."""

import streamlit as st

from data import lookups, metrics
from models.errors import NotFound
from pages.components import (
    charts_flow,
    charts_promises,
    charts_times,
    charts_work,
    metrics_address,
    metrics_filters,
)
from pages.components.chart import Shown, chart
from pages.components.metrics_tiles import tiles
from pages.components.page_style import wide
from pages.components.session import current_desk
from pages.components.text import _, moment

desk = current_desk()
LONG = 31  # days to seal that take long enough to be told


def seal_what_is_over() -> None:
    """What happened on days that are over is counted once and for all; the first time that takes a while."""
    left = days = metrics.days_to_seal(desk)
    bar = st.progress(0.0, _("Counting the days that are over, once and for all …")) if days > LONG else None
    while left:
        left = metrics.seal(desk)
        if bar:
            bar.progress(max(1 - left / days, 0.0))
    if bar:
        bar.empty()


def client_of(client_id: int | None):
    """Nobody where the address names one that cannot be."""
    try:
        return lookups.client(desk, client_id) if client_id is not None else None
    except NotFound:
        return None


wide()
seal_what_is_over()
options = metrics.options(desk)
client = client_of(metrics_address.read(options.today).filters.client)
metrics_address.settle(
    options.today,
    product=metrics_filters.known(options.products),
    technician=metrics_filters.known(options.technicians) if options.technicians else [],
    client=[client.id] if client else [],
)
view = metrics_address.read(options.today)
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title(_("Figures"), anchor=False, width="content")
    metrics_filters.sections(view)
metrics_filters.filters(desk, options, view, client)

figures = metrics.page(desk, view.period, view.filters, view.measure)
shown = Shown(figures, view)
match view.section:
    case "overview":
        tiles(figures, view.measure)
        rows = [[charts_promises.weeks, charts_flow.forecast]]
    case "promises":
        rows = [
            [charts_promises.grid],
            [charts_promises.products, *([charts_promises.technicians] if figures.technicians else [])],
        ]
    case "flow":
        rows = [[charts_flow.flow], [charts_flow.arrivals, charts_flow.ageing]]
    case "times":
        rows = [[charts_times.responses], [charts_times.resolutions]]
    case _:
        rows = [[*([charts_work.workload] if figures.workload else []), charts_work.returns]]
for row in rows:
    for column, draw in zip(st.columns(len(row)), row, strict=True):
        with column:
            chart(draw(shown), view)
st.caption(_("As of {moment}.", moment=moment(figures.at)))
