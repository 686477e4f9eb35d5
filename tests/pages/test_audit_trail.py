"""The page of the audit trail, as the browser's server side sees it."""

import ast
import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlmodel import Session

from data import access_codes, audit_trail, clients, contacts, tickets
from data.clients import ClientForm
from models.audit import AuditEntry
from models.audit_trail import AuditFilters
from models.user import Language
from pages.components import audit_export, audit_text
from pages.components.audit_columns import HIDDEN
from pages.components.audit_words import ACTIONS, TABLES
from tests.pages.tab import incident, tab
from tests.test_house import HOUSE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def opened(desk, **query):
    app = tab("audit-trail", desk.manager, **query)
    assert not app.exception
    return app


def html(app) -> str:
    return next((one.proto.body for one in app.get("html") if 'class="audit"' in one.proto.body), "")


def test_an_entry_is_told_in_words_with_a_link_to_its_thing(desk):
    reference = incident(desk)
    tickets.take(desk.desk(desk.technician), reference)
    said = html(opened(desk))
    assert "Ticket taken" in said and "Technician" in said and f"/ticket?ref={reference}" in said
    assert "<dt>Status</dt><dd><del>New</del>" in said and "<ins>In progress</ins>" in said


def test_text_of_others_shows_as_it_is(desk):
    clients.create(desk.desk(desk.sales), ClientForm(name='<img src=x onerror="alert(1)">', address="<script>"))
    said = html(opened(desk))
    assert "&lt;img" in said and "<img" not in said and "<script" not in said


def test_an_address_narrows_it_and_fields_write_to_it(desk):
    made = clients.create(desk.desk(desk.sales), ClientForm(name="Neuve"))
    incident(desk)
    app = opened(desk, table="client", row=str(made))
    assert html(app).count("<li") == 1 and "Neuve" in html(app)
    app.button(key="audit_leave_row").click().run()
    assert "row" not in app.query_params and html(app).count("<li") == 1
    app.selectbox(key="audit_person").set_value(str(desk.technician.id)).run()
    assert app.query_params["person"] == str(desk.technician.id)
    assert "Nothing on the trail matches" in app.info[0].value and not html(app)
    app.button(key="audit_clear").click().run()
    assert not app.query_params and html(app).count("<li") > 1


def test_pages_turn_and_lead_back(desk):
    for number in range(60):
        clients.create(desk.desk(desk.sales), ClientForm(name=f"Neuve {number}"))
    app = opened(desk)
    assert html(app).count("<li") == 50 and "Neuve 59" in html(app)
    app.button(key="audit_next").click().run()
    assert "Neuve 9<" in html(app) and "Neuve 59" not in html(app)
    app.button(key="audit_first").click().run()
    assert "Neuve 59" in html(app)


@pytest.mark.parametrize("name", ["person", "table", "row", "action", "from", "to", "after"])
@pytest.mark.parametrize("value", ["'; --", "-1", "9" * 5000, "1\x002", "é²", "0001-01-01", "9999-12-31", "NaN"])
def test_an_address_that_means_nothing_breaks_nothing(desk, name, value):
    opened(desk, **{"table": "client", name: value})


def test_a_code_that_is_shown_is_on_the_trail_and_does_not_show(desk):
    manager = desk.desk(desk.manager)
    access_codes.issue(manager, desk.acme.id)
    code = access_codes.reveal(manager, desk.acme.id)
    said = html(opened(desk, table="access_code"))
    assert "Access code shown" in said and code not in said


def test_many_rows_at_once_are_told_by_the_counts_that_are_not_zero(desk):
    with Session(desk.engine.execution_options(writes=True)) as session:
        counts = {"after": {"rows": 3000, "new": 2998, "changed": 0}, "before": {}, "at": desk.now, "row_id": ""}
        session.execute(insert(AuditEntry), [counts | {"action": "client_imports.write", "table_name": "client"}])
        session.commit()
    said = html(opened(desk, action="client_imports.write"))
    assert "Clients imported" in said and "<dt>New clients</dt><dd><ins>2,998</ins>" in said
    assert "Clients changed" not in said and "All entries about it" not in said


def test_a_secret_says_that_it_is_one(desk):
    token = contacts.reset(desk.desk(desk.sales), desk.contact.id)
    said = html(opened(desk, table="one_time_link"))
    assert "(secret)" in said and "•••" not in said and token not in said


def exported(desk, filters) -> list[list[str]]:
    content = audit_export.content(desk.desk(desk.manager), filters, Language.ENGLISH)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_view_is_taken_along_as_a_guarded_file_and_that_is_noted(desk):
    clients.create(desk.desk(desk.sales), ClientForm(name="=cmd()", number="C-9"))
    heads, *rows = exported(desk, AuditFilters(table="client"))
    assert heads == ["At", "Who", "Role", "Action", "Kind", "Id", "About", "Column", "Before", "After"]
    cells = {row[7]: row for row in rows}
    assert cells["Name"][1:5] == ["Sales", "Sales", "Client created", "Client"]
    assert cells["Name"][6] == "'=cmd()" and cells["Name"][8:] == ["—", "'=cmd()"]
    assert audit_trail.page(desk.desk(desk.manager), AuditFilters()).lines[0].action == "audit_trail.note_export"


def test_a_file_ends_at_its_bound_and_says_so(desk, monkeypatch):
    monkeypatch.setattr(audit_export, "EXPORTED", 5)
    monkeypatch.setattr(audit_export, "_AT_A_TIME", 2)
    for number in range(9):
        clients.create(desk.desk(desk.sales), ClientForm(name=f"Neuve {number}"))
    _, *rows = exported(desk, AuditFilters(table="client"))
    assert {row[6] for row in rows[:-1]} == {f"Neuve {number}" for number in range(4, 9)}
    assert "after 5 entries" in rows[-1][0]


def test_a_search_that_is_not_over_says_how_far_it_came(desk, monkeypatch):
    monkeypatch.setattr("data.core.audit_entries.SEARCHED", 20)
    rows = [
        {"at": desk.now + timedelta(seconds=n), "user_id": desk.manager.id, "action": "x.y", "table_name": "t"}
        | {"row_id": "1", "before": {}, "after": {}}
        for n in range(30)
    ]
    with Session(desk.engine.execution_options(writes=True)) as session:
        session.execute(insert(AuditEntry), rows)
        session.commit()
    app = opened(desk, person=str(desk.manager.id), table="product")
    assert any("Searched back to" in one.value for one in app.caption) and not app.info
    app.button(key="audit_next").click().run()
    assert "nothing more" in app.info[0].value


def test_it_is_for_managers_only(desk):
    for user in (desk.technician, desk.sales, desk.contact):
        app = tab("audit-trail", user)
        assert app.error and not html(app)


def commands() -> set[str]:
    """What the trail calls each command."""
    found = set()
    for path in (HOUSE / "data").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any("command(" in ast.unparse(d) for d in node.decorator_list):
                found.add(f"{path.stem}.{node.name}")
    return found


def test_every_command_and_every_table_has_words(served):
    assert not commands() - set(ACTIONS)
    audited = [one for one in AuditEntry.__mro__[1].__subclasses__() if one.audited]
    assert len(audited) > 10
    assert not {one.__tablename__ for one in audited} - set(TABLES)
    columns = {column.name for one in audited for column in one.__table__.columns if column.name not in one.derived}
    assert {name for name in columns if audit_text.column_name(name) == name.replace("_", " ")} <= HIDDEN
