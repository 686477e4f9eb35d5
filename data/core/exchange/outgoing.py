"""The rows of an export that tickets are about, told before them: rules, products, clients, people and their papers."""

from collections.abc import Iterator

from sqlmodel import col, select

from data.core import scope, services
from data.core.desk import OpenDesk
from data.core.exchange import carried, shape
from data.core.exchange.outgoing_rows import Record, columns, edition, every, paged, told
from models.client import Client, Subscription
from models.client_import import KnownHeader
from models.desk_settings import DeskSettings
from models.document import Document
from models.installation import Installation
from models.product import Ownership, Product
from models.service_level import CalendarVersion, CalendarYear, ServiceLevel
from models.user import User


def surroundings(desk: OpenDesk) -> Iterator[Record]:
    """What the export is, then all that tickets may name, but for the articles."""
    yield "export", {"format": shape.FORMAT, "not_carried": carried.sentences()}
    yield from _desk(desk)
    known = desk.session.exec(select(KnownHeader)).all()  # each has been chosen by hand
    yield from (("header", one.model_dump()) for one in sorted(known, key=lambda one: one.header))
    yield from _rules(desk)
    product = columns("product", Product, product=col(Product.name))
    yield from every(desk, "product", select(*product), Product.id)
    yield from _clients(desk)
    yield from _people(desk)
    yield from _documents(desk)


def _desk(desk: OpenDesk) -> Iterator[Record]:
    settings, installation = desk.session.get_one(DeskSettings, 1), desk.session.get_one(Installation, 1)
    values = installation.model_dump() | settings.model_dump()
    yield "desk", {name: values[name] for name in shape.RECORDS["desk"]}


def _rules(desk: OpenDesk) -> Iterator[Record]:
    version = {
        "calendar": col(CalendarVersion.name),
        "calendar_from": col(CalendarVersion.valid_from),
        "edition": edition(CalendarVersion, CalendarVersion, "name", "valid_from"),
    }
    listed = select(*columns("calendar", CalendarVersion, **version))
    yield from every(desk, "calendar", listed, CalendarVersion.id)
    listed = select(*columns("calendar_year", CalendarYear, **version)).join(CalendarVersion)
    yield from every(desk, "calendar_year", listed, CalendarYear.calendar_id, CalendarYear.year)
    target = {
        "first_response_target": col(ServiceLevel.first_response),
        "resolution_target": col(ServiceLevel.resolution),
        "edition": edition(ServiceLevel, ServiceLevel, "kind", "star_level", "urgency", "valid_from"),
    }
    listed = select(*columns("service_level", ServiceLevel, **target))
    yield from every(desk, "service_level", listed, ServiceLevel.id)


def _clients(desk: OpenDesk) -> Iterator[Record]:
    clients, name = scope.clients(desk), {"client": col(Client.name)}
    listed = clients.with_only_columns(*columns("client", Client, **name))
    yield from every(desk, "client", listed, Client.id)
    listed = clients.join(Subscription).with_only_columns(*columns("subscription", Subscription, **name))
    yield from every(desk, "subscription", listed, Subscription.client_id, Subscription.id)
    named = columns("ownership", Ownership, **name, product=col(Product.name))
    listed = clients.join(Ownership).join(Product).with_only_columns(*named)
    yield from every(desk, "ownership", listed, Ownership.client_id, Ownership.product_id)


def _people(desk: OpenDesk) -> Iterator[Record]:
    shown = [*columns("person", User, client=col(Client.name)), col(User.id)]
    people = select(*shown).outerjoin(Client, col(Client.id) == col(User.client_id))
    for rows in paged(desk, people, User.id):
        chosen = services.chosen(desk.session, [row.id for row in rows])
        yield from (told("person", row, services=sorted(chosen[row.id])) for row in rows)


def _documents(desk: OpenDesk) -> Iterator[Record]:
    """Those removed, too: the reason why is a column of theirs."""
    elsewhere = {
        "client": col(Client.name),
        "author_email": col(User.email),
        "reason": col(Document.removed_because),
    }
    listed = scope.every_document().join(Client, col(Client.id) == col(Document.client_id))
    listed = listed.outerjoin(User, col(User.id) == col(Document.added_by_id))
    yield from every(
        desk, "document", listed.with_only_columns(*columns("document", Document, **elsewhere)), Document.id
    )
