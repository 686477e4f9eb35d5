"""The publisher's clients: found as one types, listed, and what is known of each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from data.core import audit, client_lists, scope
from data.core.desk import OpenDesk, command, query
from data.core.products import IN_ORDER
from data.lookups import Option
from models import writing
from models.client import Client
from models.client_list import PAGE, ClientFilters, ClientLine, ClientPage, Sort
from models.errors import Refused
from models.permission import Permission
from models.product import Ownership

EXPORTED = 200_000  # clients of one export
_AT_A_TIME = 1000
_LONGEST = {"name": 200, "number": 40, "phone": 40}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientForm:
    """Who a client is. The number is its own in the publisher's books, or empty; the address has several lines."""

    name: str
    number: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ClientSheet:
    """A client as its page shows it first; the rest is asked for where it is looked at."""

    line: ClientLine
    form: ClientForm
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Products:
    """What a client owns, and what it could be given: the products that are still sold."""

    owned: tuple[Option, ...]
    others: tuple[Option, ...]


@query(Permission.READ_CLIENTS)
def search(
    desk: OpenDesk, filters: ClientFilters | None = None, sort: Sort = Sort.NAME, after: int | None = None
) -> ClientPage:
    """Fifty clients, those after the one given; which have no such date are not in the orders by a date."""
    found = client_lists.ids(desk, filters or ClientFilters(), sort, after, PAGE + 1)
    return ClientPage(tuple(client_lists.lines(desk, found[:PAGE])), len(found) > PAGE)


@query(Permission.READ_CLIENTS)
def every(desk: OpenDesk, filters: ClientFilters, sort: Sort = Sort.NAME) -> tuple[ClientLine, ...]:
    """The whole list, to be taken along, which is on the audit trail. Raises Refused beyond 200,000."""
    found: list[ClientLine] = []
    last = None
    while ids := client_lists.ids(desk, filters, sort, last, _AT_A_TIME):
        found += client_lists.lines(desk, ids)
        if len(found) > EXPORTED:
            raise Refused("These are more than {count} clients. Narrow the list first.", count=EXPORTED)
        last = ids[-1]
    audit.export(desk, "client", len(found))
    return tuple(found)


@query(Permission.READ_CLIENTS)
def sheet(desk: OpenDesk, client_id: int) -> ClientSheet:
    """Raises NotFound."""
    client = scope.client(desk, client_id)
    form = ClientForm(name=client.name, number=client.number or "", phone=client.phone, address=client.address)
    return ClientSheet(client_lists.lines(desk, [client.id])[0], form, client.created_at)


@command(Permission.MANAGE_CLIENTS)
def create(desk: OpenDesk, form: ClientForm) -> int:
    """The new client's id. Raises Refused without a name, or for a name or number that another has."""
    client = Client(name="", created_at=desk.now)
    _write(desk, client, form)
    return client.id


@command(Permission.MANAGE_CLIENTS)
def change(desk: OpenDesk, client_id: int, form: ClientForm, seen: ClientForm | None = None) -> None:
    """`seen` is what the form showed at first: Refused where somebody has changed it meanwhile."""
    client = scope.client(desk, client_id)
    if seen is not None and sheet(desk, client_id).form != seen:
        raise Refused("Somebody has changed this client meanwhile. Look at it again, then change it.")
    _write(desk, client, form)


@query(Permission.READ_CLIENTS)
def products(desk: OpenDesk, client_id: int) -> Products:
    client = scope.client(desk, client_id)
    owned = set(desk.session.exec(select(Ownership.product_id).where(col(Ownership.client_id) == client.id)))
    rows = desk.session.exec(scope.products(desk).order_by(*IN_ORDER)).all()
    return Products(
        tuple(Option(one.id, one.name) for one in rows if one.id in owned),
        tuple(Option(one.id, one.name) for one in rows if one.active and one.id not in owned),
    )


@command(Permission.MANAGE_CLIENTS)
def own(desk: OpenDesk, client_id: int, product_id: int) -> None:
    """The client owns the product from now on; owning it again changes nothing."""
    client = scope.client(desk, client_id)
    product = scope.product(desk, product_id)
    if not product.active:
        raise Refused("{product} is retired: no client can be given it.", product=product.name)
    if desk.session.get(Ownership, (client.id, product_id)) is None:
        desk.session.add(Ownership(client_id=client.id, product_id=product_id))


@command(Permission.MANAGE_CLIENTS)
def disown(desk: OpenDesk, client_id: int, product_id: int) -> None:
    """Its tickets about the product stay what they are."""
    owned = desk.session.get(Ownership, (scope.client(desk, client_id).id, product_id))
    if owned is not None:
        desk.session.delete(owned)


def _write(desk: OpenDesk, client: Client, form: ClientForm) -> None:
    kept = {name: writing.line(getattr(form, name), longest) for name, longest in _LONGEST.items()}
    if not kept["name"]:
        raise Refused("Give the client a name.")
    for column in ("name", "number"):
        same = scope.clients(desk).where(getattr(Client, column) == kept[column], col(Client.id) != (client.id or 0))
        if kept[column] and desk.session.exec(same).first() is not None:
            raise Refused("There is a client “{named}” already.", named=kept[column])
    client.name, client.number, client.phone = kept["name"], kept["number"] or None, kept["phone"]
    client.address = writing.body(form.address, 500)
    desk.session.add(client)
    try:
        desk.session.flush()
    except IntegrityError as race:
        raise Refused("Another client has this name or number already.") from race
