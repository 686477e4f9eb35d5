"""The rows behind a chart: those facts, or those open tickets, from which its numbers follow."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select
from sqlmodel import col

from data.core import call_figures, counting, day_hours, open_figures, opening_days, reading_figures, scope
from data.core.desk import OpenDesk
from data.core.facts import DUPLICATE, FOLLOWS, MET, Event, Facts
from data.core.figures import named
from data.core.lifelines import KINDS, SERVICES
from data.core.listed import Listed
from data.core.measured import Measured
from data.core.picking import Picked
from models.client import Client, StarLevel
from models.metrics import AGES, AHEAD, Chart, Happened, Row
from models.product import Product
from models.ticket import Status, Ticket, Urgency
from models.timeline import MICROSECOND, instant
from models.user import User

_HAPPENED = {
    Event.FILED: Happened.FILED,
    Event.CAME: Happened.CAME,
    Event.WENT: Happened.WENT,
    Event.RESPONDED: Happened.RESPONDED,
    Event.RESOLVED: Happened.RESOLVED,
    Event.RESPONSE_BROKEN: Happened.RESPONSE_BROKEN,
    Event.RESOLUTION_BROKEN: Happened.RESOLUTION_BROKEN,
}
_EVENTS = {
    Chart.FIRST_RESPONSE: (Event.RESPONDED, Event.RESPONSE_BROKEN),
    Chart.RESOLUTION: (Event.RESOLVED, Event.RESOLUTION_BROKEN),
    Chart.RESPONSE_TIMES: (Event.RESPONDED,),
    Chart.RESOLUTION_TIMES: (Event.RESOLVED,),
    Chart.FLOW: (Event.FILED, Event.CAME, Event.RESOLVED, Event.WENT),
    Chart.FILED: (Event.FILED,),
    Chart.GIVEN: (Event.FILED, Event.CAME),
    Chart.RESOLVED: (Event.RESOLVED,),
    Chart.FOLLOW_UPS: (Event.FILED,),
    Chart.DUPLICATES: (Event.RESOLVED,),
    Chart.ARRIVALS: (Event.FILED,),
}
# Where rows of several charts stand in one file, each says for which figure it counts.
_COUNTED = {
    Chart.FOLLOW_UPS: Happened.FOLLOW_UP,
    Chart.DUPLICATES: Happened.DUPLICATE,
    Chart.WAITING: Happened.WAITING,
    Chart.OVERDUE: Happened.OVERDUE,
    Chart.FIRST_RESPONSES_DUE: Happened.FIRST_RESPONSE_DUE,
    Chart.RESOLUTIONS_DUE: Happened.RESOLUTION_DUE,
}
_STOPPED = (Event.RESPONDED, Event.RESOLVED)
_BROKEN = (Event.RESPONSE_BROKEN, Event.RESOLUTION_BROKEN)


def listed(found: Measured, chart: Chart, part: int | None) -> Listed:
    if chart in _EVENTS:
        picked = _picked(found, chart, part)
        return Listed(len(picked), lambda first, count: _told(found.desk, chart, picked.some(first, count)))
    if chart == Chart.CALLS:
        return call_figures.listed(found, part)
    if chart == Chart.READINGS:
        return reading_figures.listed(found, part)
    clock = {Chart.FIRST_RESPONSES_DUE: 0, Chart.RESOLUTIONS_DUE: 1}.get(chart)
    ids = _open(found, chart, part, clock)
    return Listed(len(ids), lambda first, count: _told_open(found.desk, chart, ids[first : first + count], clock))


def _picked(found: Measured, chart: Chart, part: int | None) -> Picked:
    picked = found.inside.of(*_EVENTS[chart])
    match chart:
        case Chart.GIVEN:
            return counting.given(found.inside)
        case Chart.FIRST_RESPONSE | Chart.RESOLUTION:
            return picked.where(picked.met | np.isin(picked.column("event"), _BROKEN))
        case Chart.FOLLOW_UPS:
            return picked.where(picked.has(FOLLOWS))
        case Chart.DUPLICATES:
            return picked.where(picked.has(DUPLICATE))
        case Chart.ARRIVALS if part is not None:
            return picked.where(day_hours.hour_of_week(picked.at, found.zone) == part)
        case _:
            return picked


def _told(desk: OpenDesk, chart: Chart, facts: Facts) -> list[Row]:
    references = scope.every_ticket().with_only_columns(col(Ticket.id), col(Ticket.reference))
    companies = scope.clients(desk).with_only_columns(col(Client.id), col(Client.name))
    tickets = _by_id(desk, references.where(col(Ticket.id).in_(set(facts.ticket.tolist()))))
    clients = _by_id(desk, companies.where(col(Client.id).in_(set(facts.client.tolist()))))
    products = named(desk, Product, set(facts.product.tolist()))
    people = named(desk, User, set(facts.technician.tolist())) if desk.user.sees_technicians else {}
    rows = []
    for at, business, wall, ticket, client, product, technician, event, kind, service, stars, urgency, bits in zip(
        *(column.tolist() for column in facts.columns), strict=True
    ):
        stopped = event in _STOPPED
        rows.append(
            Row(
                reference=tickets[ticket],
                happened=_COUNTED.get(chart, _HAPPENED[event]),
                at=instant(at),
                met=bool(bits & MET) if stopped else False if event in _BROKEN else None,
                business=business * MICROSECOND if stopped else None,
                wall=wall * MICROSECOND if stopped else None,
                kind=KINDS[kind],
                service=SERVICES[service],
                product=products.get(product, ""),
                client=clients[client],
                star_level=StarLevel(stars),
                urgency=Urgency(urgency),
                technician=people.get(technician, ""),
            )
        )
    return rows


def _by_id(desk: OpenDesk, listed: Select[int, str]) -> dict[int, str]:
    return {row[0]: row[1] for row in desk.session.execute(listed)}


def _open(found: Measured, chart: Chart, part: int | None, clock: int | None) -> list[int]:
    """The ids of the open tickets that are meant, by deadline where the chart is of deadlines, else by arrival."""
    desk, which = found.desk, _which(found, chart, part, clock)
    order = col(Ticket.filed_at) if clock is None else open_figures.due_at(clock)
    ids = open_figures.open_ones(desk, found.filters).where(*which).with_only_columns(col(Ticket.id))
    return list(desk.session.execute(ids.order_by(order, col(Ticket.id))).scalars())


def _which(found: Measured, chart: Chart, part: int | None, clock: int | None) -> list[ColumnElement[bool]]:
    desk = found.desk
    if clock is not None:
        days = opening_days.ahead(found.calendar, desk.now, found.zone, AHEAD)
        due, broken = open_figures.due_at(clock), open_figures.broken_clocks(desk)[clock]
        begin = [] if not part else [due >= days[part - 1].end]
        return [open_figures.runs(clock), ~broken, due < days[-1 if part is None else part].end, *begin]
    match chart:
        case Chart.WAITING:
            return [col(Ticket.status) == Status.WAITING]
        case Chart.OVERDUE:
            return [col(Ticket.status) != Status.WAITING, col(Ticket.next_late_at) < desk.now]
        case _ if part is not None:
            since = [*opening_days.ago(found.calendar, desk.now, found.zone, AGES), None]
            until = [None, *since]
            edges = [(since[part], True), (until[part], False)]
            return [
                col(Ticket.filed_at) >= at if older else col(Ticket.filed_at) < at
                for at, older in edges
                if at is not None
            ]
        case _:
            return []


def _told_open(desk: OpenDesk, chart: Chart, ids: Sequence[int], clock: int | None) -> list[Row]:
    at = col(Ticket.filed_at) if clock is None else open_figures.due_at(clock)
    columns: list[Any] = [Ticket.id, Ticket.reference, at.label("at"), Ticket.kind, Ticket.service]
    columns += [Ticket.star_level, Ticket.urgency, col(Client.name).label("client")]
    columns += [col(Product.name).label("product"), col(User.name).label("technician")]
    shown = (
        scope.tickets(desk)
        .join(Client, col(Client.id) == col(Ticket.client_id))
        .outerjoin(Product, col(Product.id) == col(Ticket.product_id))
        .outerjoin(User, col(User.id) == col(Ticket.assignee_id))
        .where(col(Ticket.id).in_(ids))
        .with_only_columns(*columns)
    )
    rows = {row.id: row for row in desk.session.execute(shown)}
    return [
        Row(
            reference=(row := rows[id]).reference,
            happened=_COUNTED.get(chart, Happened.OPEN),
            at=row.at,
            kind=row.kind,
            service=row.service,
            product=row.product or "",
            client=row.client,
            star_level=row.star_level,
            urgency=row.urgency,
            technician=(row.technician or "") if desk.user.sees_technicians else "",
        )
        for id in ids
    ]
