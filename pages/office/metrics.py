"""The desk in figures: whether promises are kept, for whom, and what will go wrong next."""

import streamlit as st

from data import lookups, metrics
from models.errors import NotFound, Refused
from pages.components import (
    charts_flow,
    charts_forecast,
    charts_help,
    charts_promises,
    charts_times,
    charts_work,
    metrics_address,
    metrics_filters,
)
from pages.components.chart import Shown, behind, chart, pictures
from pages.components.metrics_address import OVERVIEW
from pages.components.metrics_tiles import tiles
from pages.components.page_style import wide
from pages.components.sealing import seal_what_is_over
from pages.components.session import current_desk
from pages.components.text import _, moment, told
from pages.components.unfinished_import import unfinished_import

desk = current_desk()

# What is drawn in each section, a row of charts beside each other.
ROWS = {
    OVERVIEW: [[charts_promises.weeks, charts_forecast.forecast]],
    "promises": [
        [charts_promises.response_grid, charts_promises.resolution_grid],
        [charts_promises.products, charts_promises.technicians],
    ],
    "flow": [[charts_flow.flow], [charts_flow.arrivals, charts_flow.ageing]],
    "times": [[charts_times.responses], [charts_times.resolutions]],
    "work": [[charts_work.workload, charts_work.returns]],
    "help": [[charts_help.readings], [charts_help.calls]],
}


def client_of(client_id: int | None):
    """Nobody where the address names one that cannot be."""
    try:
        return lookups.client(desk, client_id) if client_id is not None else None
    except NotFound:
        return None


def fits(draw):
    """Sales is not told who did what; nobody files a ticket to a technician, who is given it later."""
    return (shown.sees_technicians or draw not in charts_work.OF_TECHNICIANS) and (
        figures.tiles.given is None or draw is not charts_flow.arrivals
    )


wide()
seal_what_is_over(desk)
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
    metrics_filters.sections()
metrics_filters.filters(desk, options, view, client)
unfinished_import(options.unfinished_import)
if options.own:
    st.caption(_("These are your own figures: of tickets while they were in your hands."))

try:
    figures = metrics.page(desk, view.period, view.filters, view.measure)
except Refused as refusal:
    st.error(told(refusal), icon=":material/error:")
    st.stop()
shown = Shown(figures, view, desk.user.sees_technicians)
if view.section == OVERVIEW:
    tiles(figures, view.measure)
for row in ROWS[view.section]:
    plots = [draw(shown) for draw in row if fits(draw)]
    for column, plot in zip(st.columns(len(plots)), plots, strict=True):
        with column:
            chart(plot, shown)
    behind(plots, view)
st.caption(_("As of {moment}.", moment=moment(figures.at)))
pictures()
