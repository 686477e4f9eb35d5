"""The clients that a file names, each told by one row or several, and what the file wants for each of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from data.core.exchange.client_rows import Said
from data.core.exchange.client_subscriptions import Wanted
from data.core.exchange.client_surroundings import Identity, Surroundings
from models.client_import import Column
from models.errors import Refused
from models.permission import Role
from models.product import LONGEST_NAME as LONGEST_PRODUCT
from models.product import name_key
from models.user import Language

IDENTITY = (Column.NUMBER, Column.NAME, Column.PHONE, Column.ADDRESS)

Tell = Callable[[Column, str, Refused], None]  # a problem of the row at hand


@dataclass(slots=True, eq=False)
class Company:
    """`told` is what the file says of the client itself, each with the line that said so first."""

    known: Identity | None
    line: int
    told: dict[Column, tuple[str, int]] = field(default_factory=dict)
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)  # new ones, by address
    products: dict[int, None] = field(default_factory=dict)  # new ones
    missing: dict[str, None] = field(default_factory=dict)  # products that do not exist yet, by the key of their name
    wanted: Wanted = field(default_factory=Wanted)

    @property
    def changes(self) -> dict[str, str]:
        """The columns that get another value; of a new client, all that the file tells."""
        told = {column.value: value for column, (value, _) in self.told.items()}
        if self.known is None:
            return told
        return {name: value for name, value in told.items() if value != getattr(self.known, name)}


class Companies:
    """Finds whom a row means by the number or, without one, by the exact name."""

    def __init__(self, there: Surroundings) -> None:
        self.all: list[Company] = []
        self.missing: dict[str, str] = {}  # products that do not exist yet: by their key, as they are written first
        self._there = there
        self._numbered: dict[str, Company] = {}
        self._named: dict[str, Company] = {}
        self._by_id: dict[int, Company] = {}
        self._addressed: dict[str, tuple[Company, str, int]] = {}

    def take(self, line: int, row: Said, tell: Tell) -> Company | None:
        """The row's client, having been told what the row says; None where nobody can know who is meant."""
        try:
            company = self._find(line, row)
        except Refused as why:
            tell(Column.NUMBER if row.number and row.name else Column.NAME, row.name or row.number, why)
            return None
        self._identify(company, line, row, tell)
        self._invite(company, line, row, tell)
        self._own(company, row, tell)
        return company

    def named(self, row: Said) -> list[Company]:
        """Those that a row names, be it in contradiction."""
        found = (self._numbered.get(row.number), self._named.get(row.name))
        return [company for company in found if company is not None]

    def _find(self, line: int, row: Said) -> Company:
        named = self._named.get(row.name)
        if row.number:
            if found := self._numbered.get(row.number):
                return found
            known = self._there.by_number.get(row.number)
            if known is None:
                known = self._without_number(row, named)
                if named is not None:
                    return named
        elif row.name:
            known = self._there.by_name.get(row.name)
            if named is not None:
                return named
        else:
            raise Refused("A client needs a name.")
        if known is None and not row.name:
            raise Refused("No client has the number {number} yet, and a new client needs a name.", number=row.number)
        return self._by_id.get(known.id if known else 0) or self._begin(known, line)

    def _without_number(self, row: Said, named: Company | None) -> Identity | None:
        """Whom a number that nobody has is given to: a client of that name who has none. Raises Refused for others."""
        known = self._there.by_name.get(row.name)
        if known and known.number:
            raise Refused("{name} has the number {number} already.", name=known.name, number=known.number)
        if named and Column.NUMBER in named.told:
            number, line = named.told[Column.NUMBER]
            raise Refused("Row {line} gives {name} the number {number}.", line=line, name=row.name, number=number)
        return known

    def _begin(self, known: Identity | None, line: int) -> Company:
        company = Company(known, line)
        self.all.append(company)
        if known:
            self._by_id[known.id] = company
        return company

    def _identify(self, company: Company, line: int, row: Said, tell: Tell) -> None:
        for column in IDENTITY:
            value: str = getattr(row, column)
            if not value:
                continue
            said, first = company.told.setdefault(column, (value, line))
            if said != value:
                tell(column, value, Refused("Row {line} says of this client: {value}.", line=first, value=said))
        if row.number:
            self._numbered.setdefault(row.number, company)
        if row.name:
            other = self._named.setdefault(row.name, company)
            known = self._there.by_name.get(row.name)
            if other is not company:
                tell(Column.NAME, row.name, Refused("Row {line} names another client so.", line=other.line))
            elif known and (company.known is None or known.id != company.known.id):
                tell(Column.NAME, row.name, Refused("Another client is called {name} already.", name=row.name))

    def _invite(self, company: Company, line: int, row: Said, tell: Tell) -> None:
        email = row.contact_email
        if not email:
            return
        other, name, first = self._addressed.setdefault(email, (company, row.contact_name, line))
        person = self._there.people.get(email)
        if other is not company:
            why = Refused("Row {line} makes {email} a contact of another client.", line=first, email=email)
            tell(Column.CONTACT_EMAIL, email, why)
        elif person and person.role != Role.CONTACT:
            tell(Column.CONTACT_EMAIL, email, Refused("{email} is the address of a colleague.", email=email))
        elif person and (company.known is None or person.client_id != company.known.id):
            tell(Column.CONTACT_EMAIL, email, Refused("{email} is a contact of another client.", email=email))
        elif not person and not row.contact_name:
            tell(Column.CONTACT_NAME, "", Refused("A new contact needs a name."))
        elif name and row.contact_name and name != row.contact_name:
            why = Refused("Row {line} calls {email} {name}.", line=first, email=email, name=name)
            tell(Column.CONTACT_NAME, row.contact_name, why)
        elif not person:
            language = row.contact_language or Language.FRENCH
            contact = {"name": row.contact_name, "phone": row.contact_phone, "language": language}
            company.contacts.setdefault(email, contact)

    def _own(self, company: Company, row: Said, tell: Tell) -> None:
        for name in (part for text in row.products for part in self._parted(text)):
            product = self._there.products.get(name_key(name))
            if product is None:
                self._miss(company, name, tell)
            elif company.known is None or (company.known.id, product) not in self._there.owned:
                company.products[product] = None

    def _miss(self, company: Company, name: str, tell: Tell) -> None:
        key = name_key(name)
        if len(name) > LONGEST_PRODUCT or not key:
            tell(Column.PRODUCTS, name, Refused("There is no product called {name}.", name=name))
            return
        self.missing.setdefault(key, name)
        company.missing[key] = None

    def _parted(self, text: str) -> list[str]:
        """A name may have commas in it; where it is none, they part several."""
        if name_key(text) in self._there.products:
            return [text]
        return [name for part in text.split(",") if (name := part.strip())]
