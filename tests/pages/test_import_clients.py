"""The page on which clients are imported, as the browser's server side sees it."""

from pathlib import Path

import pytest
import streamlit as st
from sqlmodel import Session, func, select
from streamlit.testing.v1 import AppTest

from data.core import workbooks
from models.client import Client, StarLevel
from models.client_import import Column
from models.product import Product
from models.user import User
from pages.components import client_import
from pages.components.text import word
from tests.pages.tab import tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HEADER = ["Numéro client", "Raison sociale", "E-mail", "Contact", "Étoiles", "Fin", "Truc"]
GOOD = ["C-1", "Neuve (démo)", "a@neuve.example", "Alix", "★4", "31/12/2030", "x"]
BAD = ["C-2", "Autre (démo)", "pas-une-adresse", "", "7", "2030-02-31", ""]


def opened(user: User) -> AppTest:
    return tab("import-clients", user)


def with_file(app: AppTest, *rows, header=HEADER, name="clients.csv") -> AppTest:
    write = workbooks.xlsx if name.endswith("xlsx") else workbooks.csv
    [uploader] = app.file_uploader
    return uploader.upload(name, write(header, rows), "text/csv").run()


def checked(app: AppTest) -> AppTest:
    return app.button(key="import_check").click().run()


def clients(world) -> dict[str, Client]:
    with Session(world.engine) as session:
        return {client.name: client for client in session.exec(select(Client))}


def problems(app: AppTest) -> list[list[object]]:
    return next(one.value for one in app.dataframe if "Problem" in one.value.columns).to_numpy().tolist()


def select_of(app: AppTest, column: Column):
    return next(one for one in app.selectbox if str(one.key).endswith(f"_{column.value}"))


def test_sales_check_a_file_and_import_it(desk):
    app = checked(with_file(opened(desk.sales), GOOD))
    assert not app.error and not app.exception
    told = {one.label: one.value for one in app.metric}
    assert (told["new clients"], told["new contacts"], told["subscriptions added"]) == ("1", "1", "1")
    assert "Neuve (démo)" not in clients(desk)
    app.button(key="import_write").click().run()
    assert not app.exception
    [said] = [one.value for one in app.success]
    assert "1 new client" in said and "1 access code issued" in said and "changed" not in said
    neuve = clients(desk)["Neuve (démo)"]
    assert (neuve.number, neuve.star_level) == ("C-1", StarLevel.FOUR)
    assert not any(one.key == "import_check" for one in app.button)  # ready for another file


def test_every_problem_is_listed_and_nothing_can_be_imported(desk):
    app = checked(with_file(opened(desk.sales), GOOD, BAD))
    found = problems(app)
    assert {(row, column) for row, column, *_rest in found} == {
        (3, "Contact’s e-mail address"),
        (3, "Star level"),
        (3, "Last day"),
    }
    assert all(why for *_rest, why in found)
    assert not any(one.key == "import_write" for one in app.button)
    assert [one.label for one in app.get("download_button")].count("CSV file") == 2  # the example, and the problems


def test_a_manager_creates_the_products_that_the_file_names(desk):
    row = [*GOOD[:6], "Paie; *Stocks*"]
    app = checked(with_file(opened(desk.manager), row, header=[*HEADER[:6], "Logiciels"]))
    [said] = [one.value for one in app.warning]
    assert said == r"2 products do not exist yet: Paie, \*Stocks\*." and not app.error
    assert not any(one.key == "import_write" for one in app.button)
    created = next(one for one in app.checkbox if one.label == "Create 2 products")
    assert not created.value
    created.check().run()
    app.button(key="import_write").click().run()
    assert not app.exception and "2 products created" in app.success[0].value
    with Session(desk.engine) as session:
        assert set(session.exec(select(Product.name))) == {"Comptoir", "Paie", "*Stocks*"}


def test_sales_are_told_whom_to_ask_for_products(desk):
    app = checked(with_file(opened(desk.sales), [*GOOD[:6], "Paie"], header=[*HEADER[:6], "Logiciels"]))
    [said] = [one.value for one in app.warning]
    assert "1 product does not exist yet: Paie. Ask a manager" in said
    assert not app.checkbox and not any(one.key == "import_write" for one in app.button)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_good_rows_come_in_and_the_others_are_a_file_to_correct(desk, ending):
    app = checked(with_file(opened(desk.sales), GOOD, BAD, name=f"clients.{ending}"))
    skip = next(one for one in app.checkbox if one.label.startswith("Import the good rows"))
    assert not skip.value
    skip.check().run()
    assert not app.error and "1 row is left out" in app.warning[0].value
    write = app.button(key="import_write")
    assert write.label == "Import 1 row"
    kept = []
    with pytest.MonkeyPatch.context() as patch:
        plain = getattr(workbooks, ending)
        patch.setattr(workbooks, ending, lambda *told: kept.append(told) or plain(*told))
        write.click().run()
    assert not app.exception and "1 new client" in app.success[0].value
    assert "1 row was not imported" in app.warning[0].value
    [(header, [row])] = [told for told in kept if told[0][0] == "Problem"]
    assert header == ["Problem", *HEADER]
    assert row[1:] == BAD and "Row 3, Star level: “7” is not a star level" in row[0]
    assert {one.number for one in clients(desk).values()} == {None, "C-1"}


def test_nothing_good_is_nothing_to_choose(desk):
    app = checked(with_file(opened(desk.sales), BAD))
    assert not app.checkbox and app.error


def test_the_new_contacts_are_invited_from_the_import(desk):
    app = checked(with_file(opened(desk.sales), GOOD))
    app.button(key="import_write").click().run()
    invite = app.button(key="import_invite")
    assert invite.label == "Invite the new contact"
    invite.click().run()
    assert app.title[0].value == "Invite contacts" and not app.exception
    assert {one.label: one.value for one in app.metric}["without a link"] == "1"
    app = tab("invitations", desk.sales, since=app.query_params["since"])
    app.button(key="invite_make").click().run()
    assert not app.exception and "1 link is made" in " ".join(one.value for one in app.markdown)
    [table] = [one.value for one in app.dataframe]
    [address] = table["Address of the link"]
    assert list(table["E-mail address"]) == ["a@neuve.example"] and "/welcome#" in address
    assert address.partition("#")[2] not in str(app.query_params)


def test_a_file_without_a_row_changes_nothing_and_says_so(desk):
    app = checked(with_file(opened(desk.sales)))
    assert any("nothing to import" in one.value for one in app.info)
    assert not any(one.key == "import_write" for one in app.button)


def test_columns_are_guessed_corrected_and_remembered(desk):
    header = ["Société", "Zutique"]
    app = with_file(opened(desk.sales), ["Neuve (démo)", "5"], header=header)
    assert (select_of(app, Column.NAME).value, select_of(app, Column.STAR_LEVEL).value) == (0, -1)
    select_of(app, Column.STAR_LEVEL).set_value(1).run()
    checked(app)
    again = with_file(opened(desk.manager), ["Neuve (démo)", "5"], header=header)
    assert select_of(again, Column.STAR_LEVEL).value == 1


def test_a_check_counts_no_more_once_the_columns_are_others(desk):
    app = checked(with_file(opened(desk.sales), GOOD))
    select_of(app, Column.STAR_LEVEL).set_value(-1).run()
    assert not any(one.key == "import_write" for one in app.button) and not app.metric


def test_a_file_that_is_none_is_refused_in_words(desk):
    app = opened(desk.sales)
    app.file_uploader[0].upload("clients.xlsx", b"\x89PNG\0\0", "image/png").run()
    assert [one.value for one in app.error] and not app.exception
    assert not any(one.key == "import_check" for one in app.button)


def test_a_sheet_is_chosen_where_there_are_several(desk):
    from io import BytesIO

    from openpyxl import load_workbook

    book = load_workbook(BytesIO(workbooks.xlsx(["a"], [])))
    sheet = book.create_sheet("Clients")
    sheet.append(["Nom"])
    sheet.append(["Neuve (démo)"])
    whole = BytesIO()
    book.save(whole)
    app = opened(desk.sales)
    app.file_uploader[0].upload("two.xlsx", whole.getvalue(), workbooks.XLSX).run()
    next(one for one in app.selectbox if one.label == "Sheet").set_value("Clients").run()
    assert select_of(app, Column.NAME).value == 0
    checked(app)
    assert {one.label: one.value for one in app.metric}["new clients"] == "1"


def test_what_changes_on_the_desk_meanwhile_is_noticed(desk):
    app = checked(with_file(opened(desk.sales), GOOD))
    with Session(desk.engine.execution_options(writes=True)) as session:
        session.add(Client(name="Neuve (démo)", number="C-9", created_at=desk.now))
        session.commit()
    app.button(key="import_write").click().run()
    assert any("Nothing was imported" in one.value for one in app.error)
    with Session(desk.engine) as session:
        assert session.exec(select(func.count()).select_from(User).where(User.email == "a@neuve.example")).one() == 0


def test_it_is_not_for_technicians_nor_contacts(desk):
    for user in (desk.technician, desk.contact):
        app = opened(user)
        assert [one.value for one in app.error]
        assert not app.file_uploader


def test_the_example_in_the_docs_is_the_one_of_the_page(monkeypatch, database_url):
    monkeypatch.setattr(st, "session_state", {"language": "fr"})
    kept = Path(__file__).parents[2] / "docs" / "clients-example.csv"
    assert kept.read_bytes() == workbooks.csv([word(one) for one in Column], client_import.example())


def test_the_list_of_clients_leads_to_it(desk):
    assert [one.proto.page for one in tab("clients", desk.sales).get("page_link")] == ["invitations", "import-clients"]
    assert not tab("clients", desk.technician).get("page_link")


@pytest.mark.parametrize("spoken", ["fr", "en"])
def test_the_example_is_understood_and_can_be_imported(desk, monkeypatch, spoken):
    with monkeypatch.context() as patch:
        patch.setattr(st, "session_state", {"language": spoken})
        header = [word(column) for column in Column]
    app = with_file(opened(desk.sales), *client_import.example(), header=header)
    assert [select_of(app, column).value for column in Column] == list(range(len(Column)))
    checked(app)
    assert not app.error, problems(app)
    assert {one.label: one.value for one in app.metric}["new clients"] == "3"
