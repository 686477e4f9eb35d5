"""A client's papers as the staff and a contact see them: found, added, corrected, removed."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from data import documents
from data.core import clock, database, sign_in
from data.core.uploads import Upload, store
from models.document import DocumentKind, Paper
from models.user import Language, User
from pages.components.text import speaking

PDF = b"%PDF-1.4\n%%EOF\n"


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def english():
    """What a tab sends is worded here, outside of it."""
    with speaking(Language.ENGLISH):
        yield


def page() -> None:
    import streamlit as st

    from models.permission import Role
    from pages.components.attempt import say_done
    from pages.components.client_documents import documents as section
    from pages.components.document_list import document_list
    from pages.components.session import signed_in

    desk = signed_in()
    assert desk
    say_done()
    draw = document_list if desk.user.role == Role.CONTACT else section
    draw(desk, st.session_state["client"])


def opened(user: User, client_id: int, **query: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=30)
    app.context = {"locale": "en-GB"}
    for name, value in query.items():
        app.query_params[name] = value
    session_id, _ = sign_in.open_session(database.engine(), user.id, "192.0.2.1", "Firefox/1 Linux", clock.now())
    app.session_state["session_id"] = session_id
    app.session_state["client"] = client_id
    return app.run()


def add(desk, number: str, kind=DocumentKind.INVOICE, dated="2026-03-01", title="") -> int:
    paper = Paper(kind, number, title, date.fromisoformat(dated))
    return documents.add(
        desk.desk(desk.sales), desk.acme.id, paper, *store([Upload(f"{number}.pdf", PDF + number.encode())])
    )


def shown(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.proto.body for element in app.get("html"))


def numbers(desk) -> list[str]:
    return [line.number for line in documents.search(desk.desk(desk.sales), desk.acme.id).lines]


def test_a_client_without_papers_is_told_what_will_be_there(desk):
    app = opened(desk.contact, desk.acme.id)
    assert [one.value for one in app.info] == ["No document yet. Quotes, orders and invoices will be listed here."]


def test_they_are_narrowed_by_kind_year_and_words_and_the_address_says_how(desk):
    add(desk, "F-1", title="Été <b>x</b>")
    add(desk, "F-2", dated="2025-01-01")
    add(desk, "D-1", DocumentKind.QUOTE)
    app = opened(desk.contact, desk.acme.id)
    assert "<b>x</b>" not in shown(app) and 'href="/documents/1" target="_blank"' in shown(app)
    [kinds] = app.button_group
    assert list(kinds.options) == ["Quote · 1", "Purchase order · 0", "Invoice · 2"]
    app = kinds.set_value(DocumentKind.INVOICE).run()
    assert "D-1" not in shown(app) and "F-2" in shown(app)
    app = app.selectbox[0].set_value(2026).run()
    assert "F-2" not in shown(app) and "F-1" in shown(app)
    assert app.query_params == {"paper_kind": "invoice", "paper_year": "2026"}
    app = app.text_input[0].set_value("nothing").run()
    assert app.info[0].value == "No document is like that."


def test_an_address_that_was_sent_opens_its_view_and_a_broken_one_all_of_them(desk):
    add(desk, "F-1")
    add(desk, "D-1", DocumentKind.QUOTE, "2025-01-01")
    app = opened(desk.technician, desk.acme.id, paper_kind="quote", paper_year="2025", paper_text="d")
    assert "D-1" in shown(app) and "F-1" not in shown(app)
    app = opened(desk.technician, desk.acme.id, paper_kind="x", paper_year="²", paper_text="")
    assert "D-1" in shown(app) and "F-1" in shown(app)


def test_a_list_of_several_pages_is_turned(desk):
    for number in range(documents.PAGE + 1):
        add(desk, f"N{number:02}", dated=f"2026-03-{number + 1:02}")
    app = opened(desk.contact, desk.acme.id)
    assert "N00" not in shown(app)
    app = app.button(key="documents_next").click().run()
    assert "N00" in shown(app) and "N01" not in shown(app)
    app = app.button(key="documents_first").click().run()
    assert "N01" in shown(app)


def test_technicians_look_and_have_nothing_to_change(desk):
    add(desk, "F-1")
    assert not opened(desk.technician, desk.acme.id).button


def test_the_name_of_a_file_fills_in_the_form_and_what_is_wrong_loses_nothing(desk):
    app = opened(desk.sales, desk.acme.id)
    app = app.button(key="documents_open_one").click().run()
    app = app.file_uploader[0].upload("Quote D-77 Licences 2026-03-01.pdf", PDF, "application/pdf").run()
    kind = next(one for one in app.selectbox if str(one.key).startswith("documents_kind_of_"))
    number, title = (
        next(one for one in app.text_input if str(one.key).startswith(f"documents_{name}_"))
        for name in ("number", "title")
    )
    assert (kind.value, number.value, title.value) == (DocumentKind.QUOTE, "D-77", "Licences")
    assert app.date_input[0].value == date(2026, 3, 1)
    title.set_value("Mine").run()
    app = number.set_value("").run()
    app = app.button(key="documents_add").click().run()
    assert [one.value for one in app.error] == ["Give the number of the document."]
    assert "Mine" in [one.value for one in app.text_input]
    number = next(one for one in app.text_input if str(one.key).startswith("documents_number_"))
    number.set_value("D-78").run()
    app = app.button(key="documents_add").click().run()
    assert numbers(desk) == ["D-78"] and "Mine" in shown(app)
    assert [one.value for one in app.toast] == ["D\\-78 is added."]
    assert not app.date_input  # the form waits for the next file


def test_a_folder_is_told_of_by_its_list_and_added_whole(desk):
    app = opened(desk.sales, desk.acme.id)
    app = app.button(key="documents_open_folder").click().run()
    [way] = [one for one in app.button_group if one.key == "documents_way"]
    app = way.set_value("files").run()
    told = "file;kind;number;title;date\na.pdf;invoice;F-1;One;01/03/2026\nb.pdf;credit;F-2;;2026-13-01\n"
    files = [("a.pdf", PDF + b"a", "application/pdf"), ("b.pdf", PDF + b"b", "application/pdf")]
    app = app.file_uploader[0].set_value([*files, ("list.csv", told.encode(), "text/csv")]).run()
    [warning] = app.warning
    assert "2 things to correct first" in warning.value
    assert "Row 2, b\\.pdf: “credit” is neither" in warning.value and "Row 2, b\\.pdf: “2026\\-13\\-01” is no date" in (
        warning.value
    )
    assert app.button(key="documents_add_all").disabled
    good = told.replace("credit", "quote").replace("2026-13-01", "2026-12-01")
    app = app.file_uploader[0].set_value([*files, ("list.csv", good.encode(), "text/csv")]).run()
    assert not app.warning
    app = app.button(key="documents_add_all").click().run()
    assert sorted(numbers(desk)) == ["F-1", "F-2"]
    assert [one.value for one in app.toast] == ["2 documents are added."]


def test_a_paper_is_removed_with_a_reason_only(desk):
    document_id = add(desk, "F-1")
    app = opened(desk.manager, desk.acme.id)
    app = app.button(key=f"documents_remove_{document_id}").click().run()
    app = app.button(key="documents_remove").click().run()
    assert app.error[0].value.startswith("Say why") and numbers(desk) == ["F-1"]
    app = app.button(key="documents_keep").click().run()
    assert not app.text_input(key=f"documents_text_{desk.acme.id}").value
    app = app.button(key=f"documents_remove_{document_id}").click().run()
    app.text_input(key=f"documents_reason_{document_id}").set_value("Wrong client")
    app = app.button(key="documents_remove").click().run()
    assert numbers(desk) == [] and not app.exception


def test_another_company_s_papers_are_not_drawn(desk):
    add(desk, "F-1")
    app = opened(desk.stranger, desk.acme.id)
    assert "F-1" not in "".join(element.proto.body for element in app.get("html"))
    assert app.exception
