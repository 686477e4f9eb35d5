"""Makes figures of facts: counts, shares and times, whole or by week, stars and urgency, product or technician."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np

from data.core.facts import DUPLICATE, FOLLOWS, Event, Numbers
from data.core.picking import Picked, Stretch
from models.client import StarLevel
from models.figures import Attainment, Distribution, Flow, Kept, Share, Tiles, Times
from models.metrics import Measure
from models.period import Period
from models.ticket import Urgency
from models.timeline import MICROSECOND, Micros

CLOCKS = ((Event.RESPONDED, Event.RESPONSE_BROKEN), (Event.RESOLVED, Event.RESOLUTION_BROKEN))
CASES = [(star_level, urgency) for star_level in StarLevel for urgency in Urgency]
_STAR = np.zeros(max(StarLevel) + 1, np.int64)
_STAR[list(StarLevel)] = range(len(StarLevel))

Group = Callable[[Picked], Numbers]


def tiles(stretch: Stretch, backlog: int, *, of_one: bool) -> Tiles:
    """`of_one`: the stretch is narrowed to one technician."""
    filed, responded, resolved = (stretch.of(event) for event in (Event.FILED, Event.RESPONDED, Event.RESOLVED))
    [kept] = kept_by(stretch, lambda picked: np.zeros(len(picked), np.int64), 1)
    return Tiles(
        kept,
        filed=len(filed),
        given=len(given(stretch)) if of_one else None,
        resolved=len(resolved),
        backlog=backlog,
        response_times={measure: times(responded.column(measure)) for measure in Measure},
        resolution_times={measure: times(resolved.column(measure)) for measure in Measure},
        follow_ups=Share(int(np.count_nonzero(filed.has(FOLLOWS))), len(filed)),
        duplicates=Share(int(np.count_nonzero(resolved.has(DUPLICATE))), len(resolved)),
    )


def given(stretch: Stretch) -> Picked:
    """What came into the hands of the technician that the stretch is narrowed to: filed to them, or given later. A
    change of stars or urgency of what they had is none."""
    came, went = stretch.of(Event.FILED, Event.CAME), stretch.of(Event.WENT)
    left = set(zip(went.at.tolist(), went.column("ticket").tolist(), strict=True))
    moments = zip(came.at.tolist(), came.column("ticket").tolist(), strict=True)
    return came.where(np.array([one not in left for one in moments], bool))


def kept_by(stretch: Stretch, group: Group, groups: int) -> list[Kept]:
    """How far the promises were kept in each group, numbered from 0; `group` tells whose each fact is."""

    def side(stopped: Picked, broken: Picked) -> list[Attainment]:
        met = np.bincount(group(stopped)[stopped.met], minlength=groups)
        breached = np.bincount(group(broken), minlength=groups)
        return [Attainment(*pair) for pair in zip(met.tolist(), breached.tolist(), strict=True)]

    sides = [side(stretch.of(stopped), stretch.of(broken)) for stopped, broken in CLOCKS]
    return [Kept(*pair) for pair in zip(*sides, strict=True)]


def case(picked: Picked) -> Numbers:
    """Its place among CASES."""
    found: Numbers = _STAR[picked.column("star_level")] * len(Urgency) + picked.column("urgency")
    return found


def among(edges: Micros) -> Group:
    """Between which of these moments, in order; the first and the last are those of the stretch."""
    return lambda picked: np.searchsorted(edges, picked.at, side="right") - 1


def times(taken: Micros) -> Times:
    if not len(taken):
        return Times(0, None, None)
    places = [rank(percent, len(taken)) for percent in (50, 90)]
    median, p90 = np.partition(taken, places)[places].tolist()
    return Times(len(taken), median * MICROSECOND, p90 * MICROSECOND)


def rank(percent: int, count: int) -> int:
    """The place of the nearest rank among so many in order: the first below which, itself included, so many % lie."""
    return max(-(-percent * count // 100) - 1, 0)


def distributions(
    picked: Picked, measure: Measure, targets: Callable[[StarLevel, Urgency], timedelta]
) -> tuple[Distribution, ...]:
    """Of all stars and urgencies that occur."""
    cases = case(picked).astype(np.uint8)
    order, taken = np.argsort(cases, kind="stable"), picked.column(measure)
    ends = np.cumsum(np.bincount(cases, minlength=len(CASES)))
    found = []
    for which, of_case in zip(CASES, np.split(taken[order], ends[:-1]), strict=True):
        if count := len(of_case):
            rising = np.sort(of_case)
            at = rising[[rank(percent, count) for percent in range(101)]].tolist()
            found.append(Distribution(*which, count, tuple(one * MICROSECOND for one in at), targets(*which)))
    return tuple(found)


def flow(
    stretch: Stretch, periods: Sequence[Period], edges: Micros, backlog: Sequence[int], *, of_one: bool
) -> tuple[Flow, ...]:
    """Day by day or week by week; `backlog` is what was open at the end of each; `of_one` as in `tiles`."""
    inside = among(edges)
    to_one = np.bincount(inside(given(stretch)), minlength=len(periods)).tolist() if of_one else [None] * len(periods)
    filed, came, resolved, went = (
        np.bincount(inside(stretch.of(event)), minlength=len(periods)).tolist()
        for event in (Event.FILED, Event.CAME, Event.RESOLVED, Event.WENT)
    )
    return tuple(Flow(*one) for one in zip(periods, filed, to_one, came, resolved, went, backlog, strict=True))


def backlogs(since: Stretch, moments: Micros, now: int) -> list[int]:
    """How many were open at these moments: those open now, walked back over what came and went since then."""
    entered, left = since.of(Event.FILED, Event.CAME), since.of(Event.RESOLVED, Event.WENT)
    later = [len(one) - np.searchsorted(one.at, moments) for one in (entered, left)]
    found: list[int] = (now - later[0] + later[1]).tolist()
    return found
