"""What a ticket was like from when on, told by its history: stars, urgency, kind, service, product, and technician."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from models.client import StarLevel
from models.ticket import Change, Kind, Service, Urgency

KINDS, SERVICES = tuple(Kind), tuple(Service)  # facts have them by their place
KIND_PLACES = {kind.value: place for place, kind in enumerate(KINDS)}
SERVICE_PLACES = {service.value: place for place, service in enumerate(SERVICES)}
REMEMBERED = (Change.ASSIGNEE, Change.URGENCY, Change.STAR_LEVEL, Change.KIND, Change.SERVICE, Change.PRODUCT)
_URGENCIES = {urgency.name.lower(): int(urgency) for urgency in Urgency}
_LEVELS = frozenset(map(int, StarLevel))
_STARS = {str(level): level for level in _LEVELS}


class Like(NamedTuple):
    """The technician is 0 for nobody, and for one whom an older history tells only by a name that several have; the
    product is 0 for none, kind and service are their places."""

    star_level: int
    urgency: int
    technician: int
    product: int
    kind: int
    service: int


def require_known(like: Like) -> None:
    """KeyError where a ticket has stars or an urgency that there are none of."""
    if like.star_level not in _LEVELS or like.urgency not in _URGENCIES.values():
        raise KeyError(like)


class Told(NamedTuple):
    """A change as the history keeps it; the moment in microseconds."""

    at: int
    change: str
    before: str | None
    after: str | None
    assignee_id: int | None = None
    former_product_id: int | None = None


class Lifeline:
    """What changed at one moment is one change; `moments` are those of the changes, `likes` begin before the first."""

    def __init__(self, now: Like, history: Sequence[Told]) -> None:
        """From what the ticket is like now, and its history in order. KeyError for a value that no ticket can have."""
        given = [told for told in history if told.change == Change.ASSIGNEE]
        products = [told for told in history if told.change == Change.PRODUCT]
        like = now._replace(technician=0) if given else now
        for told in reversed(history):
            like = _before(told, like)
        self.moments: list[int] = []
        self.likes = [like]
        following = iter([*(told.former_product_id or 0 for told in products[1:]), now.product])
        for told in history:
            match told.change:
                case Change.ASSIGNEE:
                    holder = now.technician if told is given[-1] else told.assignee_id or 0
                    like = like._replace(technician=holder)
                case Change.PRODUCT:
                    like = like._replace(product=next(following))
                case _:
                    like = _with(like, told.change, told.after)
            self._became(told.at, like)

    def _became(self, at: int, like: Like) -> None:
        if self.moments and self.moments[-1] == at:
            self.likes[-1] = like
            if like == self.likes[-2]:  # and back again
                del self.moments[-1], self.likes[-1]
        elif like != self.likes[-1]:
            self.moments.append(at)
            self.likes.append(like)

    def at(self, moment: int) -> Like:
        """After what changed at that very moment."""
        return self.likes[bisect_right(self.moments, moment)]


def _before(told: Told, like: Like) -> Like:
    if told.change == Change.PRODUCT:
        return like._replace(product=told.former_product_id or 0)
    return _with(like, told.change, told.before)


def _with(like: Like, change: str, value: str | None) -> Like:
    """With what the history tells by a value."""
    match change:
        case Change.STAR_LEVEL:
            return like._replace(star_level=_STARS["0" if value is None else value])
        case Change.URGENCY:
            return like._replace(urgency=_URGENCIES[value or ""])
        case Change.KIND:
            return like._replace(kind=KIND_PLACES[value or ""])
        case Change.SERVICE:
            return like._replace(service=SERVICE_PLACES[value or ""])
        case _:
            return like
