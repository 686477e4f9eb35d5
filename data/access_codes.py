"""The codes that open the direct line: who has one, shown to those who may read it, issued and ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.core import audit, codes, scope, subscriptions
from data.core.desk import OpenDesk, command, query
from models import access_code
from models.access_code import AccessCode
from models.errors import Refused
from models.permission import Permission
from models.user import User


@dataclass(frozen=True, slots=True)
class Code:
    """What may be told of a client's code without the code. `due` where the client's stars entitle it to one."""

    live: bool
    due: bool
    issued_at: datetime | None = None
    issued_by: str = ""  # nobody: the desk itself, with the subscription


@query(Permission.READ_CLIENTS)
def state(desk: OpenDesk, client_id: int) -> Code:
    """Raises NotFound."""
    client = scope.client(desk, client_id)
    due = subscriptions.star_level(desk.session, client.id, desk.now).has_direct_line
    found = codes.live(desk.session, client.id)
    if found is None:
        return Code(live=False, due=due)
    issuer = desk.session.get(User, found.issued_by_id) if found.issued_by_id is not None else None
    return Code(live=True, due=due, issued_at=found.issued_at, issued_by=issuer.name if issuer else "")


@command(Permission.MANAGE_CLIENTS)
def reveal(desk: OpenDesk, client_id: int) -> str:
    """The code as it is spoken; that it was shown, and to whom, goes on the audit trail. Raises NotFound, Refused."""
    client = scope.client(desk, client_id)
    plain = codes.read(desk.session, client.id)
    if plain is None:
        raise Refused("{client} has no access code.", client=client.name)
    audit.deed(desk.session, str(AccessCode.__tablename__), str(client.id))
    return access_code.spoken(plain)


@command(Permission.MANAGE_CLIENTS)
def issue(desk: OpenDesk, client_id: int) -> str:
    """A new code, as it is spoken; the one before it opens nothing any more. Raises Refused below four stars."""
    client = scope.client(desk, client_id)
    if not subscriptions.star_level(desk.session, client.id, desk.now).has_direct_line:
        raise Refused("Access codes are for clients with four or five stars.")
    return access_code.spoken(codes.issue(desk, client.id))


@command(Permission.MANAGE_CLIENTS)
def end(desk: OpenDesk, client_id: int) -> None:
    """Raises Refused when there is none."""
    client = scope.client(desk, client_id)
    if not codes.end(desk, client.id):
        raise Refused("{client} has no access code.", client=client.name)


@query(Permission.READ_OWN_CODE)
def mine(desk: OpenDesk) -> str | None:
    """The code of the contact's own company, as it is spoken; None without one, and for the staff. That this contact
    was shown it is on the audit trail, once a day."""
    if desk.user.client_id is None:
        return None
    plain = codes.read(desk.session, desk.user.client_id)
    if plain is None:
        return None
    audit.reading(desk, str(AccessCode.__tablename__), desk.user.client_id, once_in=timedelta(days=1))
    return access_code.spoken(plain)
