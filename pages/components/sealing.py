"""What happened on days that are over is counted once and for all; the first time that takes a while, and is told."""

from contextlib import suppress

import streamlit as st

from data import metrics
from data.core.desk import Desk
from models.errors import Refused
from pages.components.text import _

_LONG = 31  # days


def seal_what_is_over(desk: Desk) -> None:
    left = days = metrics.days_to_seal(desk)
    bar = st.progress(0.0, _("Counting the days that are over, once and for all …")) if days > _LONG else None
    with suppress(Refused):  # the figures say so, where it concerns what they show
        for _month in range(days // _LONG + 1):  # no more: an import opens days again as fast as they are counted
            if not left:
                break
            left = metrics.seal(desk)
            if bar:
                bar.progress(max(1 - left / days, 0.0))
    if bar:
        bar.empty()
