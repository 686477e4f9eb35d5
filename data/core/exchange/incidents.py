"""What the events of one incident come to: one ticket, told in our words.

Resolved is final with us. A resolution that the source took back before it closed was none: the clock ran on, and the
last one counts. What comes after a closing cannot be told: in Guichet it would be another ticket.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.core.exchange.servicenow import Event
from models.ticket import Status, Urgency
from models.writing import line

AFTER_CLOSING = "after it was closed"
NO_CLIENT = "no location in any row"
SOURCE = "servicenow"


@dataclass(frozen=True, slots=True)
class Step:
    """What holds from a moment on."""

    at: datetime
    status: Status
    urgency: Urgency
    technician: str


@dataclass(frozen=True, slots=True)
class Incident:
    """Names are empty where no row knows them; of several, the last one known counts."""

    number: str
    filed_at: datetime
    client: str
    caller: str
    product: str
    subject: str
    description: str
    solution: str
    first: Event
    steps: tuple[Step, ...]


def until_closed(events: Sequence[Event]) -> tuple[Sequence[Event], Sequence[Event]]:
    """The events that can be told, and those of a life after the first closing."""
    closed = False
    for index, event in enumerate(events):
        if closed and event.status != Status.RESOLVED:
            return events[:index], events[index:]
        closed = closed or event.closed
    return events, ()


def incident(events: Sequence[Event]) -> Incident:
    """Of events in order, at least one."""
    category, subcategory, symptom = (_last(events, name) for name in ("category", "subcategory", "symptom"))
    told = " · ".join(filter(None, (category, subcategory, symptom)))
    code = _last(events, "code")
    return Incident(
        number=events[0].number,
        filed_at=min(event.opened_at for event in events),
        client=_last(events, "location"),
        caller=_last(events, "caller"),
        product=category,
        subject=line(told[:200], 200) or "Sans catégorie",
        description=_description(events[0].number, category, subcategory, symptom),
        solution=f"Clos dans l’outil d’origine avec le code « {code} »."
        if code
        else "Clos dans l’outil d’origine, sans code.",
        first=events[0],
        steps=tuple(_steps(events)),
    )


def _steps(events: Sequence[Event]) -> list[Step]:
    """One for each event; `?` keeps what was known, and what left New never gets back there."""
    resolved_from = len(events)
    while resolved_from and events[resolved_from - 1].status == Status.RESOLVED:
        resolved_from -= 1
    steps: list[Step] = []
    urgency, technician, left_new = _first_urgency(events), "", False
    for index, event in enumerate(events):
        status = event.status
        if index < resolved_from and (status == Status.RESOLVED or (left_new and status == Status.NEW)):
            status = Status.IN_PROGRESS
        left_new = left_new or status != Status.NEW
        urgency = urgency if event.urgency is None else event.urgency
        technician = event.group or technician
        steps.append(Step(event.at, status, urgency, technician))
    return steps


def _first_urgency(events: Sequence[Event]) -> Urgency:
    return next((event.urgency for event in events if event.urgency is not None), Urgency.NONE)


def _last(events: Sequence[Event], name: str) -> str:
    return next((str(value) for event in reversed(events) if (value := getattr(event, name))), "")


def _description(number: str, category: str, subcategory: str, symptom: str) -> str:
    known = (("Catégorie", category), ("Sous-catégorie", subcategory), ("Symptôme", symptom))
    lines = [f"- {name} : {value}" for name, value in known if value]
    told = f"Incident {number} repris de ServiceNow, dont le journal ne garde pas les mots du client."
    return "\n\n".join(filter(None, (told, "\n".join(lines))))
