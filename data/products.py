"""The software that the publisher sells, as managers keep it: created, renamed, put in order, retired, brought back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from data.core import audit, products, scope
from data.core.desk import OpenDesk, command, query
from data.core.products import IN_ORDER
from data.lookups import Option
from models import writing
from models.errors import Refused
from models.permission import Permission
from models.product import Ownership, Product, name_key
from models.ticket import OPEN, Ticket

SHOWN = 100
MOST_AT_ONCE = 200
_LONGEST_LIST = 40_000  # characters of a pasted list


@dataclass(frozen=True, slots=True)
class ProductLine:
    """`clients` own it; `open_tickets` are about it."""

    id: int
    name: str
    active: bool
    clients: int
    open_tickets: int


@dataclass(frozen=True, slots=True)
class ProductList:
    """The first hundred that match, of `count` in all; `total` is how many there are whatever is searched."""

    lines: tuple[ProductLine, ...]
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Created:
    """Both in order. A product that exists is not created again; it may be retired."""

    created: tuple[Option, ...]
    existing: tuple[Option, ...]


@query(Permission.MANAGE_PRODUCTS)
def listed(desk: OpenDesk, text: str = "") -> ProductList:
    """In the order of the managers, the retired ones last. Four queries; closed tickets are not read."""
    every = desk.session.exec(select(Product).order_by(col(Product.active).desc(), *IN_ORDER)).all()
    sought = writing.folded(writing.key(text))
    matching = [one for one in every if sought in one.name_key]
    shown = matching[:SHOWN]
    ids = [one.id for one in shown]
    owned = select(Ownership.product_id, func.count()).where(col(Ownership.product_id).in_(ids))
    clients = dict(desk.session.exec(owned.group_by(col(Ownership.product_id))).all())
    running = scope.tickets(desk).where(scope.in_words(OPEN), col(Ticket.product_id).in_(ids))
    counted = running.with_only_columns(col(Ticket.product_id), func.count()).group_by(col(Ticket.product_id))
    tickets: dict[int, int] = dict(desk.session.execute(counted).all())
    lines = [ProductLine(one.id, one.name, one.active, clients.get(one.id, 0), tickets.get(one.id, 0)) for one in shown]
    return ProductList(tuple(lines), len(matching), len(every))


@command(Permission.MANAGE_PRODUCTS, alone=True)
def create(desk: OpenDesk, names: Sequence[str]) -> Created:
    """Raises Refused for no name, for one that is too long, and for too many."""
    wanted = [name for name in names if name.strip()]
    if not wanted:
        raise Refused("Give the product a name.")
    if len(wanted) > MOST_AT_ONCE:
        raise Refused("These are {count} names; {most} can be created at once.", count=len(wanted), most=MOST_AT_ONCE)
    created, existing = products.create(desk.session, wanted)
    return Created(_options(created), _options(existing))


@command(Permission.MANAGE_PRODUCTS, alone=True)
def create_list(desk: OpenDesk, text: str) -> Created:
    """From a pasted list, one name on each line."""
    if len(text) > _LONGEST_LIST:
        raise Refused("This list is too long. Paste it in parts.")
    return create(desk, text.splitlines())


@command(Permission.MANAGE_PRODUCTS, alone=True)
def rename(desk: OpenDesk, product_id: int, name: str, seen: str) -> None:
    """`seen` is the name that the form showed: Refused where somebody has changed it meanwhile."""
    product, wanted = scope.product(desk, product_id), products.clean_name(name)
    if product.name != seen:
        raise _changed_meanwhile()
    same = select(Product).where(col(Product.name_key) == name_key(wanted), col(Product.id) != product.id)
    if (other := desk.session.exec(same).first()) is not None:
        raise Refused("There is a product “{named}” already.", named=other.name)
    product.name, product.name_key = wanted, name_key(wanted)
    desk.session.add(product)


@command(Permission.MANAGE_PRODUCTS)
def retire(desk: OpenDesk, product_id: int) -> None:
    """Nothing new can be about it; what is stays."""
    _activate(desk, product_id, active=False)


@command(Permission.MANAGE_PRODUCTS)
def bring_back(desk: OpenDesk, product_id: int) -> None:
    _activate(desk, product_id, active=True)


@command(Permission.MANAGE_PRODUCTS, alone=True)
def move(desk: OpenDesk, product_id: int, after: int | None) -> None:
    """Behind that product, or to the first place."""
    product = scope.product(desk, product_id)
    others = [one for one in desk.session.exec(select(Product).order_by(*IN_ORDER)) if one.id != product.id]
    ids = [one.id for one in others]
    if after is not None and after not in ids:
        raise _changed_meanwhile()
    others.insert(0 if after is None else ids.index(after) + 1, product)
    _put_in_order(desk, others, str(product.id))


@command(Permission.MANAGE_PRODUCTS, alone=True)
def sort_by_name(desk: OpenDesk) -> None:
    _put_in_order(desk, sorted(desk.session.exec(select(Product)), key=lambda one: (one.name_key, one.id)), "")


def _put_in_order(desk: OpenDesk, ordered: Sequence[Product], moved: str) -> None:
    """One entry of the audit trail, however many move up."""
    before = {one.id: one.position for one in ordered}
    for position, product in enumerate(ordered, 1):
        product.position = position
    places = {one.id: one.position for one in ordered}
    if moved:
        audit.deed(desk.session, "product", moved, {"position": before[int(moved)]}, {"position": places[int(moved)]})
    else:
        audit.deed(desk.session, "product", "", {}, {"order": "name"})


def _changed_meanwhile() -> Refused:
    return Refused("Somebody has changed this product meanwhile. Look at it again, then change it.")


def _activate(desk: OpenDesk, product_id: int, *, active: bool) -> None:
    product = scope.product(desk, product_id)
    product.active = active
    desk.session.add(product)


def _options(rows: Sequence[Product]) -> tuple[Option, ...]:
    return tuple(Option(one.id, one.name) for one in rows)
