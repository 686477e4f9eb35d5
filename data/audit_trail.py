"""The audit trail as managers read it: who changed what, when, from what to what; and the same as a file."""

from sqlmodel import col, select

from data.core import audit, audit_entries, audit_reading
from data.core.desk import OpenDesk, command, query
from models.audit import AuditEntry
from models.audit_trail import PAGE, AuditFilters, AuditPage, Person
from models.permission import STAFF, Permission
from models.user import User


@query(Permission.READ_AUDIT_TRAIL)
def page(desk: OpenDesk, filters: AuditFilters, after: int | None = None, most: int = PAGE) -> AuditPage:
    """The newest entries before the entry `after`; after none, the newest of all."""
    found = audit_entries.find(desk, filters, after, most + 1)
    ids = found.ids[:most]
    entries = {one.id: one for one in desk.session.exec(select(AuditEntry).where(col(AuditEntry.id).in_(ids)))}
    lines = tuple(audit_reading.read(desk, [entries[number] for number in ids]))
    if len(found.ids) > most:
        return AuditPage(lines, ids[-1], None)
    last = desk.session.get(AuditEntry, found.searched) if found.searched else None
    return AuditPage(lines, found.searched, last.at if last else None)


@query(Permission.READ_AUDIT_TRAIL)
def staff(desk: OpenDesk) -> tuple[Person, ...]:
    """Whose entries can be asked for by name."""
    people = desk.session.exec(select(User).where(col(User.role).in_(STAFF)).order_by(col(User.name), col(User.id)))
    return tuple(Person(one.id, one.name, one.role) for one in people)


@query(Permission.READ_AUDIT_TRAIL)
def person(desk: OpenDesk, user_id: int) -> Person | None:
    """Anybody with an account, a contact too."""
    found = desk.session.get(User, user_id) if 0 < user_id < 2**31 else None
    return Person(found.id, found.name, found.role) if found else None


@command(Permission.READ_AUDIT_TRAIL)
def note_export(desk: OpenDesk, filters: AuditFilters) -> None:
    """Who takes the trail along is on it."""
    asked = {name: getattr(filters, name) for name in filters.__slots__}
    kept = {name: str(value) for name, value in asked.items() if value not in {None, ""}}
    audit.deed(desk.session, str(AuditEntry.__tablename__), "", None, {"exported": True, **kept})
