"""Products by name, whatever its case and accents, and in the order that managers gave them."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from models import writing
from models.errors import Refused
from models.product import LONGEST_NAME, Product, name_key

IN_ORDER = (col(Product.position), col(Product.id))


def known(session: Session, names: Iterable[str]) -> dict[str, int]:
    """The ids of the products that there are, by name as it is given."""
    keys = {name: name_key(name) for name in names}
    found = select(Product.name_key, Product.id).where(col(Product.name_key).in_(set(keys.values())))
    ids = dict(session.exec(found).all())
    return {name: ids[key] for name, key in keys.items() if key in ids}


def create(session: Session, names: Sequence[str]) -> tuple[list[Product], list[Product]]:
    """Those created, at the end of the order, and those that there were already. Names are compared by `name_key`.

    Raises Refused for a name that is none, or too long.
    """
    wanted = {name_key(name): name for name in reversed([clean_name(one) for one in names])}
    there = session.exec(select(Product).where(col(Product.name_key).in_(wanted)).order_by(*IN_ORDER)).all()
    for product in there:
        del wanted[product.name_key]
    created = [Product(name=name) for name in reversed(wanted.values())]
    for product in created:  # each alone: the next one stands after it
        session.add(product)
        session.flush()
    return created, list(there)


def clean_name(text: str) -> str:
    """Raises Refused where nothing is left of it."""
    name = writing.line(text, LONGEST_NAME)
    if not name_key(name):
        raise Refused("Give the product a name.")
    return name
