"""The software the publisher sells, and which client owns which."""

from typing import Any, ClassVar

from sqlalchemy import Column, Index, Integer, String, text
from sqlmodel import Field

from models import writing
from models.base import Table

LONGEST_NAME = 120
_LONGEST_KEY = 2 * LONGEST_NAME


def _key_of_name(context: Any) -> str:
    return name_key(context.get_current_parameters()["name"])


class Product(Table, table=True):
    """`name_key` is the name without case and accents, so that "tachy" and "Tachy" are one product; the desk offers
    products by `position`. Who inserts a row need give neither. A retired product is not `active`: it stays where it is
    named already, and is offered for nothing new.
    """

    derived: ClassVar[frozenset[str]] = frozenset(
        {"name_key", "position"}
    )  # a move is one entry, not one for each product that moves up
    __table_args__ = (Index("product_by_name_key", "name_key", unique=True),)

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=LONGEST_NAME, unique=True)
    name_key: str = Field(default=None, sa_column=Column(String(_LONGEST_KEY), nullable=False, default=_key_of_name))
    active: bool = True
    position: int = Field(
        default=None,
        sa_column=Column(Integer, nullable=False, default=text("(SELECT coalesce(max(position), 0) + 1 FROM product)")),
    )


class Ownership(Table, table=True):
    """A client owns a product."""

    __table_args__ = (Index("ownership_by_product", "product_id", "client_id"),)

    client_id: int = Field(foreign_key="client.id", primary_key=True)
    product_id: int = Field(foreign_key="product.id", primary_key=True)


def name_key(name: str) -> str:
    """What two names must not share."""
    return writing.folded(name)[:_LONGEST_KEY]
