"""A file of clients on its way in: what its columns may mean, what is wrong with its rows, and what it would do."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, auto
from typing import ClassVar

from sqlmodel import Field

from models.base import Table
from models.errors import DeskError


class Column(StrEnum):
    """What a column of the file may hold. A client's; of one contact of it; of one subscription; its products."""

    NUMBER = auto()
    NAME = auto()
    PHONE = auto()
    ADDRESS = auto()
    CONTACT_NAME = auto()
    CONTACT_EMAIL = auto()
    CONTACT_PHONE = auto()
    CONTACT_LANGUAGE = auto()
    STAR_LEVEL = auto()
    BEGINS = auto()
    UNTIL = auto()
    PRODUCTS = auto()


class KnownHeader(Table, table=True):
    """What somebody said last that a column of this name holds; None: nothing that is imported."""

    __tablename__ = "known_header"
    audited: ClassVar[bool] = False

    header: str = Field(primary_key=True, max_length=200)  # folded
    meaning: str | None = Field(default=None, max_length=40)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be imported, and in which column of it, if it is in one."""

    line: int
    column: Column | None
    value: str
    why: DeskError


MOST_NEW_PRODUCTS = 200  # of one import: more is a column that holds something else


@dataclass(frozen=True, slots=True)
class Options:
    """What an import may do that it does not do by default.

    `create_products`: create the products that the file names and the desk does not have. `skip_bad_rows`: import the
    clients whose rows are all good, and leave the others out.
    """

    create_products: bool = False
    skip_bad_rows: bool = False


ALL_OR_NOTHING = Options()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import would do, or did. Clients, contacts and subscriptions that are there already count nowhere.

    `changed` are clients whose identity changes, `restarred` those whose subscriptions do. `missing` are the products
    that do not exist yet, `created` how many of them the import creates. `problems` are of the rows that it does not
    import. `blocked`: it imports nothing. `moved` are the running tickets dated anew, `codes` the access codes issued
    and ended, and contacts are created `at` this moment: these are known once it is done.
    """

    rows: int = 0
    clients: int = 0
    changed: int = 0
    contacts: int = 0
    subscriptions: int = 0
    restarred: int = 0
    products: int = 0
    created: int = 0
    moved: int = 0
    codes_issued: int = 0
    codes_ended: int = 0
    problems: tuple[Problem, ...] = field(default=())
    missing: tuple[str, ...] = field(default=())
    blocked: bool = False
    at: datetime | None = None

    def done(self, at: datetime, moved: int, codes_issued: int, codes_ended: int) -> "Outcome":
        return replace(self, at=at, moved=moved, codes_issued=codes_issued, codes_ended=codes_ended)

    @property
    def bad_rows(self) -> int:
        return len({one.line for one in self.problems})

    @property
    def nothing(self) -> bool:
        """Is everything in the file there already?"""
        return not (
            self.clients or self.changed or self.contacts or self.subscriptions or self.restarred or self.products
        )
