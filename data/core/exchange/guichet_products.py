"""Brings in the products of an export, in their order, and who owns them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, tuple_
from sqlmodel import select

from data.core import products as known_products
from data.core.desk import OpenDesk
from data.core.exchange.batch import Batch
from data.core.exchange.directory import Directory
from data.core.exchange.guichet import Read
from data.core.exchange.rejects import Bad
from models.errors import Refused
from models.product import Ownership, Product, name_key


def products(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    """Those of the file follow those of this desk."""
    if batch.products_before is None:
        batch.products_before = desk.session.scalar(select(func.max(Product.position))) or 0
    there = {name_key(name) for name in known_products.known(desk.session, [row.values["product"] for row in rows])}
    new: list[dict[str, Any]] = []
    for row in rows:
        try:
            name = known_products.clean_name(row.values["product"])
        except Refused:
            batch.rejects.add(row.line, "no product", row.cells)
            continue
        batch.sums.count(new=name_key(name) not in there)
        if name_key(name) not in there:
            there.add(name_key(name))
            place = batch.products_before + row.values["position"]
            new.append({"name": name, "name_key": name_key(name), "active": row.values["active"], "position": place})
    if new:
        desk.session.execute(insert(Product), new)
        batch.sums.products += len(new)


def ownerships(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    directory = Directory(desk, batch.sums)
    clients = directory.known_clients({row.values["client"] for row in rows})
    found = known_products.known(desk.session, {row.values["product"] for row in rows})
    pairs: dict[tuple[int, int], Read] = {}
    for row in rows:
        try:
            pair = _found(clients, row.values["client"], "client"), _found(found, row.values["product"], "product")
        except Bad as bad:
            batch.rejects.add(row.line, str(bad), row.cells)
            continue
        if pair in pairs:
            batch.sums.count(new=False)
        pairs.setdefault(pair, row)
    key = tuple_(Ownership.client_id, Ownership.product_id)
    listed = select(Ownership.client_id, Ownership.product_id).where(key.in_(list(pairs)))
    there = set(map(tuple, desk.session.exec(listed)))
    for pair in pairs:
        batch.sums.count(new=pair not in there)
    directory.own(pairs.keys() - there)


def _found(ids: dict[str, int], name: str, what: str) -> int:
    if name not in ids:
        raise Bad(f"unknown {what}")
    return ids[name]
