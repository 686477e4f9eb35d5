"""What the desk knows already of the clients, people and products that a file of clients names."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlmodel import col, select

from data.core import scope, subscriptions
from data.core.desk import OpenDesk
from data.core.exchange.client_rows import Said
from data.core.exchange.directory import Directory, Known
from data.core.exchange.spool import batches
from data.core.exchange.sums import Progress, Sums
from models.client import Client, Subscription
from models.product import Ownership, Product

AT_A_TIME = 500


class Identity(NamedTuple):
    """A client as it is."""

    id: int
    number: str
    name: str
    phone: str
    address: str


class Surroundings:
    """Read in batches: some five statements for five hundred rows, whatever the desk holds."""

    def __init__(self, desk: OpenDesk, rows: Sequence[Said], progress: Progress) -> None:
        self._desk = desk
        self.by_number: dict[str, Identity] = {}
        self.by_name: dict[str, Identity] = {}
        self.people: dict[str, Known] = {}
        self.held: dict[int, list[Subscription]] = {}
        self.owned: set[tuple[int, int]] = set()
        self.products: dict[str, int] = dict(desk.session.exec(select(Product.name_key, Product.id)).all())
        for done, some in enumerate(batches(rows, AT_A_TIME), 1):
            self._read(some)
            progress(min(done * AT_A_TIME, len(rows)), len(rows))

    def _read(self, rows: Sequence[Said]) -> None:
        found = {
            *self._clients(Client.number, {row.number for row in rows}),
            *self._clients(Client.name, {row.name for row in rows}),
        }
        self.by_number |= {one.number: one for one in found if one.number}
        self.by_name |= {one.name: one for one in found}
        self.people |= Directory(self._desk, Sums()).known_users({row.contact_email for row in rows} - {""})
        ids = {one.id for one in found} - self.held.keys()
        self.held |= subscriptions.held(self._desk.session, ids)
        owned = select(Ownership.client_id, Ownership.product_id).where(col(Ownership.client_id).in_(ids))
        self.owned |= {(client_id, product_id) for client_id, product_id in self._desk.session.exec(owned)}

    def _clients(self, column: Any, wanted: Collection[str]) -> Iterator[Identity]:
        columns = (Client.id, Client.number, Client.name, Client.phone, Client.address)
        listed = scope.clients(self._desk).with_only_columns(*map(col, columns))
        for number, called, *rest in self._rows(listed.where(col(column).in_(set(wanted) - {""}))):
            yield Identity(number, called or "", *rest)

    def _rows(self, statement: Any) -> Iterable[Any]:
        return self._desk.session.execute(statement)
