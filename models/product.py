"""The software the publisher sells, and which client owns which."""

from sqlmodel import Field

from models.base import Table

LONGEST_NAME = 120


class Product(Table, table=True):
    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=LONGEST_NAME, unique=True)
    active: bool = True


class Ownership(Table, table=True):
    """A client owns a product."""

    client_id: int = Field(foreign_key="client.id", primary_key=True)
    product_id: int = Field(foreign_key="product.id", primary_key=True)
