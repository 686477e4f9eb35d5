"""The terms that a grid of targets gives to running tickets: those of their kind, stars and urgency."""

from collections.abc import Iterable

import numpy as np
from sqlalchemy import ColumnElement

from data.core import calendars
from data.core.desk import OpenDesk
from data.core.redating import Asked
from data.core.running import Running, Terms
from models.client import StarLevel
from models.service_level import promised_level
from models.target import Target
from models.timeline import MICROSECOND


def asked(
    desk: OpenDesk, which: ColumnElement[bool], targets: Iterable[Target], star_level: StarLevel | None = None
) -> Asked:
    """Each ticket gets what is promised to its stars or, where one is given, to this star level."""
    numbers: dict[str, int] = {}
    cases: dict[tuple[str, int, int], tuple[int, int, int]] = {}
    for target in targets:
        if target.calendar not in numbers:
            numbers[target.calendar] = calendars.calendar_version(desk.session, target.calendar, desk.now).id
        spans = target.first_response // MICROSECOND, target.resolution // MICROSECOND
        cases[target.case] = numbers[target.calendar], *spans

    def wished(running: Running) -> tuple[Terms, Terms]:
        stars = running.stars.tolist() if star_level is None else [star_level] * len(running.ids)
        told = zip(running.kinds, stars, running.urgencies, strict=True)
        found = [cases[kind, promised_level(level), urgency] for kind, level, urgency in told]
        number, first, resolution = np.array(found, np.int64).reshape(-1, 3).T
        return Terms(number, first), Terms(number, resolution)

    known = calendars.several(desk.session, numbers.values())
    return Asked(which, wished, known, star_level)
