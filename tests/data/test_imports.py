"""Tickets that come in from an event log of ServiceNow, on both databases."""

import csv
import gzip
import shutil
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlmodel import Session, func, select

from data import imports, sheets
from data.core import promises
from data.core.database import open_engine
from data.core.desk import SYSTEM, Desk
from data.core.exchange import csv_lines, rejects, servicenow, spool, stars
from data.core.exchange.batch import Preset, batch
from models.audit import AuditEntry
from models.client import Client, StarLevel, Subscription
from models.errors import NotAllowed, Refused
from models.permission import Role
from models.product import Ownership, Product
from models.sla import State
from models.ticket import Change, Channel, HistoryEntry, Kind, ReferenceCounter, Resolution, Status, Ticket, Urgency
from models.ticket_words import TicketWords
from models.user import User

HOUSE = Path(__file__).parents[2]
FIXTURE = Path(__file__).parent / "fixtures" / "servicenow.csv"
OPENED = "2/3/2026 09:00"  # a Monday


@pytest.fixture
def sqlite_engine(sqlite_template, tmp_path):
    """For what has nothing to do with the database."""
    made = open_engine(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'one.db')}")
    yield made
    made.dispose()


def event(state="New", at=OPENED, number="INC1", **changes) -> dict[str, str]:
    cells = {
        "number": number,
        "incident_state": state,
        "sys_mod_count": "0",
        "opened_at": OPENED,
        "sys_updated_at": at,
        "caller_id": "Caller 1",
        "contact_type": "Phone",
        "location": "Location 1",
        "category": "Category 1",
        "subcategory": "?",
        "u_symptom": "?",
        "urgency": "2 - Medium",
        "assignment_group": "Group 1",
        "closed_code": "code 6",
    }
    return cells | changes


def written(folder: Path, *events, name="log.csv") -> Path:
    path = folder / name
    with (gzip.open if name.endswith(".gz") else open)(path, "wt", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, servicenow.COLUMNS)
        writer.writeheader()
        writer.writerows(events)
    return path


def brought_in(engine, path, preset=Preset.SERVICENOW, desk=None, **options):
    desk = desk or Desk(SYSTEM, engine)
    with batch(path, preset, **options) as rows:
        imports.read(desk, rows)
        imports.write(desk, rows)
    sums = rows.sums
    assert sums.read == sums.imported + sums.merged + sums.bad
    return sums


def all_of(engine, table, *order) -> list:
    with Session(engine) as session:
        return list(session.exec(select(table).order_by(*(order or (table.id,)))))


def life(engine, number="INC1", change=Change.STATUS) -> list[tuple[str | None, str | None, datetime]]:
    with Session(engine) as session:
        ticket = session.exec(select(Ticket).where(Ticket.source_id == number)).one()
        entries = select(HistoryEntry).where(HistoryEntry.ticket_id == ticket.id, HistoryEntry.change == change)
        found = session.exec(entries.order_by(HistoryEntry.at, HistoryEntry.id))
        return [(entry.before, entry.after, entry.at) for entry in found]


def statuses(engine, number="INC1") -> list[str | None]:
    return [after for _, after, _ in life(engine, number)]


def paris(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour - 1, minute, tzinfo=UTC)


# ------------------------------------------------------------------ what becomes of the rows


def test_a_log_with_every_kind_of_dirt_comes_in_as_far_as_it_is_good(engine, tmp_path):
    path = Path(shutil.copy(FIXTURE, tmp_path))
    sums = brought_in(engine, path)
    assert (sums.read, sums.imported, sums.merged, sums.bad) == (13, 2, 7, 4)
    assert (sums.tickets, sums.clients, sums.contacts, sums.products, sums.technicians) == (2, 2, 2, 2, 2)
    assert dict(sums.rejected) == {
        "unknown state": 1,
        "updated before it was opened": 1,
        "no location in any row": 1,
        "not as many fields as columns": 1,
    }
    rejected = list(csv.reader((tmp_path / "servicenow.rejects.csv").open(newline="")))
    assert rejected[0][:4] == ["line", "reason", "number", "incident_state"]
    assert {(row[0], row[1], row[2]) for row in rejected[1:]} == {
        ("6", "unknown state", "INC9000002"),
        ("12", "updated before it was opened", "INC9000003"),
        ("13", "no location in any row", "INC9000004"),
        ("14", "not as many fields as columns", "INC9000005"),
    }
    assert statuses(engine, "INC9000001") == ["new", "in_progress", "waiting", "in_progress", "resolved"]


def test_an_incident_becomes_a_ticket_with_all_that_its_rows_know(engine, tmp_path):
    rows = event("New", subcategory="Sub 2", u_symptom="Symptom 3"), event("Resolved", "2/3/2026 11:00")
    brought_in(engine, written(tmp_path, *rows))
    (ticket,) = all_of(engine, Ticket)
    assert (ticket.reference, ticket.kind, ticket.channel) == ("INC-2026-000001", Kind.INCIDENT, Channel.PHONE)
    assert (ticket.source, ticket.source_id) == ("servicenow", "INC1")
    assert (ticket.subject, ticket.urgency) == ("Category 1 · Sub 2 · Symptom 3", Urgency.SERIOUS)
    assert "INC1" in ticket.description and "Sub 2" in ticket.description
    assert (ticket.filed_at, ticket.resolved_at, ticket.changed_at) == (paris(2, 9), paris(2, 11), paris(2, 11))
    assert (ticket.status, ticket.resolution, ticket.star_level) == (
        Status.RESOLVED,
        Resolution.SOLVED,
        StarLevel.THREE,
    )
    assert "code 6" in ticket.solution
    (client,), (subscription,), (product,) = (all_of(engine, table) for table in (Client, Subscription, Product))
    assert (client.name, product.name) == ("Location 1", "Category 1")
    assert subscription.client_id == client.id and subscription.starts_at < ticket.filed_at
    assert [(one.client_id, one.product_id) for one in all_of(engine, Ownership, Ownership.client_id)] == [(1, 1)]
    contact, technician = all_of(engine, User)
    assert (contact.name, contact.role, contact.client_id) == ("Caller 1", Role.CONTACT, client.id)
    assert (technician.name, technician.role) == ("Group 1", Role.TECHNICIAN)
    assert (ticket.client_id, ticket.contact_id, ticket.assignee_id) == (client.id, contact.id, technician.id)


def test_an_imported_ticket_is_found_by_its_words(engine, tmp_path):
    brought_in(engine, written(tmp_path, event(u_symptom="Symptom 3")))
    (words,) = all_of(engine, TicketWords, TicketWords.ticket_id)
    (ticket,) = all_of(engine, Ticket)
    assert (words.ticket_id, words.client_id) == (ticket.id, ticket.client_id) and " symptom " in words.words


def test_nobody_who_was_imported_can_sign_in_or_be_written_to(engine, tmp_path):
    brought_in(engine, written(tmp_path, event()))
    for user in all_of(engine, User):
        assert user.password_hash is None and user.email.endswith("import.invalid")


def test_the_page_of_an_imported_ticket_can_be_read(engine, tmp_path):
    brought_in(engine, written(tmp_path, event(), event("Resolved", "2/3/2026 11:00")))
    sheet = sheets.sheet(Desk(SYSTEM, engine), "INC-2026-000001")
    assert (sheet.client, sheet.contact, sheet.assignee) == ("Location 1", "Caller 1", "Group 1")
    assert sheet.resolution_clock.state == State.MET


def test_a_caller_of_two_companies_is_a_contact_of_each(engine, tmp_path):
    rows = event(number="INC1"), event(number="INC2", location="Location 2")
    assert brought_in(engine, written(tmp_path, *rows)).contacts == 2
    emails = {user.email for user in all_of(engine, User) if user.role == Role.CONTACT}
    assert emails == {"caller-1@location-1.import.invalid", "caller-1@location-2.import.invalid"}


def test_names_that_look_alike_in_an_address_stay_two_people(engine, tmp_path):
    names = ("Caller 1", "caller 1", "Caller-1", "Zoé", "Zoe", "张伟")
    rows = [event(number=f"INC{n}", caller_id=name) for n, name in enumerate(names)]
    assert brought_in(engine, written(tmp_path, *rows)).contacts == len(names)


def test_who_is_unknown_is_nobody_and_what_is_unknown_is_nothing(engine, tmp_path):
    unknown = dict.fromkeys(("caller_id", "category", "assignment_group", "urgency", "closed_code"), "?")
    brought_in(engine, written(tmp_path, event("Resolved", "2/3/2026 11:00", **unknown)))
    (ticket,) = all_of(engine, Ticket)
    assert (ticket.contact_id, ticket.product_id, ticket.assignee_id, ticket.urgency) == (
        None,
        None,
        None,
        Urgency.NONE,
    )
    assert ticket.subject and ticket.solution


def test_a_question_mark_does_not_make_what_was_known_unknown(engine, tmp_path):
    later = event("Active", "2/3/2026 10:00", location="?", category="?", assignment_group="?", urgency="?")
    brought_in(engine, written(tmp_path, event(urgency="1 - High"), later))
    (ticket,) = all_of(engine, Ticket)
    assert ticket.urgency == Urgency.CRITICAL and ticket.assignee_id and ticket.product_id
    assert life(engine, change=Change.ASSIGNEE) == [(None, "Group 1", paris(2, 9))]


@pytest.mark.parametrize(("told", "channel"), [("Phone", "phone"), ("Email", "mail"), ("Self service", "portal")])
def test_the_way_it_came_is_kept(engine, tmp_path, told, channel):
    brought_in(engine, written(tmp_path, event(contact_type=told)))
    assert all_of(engine, Ticket)[0].channel == Channel(channel)


# ------------------------------------------------------------------ its life


def test_states_become_status_history_and_waiting_for_others_is_our_work(engine, tmp_path):
    states = ["New", "New", "Awaiting Vendor", "Awaiting User Info", "Awaiting Problem", "Awaiting Evidence", "Closed"]
    rows = [event(state, f"2/3/2026 {9 + n}:30") for n, state in enumerate(states)]
    brought_in(engine, written(tmp_path, *rows))
    assert [(before, after) for before, after, _ in life(engine)] == [
        (None, "new"),
        ("new", "in_progress"),
        ("in_progress", "waiting"),
        ("waiting", "in_progress"),
        ("in_progress", "resolved"),
    ]
    assert life(engine)[0][2] == paris(2, 9)  # filed when it was opened, though it was first seen later


def test_rows_in_any_order_and_between_others_tell_the_same_life(engine, tmp_path):
    rows = [event(state, f"2/3/2026 {hour}:00") for state, hour in [("New", 9), ("Active", 10), ("Resolved", 11)]]
    other = [one | {"number": "INC2", "opened_at": "1/3/2026 09:00"} for one in rows]
    brought_in(engine, written(tmp_path, rows[2], other[0], rows[0], other[2], other[1], rows[1]))
    assert statuses(engine, "INC1") == statuses(engine, "INC2") == ["new", "in_progress", "resolved"]
    assert [ticket.source_id for ticket in all_of(engine, Ticket, Ticket.reference)] == ["INC2", "INC1"]


def test_within_a_minute_the_order_of_the_source_holds(engine, tmp_path):
    states = [("Active", "1"), ("New", "0"), ("Resolved", "10"), ("Awaiting User Info", "2")]
    brought_in(engine, written(tmp_path, *(event(state, sys_mod_count=order) for state, order in states)))
    assert statuses(engine) == ["new", "in_progress", "waiting", "resolved"]


def test_a_resolution_that_was_taken_back_was_none(engine, tmp_path):
    states = [("Resolved", 10), ("Active", 11), ("New", 12), ("Resolved", 13), ("Resolved", 14), ("Closed", 15)]
    brought_in(engine, written(tmp_path, *(event(state, f"2/3/2026 {hour}:00") for state, hour in states)))
    assert statuses(engine) == ["new", "in_progress", "resolved"]
    (ticket,) = all_of(engine, Ticket)
    assert (ticket.first_responded_at, ticket.resolved_at) == (paris(2, 10), paris(2, 13))


def test_a_life_after_the_closing_is_rejected(engine, tmp_path):
    states = [("Resolved", 10), ("Closed", 11), ("Closed", 12), ("Active", 13), ("Resolved", 14), ("Closed", 15)]
    path = written(tmp_path, *(event(state, f"2/3/2026 {hour}:00") for state, hour in states))
    sums = brought_in(engine, path)
    assert dict(sums.rejected) == {"after it was closed": 3}
    assert all_of(engine, Ticket)[0].resolved_at == paris(2, 10)


def test_whoever_had_it_when_it_was_resolved_has_it_for_good(engine, tmp_path):
    rows = [("Active", 10, "Group 70"), ("Resolved", 11, "Group 70"), ("Closed", 12, "Group 23")]
    path = written(
        tmp_path, *(event(state, f"2/3/2026 {hour}:00", assignment_group=group) for state, hour, group in rows)
    )
    brought_in(engine, path)
    (ticket,) = all_of(engine, Ticket)
    given = [entry.assignee_id for entry in all_of(engine, HistoryEntry) if entry.change == Change.ASSIGNEE]
    assert given == [ticket.assignee_id] and ticket.assignee_id is not None


def test_an_incident_that_is_not_over_stays_open_with_its_deadlines(engine, tmp_path):
    brought_in(engine, written(tmp_path, event(), event("Active", "2/3/2026 10:00", assignment_group="Group 2")))
    (ticket,) = all_of(engine, Ticket)
    assert (ticket.status, ticket.resolved_at) == (Status.IN_PROGRESS, None)
    assert ticket.first_responded_at == paris(2, 10)
    assert ticket.next_due_at == ticket.resolution_due_at == paris(4, 18)  # 24 hours, of 8 a day
    assert [after for _, after, _ in life(engine, change=Change.ASSIGNEE)] == ["Group 1", "Group 2"]


def test_awaiting_the_user_pauses_the_clock(engine, tmp_path):
    states = [("New", "2/3/2026 09:00"), ("Awaiting User Info", "2/3/2026 10:00"), ("Active", "3/3/2026 10:00")]
    brought_in(engine, written(tmp_path, *(event(*one) for one in states)))
    assert all_of(engine, Ticket)[0].resolution_due_at == paris(5, 18)
    waiting = written(tmp_path, event(number="INC2"), event("Awaiting User Info", "2/3/2026 10:00", number="INC2"))
    brought_in(engine, waiting)
    assert all_of(engine, Ticket)[1].resolution_due_at is None


def test_a_change_of_urgency_dates_the_running_clocks_anew_and_is_told_with_its_deadlines(engine, tmp_path):
    rows = event("Active", "2/3/2026 09:30"), event("Active", "2/3/2026 10:00", urgency="1 - High")
    brought_in(engine, written(tmp_path, *rows))
    (ticket,) = all_of(engine, Ticket)
    assert (ticket.urgency, ticket.resolution_due_at) == (Urgency.CRITICAL, paris(3, 18))
    assert ticket.first_response_target == timedelta(hours=8)  # decided at 09:30, by the urgency of then
    entry = next(one for one in all_of(engine, HistoryEntry) if one.change == Change.URGENCY)
    assert (entry.before, entry.after) == ("serious", "critical")
    assert (entry.resolution_due_before, entry.resolution_due_after) == (paris(4, 18), paris(3, 18))


def test_the_deadlines_are_those_that_the_desk_itself_would_set(engine, tmp_path):
    states = [("New", 9), ("Awaiting User Info", 10), ("Active", 12), ("Resolved", 17)]
    rows = [event(state, f"{day}/3/2026 {hour}:07", number=f"INC{day}") for day in (2, 3, 4) for state, hour in states]
    brought_in(engine, written(tmp_path, *rows))
    with Session(engine) as session:
        for ticket in session.exec(select(Ticket)):
            kept = ticket.model_dump()
            promises.date(session, ticket)
            assert ticket.model_dump() == kept


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("29/3/2026 02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # skipped by the clocks
        ("25/10/2026 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # shown twice
        ("1/7/2026 9:05", datetime(2026, 7, 1, 7, 5, tzinfo=UTC)),
        ("01/07/2026 09:05:07", datetime(2026, 7, 1, 7, 5, 7, tzinfo=UTC)),
    ],
)
def test_moments_are_local_times_of_paris_day_first(engine, tmp_path, told, meant):
    brought_in(engine, written(tmp_path, event(at=told, opened_at=told)))
    assert all_of(engine, Ticket)[0].filed_at == meant


# ------------------------------------------------------------------ stars


def test_stars_come_from_their_file_and_are_three_otherwise(engine, tmp_path):
    (tmp_path / "stars.csv").write_text("client,stars\nLocation 1,5\nNobody,4\n", encoding="utf-8")
    path = written(tmp_path, event(), event(number="INC2", location="Location 2"))
    brought_in(engine, path, stars=stars.read(tmp_path / "stars.csv"))
    assert [ticket.star_level for ticket in all_of(engine, Ticket)] == [StarLevel.FIVE, StarLevel.THREE]


def test_a_client_that_is_there_keeps_what_it_subscribed_to(world, tmp_path):
    path = written(tmp_path, event(location=world.acme.name))
    sums = brought_in(world.engine, path, stars={world.acme.name: StarLevel.FOUR})
    assert sums.clients == 0
    assert all_of(world.engine, Ticket)[0].star_level == StarLevel.FIVE


def test_a_client_that_is_there_was_heard_of_by_its_latest_incident(world, tmp_path):
    days = (
        ("INC1", OPENED, "Phone"),
        ("INC2", "3/3/2026 10:00", "Email"),
        ("INC3", "4/3/2026 10:00", "Direct opening"),
    )
    events = [
        event(number=number, at=at, opened_at=at, contact_type=came, location=world.acme.name)
        for number, at, came in days
    ]
    brought_in(world.engine, written(tmp_path, *events))
    [client] = [one for one in all_of(world.engine, Client) if one.id == world.acme.id]
    assert client.last_contact_at == paris(3, 10)


@pytest.mark.parametrize("text", ["client,stars\nA,6\n", "client,stars\n,3\n", "client,stars\nA\n", "a,b\n1,2\n", ""])
def test_a_file_of_stars_that_makes_no_sense_is_refused(tmp_path, text):
    (tmp_path / "stars.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Refused):
        stars.read(tmp_path / "stars.csv")


# ------------------------------------------------------------------ again, and half-way


def test_importing_twice_changes_nothing(engine, tmp_path):
    path = Path(shutil.copy(FIXTURE, tmp_path))
    tables = (Ticket, HistoryEntry, Client, User, Product, Subscription)
    first = brought_in(engine, path)
    before = [[row.model_dump() for row in all_of(engine, table)] for table in tables]
    again = brought_in(engine, path)
    assert [[row.model_dump() for row in all_of(engine, table)] for table in tables] == before
    assert (again.imported, again.merged, again.bad) == (0, 9, first.bad)
    with Session(engine) as session:
        assert session.exec(select(ReferenceCounter)).one().last == 2


def test_what_is_there_stays_as_it_is_when_a_later_file_knows_more(engine, tmp_path):
    brought_in(engine, written(tmp_path, event()))
    sums = brought_in(engine, written(tmp_path, event(), event("Resolved", "2/3/2026 11:00"), event(number="INC2")))
    assert (sums.imported, sums.merged) == (1, 2)
    assert [ticket.status for ticket in all_of(engine, Ticket)] == [Status.NEW, Status.NEW]


def test_the_audit_trail_says_that_an_import_begins_and_what_it_has_done(engine, tmp_path):
    before = len(all_of(engine, AuditEntry))
    brought_in(engine, written(tmp_path, event()))
    begun, done = all_of(engine, AuditEntry)[before:]
    assert {(entry.action, entry.table_name) for entry in (begun, done)} == {("imports.write", "ticket")}
    assert begun.after == {"file": "log.csv", "begun": 1}
    assert done.after == {"read": 1, "imported": 1, "rejected": 0}


def test_only_who_may_import_does(world, tmp_path):
    path = written(tmp_path, event())
    for user in (world.technician, world.sales, world.contact):
        with pytest.raises(NotAllowed):
            brought_in(world.engine, path, desk=world.desk(user))
    assert brought_in(world.engine, path, desk=world.desk(world.manager)).tickets == 1


# ------------------------------------------------------------------ bad rows and bad files


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": " "}, "no number"),
        ({"incident_state": "-100"}, "unknown state"),
        ({"incident_state": "?"}, "unknown state"),
        ({"urgency": "9 - Huge"}, "unknown urgency"),
        ({"opened_at": "?"}, "unreadable moment"),
        ({"sys_updated_at": "31/2/2026 09:00"}, "unreadable moment"),
        ({"sys_updated_at": "2026-03-02 09:00"}, "unreadable moment"),
        ({"opened_at": "1/1/0001 09:00"}, "a moment out of all reason"),
        ({"sys_updated_at": "1/1/9999 09:00"}, "a moment out of all reason"),
        ({"sys_updated_at": "1/3/2026 09:00"}, "updated before it was opened"),
        ({"opened_at": "1/1/2099 09:00", "sys_updated_at": "1/1/2099 09:00"}, "a moment in the future"),
        ({"sys_updated_at": "1/1/2099 09:00"}, "a moment in the future"),
        ({"location": "?"}, "no location in any row"),
        ({"location": "x" * 201}, "a field is too long"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_rest_comes_in(sqlite_engine, tmp_path, changes, reason):
    sums = brought_in(sqlite_engine, written(tmp_path, event(number="INC0"), event(**changes), event(number="INC2")))
    assert dict(sums.rejected) == {reason: 1}
    assert [ticket.source_id for ticket in all_of(sqlite_engine, Ticket)] == ["INC0", "INC2"]


def test_cells_that_no_database_takes_are_cleaned(engine, tmp_path):
    brought_in(engine, written(tmp_path, event(category="Cat\0 1", caller_id="=cmd()", sys_mod_count="many")))
    assert all_of(engine, Ticket)[0].subject == "Cat 1"


def test_rejects_hold_no_formula_and_come_in_as_they_were_once_they_are_corrected(sqlite_engine, tmp_path):
    wrong = event(incident_state="-100", u_symptom="=cmd()", category="Printer;=1+1")
    corrected_later = brought_in(sqlite_engine, written(tmp_path, wrong)).rejects
    [row] = csv.DictReader(corrected_later.open(newline="", encoding="utf-8"))
    assert (row["incident_state"], row["u_symptom"], row["category"]) == ("'-100", "'=cmd()", "Printer;'=1+1")
    corrected = {name: row[name] for name in servicenow.COLUMNS} | {"incident_state": "New"}
    brought_in(sqlite_engine, written(tmp_path, corrected))
    [ticket] = all_of(sqlite_engine, Ticket)
    assert "Printer;=1+1" in ticket.subject and "'" not in ticket.subject + ticket.description


def test_rejects_go_to_the_desks_own_folder_when_the_inputs_is_closed(sqlite_engine, tmp_path, monkeypatch):
    path = written(tmp_path, event("-100"))
    (tmp_path / "log.rejects.csv").mkdir()  # nothing can be written there, not even by root
    sums = brought_in(sqlite_engine, path)
    assert sums.rejects == tmp_path / "var" / "log.rejects.csv"
    assert "-100" in sums.rejects.read_text(encoding="utf-8")


def test_a_file_without_bad_rows_leaves_no_rejects(sqlite_engine, tmp_path):
    assert brought_in(sqlite_engine, written(tmp_path, event())).rejects is None
    assert sorted(one.name for one in tmp_path.glob("*.csv")) == ["log.csv"]


def test_a_file_with_a_header_and_no_rows_is_an_import_of_nothing(engine, tmp_path):
    sums = brought_in(engine, written(tmp_path))
    assert (sums.read, sums.imported, sums.merged, sums.bad) == (0, 0, 0, 0)


@pytest.mark.parametrize("name", ["log.csv.gz", "log.csv"])
def test_a_gzipped_file_is_known_by_what_it_is(sqlite_engine, tmp_path, name):
    path = written(tmp_path, event(), name="packed.csv.gz").rename(tmp_path / name)
    assert brought_in(sqlite_engine, path).tickets == 1


def test_a_file_that_a_french_spreadsheet_saved_comes_in(sqlite_engine, tmp_path):
    path = written(tmp_path, event())
    path.write_text("\ufeff" + path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    assert brought_in(sqlite_engine, path).tickets == 1


def refused(engine, path) -> str:
    with pytest.raises(Refused) as refusal:
        brought_in(engine, path)
    assert not all_of(engine, Ticket)
    return str(refusal.value)


def test_a_file_of_another_shape_is_refused_in_words(sqlite_engine, tmp_path):
    path = tmp_path / "log.csv"
    assert "cannot be read" in refused(sqlite_engine, path)
    assert "cannot be read" in refused(sqlite_engine, tmp_path)
    path.write_bytes(b"")
    assert "no header" in refused(sqlite_engine, path)
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    assert "UTF-8" in refused(sqlite_engine, path)
    path.write_text("number,incident_state\nINC1,New\n", encoding="utf-8")
    assert "location" in refused(sqlite_engine, path)
    good = written(tmp_path, *(event(number=f"INC{n}") for n in range(3000)))
    path.write_bytes(good.read_text(encoding="utf-8").replace("INC2999", "INC2999é").encode("cp1252"))
    assert "UTF-8" in refused(sqlite_engine, path)
    whole = gzip.compress(written(tmp_path, *(event(number=f"INC{n}") for n in range(3000))).read_bytes())
    path.write_bytes(whole[: len(whole) // 2])
    assert "end too early" in refused(sqlite_engine, path)
    path.write_bytes(whole[:-8] + b"\0\0\0\0" + whole[-4:])
    assert "damaged" in refused(sqlite_engine, path)


@pytest.mark.parametrize("rows", ["INC2,{long}\n", 'INC2,"{long}', "{long}"])
def test_a_line_without_end_is_refused_in_words(sqlite_engine, tmp_path, rows, monkeypatch):
    monkeypatch.setattr(csv_lines, "LONGEST_LINE", 100_000)
    path = written(tmp_path, event())
    text = path.read_text(encoding="utf-8") if rows != "{long}" else ""
    path.write_text(text + rows.format(long="x," * 60_000), encoding="utf-8")
    assert "it has more than 100000 characters. Are its quotation marks closed?" in refused(sqlite_engine, path)


def test_a_cell_that_is_too_long_costs_its_row(sqlite_engine, tmp_path):
    path = written(tmp_path, event(), event(number="INC2", category="x" * 200_000), event(number="INC3"))
    sums = brought_in(sqlite_engine, path)
    assert sums.tickets == 2 and dict(sums.rejected) == {"a cell that is too long or broken": 1}


def test_a_file_of_very_many_columns_is_refused(sqlite_engine, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(",".join(f"c{number}" for number in range(100_000)), encoding="utf-8")
    assert "more than 1000 columns" in refused(sqlite_engine, path)


def test_an_incident_of_more_rows_than_a_ticket_has_keeps_the_first_ones(sqlite_engine, tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "MOST_ROWS", 3)
    rows = [event(at=f"2/3/2026 09:{minute}") for minute in range(10, 15)]
    sums = brought_in(sqlite_engine, written(tmp_path, *rows, event(number="INC2")))
    assert sums.tickets == 2 and dict(sums.rejected) == {"more rows than a ticket may have": 2}


def test_a_quote_that_is_never_closed_costs_no_more_than_its_rows(sqlite_engine, tmp_path):
    path = written(tmp_path, event())
    text = path.read_text(encoding="utf-8")
    path.write_text(text + 'INC2,"New' + ",x" * 200_000, encoding="utf-8")
    sums = brought_in(sqlite_engine, path)
    assert sums.tickets == 1 and sums.bad >= 1


def test_a_file_of_nothing_but_bad_rows_does_not_fill_the_disk(sqlite_engine, tmp_path, monkeypatch):
    monkeypatch.setattr(rejects, "MOST_TEXT", 1000)
    path = written(tmp_path, event())
    path.write_text(path.read_text(encoding="utf-8") + "x\n" * 1000, encoding="utf-8")
    assert "rows cannot be imported, the last one for: not as many fields as columns" in refused(sqlite_engine, path)


# ------------------------------------------------------------------ size


MOST_MEMORY = 250  # MiB, of which the libraries alone take some 110


# A process begins with the peak of the one that starts it: so a small one does, not the tests.
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def peak_memory(*words: object, said: str) -> int:
    """What a command takes that is refused in these words, in MiB."""
    command = [sys.executable, "-c", MEASURED, sys.executable, "-m", "data", "import", *map(str, words)]
    refused = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert said in refused.stderr and "Traceback" not in refused.stderr and refused.returncode == 1
    return int(refused.stdout.splitlines()[-1]) // 1024


def test_a_packed_line_of_hundreds_of_megabytes_takes_little_memory(tmp_path):
    with gzip.open(tmp_path / "log.csv.gz", "wb", 1) as file:
        file.write(",".join(servicenow.COLUMNS).encode() + b"\n")
        for _ in range(200):
            file.write(b"x" * 1_000_000)
    words = ("tickets", tmp_path / "log.csv.gz", "--preset", "servicenow")
    assert peak_memory(*words, said="row 2: it has more than 3000000 characters") < MOST_MEMORY


def test_a_packed_cell_of_hundreds_of_megabytes_takes_little_memory(tmp_path):
    book, plain = Workbook(), BytesIO()
    book.active.append(["Nom"])
    book.active.append(["CELL"])
    book.save(plain)
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(tmp_path / "clients.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in source.namelist():
            before, cell, after = source.read(name).partition(b"CELL")
            with bomb.open(name, "w") as part:
                part.write(before)
                for _ in range(200 if cell else 0):
                    part.write(b"x" * 1_000_000)
                part.write(after)
    assert peak_memory("clients", tmp_path / "clients.xlsx", said="a cell with more than 32767") < MOST_MEMORY


def test_memory_does_not_grow_with_the_file(sqlite_engine, tmp_path):
    def peak(incidents: int, prefix: str) -> int:
        states = ("New", "Active", "Awaiting User Info", "Resolved")
        path = written(
            tmp_path,
            *(
                event(state, f"2/3/2026 {10 + n}:00", number=f"{prefix}{number}", caller_id=f"Caller {number}")
                for n, state in enumerate(states)
                for number in range(incidents)
            ),
        )
        tracemalloc.start()
        brought_in(sqlite_engine, path)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(300, "warm")
    small, large = peak(300, "a"), peak(3000, "b")
    assert large < 1.5 * small
    with Session(sqlite_engine) as session:
        assert session.exec(select(func.count()).select_from(Ticket)).one() == 3600
