"""The service a client has received: the promises kept and broken by quarter, as a plot and as a table."""

from functools import lru_cache
from typing import Any

import streamlit as st

from data import service_received
from data.core.desk import Desk
from models.received import Quarter
from models.user import Language
from pages.components.figures import bars, part, share, simple_table
from pages.components.text import _, language, plural

_FIRST, _RESOLUTION = "#1F8A9C", "#E09F3E"
_LEAST = 4  # quarters of the plot, which begins with the first that tells anything


def service(desk: Desk, client_id: int) -> None:
    received = service_received.by_quarter(desk, client_id)
    with st.container(key="client_service"):
        st.subheader(_("Service received"), anchor=False)
        told = [one for one in received.quarters if one.first_response.decided or one.resolution.decided]
        if not told:
            st.caption(_("No promise to this client has been decided in the last two years."))
        else:
            first = min(received.quarters.index(told[0]), len(received.quarters) - _LEAST)
            st.plotly_chart(
                _figure(received.quarters[first:], language()),
                key="service_plot",
                config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
                alt=". ".join(f"{_name(one)}: {share(one.first_response)}, {share(one.resolution)}" for one in told),
            )
            heads = [_("Quarter"), _("First response"), _("Resolution")]
            simple_table(heads, [[_name(one), part(one.first_response), part(one.resolution)] for one in told[::-1]])
        st.caption(
            _("Each promise counts on the day it was kept or broken; a quarter that is over never changes.")
            + " "
            + plural("{count} clock still runs.", "{count} clocks still run.", received.running)
        )


def _name(one: Quarter) -> str:
    return _("Q{number} {year}", number=str(one.number), year=str(one.year))


@lru_cache(maxsize=64)
def _figure(quarters: tuple[Quarter, ...], _spoken: Language) -> dict[str, Any]:
    """Bars beside each other; none where nothing was decided."""
    names = [_name(one) for one in quarters]
    sides = (
        (_("First response"), _FIRST, [one.first_response for one in quarters]),
        (_("Resolution"), _RESOLUTION, [one.resolution for one in quarters]),
    )
    return {
        "data": [
            {
                "type": "bar",
                "name": name,
                "x": names,
                "y": [None if kept.share is None else 100 * kept.share for kept in side],
                "marker": {"color": colour},
                "customdata": [part(kept) for kept in side],
                "hovertemplate": f"%{{x}} · {name} : %{{customdata}}<extra></extra>",
            }
            for name, colour, side in sides
        ],
        "layout": bars(260),
    }
