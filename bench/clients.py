"""The list of clients as one types: every keystroke is one search, beside the least SQL that could show its page. And
what is computed of one client with ten thousand tickets in the year, beside reading these tickets."""

from collections.abc import Callable
from time import perf_counter

from sqlalchemy import Engine, text
from sqlmodel import Session

from bench.timing import Row, side_by_side
from bench.world import filled
from data import clients, service_received, what_if
from data.core import users
from data.core.desk import Desk
from models.client import StarLevel
from models.client_list import ClientFilters, Only, Sort
from models.user import User

TICKETS = 300_000
TYPED = {
    "no text": ClientFilters(),
    "one letter": ClientFilters(text="t"),
    "many begin so": ClientFilters(text="lait"),
    "last of all": ClientFilters(text="zenith"),
    "a number": ClientFilters(text="c-09999"),
    "two words": ClientFilters(text="moulin imprim"),
    "an address": ClientFilters(text="contact777@guichet"),
    "nobody": ClientFilters(text="xylophone"),
    "stars": ClientFilters(star_level=StarLevel.FIVE),
}
FLOOR = """
    SELECT id, name, number, star_level, subscribed_until, last_contact_at FROM client ORDER BY name_key, id LIMIT 51"""


def measure(size: int, database: str, rounds: int) -> list[Row]:
    print(f"Filling {database} with {size:,} clients and {TICKETS:,} tickets …", flush=True)
    started = perf_counter()
    with filled(TICKETS, database, clients=size) as engine:
        print(f"… filled in {perf_counter() - started:.0f} s.", flush=True)
        return _measured(engine, size, rounds)


def _measured(engine: Engine, size: int, rounds: int) -> list[Row]:
    with Session(engine) as session:
        desk = Desk(users.actor(session.get_one(User, 1)), engine)

    def floor() -> object:
        with engine.connect() as connection:
            return connection.execute(text(FLOOR)).all()

    def searching(filters: ClientFilters, sort: Sort = Sort.NAME, after: int | None = None) -> Callable[[], object]:
        return lambda: clients.search(desk, filters, sort, after)

    asked = {name: searching(filters) for name, filters in TYPED.items()}
    asked["deep page"] = searching(ClientFilters(), after=size // 2)
    asked["expiring soon"] = searching(ClientFilters(only=Only.EXPIRING_30), Sort.UNTIL)
    asked["heard of last"] = searching(ClientFilters(text="lait"), Sort.CONTACT)
    found = [side_by_side(name, size, run, floor, rounds) for name, run in asked.items()]
    return found + _of_one(desk, size, max(rounds // 10, 5))


def _of_one(desk: Desk, size: int, rounds: int) -> list[Row]:
    """Every tenth ticket becomes one client's: thirty thousand of three years, ten thousand of the last one."""
    with desk.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE ticket SET client_id = 1 WHERE id % 10 = 0"))

    def floor() -> object:
        with desk.engine.connect() as connection:
            return connection.execute(text("SELECT * FROM ticket WHERE client_id = 1")).all()

    return [
        side_by_side("what if", size, lambda: what_if.compare(desk, 1), floor, rounds),
        side_by_side("service received", size, lambda: service_received.by_quarter(desk, 1), floor, rounds),
    ]
