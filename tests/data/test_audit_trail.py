"""The audit trail as managers read it, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, event, insert
from sqlmodel import Session, col, select, text

from data import (
    access_codes,
    audit_trail,
    clients,
    contacts,
    conversation,
    invitations,
    subscriptions,
    tickets,
    users,
)
from data.clients import ClientForm
from data.core import audit_entries, sign_in
from data.tickets import TicketForm
from models.audit import SECRETS, AuditEntry
from models.audit_trail import THE_DESK, AuditFilters, AuditPage, Thing
from models.base import Table
from models.client import StarLevel
from models.errors import NotAllowed
from models.invitation import Whom
from models.subscription import Plan
from models.ticket import Kind, Status, Ticket, Urgency
from tests.pages.tab import incident

EVERYTHING = AuditFilters()


@pytest.fixture(autouse=True)
def empty_trail(world) -> None:
    """The making of the database is on it, too, at the moment of the machine."""
    with Session(world.engine.execution_options(writes=True)) as session:
        session.exec(delete(AuditEntry))
        session.commit()


def read(world, filters=EVERYTHING, after=None) -> AuditPage:
    return audit_trail.page(world.desk(world.manager), filters, after)


def newest(world, **filters):
    return read(world, AuditFilters(**filters)).lines[0]


def fill(world, *groups: tuple[int, dict[str, object]]) -> None:
    """So many entries of each kind, a second apart, the last group the newest."""
    rows, at = [], world.now
    for many, columns in groups:
        for _ in range(many):
            at += timedelta(seconds=1)
            rows.append(
                {
                    "at": at,
                    "user_id": None,
                    "action": "x.y",
                    "table_name": "t",
                    "row_id": "1",
                    "before": {},
                    "after": {},
                }
                | columns
            )
    with Session(world.engine.execution_options(writes=True)) as session:
        session.execute(insert(AuditEntry), rows)
        session.commit()


def test_an_entry_says_who_did_what_to_which_thing_from_what_to_what(world):
    reference = incident(world)
    tickets.take(world.desk(world.technician), reference)
    line = newest(world, table="ticket")
    assert (line.person.name, line.action, line.at) == ("Technician", "tickets.take", world.now)
    assert line.thing == Thing("ticket", line.thing.id, reference)
    changes = {one.column: (one.before, one.after) for one in line.changes}
    assert changes["assignee_id"] == (None, "Technician")
    assert changes["status"] == (Status.NEW, Status.IN_PROGRESS)


def test_values_are_of_their_columns_types_and_ids_are_names(world):
    reference = incident(world)
    created = {one.column: one.after for one in newest(world, table="ticket").changes}
    assert created["client_id"] == "Acme (démo)" and created["product_id"] == "Comptoir"
    assert created["urgency"] == Urgency.LOW and created["filed_at"] == world.now
    assert isinstance(created["resolution_target"], timedelta) and created["reference"] == reference


def test_what_has_no_name_of_its_own_is_told_by_what_it_belongs_to(world):
    reference = incident(world)
    conversation.reply(world.desk(world.technician), reference, "Bonjour")
    assert newest(world, table="message").thing.label == reference
    subscriptions.save(world.desk(world.sales), world.other.id, Plan(StarLevel.FOUR))
    assert newest(world, table="subscription").thing == Thing("client", world.other.id, "Autre (démo)")
    subscriptions.save(world.desk(world.sales), world.other.id, Plan(StarLevel.NONE))  # a change names no client
    assert newest(world, table="subscription").thing == Thing("client", world.other.id, "Autre (démo)")
    clients.disown(world.desk(world.sales), world.acme.id, world.product.id)
    assert newest(world, table="ownership").thing.label == "Acme (démo)"
    contacts.reset(world.desk(world.sales), world.contact.id)
    assert newest(world, table="one_time_link").thing.label == "Contact"


def test_the_command_line_and_time_are_the_desk_itself(world):
    incident(world)
    assert newest(world, person=THE_DESK).person is None
    clients.create(world.desk(world.sales), ClientForm(name="Neuve"))
    assert newest(world).person.name == "Sales" and newest(world, person=THE_DESK).table != "client"


def test_many_rows_at_once_are_told_by_their_counts(world):
    invitations.make(world.desk(world.sales), Whom())
    line = newest(world, action="invitations.make")
    assert line.row == "" and line.thing is None and line.changes[0].after == 2


def test_it_is_narrowed_by_person_kind_thing_action_and_days(world):
    made = clients.create(world.desk(world.sales), ClientForm(name="Neuve"))
    world.now += timedelta(days=2)
    clients.change(world.desk(world.manager), made, ClientForm(name="Autrement"))
    today = date(2026, 3, 5)

    def rows(**filters) -> list[str]:
        return [
            one.action for one in read(world, AuditFilters(table="client", **filters)).lines if one.row == str(made)
        ]

    assert rows() == ["clients.change", "clients.create"]
    assert rows(person=world.sales.id) == rows(action="clients.create") == rows(last=today - timedelta(days=1))
    assert rows(first=today) == rows(person=world.manager.id) == ["clients.change"]
    assert rows(row=str(made), person=world.sales.id) == ["clients.create"]
    assert rows(row=str(made)) == rows()
    assert read(world, AuditFilters(row=str(made))).lines  # a row of no kind narrows nothing
    assert rows(row="'; --") == [] and rows(row="9" * 5000) == [] and rows(action="é" * 300) == []


def test_pages_follow_each_other_without_a_gap_also_at_the_same_moment(world):
    fill(world, (30, {}), (130, {"at": world.now + timedelta(hours=1)}))
    with Session(world.engine) as session:
        order = (col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
        expected = list(session.exec(select(AuditEntry.id).order_by(*order)))
    seen, after = [], None
    while True:
        page = read(world, after=after)
        seen += [one.id for one in page.lines]
        if page.following is None:
            break
        after = page.following
    assert seen == expected


def test_a_rare_combination_is_searched_step_by_step(world, monkeypatch):
    monkeypatch.setattr(audit_entries, "SEARCHED", 100)
    rare = {"user_id": world.manager.id, "table_name": "product"}
    fill(world, (3, rare), (250, {"user_id": world.manager.id}))
    filters = AuditFilters(person=world.manager.id, table="product")
    first = read(world, filters)
    assert first.lines == () and first.searched_to is not None
    second = read(world, filters, first.following)
    assert second.lines == () and second.searched_to < first.searched_to
    third = read(world, filters, second.following)
    assert (len(third.lines), third.following, third.searched_to) == (3, None, None)


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "audit_by_moment"),
        ({"first": date(2026, 3, 1), "last": date(2026, 3, 9)}, "audit_by_moment"),
        ({"person": 3}, "audit_by_user"),
        ({"person": THE_DESK}, "audit_by_user"),
        ({"table": "client"}, "audit_by_table"),
        ({"table": "client", "row": "1"}, "audit_by_row"),
        ({"action": "clients.create", "first": date(2026, 3, 1)}, "audit_by_action"),
        ({"person": 3, "table": "client", "action": "clients.create"}, "audit_by_user"),
    ],
)
@pytest.mark.parametrize("later", [False, True])
def test_every_page_is_read_from_an_index(world, engine, filters, index, later):
    fill(world, (3, {"user_id": world.manager.id}))
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append((call[2], call[3])))
    after = read(world).lines[0].id if later else None
    statements.clear()
    read(world, AuditFilters(**filters), after)
    statement, parameters = next(one for one in statements if "LIMIT" in one[0] and "audit_entry.id" in one[0])
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            told = " | ".join(row[-1] for row in plan)
            assert f"USING INDEX {index}" in told or f"USING COVERING INDEX {index}" in told
            assert "TEMP B-TREE" not in told or len(filters) > 2  # of ten thousand rows at most
        else:
            for setting in ("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_incremental_sort"):
                connection.execute(text(f"SET LOCAL {setting} = off"))
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
            told = " | ".join(plan)
            assert "Index" in told and ("Sort" not in told or len(filters) > 2)


def test_a_page_takes_as_many_queries_however_many_entries(world, count_queries):
    clients.create(world.desk(world.sales), ClientForm(name="Neuve"))

    def counted() -> int:
        count_queries()
        read(world)
        return count_queries()

    few = counted()
    for number in range(40):
        clients.create(world.desk(world.sales), ClientForm(name=f"Neuve {number}"))
    assert counted() == few


# ------------------------------------------------------------------ what it never shows


def secrets_made(world, monkeypatch) -> list[str]:
    """Passwords, tokens, tickets and codes, all of them made through the commands themselves."""
    monkeypatch.setattr("bcrypt.gensalt", lambda *_: b"$2b$04$" + b"." * 22)
    manager = world.desk(world.manager)
    access_codes.issue(manager, world.acme.id)
    code = access_codes.reveal(manager, world.acme.id)
    links = [users.reset(manager, world.technician.id), contacts.reset(manager, world.contact.id)]
    links += [one.token for one in invitations.make(manager, Whom(), replace=True)]
    _, ticket = sign_in.open_session(world.engine, world.manager.id, "192.0.2.1", "Firefox", world.now)
    token = sign_in.redeem(world.engine, ticket, world.now)
    return [code, code.replace("-", ""), *links, ticket, token]


def test_no_secret_is_ever_shown(world, monkeypatch):
    made = secrets_made(world, monkeypatch)
    with Session(world.engine) as session:
        hashes = [
            str(value)
            for table in Table.metadata.tables.values()
            for name in SECRETS & set(table.c.keys())
            for value in session.execute(select(table.c[name])).scalars()
            if value is not None
        ]
    assert len(hashes) > 5
    shown, after = [], None
    while True:
        page = read(world, after=after)
        shown += page.lines
        if page.following is None:
            break
        after = page.following
    told = repr(shown)
    assert not [one for one in [*made, *hashes] if one in told]
    masked = {(line.table, one.column) for line in shown for one in line.changes if one.column in SECRETS}
    assert masked and all(
        {one.before, one.after} <= {None, "•••"} for line in shown for one in line.changes if one.column in SECRETS
    )


def test_every_column_that_sounds_like_a_secret_is_masked():
    columns = {column.name for table in Table.metadata.tables.values() for column in table.c}
    secret = {
        name for name in columns if any(part in name for part in ("password", "token", "hash", "cipher", "secret"))
    }
    assert secret and secret <= SECRETS


def test_an_export_is_on_the_trail(world):
    audit_trail.note_export(world.desk(world.manager), AuditFilters(table="client", first=date(2026, 3, 1)))
    line = newest(world)
    assert (line.action, line.person.name) == ("audit_trail.note_export", "Manager")
    assert {one.column: one.after for one in line.changes} == {
        "exported": True,
        "table": "client",
        "first": "2026-03-01",
    }


def test_what_an_older_desk_wrote_is_shown_as_it_is(world):
    values = {
        "status": "a status of old",
        "filed_at": "once",
        "gone": [1, {"a": None}],
        "client_id": 999,
        "user_id": "x",
    }
    fill(world, (1, {"table_name": "ticket", "row_id": "999", "after": values}), (1, {"table_name": "vanished"}))
    vanished, ticket = read(world).lines[:2]
    assert vanished.table == "vanished" and ticket.thing is None
    assert {one.column: one.after for one in ticket.changes} == values | {"client_id": "#999"}


def test_managers_read_it_and_nobody_else(world):
    for user in (world.technician, world.sales, world.contact):
        desk = world.desk(user)
        for function, arguments in (
            (audit_trail.page, (EVERYTHING,)),
            (audit_trail.staff, ()),
            (audit_trail.person, (1,)),
            (audit_trail.note_export, (EVERYTHING,)),
        ):
            with pytest.raises(NotAllowed):
                function(desk, *arguments)
    assert {one.name for one in audit_trail.staff(world.desk(world.manager))} == {
        *("Manager", "Technician", "Colleague", "Sales")
    }
    assert audit_trail.person(world.desk(world.manager), world.contact.id).name == "Contact"
    assert audit_trail.person(world.desk(world.manager), 10**30) is None


def test_a_ticket_s_own_deadlines_are_told_and_what_follows_from_them_is_not(world):
    form = TicketForm(kind=Kind.INCIDENT, subject="S", description="D")
    reference = tickets.file(world.desk(world.contact), form)
    with Session(world.engine) as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.table_name == "ticket")).one()
        ticket = session.exec(select(Ticket).where(Ticket.reference == reference)).one()
    assert ticket.next_due_at and entry.after["first_response_due_at"] == ticket.next_due_at.isoformat()
    assert "resolution_due_at" in entry.after and not [name for name in entry.after if name.startswith("next_")]
