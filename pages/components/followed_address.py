"""What the address of the list of one's tickets says: it can be sent to a colleague, and survives a reload."""

from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from models.followed import Followed, Stage
from models.ticket import Kind, Service
from pages.components.filing_address import number

_FILTERS, _ANCHORS = ("stage", "mine", "kind", "service", "product", "q"), ("after", "before")
_LONGEST = 100


@dataclass(frozen=True)
class View:
    """`after` and `before` are the reference beyond which the page begins or ends."""

    wanted: Followed
    after: str
    before: str


def read() -> View:
    kind, service, stage = asked("kind"), asked("service"), asked("stage")
    wanted = Followed(
        stage=Stage(stage) if stage in list(Stage) else Stage.ALL,
        mine=asked("mine") == "1",
        kind=Kind(kind) if kind in list(Kind) else None,
        service=Service(service) if service in list(Service) else None,
        product=number(asked("product")),
        text=asked("q"),
    )
    return View(wanted, asked("after"), asked("before"))


def asked(key: str) -> str:
    return str(st.query_params.get(key, ""))[:_LONGEST]


def go(**changes: str) -> None:
    """Change the address. Anything but a turn of the page goes back to the first page; an empty value is dropped."""
    st.query_params.from_dict(_changed(changes))


def link(**changes: str) -> str:
    return "/tickets?" + urlencode(_changed(changes))


def cleared() -> dict[str, str]:
    return dict.fromkeys(_FILTERS, "")


def _changed(changes: dict[str, str]) -> dict[str, str]:
    kept = {key: asked(key) for key in _FILTERS}
    return {key: value for key, value in (kept | changes).items() if value}
