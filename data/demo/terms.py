"""What is promised in the demo world, read once: the hours and the two targets of every case."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from data.core import calendars
from data.core.desk import OpenDesk
from models.calendar import Calendar
from models.client import StarLevel
from models.service_level import ServiceLevel, promised_level
from models.ticket import Kind, Urgency

Promise = tuple[Calendar, timedelta, timedelta]  # hours, first response, resolution


class Terms:
    def __init__(self, desk: OpenDesk) -> None:
        def named(name: str) -> Calendar:
            version = calendars.calendar_version(desk.session, name, desk.now)
            assert version.id is not None
            return calendars.calendar(desk.session, version.id)

        self._promises: dict[tuple[Kind, StarLevel, Urgency], Promise] = {
            (level.kind, level.star_level, level.urgency): (
                named(level.calendar),
                level.first_response,
                level.resolution,
            )
            for level in desk.session.exec(select(ServiceLevel))
        }
        self.standard = named("standard")  # the hours in which clients answer, too
        self.zone: ZoneInfo = self.standard.zone

    def of(self, kind: Kind, stars: StarLevel, urgency: Urgency) -> Promise:
        return self._promises[kind, promised_level(stars), urgency]
