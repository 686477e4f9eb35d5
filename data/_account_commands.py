"""Commands of the command line: who has an account, a link for people who are locked out, and the purge."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Engine

from data import users
from data._terminal import printable
from data.core import clock, purge
from data.core.desk import SYSTEM, Desk
from data.core.settings import settings
from data.users import Person
from models.permission import STAFF, Role

Database = Callable[[], Engine]


def add_to(commands: Any, database: Database) -> None:
    """`database` opens it once it is needed."""
    one = commands.add_parser(
        "link",
        help="let somebody in who is locked out",
        description="Prints a link with which the owner of an account chooses a new password. It works once: within an "
        "hour, or within a week for a person who never signed in. The present password counts until then. The link is "
        "on the audit trail, and its owner gets a notice.",
    )
    one.add_argument("email", metavar="EMAIL", help="the sign-in name")
    one.add_argument("--enable", action="store_true", help="also where the account is disabled, which ends that")
    one.add_argument(
        "--shut-out",
        action="store_true",
        help="the password may be in other hands: it, every session and every link made before end at once",
    )
    one.add_argument("--url", default="", help="the address of the desk, such as https://desk.example.org")
    one.set_defaults(run=lambda asked: _link(asked, database))

    one = commands.add_parser(
        "users",
        help="list the accounts",
        description="Lists the accounts of the staff, or of one role, with their state and when they were last seen.",
    )
    one.add_argument(
        "--role", type=Role, choices=list(Role), metavar="{" + ",".join(Role) + "}", help="those of a role"
    )
    one.add_argument("--all", action="store_true", help="the contacts of clients as well")
    one.set_defaults(run=lambda asked: _users(asked, database))

    one = commands.add_parser(
        "purge",
        help="remove what nobody needs any more",
        description="Removes old drafts, sessions, links, tries at the sign-in and files that nothing refers to. A "
        "running desk does it by itself.",
    )
    one.set_defaults(run=lambda _asked: _purge(database))


def _link(asked: argparse.Namespace, database: Database) -> int:
    made = users.link(Desk(SYSTEM, database()), asked.email, enable=asked.enable, shut_out=asked.shut_out)
    until = made.expires_at.astimezone(settings().zone)
    out = _console()
    out.print(f"{printable(made.person.name)} <{made.person.email}>, {made.person.role}:", markup=False)
    out.print(f"  {_address(asked.url)}/welcome#{made.token}", markup=False)
    out.print(f"Open this link in a browser and choose the password. It works once, until {until:%Y-%m-%d %H:%M}.")
    return 0


def _address(url: str) -> str:
    """Of the desk, as the command line knows it: the settings of the server may say otherwise."""
    host = os.environ.get("STREAMLIT_BROWSER_SERVER_ADDRESS") or "localhost"
    return url.rstrip("/") or f"http://{host}:{os.environ.get('STREAMLIT_SERVER_PORT') or 8501}"


def _users(asked: argparse.Namespace, database: Database) -> int:
    roles = (asked.role,) if asked.role else () if asked.all else STAFF
    table = Table("Name", "E-mail", "Role", "Client", "State", "Last seen", box=None, pad_edge=False)
    for person in _people(Desk(SYSTEM, database()), roles):
        seen = f"{person.seen_at.astimezone(settings().zone):%Y-%m-%d %H:%M}" if person.seen_at else "never"
        cells = (person.name, person.email, person.role.value, person.client, _state(person), seen)
        table.add_row(*(escape(printable(cell)) for cell in cells))
    _console().print(table)
    return 0


def _people(desk: Desk, roles: tuple[Role, ...]) -> Iterator[Person]:
    after = None
    while True:
        found = users.people(desk, roles=roles, after=after)
        yield from found.page
        if (after := found.after) is None:
            return


def _state(person: Person) -> str:
    if not person.active:
        return "disabled"
    return "invited" if person.invited else "waiting for a new password" if person.expected else "active"


def _purge(database: Database) -> int:
    removed = purge.purge(database(), clock.now())
    for name, count in removed.items():
        _console().print(f"{count:>8} {name}")
    return 0


def _console() -> Console:
    """Where a file or another program reads it, as wide as it needs to be."""
    return Console(soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else 400)
