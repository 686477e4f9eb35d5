"""What narrows the figures: the period, how time is counted, and of which tickets. They show and write the address."""

from collections.abc import Sequence

import streamlit as st

from data import lookups
from data.core.desk import Desk
from data.lookups import Option
from data.metrics import Options
from models.client import StarLevel
from models.metrics import NOBODY, Filters, Measure
from models.period import Preset
from models.ticket import Kind, Service, Urgency
from pages.components import metrics_address
from pages.components.address_fields import AddressFields
from pages.components.metrics_address import EARLIEST, FILTERS, OVERVIEW, SECTIONS, View
from pages.components.queue_address import asked, code
from pages.components.queue_filters import named, words
from pages.components.text import _, day, plain, word

_OWN = "own"
_FIELDS = AddressFields("metrics", metrics_address)


def filters(desk: Desk, options: Options, view: View, client: Option | None) -> None:
    with st.container(key="metrics_filters", horizontal=True, vertical_alignment="center", gap="small"):
        _period(options, view)
        _FIELDS.segments(_("How time is counted"), "clock", words(Measure), default=code(Measure.BUSINESS))
        count = sum(bool(asked(key)) for key in FILTERS)
        with st.popover(_("Filters") + (f" · {count}" if count else ""), icon=":material/filter_list:"):
            _FIELDS.choice(_("All stars"), "stars", words(reversed(StarLevel)))
            _FIELDS.choice(_("Every urgency"), "urgency", words(reversed(Urgency)))
            _FIELDS.choice(_("Every kind"), "kind", words(Kind))
            _FIELDS.choice(_("Every service"), "service", words(Service))
            products = {str(NOBODY): _("Without a product")} | named(options.products)
            _FIELDS.choice(_("Every product"), "product", products)
            if options.technicians:
                people = {str(NOBODY): _("Nobody")} | named(options.technicians)
                _FIELDS.choice(_("Every technician"), "technician", people)
            _client(desk, client)
        for key, said in _narrowed(options, view.filters, client):
            leave = {key: ""}
            st.button(said, icon=":material/close:", key=f"leave_{key}", on_click=metrics_address.go, kwargs=leave)
        if count > 1:
            clear = metrics_address.cleared()
            label = _("Clear filters")
            st.button(label, type="tertiary", key="metrics_clear", on_click=metrics_address.go, kwargs=clear)


def sections() -> None:
    """Which part is looked at; only that is drawn."""
    _FIELDS.segments(_("Section"), "section", {one: _(name) for one, name in SECTIONS.items()}, default=OVERVIEW)


def _period(options: Options, view: View) -> None:
    periods = words(Preset) | {_OWN: _("From … to …")}
    key = _FIELDS.shown("period", code(view.preset) if view.preset else _OWN)
    st.selectbox(
        _("Period"),
        list(periods),
        format_func=lambda one: periods.get(one, one),
        key=key,
        on_change=_write_period,
        args=(view,),
        label_visibility="collapsed",
        width=170,
    )
    if view.preset:
        st.caption(f"{day(view.period.first)} – {day(view.period.last)}", width="content")
        return
    st.date_input(
        _("From and to"),
        min_value=EARLIEST,
        max_value=options.today,
        key=_FIELDS.shown("range", (view.period.first, view.period.last)),
        on_change=_write_range,
        format="DD/MM/YYYY",
        label_visibility="collapsed",
        width=240,
    )


def _write_period(view: View) -> None:
    chosen = st.session_state["metrics_period"]
    own = chosen == _OWN
    first, last = (view.period.first.isoformat(), view.period.last.isoformat()) if own else ("", "")
    usual = own or chosen == code(metrics_address.USUAL)
    metrics_address.go(period="" if usual else chosen, **{"from": first, "to": last})


def _write_range() -> None:
    """Once both ends are chosen."""
    chosen = st.session_state["metrics_range"]
    if len(chosen) == 2:
        metrics_address.go(period="", **{"from": chosen[0].isoformat(), "to": chosen[1].isoformat()})


def _client(desk: Desk, client: Option | None) -> None:
    text = st.text_input(
        _("Part of the client’s name"),
        type="search",
        live="400ms",
        placeholder=_("Part of the client’s name"),
        label_visibility="collapsed",
        key="metrics_client_text",
    )
    found = {str(one.id): one.name for one in [*([client] if client else []), *lookups.clients(desk, text or "")]}
    _FIELDS.choice(_("Every client"), "client", found)


def _narrowed(options: Options, filters: Filters, client: Option | None) -> list[tuple[str, str]]:
    """Each filter that holds, by its name in the address, in words."""
    products, people = dict(named(options.products)), dict(named(options.technicians))
    members = {"stars": filters.star_level, "kind": filters.kind, "service": filters.service}
    found = [(key, word(value)) for key, value in members.items() if value is not None]
    if filters.urgency is not None:
        found.append(("urgency", _("Urgency: {urgency}", urgency=filters.urgency)))
    if filters.product is not None:
        found.append(("product", plain(products.get(str(filters.product), _("Without a product")))))
    if filters.technician is not None and people:
        found.append(("technician", plain(people.get(str(filters.technician), _("Nobody")))))
    if client:
        found.append(("client", plain(client.name)))
    return found


def known(options: Sequence[Option]) -> list[int]:
    return [NOBODY, *(one.id for one in options)]
