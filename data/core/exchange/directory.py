"""Finds whom and what an import names, and makes those the desk does not know yet. A few statements for each batch."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlmodel import Session, col, select

from data.core import finding, products, scope, subscriptions
from data.core.database import insert_into
from data.core.desk import OpenDesk
from data.core.exchange.sums import Sums
from models.client import Client, StarLevel, Subscription
from models.permission import Role
from models.product import Ownership, Product, name_key
from models.service_member import ServiceMember
from models.user import User


class Known(NamedTuple):
    id: int
    role: Role
    client_id: int | None


class Directory:
    def __init__(self, desk: OpenDesk, sums: Sums) -> None:
        self._desk, self._sums = desk, sums
        self._session: Session = desk.session

    def clients(
        self, wanted: Mapping[str, datetime], details: Mapping[str, Mapping[str, Any]] | None = None
    ) -> dict[str, int]:
        """Their ids by name; a new one is created at the moment beside it, with its details, of all or of none."""
        found = self.known_clients(wanted)
        new = [
            {"name": name, "created_at": at, **(details[name] if details else {})}
            for name, at in wanted.items()
            if name not in found
        ]
        if not new:
            return found
        self._session.execute(insert(Client), new)
        self._sums.clients += len(new)
        found = self.known_clients(wanted)
        finding.index(self._session.connection(), [found[str(row["name"])] for row in new])
        return found

    def subscribe(self, rows: Sequence[dict[str, Any]]) -> None:
        self._sums.codes += subscriptions.add(self._desk, rows).issued

    def subscriptions(self, client_ids: Collection[int]) -> dict[int, list[Subscription]]:
        return subscriptions.held(self._session, client_ids)

    def products(self, names: Sequence[str]) -> dict[str, int]:
        """Their ids by name, whatever its case and accents; new ones are created."""
        found = products.known(self._session, names)
        new = {name_key(name): name for name in reversed(names) if name not in found}
        if not new:
            return found
        self._session.execute(insert(Product), [{"name": name, "active": True} for name in reversed(new.values())])
        self._sums.products += len(new)
        return products.known(self._session, names)

    def own(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Clients and their products; they may own them already."""
        rows = [{"client_id": client_id, "product_id": product_id} for client_id, product_id in pairs]
        if rows:
            self._session.execute(insert_into(self._session, Ownership).on_conflict_do_nothing(), rows)

    def users(self, wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, Known]:
        """Them by e-mail address; new ones are made as told, without a password: nobody signs in until invited.

        With the services chosen for them. Those that exist stay as they are, whatever the import says of them.
        """
        found = self.known_users(wanted)
        new = [{**columns, "email": email} for email, columns in wanted.items() if email not in found]
        if not new:
            return found
        chosen = {row["email"]: row.pop("services", None) or () for row in new}
        self._session.execute(insert(User), new)
        for row in new:
            self._sums.contacts += row["role"] == Role.CONTACT
            self._sums.technicians += row["role"] == Role.TECHNICIAN
            self._sums.other_staff += row["role"] in (Role.MANAGER, Role.SALES)
        finding.index(self._session.connection(), {row["client_id"] for row in new if row.get("client_id")})
        known = self.known_users(wanted)
        self._session.add_all(
            ServiceMember(user_id=known[email].id, service=service) for email in chosen for service in chosen[email]
        )
        self._session.flush()
        return known

    def known_clients(self, names: Collection[str]) -> dict[str, int]:
        listed = scope.clients(self._desk).with_only_columns(col(Client.name), col(Client.id))
        return {row.name: row.id for row in self._session.execute(listed.where(col(Client.name).in_(names)))}

    def numbered(self, numbers: Collection[str]) -> dict[str, str]:
        """The names of those who have these numbers."""
        listed = scope.clients(self._desk).where(col(Client.number).in_(numbers))
        rows = self._session.execute(listed.with_only_columns(col(Client.number), col(Client.name)))
        return {row.number: row.name for row in rows}

    def known_users(self, emails: Collection[str]) -> dict[str, Known]:
        rows = self._session.exec(select(User).where(col(User.email).in_(emails)))
        return {user.email: Known(user.id, user.role, user.client_id) for user in rows}


def star_level(subscriptions: Iterable[Subscription], at: datetime) -> StarLevel:
    """That of the one running at the moment; NONE without one."""
    running = (one for one in subscriptions if one.starts_at <= at and (one.ends_at is None or one.ends_at > at))
    return next((one.star_level for one in running), StarLevel.NONE)


def undeliverable(*names: str) -> str:
    """An address that no mail can reach (RFC 2606), of a person by name or, in a company, by both."""
    person, *company = map(_slug, names)
    return f"{person}@{'.'.join([*company, 'import'])}.invalid"


def _slug(name: str) -> str:
    """As readable as can be; where two names could come to the same, a digest parts them."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    if slug.replace("-", " ").capitalize() == name:
        return slug
    return f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")
