"""Puts the figures of a period together, all of one moment."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import numpy as np
from sqlmodel import col, select

from data.core import (
    breach_forecast,
    call_figures,
    counting,
    day_hours,
    open_figures,
    opening_days,
    reading_figures,
    seals,
)
from data.core.desk import OpenDesk
from data.core.facts import Event
from data.core.measured import Measured
from data.core.open_figures import Open
from data.core.picking import Stretch
from models import hours
from models.client import StarLevel
from models.figures import Arrivals, Cell, Figures, Named, Opened, Week, Workload
from models.metrics import AGES, AHEAD, Measure
from models.period import DAY, Period
from models.product import Product
from models.service_level import promised_level
from models.ticket import Kind, Urgency
from models.user import User

BY_DAY = 92  # days; a longer period is shown by the week


def figures(found: Measured, measure: Measure) -> Figures:
    desk, inside = found.desk, found.inside
    days_ahead = opening_days.ahead(found.calendar, desk.now, found.zone, AHEAD)
    since = opening_days.ago(found.calendar, desk.now, found.zone, AGES)
    now = open_figures.count(desk, found.filters, since)
    periods = parted(found.period, by_week=found.period.days > BY_DAY)
    edges = found.edges(periods)
    before, *backlogs = counting.backlogs(found.since, np.minimum(edges, inside.until), now.count)
    of_one = found.filters.of_one_technician
    targets = _targets(found, found.filters.kind or Kind.INCIDENT)
    return Figures(
        at=desk.now,
        period=found.period,
        tiles=counting.tiles(inside, backlogs[-1], of_one=of_one),
        tiles_before=counting.tiles(found.before, before, of_one=of_one),
        running_first_responses=now.running[0],
        running_resolutions=now.running[1],
        weeks=_weeks(found),
        grid=_grid(inside),
        products=_named(desk, inside, "product", Product),
        technicians=_named(desk, inside, "technician", User) if desk.user.sees_technicians else (),
        flow=counting.flow(inside, periods, edges, backlogs, of_one=of_one),
        ageing=_ageing(now),
        response_distributions=counting.distributions(inside.of(Event.RESPONDED), measure, targets(0)),
        resolution_distributions=counting.distributions(inside.of(Event.RESOLVED), measure, targets(1)),
        arrivals=_arrivals(found),
        workload=_workload(found, now) if desk.user.sees_technicians else (),
        forecast=breach_forecast.forecast(found, days_ahead),
        calls=call_figures.count(found),
        readings=reading_figures.count(found),
        unsealed=seals.unsealed(desk.session, desk.now),
    )


def parted(period: Period, *, by_week: bool) -> list[Period]:
    """Its days, or its weeks from Monday on, the first and the last cut to it."""
    begins = [period.first + n * DAY for n in range(period.days)]
    if by_week:
        begins = [day for day in begins if day == period.first or day.weekday() == 0]
    return [Period(*pair) for pair in zip(begins, [*(day - DAY for day in begins[1:]), period.last], strict=True)]


def _weeks(found: Measured) -> tuple[Week, ...]:
    periods = parted(found.period, by_week=True)
    kept = counting.kept_by(found.inside, counting.among(found.edges(periods)), len(periods))
    return tuple(Week(*pair) for pair in zip(periods, kept, strict=True))


def _grid(stretch: Stretch) -> tuple[Cell, ...]:
    kept = counting.kept_by(stretch, counting.case, len(counting.CASES))
    cells = (Cell(*case, one) for case, one in zip(counting.CASES, kept, strict=True))
    return tuple(cell for cell in cells if cell.kept.first_response.n or cell.kept.resolution.n)


def _named(desk: OpenDesk, stretch: Stretch, column: str, table: type[Product | User]) -> tuple[Named, ...]:
    """By name; what has none, first."""
    stops = [stretch.of(event).column(column) for pair in counting.CLOCKS for event in pair]
    groups = max((int(one.max()) for one in stops if len(one)), default=-1) + 1
    if not groups:
        return ()
    kept = counting.kept_by(stretch, lambda picked: picked.column(column), groups)
    there = {id: one for id, one in enumerate(kept) if one.first_response.n or one.resolution.n}
    names = named(desk, table, there)
    told = (Named(id, names.get(id, ""), one) for id, one in there.items())
    return tuple(sorted(told, key=lambda one: (one.name, one.id)))


def named(desk: OpenDesk, table: type[Product | User], ids: Iterable[int]) -> dict[int, str]:
    listed = select(col(table.id), col(table.name)).where(col(table.id).in_(list(ids)))
    return {row[0]: row[1] for row in desk.session.execute(listed)}


def _ageing(now: Open) -> tuple[int, ...]:
    """`now.ages` have those filed since each moment: each holds the younger ones, too."""
    younger = [0, *now.ages, now.count]
    return tuple(int(count) for count in np.diff(younger))


def _targets(found: Measured, kind: Kind) -> Callable[[int], Callable[[StarLevel, Urgency], timedelta]]:
    """What is promised now, by clock; an urgency that the kind does not have is an incident's."""
    grid = {(one.kind, one.star_level, one.urgency): (one.first_response, one.resolution) for one in found.levels}

    def of(clock: int) -> Callable[[StarLevel, Urgency], timedelta]:
        def target(star_level: StarLevel, urgency: Urgency) -> timedelta:
            case = promised_level(star_level), urgency
            return (grid.get((kind, *case)) or grid[Kind.INCIDENT, *case])[clock]

        return target

    return of


def _arrivals(found: Measured) -> Arrivals:
    filed = found.inside.of(Event.FILED)
    counts = np.bincount(day_hours.hour_of_week(filed.at, found.zone), minlength=168).reshape(7, 24)
    return Arrivals(tuple(map(tuple, counts.tolist())), _opened(found))


def _opened(found: Measured) -> tuple[Opened, ...]:
    """By stars; a calendar in whose hours nobody is promised anything is left out."""
    opened = []
    for name, version in found.versions.items():
        star_levels = {one.star_level for one in found.levels if one.calendar == name}
        week = day_hours.opened(hours.week(hours.parse(version.hours)))
        opened.append(Opened(name, tuple(sorted(star_levels)), week))
    return tuple(sorted(opened, key=lambda one: (one.star_levels, one.calendar)))


def _workload(found: Measured, now: Open) -> tuple[Workload, ...]:
    """Those who have something, or resolved something, by name; nobody first."""
    technicians = found.inside.of(Event.RESOLVED).column("technician")
    ids, counts = np.unique(technicians, return_counts=True)
    resolved = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    everybody = resolved.keys() | now.by_technician.keys()
    names = named(found.desk, User, everybody)
    told = (
        Workload(one, names.get(one, ""), *now.by_technician.get(one, (0, 0, 0)), resolved.get(one, 0))
        for one in everybody
    )
    return tuple(sorted(told, key=lambda one: (one.name, one.id)))
