"""The companies and the people of the demo world, as `cast.toml` lists them."""

import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from data.core import codes, subscriptions
from data.core.days import beginning, day_of
from data.core.desk import OpenDesk
from data.core.passwords import hashed
from data.core.users import actor
from models.client import Client, StarLevel
from models.permission import Role
from models.product import Ownership, Product
from models.service_member import ServiceMember
from models.ticket import Service
from models.user import Actor, Language, User

PASSWORD = "ouvre-le-guichet"  # noqa: S105 - every demo account has it, and the start prints it
ACCOUNTS = [  # one of each role, to print beside the address
    ("manager@guichet.example", Role.MANAGER),
    ("technicien@guichet.example", Role.TECHNICIAN),
    ("commercial@guichet.example", Role.SALES),
    ("contact@demo-horizon.example", Role.CONTACT),
]
LONG_AGO = timedelta(days=900)


@dataclass(frozen=True)
class Company:
    """A client, its people and what it has. `programme` pairs a moment with the star level that began then."""

    client_id: int
    name: str
    programme: tuple[tuple[datetime, StarLevel], ...]
    contacts: tuple[Actor, ...]
    sites: tuple[str, ...]
    products: tuple[str, ...]
    share: int
    language: Language

    def stars(self, at: datetime) -> StarLevel:
        return next((level for start, level in reversed(self.programme) if start <= at), StarLevel.NONE)


@dataclass(frozen=True)
class Cast:
    companies: tuple[Company, ...]
    staff: dict[Role, tuple[Actor, ...]]
    knows: dict[str, tuple[Actor, ...]]  # the technicians who know a product best
    products: dict[str, int]

    def handlers(self, service: Service, product: str | None) -> tuple[Actor, ...]:
        """Who works such a ticket; those who know the product stand in it several times."""
        knowing = tuple(one for one in self.knows.get(product or "", ()) if one.works(service))
        return knowing * 3 + self.working(service)

    def working(self, service: Service) -> tuple[Actor, ...]:
        """Those whose service it is, without the managers, who work every one."""
        able = self.staff[Role.TECHNICIAN] + self.staff[Role.SALES]
        return tuple(one for one in able if one.works(service))


def engage(desk: OpenDesk) -> Cast:
    """Put everybody into the database, straight: the commands for this come with the screens that need them."""
    script = tomllib.loads(Path(__file__).with_name("cast.toml").read_text("utf-8"))
    password = hashed(PASSWORD)
    products = {name: Product(name=name) for name in script["products"]}
    desk.session.add_all(products.values())
    desk.session.flush()
    ids = {name: product.id or 0 for name, product in products.items()}

    people = {entry["name"]: _staff(entry, desk.now, password) for entry in script["staff"]}
    desk.session.add_all(people.values())
    desk.session.flush()
    chosen = {entry["name"]: [Service(one) for one in entry.get("services", ())] for entry in script["staff"]}
    members = ((people[name].id, service) for name, services in chosen.items() for service in services)
    desk.session.add_all(ServiceMember(user_id=user_id, service=service) for user_id, service in members)
    actors = {name: actor(user, chosen[name]) for name, user in people.items()}
    return Cast(
        companies=tuple(_company(desk, entry, ids, password) for entry in script["company"]),
        staff={role: tuple(one for one in actors.values() if one.role == role) for role in Role},
        knows={
            name: tuple(actors[one["name"]] for one in script["staff"] if name in one.get("knows", ())) for name in ids
        },
        products=ids,
    )


def _staff(entry: dict[str, str], now: datetime, password: str) -> User:
    return User(
        email=entry.get("email") or _email(entry["name"], "guichet.example"),
        name=entry["name"],
        role=Role(entry["role"]),
        language=Language.FRENCH,
        password_hash=password,
        created_at=now - LONG_AGO,
    )


def _company(desk: OpenDesk, entry: dict[str, Any], products: dict[str, int], password: str) -> Company:
    programme = tuple((_days_ago(desk.now, days), StarLevel(stars)) for days, stars in entry["programme"])
    language = Language(entry.get("language", "fr"))
    since = programme[0][0]
    told = {name: entry[name] for name in ("name", "number", "phone", "address")}
    client = Client(**told, created_at=since)
    desk.session.add(client)
    desk.session.flush()
    assert client.id is not None
    contacts = [
        User(
            email=_email(name, entry["domain"]) if number else f"contact@{entry['domain']}",
            name=name,
            phone=f"06 39 98 {entry['number'][-2:]} {number + 1:02}",  # numbers that nobody has
            role=Role.CONTACT,
            client_id=client.id,
            language=language,
            password_hash=password,
            created_at=since,
        )
        for number, name in enumerate(entry["contacts"])
    ]
    ends = [start for start, _ in programme[1:]] + [None]
    periods = [
        {"client_id": client.id, "star_level": level, "starts_at": start, "ends_at": end}
        for (start, level), end in zip(programme, ends, strict=True)
        if level
    ]
    owned = [Ownership(client_id=client.id, product_id=products[name]) for name in entry["products"]]
    desk.session.add_all([*contacts, *owned])
    desk.session.flush()
    subscriptions.add(desk, periods)
    if not entry.get("code", True):
        codes.end(desk, client.id)
    return Company(
        client_id=client.id,
        name=client.name,
        programme=programme,
        contacts=tuple(actor(user) for user in contacts),
        sites=tuple(entry["sites"]),
        products=tuple(entry["products"]),
        share=entry["share"],
        language=language,
    )


def _days_ago(now: datetime, days: int) -> datetime:
    at = now - timedelta(days=days)
    return at if days >= 0 else beginning(day_of(at))


def _email(name: str, domain: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '.')}@{domain}"
