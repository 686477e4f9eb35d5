"""Four years of a desk: tickets that come in office hours, wait, change hands, and are late now and then."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlmodel import Session

from bench import self_help
from bench.world import CHUNK, CLIENTS, TECHNICIANS, star_levels, table
from data.core import calendars, clock
from models.calendar import Calendar, instant
from models.client import StarLevel
from models.service_level import DEFAULT_HOURS
from models.ticket import PREFIX, Change, Channel, HistoryEntry, Kind, Resolution, Service, Status, Ticket, Urgency
from models.timeline import MICROSECOND, Micros, micros

YEARS = 4
HOUR, DAY = (span // MICROSECOND for span in (timedelta(hours=1), timedelta(days=1)))


def write(session: Session, tickets: int) -> None:
    now, stars = micros(clock.now()), np.array(star_levels())
    for first in range(0, tickets, CHUNK):
        dice = np.random.default_rng(first)
        places = np.arange(first, min(first + CHUNK, tickets))
        clients = dice.integers(CLIENTS, size=len(places))
        rows: list[Any] = []
        histories: list[Any] = []
        for version in (1, 2):  # the calendars: of five stars, and of all others
            mine = (stars[clients] == StarLevel.FIVE) == (version == 2)
            calendar = calendars.calendar(session, version)
            for life in _lives(calendar, version, places[mine], clients[mine], tickets, now, dice):
                rows.append(life.ticket())
                histories += life.history()
        session.execute(insert(table(Ticket)), rows)
        session.execute(insert(table(HistoryEntry)), histories)
    self_help.write(session, tickets)


def _lives(
    calendar: Calendar, version: int, places: Any, clients: Any, total: int, now: int, dice: Any
) -> Iterator["Life"]:
    count = len(places)
    urgencies, stars = dice.integers(4, size=count), np.array(star_levels())[clients]
    told = [DEFAULT_HOURS[StarLevel(int(star))][Urgency(int(one))] for star, one in zip(stars, urgencies, strict=True)]
    first, last = (np.array(told, np.int64).reshape(-1, 2) * HOUR).T
    begun = now - (YEARS * 365 * DAY * (1 - places / total)).astype(np.int64)
    filed = calendar.due_many(begun, _some(dice.random(count) * 3 * HOUR))
    answered = calendar.due_many(filed, _some(first * dice.lognormal(-0.9, 0.6, count)))
    waits = dice.random(count) < 0.3
    asked = calendar.due_many(answered, _some(last * 0.1))
    back = np.where(waits, asked + _some(dice.random(count) * 3 * DAY), asked)
    used = calendar.elapsed_many(filed, asked)
    taken = np.maximum(_some(last * dice.lognormal(-0.7, 0.5, count)) - used, HOUR // 6)
    due = calendar.due_many(filed, last)
    numbers = {
        "place": places,
        "client": clients,
        "star": stars,
        "urgency": urgencies,
        "filed": filed,
        "first": first,
        "first_due": calendar.due_many(filed, first),
        "answered": answered,
        "waits": waits,
        "asked": asked,
        "back": back,
        "last": last,
        "due": np.where(due <= asked, due, calendar.due_many(back, np.maximum(last - used, 0))),
        "resolved": np.where(_left_open(places, total, dice), now + DAY, calendar.due_many(back, taken)),
        "technician": dice.integers(TECHNICIANS, size=count) + 1,
        "product": dice.integers(8, size=count) + 1,
        "raised": (dice.random(count) < 0.05) & (urgencies > 0),
    }
    for values in zip(*(column.tolist() for column in numbers.values()), strict=True):
        yield Life(version, now, dict(zip(numbers, values, strict=True)))


def _some(amounts: Any) -> Micros:
    return amounts.astype(np.int64)  # type: ignore[no-any-return]


def _left_open(places: Any, total: int, dice: Any) -> Any:
    """Some of the newest tenth, so that five in a hundred are open, as in the other benches."""
    return (places > total * 0.9) & (dice.random(len(places)) < 0.45)


@dataclass(frozen=True)
class Life:
    version: int
    now: int
    of: dict[str, int]

    def _until_now(self, name: str) -> Any:
        return instant(self.of[name]) if self.of[name] <= self.now else None

    @property
    def status(self) -> Status:
        of, now = self.of, self.now
        if of["answered"] > now:
            return Status.NEW
        if of["resolved"] <= now:
            return Status.RESOLVED
        return Status.WAITING if of["waits"] and of["asked"] <= now < of["back"] else Status.IN_PROGRESS

    def ticket(self) -> dict[str, Any]:
        of, status = self.of, self.status
        filed_at, answered = instant(of["filed"]), status != Status.NEW
        kind = Kind.INCIDENT if of["urgency"] else Kind.REQUEST
        due = None if status == Status.WAITING and of["due"] > of["asked"] else instant(of["due"])
        next_due = None if status == Status.RESOLVED else due if answered else instant(of["first_due"])
        return {
            "id": of["place"] + 1,
            "reference": f"{PREFIX[kind]}-{filed_at.year}-{of['place'] + 1:07}",
            "kind": kind,
            "service": Service.TECHNICAL,
            "channel": Channel.PORTAL,
            "subject": f"Impossible d’ouvrir l’écran {of['place'] % 977}",
            "description": "Depuis la mise à jour, l’écran reste blanc. " * 4,
            "client_id": of["client"] + 1,
            "contact_id": TECHNICIANS + of["client"] + 1,
            "product_id": of["product"],
            "assignee_id": of["technician"] if answered else None,
            "urgency": Urgency(of["urgency"]),
            "star_level": StarLevel(of["star"]),
            "status": status,
            "filed_at": filed_at,
            "changed_at": filed_at,
            "first_response_calendar_id": self.version,
            "first_response_target": of["first"] * MICROSECOND,
            "first_response_due_at": instant(of["first_due"]),
            "first_responded_at": self._until_now("answered"),
            "resolution_calendar_id": self.version,
            "resolution_target": of["last"] * MICROSECOND,
            "resolution_due_at": due,
            "resolved_at": self._until_now("resolved"),
            "next_due_at": next_due,
            "next_warning_at": next_due,
            "next_late_at": next_due,
            "resolution": Resolution.SOLVED if status == Status.RESOLVED else None,
            "solution": "Un redémarrage du service a suffi." if status == Status.RESOLVED else "",
        }

    def history(self) -> Iterator[dict[str, Any]]:
        of = self.of
        steps: list[tuple[str, Change, str | None, str]] = [("filed", Change.STATUS, None, Status.NEW)]
        steps += [
            ("answered", Change.ASSIGNEE, None, "Technician"),
            ("answered", Change.STATUS, Status.NEW, Status.IN_PROGRESS),
        ]
        if of["waits"]:
            steps += [("asked", Change.STATUS, Status.IN_PROGRESS, Status.WAITING)]
            steps += [("back", Change.STATUS, Status.WAITING, Status.IN_PROGRESS)]
        if of["raised"]:
            steps += [("answered", Change.URGENCY, "none", Urgency(of["urgency"]).name.lower())]
        steps += [("resolved", Change.STATUS, Status.IN_PROGRESS, Status.RESOLVED)]
        for name, change, before, after in steps:
            if of[name] <= self.now:
                yield {
                    "ticket_id": of["place"] + 1,
                    "at": instant(of[name]),
                    "change": change,
                    "before": before,
                    "after": after,
                    "assignee_id": of["technician"] if change == Change.ASSIGNEE else None,
                    "reason": "",
                }
