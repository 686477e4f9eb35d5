"""What the queue amounts to, and its tabs: links that narrow the list, each a view of its own address."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from models.queue import Counts, Holder, Tab
from pages.components import queue_address
from pages.components.assets import component
from pages.components.queue_address import View, cleared
from pages.components.text import _, number, word

_NAME = "queue_overview"


@dataclass(frozen=True)
class Tile:
    """`change` of the address is where a click leads; without one it is a figure and no link."""

    label: str
    count: int
    change: dict[str, str] | None = None
    current: bool = False
    tone: str = ""


def overview(counts: Counts, view: View, *, tabs: bool = True) -> dict[str, str] | None:
    """Draw it; the change of the address that the user clicked on, if any."""
    tiles, lists = list(_tiles(counts, view)), list(_tabs(counts, view)) if tabs else []
    given = component(_NAME)(
        key=_NAME,
        data={
            "tiles": [_told(tile) for tile in tiles],
            "tabs": [_told(tab) for tab in lists],
            "tiles_label": _("At a glance"),
            "tabs_label": _("Lists"),
        },
        on_picked_change=lambda: None,
    )
    every = [*tiles, *lists]
    picked = given.picked
    return every[picked].change if isinstance(picked, int) and 0 <= picked < len(every) else None


def _tiles(counts: Counts, view: View) -> Iterator[Tile]:
    plain, unassigned, late = cleared(), cleared() | {"who": "nobody"}, cleared() | {"late": "1"}
    to_do = view.tab == Tab.TO_DO
    yield Tile(_("Open tickets"), counts.open, plain | {"tab": ""})
    yield Tile(
        _("Unassigned"), counts.unassigned, unassigned | {"tab": ""}, to_do and view.filters.holder == Holder.NOBODY
    )
    yield Tile(_("At risk"), counts.at_risk, tone="warn" if counts.at_risk else "")
    yield Tile(
        _("Breached"),
        counts.breached,
        late | {"tab": ""},
        to_do and view.filters.overdue,
        "bad" if counts.breached else "",
    )
    yield Tile(_("Filed today"), counts.filed_today)
    yield Tile(_("Resolved today"), counts.resolved_today, plain | {"tab": "resolved_today"})


def _tabs(counts: Counts, view: View) -> Iterator[Tile]:
    of_tab = {Tab.TO_DO: counts.to_do, Tab.WAITING: counts.waiting, Tab.RESOLVED_TODAY: counts.resolved_today}
    for tab, count in of_tab.items():
        yield Tile(word(tab), count, {"tab": "" if tab == Tab.TO_DO else queue_address.code(tab)}, view.tab == tab)


def _told(tile: Tile) -> dict[str, object]:
    href = "" if tile.change is None else queue_address.link(**tile.change)
    return asdict(tile) | {"count": number(tile.count), "href": href}
