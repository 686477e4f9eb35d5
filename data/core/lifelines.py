"""What a ticket was like from when on, told by its history: its stars, its urgency, and who had it."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from models.ticket import Change, Urgency

_URGENCIES = {urgency.name.lower(): int(urgency) for urgency in Urgency}


class Like(NamedTuple):
    """The technician is 0 for nobody, and for one whom an older history tells only by a name that several have."""

    star_level: int
    urgency: int
    technician: int


class Told(NamedTuple):
    """A change as the history keeps it; the moment in microseconds."""

    at: int
    change: str
    before: str | None
    after: str | None
    assignee_id: int | None


class Lifeline:
    """What changed at one moment is one change; `moments` are those of the changes, `likes` begin before the first."""

    def __init__(self, now: Like, history: Sequence[Told]) -> None:
        """From what the ticket is like now, and its history in order."""
        star_level, urgency, technician = now
        given = [told for told in history if told.change == Change.ASSIGNEE]
        for told in reversed(history):
            match told.change:
                case Change.STAR_LEVEL:
                    star_level = int(told.before or 0)
                case Change.URGENCY:
                    urgency = _URGENCIES[told.before or ""]
                case Change.ASSIGNEE:
                    technician = 0
        like = Like(star_level, urgency, technician)
        self.moments: list[int] = []
        self.likes = [like]
        for told in history:
            match told.change:
                case Change.STAR_LEVEL:
                    like = like._replace(star_level=int(told.after or 0))
                case Change.URGENCY:
                    like = like._replace(urgency=_URGENCIES[told.after or ""])
                case Change.ASSIGNEE:
                    holder = now.technician if told is given[-1] else told.assignee_id or 0
                    like = like._replace(technician=holder)
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
