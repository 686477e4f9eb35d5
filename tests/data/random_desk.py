"""A desk on which things happen at random, through the commands that people use."""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from data import (
    calendars,
    clients,
    conversation,
    corrections,
    metrics,
    products,
    service_levels,
    sheets,
    subscriptions,
    tickets,
)
from data.calendars import CalendarForm
from data.tickets import TicketForm
from models.client import StarLevel
from models.errors import Refused
from models.period import Period
from models.seal import DaySeal
from models.subscription import Plan
from models.ticket import Kind, Service, Status, Urgency

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
BEFORE = datetime(2026, 3, 1, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def at(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def filed(world, client=None, urgency=Urgency.CRITICAL, **more) -> str:
    form = TicketForm(
        kind=Kind.INCIDENT,
        subject="Panne",
        description="Rien ne va",
        urgency=urgency,
        client_id=(client or world.acme).id,
        **more,
    )
    return tickets.file(world.desk(), form)


class Life:
    """Weeks of a desk at random, in steps of five minutes so that moments meet; the clocks change on 29 March."""

    def __init__(self, world, seed: int) -> None:
        self.world, self.rng, self.open, self.done = world, random.Random(seed), [], []
        world.now = at(12, 7)
        made = products.create(world.desk(world.manager), ["Tachy", "Étiquettes"]).created
        self.products = [None, world.product.id, *(one.id for one in made)]
        for client in (world.acme, world.other):
            for one in made:
                clients.own(world.desk(world.manager), client.id, one.id)

    def go_on(self, deeds: int) -> None:
        for _ in range(deeds):
            self.world.now += timedelta(minutes=5 * self.rng.randrange(1, 160))
            self._happen()

    def _happen(self) -> None:
        world, rng = self.world, self.rng
        deeds = [self._file] * 8 + [self._talk] * 9 + [self._give] * 3 + [self._urgency] * 3
        deeds += [self._correct] * 3 + [self._hand_over] * 3
        deeds += [self._resolve] * 3 + [self._rules, self._stars, self._withdraw, self._duplicate, self._take]
        deed = rng.choice(deeds) if self.open else self._file
        deed(world, rng)

    def _file(self, world, rng) -> None:
        client = rng.choice([world.acme, world.other])
        mine = [one for one, whose in self.done if whose == client.id]
        follows = rng.choice(mine) if mine and rng.random() < 0.3 else None
        if rng.random() < 0.2:
            form = TicketForm(
                kind=Kind.ENQUIRY, subject="Facture", description="?", client_id=client.id, service=Service.ACCOUNTING
            )
            self.open.append(tickets.file(world.desk(), form))
            return
        owned = rng.choice(self.products)
        star_level = subscriptions.level(world.desk(), client.id)
        if star_level:
            self.open.append(filed(world, client, Urgency(rng.randrange(4)), product_id=owned, follows=follows))

    def _talk(self, world, rng) -> None:
        reference = rng.choice(self.open)
        sheet = sheets.sheet(world.desk(), reference)
        client = world.contact if sheet.client_id == world.acme.id else world.stranger
        by = client if sheet.status == Status.WAITING else rng.choice(self._able(reference))
        conversation.reply(world.desk(by), reference, "…", ask=rng.random() < 0.5)

    def _give(self, world, rng) -> None:
        reference = rng.choice(self.open)
        to = rng.choice([*(user.id for user in self._able(reference)), None])
        tickets.assign(world.desk(world.manager), reference, to)

    def _able(self, reference):
        world = self.world
        technical = sheets.sheet(world.desk(), reference).service == Service.TECHNICAL
        return [world.technician, world.colleague] if technical else [world.manager]

    def _correct(self, world, rng) -> None:
        """Most of the time of all at once; the other kind, or the same."""
        reference = rng.choice(self.open)
        desk = world.desk(world.manager)
        found = corrections.choices(desk, reference)
        wanted = replace(
            found.present,
            kind=rng.choice(found.kinds),
            product_id=rng.choice(self.products),
            urgency=Urgency(rng.randrange(4)),
        )
        corrections.correct(desk, reference, wanted, found.present)

    def _hand_over(self, world, rng) -> None:
        reference = rng.choice(self.open)
        sheet = sheets.sheet(world.desk(), reference)
        service = rng.choice([one for one in Service if one != sheet.service])
        kind = rng.choice([Kind.INCIDENT, Kind.REQUEST])
        if service != Service.TECHNICAL or sheet.star_level:
            corrections.hand_over(
                world.desk(world.manager), reference, service, kind=kind, urgency=Urgency(rng.randrange(4))
            )

    def _take(self, world, rng) -> None:
        if any(sheets.sheet(world.desk(), one).status == Status.NEW for one in self.open):
            with suppress(Refused):  # everybody has one
                tickets.take_next(world.desk(world.technician))

    def _urgency(self, world, rng) -> None:
        of = [one for one in self.open if sheets.sheet(world.desk(), one).kind == Kind.INCIDENT]
        if of:
            tickets.set_urgency(world.desk(world.manager), rng.choice(of), Urgency(rng.randrange(4)), "Autrement")

    def _end(self, reference, deed) -> None:
        whose = sheets.sheet(self.world.desk(), reference).client_id
        deed()
        self.open.remove(reference)
        self.done.append((reference, whose))

    def _resolve(self, world, rng) -> None:
        one = rng.choice(self.open)
        self._end(one, lambda: tickets.resolve(world.desk(world.manager), one, "Fait"))

    def _withdraw(self, world, rng) -> None:
        one = rng.choice(self.open)
        self._end(one, lambda: tickets.withdraw(world.desk(world.manager), one))

    def _duplicate(self, world, rng) -> None:
        one, other = rng.choice(self.open), rng.choice(self.open)
        whose = [sheets.sheet(world.desk(), each).client_id for each in (one, other)]
        if one != other and whose[0] == whose[1]:
            self._end(one, lambda: tickets.mark_duplicate(world.desk(world.manager), one, other))

    def _stars(self, world, rng) -> None:
        client = rng.choice([world.acme, world.other])
        level = rng.choice(list(StarLevel)[1:])
        subscriptions.save(world.desk(world.manager), client.id, Plan(level))

    def _rules(self, world, rng) -> None:
        desk = world.desk(world.manager)
        if rng.random() < 0.5:
            grid = [
                replace(one, resolution=one.resolution * rng.choice([0.5, 1, 2])) for one in service_levels.grid(desk)
            ]
            service_levels.save(
                desk, [replace(one, first_response=min(one.first_response, one.resolution)) for one in grid]
            )
            return
        name = rng.choice(["standard", "extended"])
        sheet = next(one for one in calendars.all(desk) if one.name == name)
        hours = rng.choice([[["09:00", "18:00"]], [["10:00", "12:00"], ["22:00", "02:00"]], [["08:00", "20:00"]]])
        days = rng.sample(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 5)
        calendars.save(desk, name, CalendarForm(sheet.zone, dict.fromkeys(days, hours), sheet.country))


def seal_all(world) -> None:
    while metrics.seal(world.desk()):
        pass


def sealed_days(world) -> dict[date, bytes]:
    with Session(world.engine) as session:
        return {one.day: one.facts for one in session.exec(select(DaySeal))}
