"""The view of the figures lives in its address: period, filters, section, and the bar whose tickets are listed.

Its words are those of the code, never of a language, as in the queue's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import Enum

import streamlit as st

from models.client import StarLevel
from models.metrics import Filters, Measure
from models.period import Period, Preset
from models.ticket import Kind, Service, Urgency
from pages.components import queue_address
from pages.components.queue_address import code, member, number
from pages.components.words import N_

asked = queue_address.asked

SECTIONS = {
    "overview": N_("Overview"),
    "promises": N_("Promises"),
    "flow": N_("Arrivals and backlog"),
    "times": N_("Times"),
    "work": N_("Work"),
    "help": N_("Self-help and calls"),
}
OVERVIEW = "overview"
USUAL = Preset.LAST_30_DAYS
EARLIEST = date(2000, 1, 1)
FILTERS = ("stars", "urgency", "kind", "service", "product", "technician", "client")
_KEPT = ("section", "period", "from", "to", "clock", *FILTERS)
_PLACE = ("behind", "at")  # a bar, and where the list of its tickets begins
_MEMBERS: dict[str, type[Enum]] = {
    "period": Preset,
    "clock": Measure,
    "stars": StarLevel,
    "urgency": Urgency,
    "kind": Kind,
    "service": Service,
}


@dataclass(frozen=True)
class View:
    """What the address asks for. `preset` is None for a range of one's own."""

    section: str
    preset: Preset | None
    period: Period
    filters: Filters
    measure: Measure
    behind: str
    at: int


def read(today: date) -> View:
    own, preset = _range(today), member(Preset, "period") or USUAL
    return View(
        section=asked("section") if asked("section") in SECTIONS else OVERVIEW,
        preset=None if own else preset,
        period=own or Period.of(preset, today),
        filters=Filters(
            star_level=member(StarLevel, "stars"),
            urgency=member(Urgency, "urgency"),
            kind=member(Kind, "kind"),
            service=member(Service, "service"),
            product=number("product"),
            technician=number("technician"),
            client=number("client"),
        ),
        measure=member(Measure, "clock") or Measure.BUSINESS,
        behind=asked("behind"),
        at=number("at") or 0,
    )


def settle(today: date, **known: Collection[int]) -> None:
    """Drop from the address what it cannot mean: a word we do not know, a range that is none, somebody not there."""
    right = {key: value for key in (*_KEPT, *_PLACE) if (value := asked(key)) and _means_something(key, today, known)}
    if right != st.query_params.to_dict():
        st.query_params.from_dict(right)


def go(**changes: str) -> None:
    """Change the address; an empty value is dropped. The list behind a bar closes unless the change is about it."""
    kept = {key: asked(key) for key in _KEPT}
    st.query_params.from_dict({key: value for key, value in (kept | changes).items() if value})


def cleared() -> dict[str, str]:
    """The change that clears every filter."""
    return dict.fromkeys(FILTERS, "")


def _means_something(key: str, today: date, known: dict[str, Collection[int]]) -> bool:
    if key in _MEMBERS:
        return any(code(one) == asked(key) for one in _MEMBERS[key])
    if key in known:
        return number(key) in known[key]
    if key in ("from", "to"):
        return _range(today) is not None
    return key == "behind" or (key == "at" and number(key) is not None) or asked(key) in SECTIONS


def _range(today: date) -> Period | None:
    try:
        first, last = date.fromisoformat(asked("from")), date.fromisoformat(asked("to"))
        return Period(first, last) if first >= EARLIEST and last <= today else None
    except ValueError:
        return None
