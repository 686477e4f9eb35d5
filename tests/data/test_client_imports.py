"""Clients that come in from a spreadsheet, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from data import access_codes, client_imports, clients, sheets, subscriptions
from data.client_imports import ALL_OR_NOTHING, Choice, Upload
from data.core import workbooks
from data.core.exchange import client_rows
from models.access_code import AccessCode
from models.audit import AuditEntry
from models.client import Client, StarLevel, Subscription
from models.client_import import Column, Options, Outcome
from models.client_list import ClientFilters
from models.errors import NotAllowed, Refused
from models.permission import Role
from models.product import Ownership, Product
from models.subscription import Plan
from models.user import Language, User
from tests.pages.tab import incident

ALL = list(Column)
NO, NAME, EMAIL, WHO = Column.NUMBER, Column.NAME, Column.CONTACT_EMAIL, Column.CONTACT_NAME
STARS, BEGINS, UNTIL, PRODUCTS = Column.STAR_LEVEL, Column.BEGINS, Column.UNTIL, Column.PRODUCTS
PLACES = {column: place for place, column in enumerate(ALL)}
NEW = {NO: "C-1", NAME: "Neuve (démo)"}
CREATE, SKIP = Options(create_products=True), Options(skip_bad_rows=True)


def read(world, *rows: dict[Column, str], user=None):
    content = workbooks.csv(ALL, [[row.get(column, "") for column in ALL] for row in rows])
    return client_imports.read(world.desk(user), Choice(Upload("clients.csv", content), "", PLACES))


def tried(world, *rows, user=None, options=ALL_OR_NOTHING) -> Outcome:
    return client_imports.try_out(world.desk(user), read(world, *rows, user=user))[options]


def written(world, *rows, user=None, options=ALL_OR_NOTHING) -> Outcome:
    """What it did, which is what trying it out said it would; and once more, it does nothing."""
    found = read(world, *rows, user=user)
    said = client_imports.try_out(world.desk(user), found)[options]
    done = client_imports.write(world.desk(user), found, options=options)
    assert told(said) == told(replace(done, **UNKNOWN_BEFORE))
    again = client_imports.write(world.desk(user), read(world, *rows, user=user), options=options)
    assert again.nothing and told(again)["problems"] == told(done)["problems"]
    assert (again.moved, again.codes_issued, again.codes_ended) == (0, 0, 0)
    return done


UNKNOWN_BEFORE = {"at": None, "moved": 0, "codes_issued": 0, "codes_ended": 0}


def told(outcome: Outcome) -> dict[str, object]:
    """Refusals say the same when their words are the same."""
    problems = [(one.line, one.column, one.value, str(one.why)) for one in outcome.problems]
    return {name: getattr(outcome, name) for name in outcome.__slots__} | {"problems": problems}


def problems(world, *rows) -> list[tuple[int, Column | None, str]]:
    return [(one.line, one.column, str(one.why)) for one in tried(world, *rows).problems]


def problem(world, *rows) -> tuple[int, Column | None, str]:
    [found] = problems(world, *rows)
    with pytest.raises(Refused, match="Nothing was imported"):
        client_imports.write(world.desk(), read(world, *rows))
    return found


def all_of(world, table, *order) -> list:
    with Session(world.engine) as session:
        return list(session.exec(select(table).order_by(*(order or (table.id,)))))


def everything(world) -> list:
    tables = (Client, User, Subscription, AccessCode)
    found = [[row.model_dump() for row in all_of(world, table)] for table in tables]
    return [*found, [one.model_dump() for one in all_of(world, Ownership, Ownership.client_id, Ownership.product_id)]]


def client(world, name: str) -> Client:
    with Session(world.engine) as session:
        return session.exec(select(Client).where(Client.name == name)).one()


def periods(world, name: str) -> list[tuple[StarLevel, date, date | None]]:
    found = subscriptions.history(world.desk(), client(world, name).id)
    return [(one.star_level, one.begins, one.until) for one in found]


# ------------------------------------------------------------------ what becomes of the rows


def test_a_row_becomes_a_client_with_all_that_it_tells(world):
    told = {Column.PHONE: "+33 1", Column.ADDRESS: "1 rue\n75000 Paris", Column.CONTACT_LANGUAGE: "English"}
    told |= {Column.CONTACT_PHONE: "06 12"}
    row = NEW | told | {WHO: "Alix", EMAIL: "Alix@Neuve.Example", STARS: "★★★★", UNTIL: "31/12/2026"}
    done = written(world, row | {PRODUCTS: "comptoir"})
    assert (done.clients, done.contacts, done.subscriptions, done.products, done.codes_issued) == (1, 1, 1, 1, 1)
    neuve = client(world, "Neuve (démo)")
    assert (neuve.number, neuve.phone, neuve.address) == ("C-1", "+33 1", "1 rue\n75000 Paris")
    assert (neuve.star_level, neuve.subscribed_until) == (StarLevel.FOUR, datetime(2026, 12, 31, 23, tzinfo=UTC))
    assert neuve.next_change_at == neuve.subscribed_until
    assert periods(world, "Neuve (démo)") == [(StarLevel.FOUR, date(2026, 3, 3), date(2026, 12, 31))]
    contact = all_of(world, User)[-1]
    assert (contact.email, contact.name, contact.role) == ("alix@neuve.example", "Alix", Role.CONTACT)
    assert (contact.client_id, contact.language, contact.password_hash) == (neuve.id, Language.ENGLISH, None)
    assert contact.phone == "06 12"
    assert (neuve.id, world.product.id) in [
        (one.client_id, one.product_id) for one in all_of(world, Ownership, Ownership.client_id)
    ]


def test_who_is_entitled_has_a_code_that_opens_the_line(world):
    rows = [{NAME: f"Neuve {n}", STARS: level} for n, level in enumerate("34550")]
    assert written(world, *rows).codes_issued == 3
    desk = world.desk(world.manager)
    codes = {access_codes.reveal(desk, client(world, f"Neuve {n}").id) for n in (1, 2, 3)}
    assert len(codes) == 3
    assert not access_codes.state(desk, client(world, "Neuve 0").id).live
    assert not access_codes.state(desk, client(world, "Neuve 4").id).live


def test_an_imported_client_is_found_by_what_one_types(world):
    written(world, NEW | {WHO: "Gwenaëlle", EMAIL: "g@neuve.example"}, {NAME: "Étoilée (démo)"})
    desk = world.desk(world.sales)
    for text, name in (
        ("neuv", "Neuve (démo)"),
        ("c1", "Neuve (démo)"),
        ("gwenae", "Neuve (démo)"),
        ("etoi", "Étoilée (démo)"),
    ):
        assert [one.name for one in clients.search(desk, ClientFilters(text=text)).lines] == [name]


def test_rows_that_name_the_same_client_add_up(world):
    rows = (
        NEW | {WHO: "Alix", EMAIL: "a@neuve.example", STARS: "3", BEGINS: "1/1/2025", UNTIL: "31/12/2025"},
        {NO: "C-1", WHO: "Camille", EMAIL: "c@neuve.example", STARS: "4", BEGINS: "1/1/2026"},
        {NAME: "Neuve (démo)", WHO: "Dom", EMAIL: "d@neuve.example", STARS: "4", BEGINS: "2026-01-01"},
    )
    done = written(world, *rows)
    assert (done.clients, done.contacts, done.subscriptions) == (1, 3, 2)
    assert client(world, "Neuve (démo)").star_level == StarLevel.FOUR


def test_a_number_given_later_in_the_file_is_that_of_the_same_client(world):
    assert written(world, {NAME: "Neuve (démo)"}, NEW | {Column.PHONE: "01"}).clients == 1
    assert client(world, "Neuve (démo)").number == "C-1"


def test_known_clients_change_by_their_number_or_get_one_by_their_name(world):
    done = written(world, {NO: "A-1", NAME: world.acme.name, Column.PHONE: "01"})
    assert (done.clients, done.changed) == (0, 1)
    written(world, {NO: "A-1", NAME: "Acme devenue (démo)"})
    found = client(world, "Acme devenue (démo)")
    assert (found.id, found.number, found.phone) == (world.acme.id, "A-1", "01")
    last = [one for one in all_of(world, AuditEntry) if one.table_name == "client" and one.row_id == str(found.id)][-1]
    assert (last.before["name"], last.after["name"]) == (world.acme.name, "Acme devenue (démo)")


def test_an_empty_cell_changes_nothing(world):
    written(world, NEW | {Column.PHONE: "01", Column.ADDRESS: "1 rue", STARS: "5"})
    before = everything(world)
    assert written(world, {NO: "C-1"}).nothing
    assert everything(world) == before


def test_contacts_and_products_that_are_there_stay(world):
    row = {NAME: world.acme.name, WHO: "Another name", EMAIL: world.contact.email, PRODUCTS: "Comptoir"}
    before = everything(world)
    assert written(world, row).nothing
    assert everything(world) == before


def test_a_batch_is_told_by_the_audit_trail_and_no_code_is(world):
    before = len(all_of(world, AuditEntry))
    client_imports.write(world.desk(world.sales), read(world, NEW | {STARS: "5"}))
    entries = all_of(world, AuditEntry)[before:]
    assert {one.action for one in entries} == {"client_imports.write"} and {one.user_id for one in entries} == {
        world.sales.id
    }
    told = next(one.after for one in entries if one.table_name == "client" and not one.row_id)
    assert told["new"] == 1
    code = access_codes.reveal(world.desk(world.manager), client(world, NEW[NAME]).id)
    assert code not in str([one.model_dump() for one in entries])


# ------------------------------------------------------------------ subscriptions of clients who are there


def test_another_star_level_from_now_on_dates_running_tickets_anew_and_ends_the_code(world):
    reference = incident(world)
    due = sheets.sheet(world.desk(), reference).resolution_clock.due_at
    access_codes.issue(world.desk(world.manager), world.acme.id)
    done = written(world, {NAME: world.acme.name, STARS: "3"})
    assert (done.restarred, done.subscriptions, done.moved, done.codes_ended) == (1, 1, 1, 1)
    assert sheets.sheet(world.desk(), reference).resolution_clock.due_at > due
    assert client(world, world.acme.name).star_level == StarLevel.THREE


def test_none_ends_what_runs(world):
    assert written(world, {NAME: world.acme.name, STARS: "aucun"}).restarred == 1
    assert client(world, world.acme.name).star_level == StarLevel.NONE


def test_the_same_level_with_another_last_day_is_renewed(world):
    subscriptions.save(world.desk(), world.other.id, Plan(StarLevel.THREE, None, date(2026, 12, 31)))
    done = written(world, {NAME: world.other.name, STARS: "3", UNTIL: "31/12/2027"})
    assert (done.restarred, done.subscriptions) == (1, 0)
    assert periods(world, world.other.name)[-1][2] == date(2027, 12, 31)
    begun = periods(world, world.other.name)[-1][1]
    written(world, {NAME: world.other.name, STARS: "3", BEGINS: begun.isoformat(), UNTIL: "31/12/2028"})
    assert periods(world, world.other.name)[-1][2] == date(2028, 12, 31)


def test_a_coming_period_is_added_after_the_one_that_runs(world):
    subscriptions.save(world.desk(), world.other.id, Plan(StarLevel.THREE, None, date(2026, 12, 31)))
    row = {NAME: world.other.name, STARS: "5", BEGINS: "1/1/2027", UNTIL: "31/12/2027"}
    assert written(world, row).subscriptions == 1
    found = client(world, world.other.name)
    assert (found.star_level, found.subscribed_until) == (StarLevel.THREE, datetime(2027, 12, 31, 23, tzinfo=UTC))


# ------------------------------------------------------------------ every problem by row


@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({NO: "", NAME: "", Column.PHONE: "1"}, NAME, "A client needs a name."),
        ({NAME: ""}, NAME, "a new client needs a name"),
        ({NO: "x" * 41}, NO, "too long"),
        ({NAME: "#N/A"}, NAME, "error of the spreadsheet"),
        ({EMAIL: "pas une adresse", WHO: "A"}, EMAIL, "not an e-mail address"),
        ({WHO: "A"}, EMAIL, "needs an e-mail address"),
        ({EMAIL: "a@neuve.example"}, WHO, "needs a name"),
        ({EMAIL: "stranger@guichet.example"}, EMAIL, "contact of another client"),
        ({EMAIL: "sales@guichet.example"}, EMAIL, "a colleague"),
        ({Column.CONTACT_LANGUAGE: "de"}, Column.CONTACT_LANGUAGE, "not a language"),
        ({STARS: "2"}, STARS, "not a star level"),
        ({BEGINS: "1/1/2026"}, STARS, "needs a star level"),
        ({STARS: "3", BEGINS: "31/2/2026"}, BEGINS, "not a date"),
        ({STARS: "3", BEGINS: "1/1/1066"}, BEGINS, "out of all reason"),
        ({STARS: "3", BEGINS: "2/1/2026", UNTIL: "1/1/2026"}, UNTIL, "before it begins"),
        ({STARS: "3", UNTIL: "1/1/2026"}, STARS, "before it begins"),
        ({STARS: "none", UNTIL: "1/1/2027"}, STARS, "no dates"),
        ({PRODUCTS: f"Comptoir; {'x' * 121}"}, PRODUCTS, "no product called x"),
    ],
)
def test_a_bad_row_is_told_by_row_and_column_and_nothing_comes_in(world, changes, column, said):
    before = everything(world)
    line, where, words = problem(world, {NAME: "Bonne (démo)"}, NEW | changes)
    assert (line, where) == (3, column) and said in words
    assert everything(world) == before


def test_a_problem_of_two_cells_together_names_what_stands_in_the_one_to_change(world):
    [late] = tried(world, NEW | {STARS: "3", BEGINS: "2/1/2026", UNTIL: "1/1/2026"}).problems
    [missing] = tried(world, NEW | {WHO: "A"}).problems
    assert (late.value, missing.value) == ("1/1/2026", "")


@pytest.mark.parametrize(
    ("first", "second", "column", "said"),
    [
        (NEW, NEW, None, "the same as row 2"),
        (NEW, {NO: "C-1", NAME: "Autrement"}, NAME, "Row 2 says of this client: Neuve"),
        (NEW, {NO: "C-2", NAME: "Neuve (démo)"}, NO, "Row 2 gives"),
        ({NAME: "N", Column.PHONE: "1"}, {NAME: "N", Column.PHONE: "2"}, Column.PHONE, "Row 2 says"),
        ({NAME: "N", WHO: "A", EMAIL: "a@n.example"}, {NAME: "M", WHO: "A", EMAIL: "a@n.example"}, EMAIL, "another"),
        ({NAME: "N", WHO: "A", EMAIL: "a@n.example"}, {NAME: "N", WHO: "B", EMAIL: "a@n.example"}, WHO, "calls"),
        ({NAME: "N", STARS: "3"}, {NAME: "N", STARS: "4"}, STARS, "another subscription"),
        (
            {NAME: "N", STARS: "3", BEGINS: "1/1/2026", UNTIL: "30/6/2026"},
            {NAME: "N", STARS: "4", BEGINS: "30/6/2026"},
            BEGINS,
            "overlaps the subscription of row 2",
        ),
        (
            {NAME: "N", STARS: "3", BEGINS: "1/1/2026"},
            {NAME: "N", STARS: "4"},
            STARS,
            "another subscription that the file gives",
        ),
    ],
)
def test_rows_that_contradict_each_other_are_told(world, first, second, column, said):
    line, where, words = problem(world, first, second)
    assert (line, where) == (3, column) and said in words


def test_what_the_desk_has_already_and_differs_is_told(world):
    acme = world.acme.name
    written(world, {NO: "A-1", NAME: acme}, {NO: "O-1", NAME: world.other.name})
    assert "has the number A-1" in problem(world, {NO: "A-2", NAME: acme})[2]
    assert "called" in problem(world, {NO: "O-1", NAME: acme})[2]
    assert "from 2020-01-01 on" in problem(world, {NAME: acme, STARS: "4", BEGINS: "1/4/2026"})[2]
    assert problem(world, {NAME: acme, STARS: "5", BEGINS: "1/1/2020", UNTIL: "1/1/2026"})[2].endswith("is over.")
    written(world, {NAME: acme, STARS: "5", BEGINS: "1/1/2020", UNTIL: "31/3/2026"})
    overlap = problem(world, {NAME: acme, STARS: "4", BEGINS: "31/3/2026"})
    assert overlap[1] == BEGINS and "to 2026-03-31" in overlap[2]
    world.now += timedelta(days=60)
    late = problem(world, {NAME: acme, STARS: "5", BEGINS: "1/1/2020", UNTIL: "31/12/2026"})
    assert "what is over stays" in late[2]


def test_all_problems_of_a_row_are_told_at_once_in_the_order_of_the_rows(world):
    row = {NO: "C-1", EMAIL: "?", STARS: "9", BEGINS: "soon", UNTIL: "later", PRODUCTS: "Nothing"}
    found = problems(world, {NAME: "Bonne"}, row, {})
    assert [(line, column) for line, column, _ in found] == [
        (3, column) for column in (EMAIL, STARS, BEGINS, UNTIL, NAME)
    ]
    assert problems(world, {NAME: "B", Column.PHONE: "1"}, {Column.PHONE: "2"})[0][:2] == (3, NAME)


def test_a_row_with_more_cells_than_columns_is_a_problem(world):
    upload = Upload("x.csv", b"Nom\nA;B\n")
    rows = client_imports.read(world.desk(), Choice(upload, "", {NAME: 0}))
    [found] = client_imports.try_out(world.desk(), rows)[ALL_OR_NOTHING].problems
    assert (found.line, found.column) == (2, None)


# ------------------------------------------------------------------ products that do not exist yet


def test_products_that_do_not_exist_are_told_once_and_block_the_import(world):
    rows = [{NAME: f"Neuve {n}", PRODUCTS: "Paie; comptoir; Étiquettes"} for n in range(30)] + [
        {NAME: "N", PRODUCTS: "paie"}
    ]
    outcome = tried(world, *rows)
    assert (outcome.missing, outcome.problems, outcome.blocked) == (("Paie", "Étiquettes"), (), True)
    before = everything(world)
    with pytest.raises(Refused, match="Nothing was imported"):
        client_imports.write(world.desk(), read(world, *rows))
    assert everything(world) == before


def test_products_are_created_when_asked_for_and_each_is_on_the_audit_trail(world):
    rows = NEW | {PRODUCTS: "Paie, Comptoir; Étiquettes"}, {NAME: world.acme.name, PRODUCTS: "PAIE"}
    done = written(world, *rows, options=CREATE, user=world.manager)
    assert (done.created, done.products) == (2, 4)
    products = {one.name: one.id for one in all_of(world, Product)}
    assert set(products) == {"Comptoir", "Paie", "Étiquettes"}
    owned = {(one.client_id, one.product_id) for one in all_of(world, Ownership, Ownership.client_id)}
    neuve = client(world, "Neuve (démo)").id
    assert {(neuve, number) for number in products.values()} <= owned and (world.acme.id, products["Paie"]) in owned
    created = [one.after["name"] for one in all_of(world, AuditEntry) if one.table_name == "product" and one.user_id]
    assert created == ["Paie", "Étiquettes"]


def test_who_may_not_manage_products_creates_none(world):
    found = read(world, NEW | {PRODUCTS: "Paie"}, user=world.sales)
    with pytest.raises(NotAllowed):
        client_imports.write(world.desk(world.sales), found, options=CREATE)
    assert [one.name for one in all_of(world, Product)] == ["Comptoir"]


def test_a_column_that_holds_no_products_creates_none(world):
    rows = [{NAME: f"Neuve {n}", PRODUCTS: f"Remarque {n}"} for n in range(201)]
    assert len(tried(world, *rows).missing) == 201
    with pytest.raises(Refused, match="200 at most"):
        client_imports.write(world.desk(), read(world, *rows), options=CREATE)
    assert len(all_of(world, Product)) == 1


# ------------------------------------------------------------------ the good ones without the bad ones


def test_good_clients_come_in_and_the_rows_of_the_others_are_told(world):
    good = [{NAME: f"Bonne {n}", WHO: "A", EMAIL: f"a{n}@bonne.example", STARS: "3"} for n in range(3)]
    done = written(world, good[0], NEW | {STARS: "9"}, *good[1:], options=SKIP)
    assert (done.clients, done.contacts, done.rows, done.bad_rows) == (3, 3, 4, 1)
    assert [(one.line, one.column) for one in done.problems] == [(3, STARS)]
    assert {one.name for one in all_of(world, Client)} >= {f"Bonne {n}" for n in range(3)}
    assert "Neuve (démo)" not in {one.name for one in all_of(world, Client)}


@pytest.mark.parametrize(
    "rows",
    [
        # A contact of a client that another row would create; one that could stand alone; subscriptions that overlap.
        [NEW | {STARS: "9"}, {NO: "C-1", WHO: "A", EMAIL: "a@neuve.example"}],
        [NEW | {STARS: "4"}, {NAME: "Neuve (démo)", WHO: "A", EMAIL: "not an address"}],
        [NEW | {STARS: "3", BEGINS: "1/1/2026"}, NEW | {STARS: "4", BEGINS: "2/1/2026"}],
        [NEW | {Column.PHONE: "1"}, {NO: "C-1", Column.PHONE: "2"}],
        [NEW, {NO: "C-2", NAME: "Neuve (démo)"}],
        [{NAME: "Neuve (démo)", STARS: "4"}, {NAME: "Neuve (démo)", PRODUCTS: "Inconnu"}],
    ],
)
def test_a_client_comes_in_whole_or_not_at_all(world, rows):
    before = everything(world)
    done = client_imports.write(world.desk(), read(world, *rows), options=SKIP)
    assert done.nothing and everything(world) == before
    assert {one.line for one in done.problems} == {2, 3}
    assert client_imports.write(world.desk(), read(world, *rows, {NAME: "Bonne"}), options=SKIP).clients == 1


def test_a_row_that_says_the_same_again_keeps_nothing_out(world):
    done = written(world, NEW, NEW, options=SKIP)
    assert (done.clients, [one.line for one in done.problems]) == (1, [3])


def test_a_known_client_with_a_bad_row_stays_as_it_is(world):
    rows = {NAME: world.acme.name, Column.PHONE: "01"}, {NAME: world.acme.name, STARS: "9"}, {NAME: "Bonne"}
    assert (written(world, *rows, options=SKIP).clients, client(world, world.acme.name).phone) == (1, "")


def test_products_are_created_for_the_clients_that_come_in_and_no_others(world):
    rows = NEW | {PRODUCTS: "Paie"}, {NAME: "Autre neuve", PRODUCTS: "Stocks", STARS: "9"}
    both = Options(create_products=True, skip_bad_rows=True)
    assert tried(world, *rows, options=both).missing == ("Paie",)
    assert written(world, *rows, options=both).created == 1
    assert [one.name for one in all_of(world, Product)] == ["Comptoir", "Paie"]


def test_rejected_rows_are_given_as_the_file_has_them(world):
    wrong = [{NO: "C-2", NAME: "Autre", STARS: "9"}.get(column, "") for column in ALL] + ["x"]
    content = workbooks.csv([*ALL, "Truc"], [["C-1", "Neuve"], wrong])
    choice = Choice(Upload("clients.csv", content), "", PLACES)
    outcome = client_imports.try_out(world.desk(), client_imports.read(world.desk(), choice))[SKIP]
    header, [bad] = client_imports.rejected(world.desk(), choice, outcome.problems)
    assert header == [*ALL, "Truc"]
    assert bad.cells == wrong
    assert [one.column for one in bad.problems] == [STARS]


# ------------------------------------------------------------------ in steps


def test_what_is_stopped_in_the_middle_keeps_whole_clients_and_goes_on(world):
    rows = [
        {
            NO: f"C-{n}",
            NAME: f"Neuve {n}",
            WHO: "A",
            EMAIL: f"a{n}@neuve.example",
            STARS: "45"[n % 2],
            PRODUCTS: "Comptoir",
        }
        for n in range(1200)
    ] + [{NAME: world.acme.name, STARS: "3"}]
    found = read(world, *rows)

    def stop(done: int, _total: int) -> None:
        if done >= 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client_imports.write(world.desk(), found, stop)
    clients = [one.name for one in all_of(world, Client) if one.name.startswith("Neuve")]
    assert len(clients) == 1000 == len([one for one in all_of(world, User) if one.email.endswith("@neuve.example")])
    done = client_imports.write(world.desk(), found)
    assert (done.clients, done.contacts, done.codes_issued, done.restarred) == (200, 200, 200, 1)
    assert len([one for one in all_of(world, AccessCode) if one.ended_at is None]) == 1200
    assert client_imports.try_out(world.desk(), found)[ALL_OR_NOTHING].nothing


def test_a_client_who_comes_in_between_stops_the_rest_in_words(world):
    rows = [{NO: f"C-{n}", NAME: f"Neuve {n}"} for n in range(600)]

    def meanwhile(done: int, _total: int) -> None:
        if done == 500:
            clients.create(world.desk(world.sales), clients.ClientForm(name="Neuve 599", number="C-0001"))

    with pytest.raises(Refused, match="500 clients of the file were written"):
        client_imports.write(world.desk(), read(world, *rows), meanwhile)
    assert len([one for one in all_of(world, Client) if one.name.startswith("Neuve")]) == 501


def test_the_contacts_of_all_steps_are_of_one_moment(world):
    """So that they are invited together."""
    rows = [{NAME: f"Neuve {n}", WHO: "A", EMAIL: f"a{n}@neuve.example"} for n in range(600)]

    def later(_done: int, _total: int) -> None:
        world.now += timedelta(minutes=1)

    done = client_imports.write(world.desk(), read(world, *rows), later)
    assert {one.created_at for one in all_of(world, User) if one.email.endswith("@neuve.example")} == {done.at}


def test_trying_out_changes_nothing(world):
    before = everything(world)
    assert tried(world, NEW | {STARS: "5", WHO: "A", EMAIL: "a@neuve.example"}).clients == 1
    assert everything(world) == before


def test_the_number_of_statements_does_not_grow_with_the_rows(world, count_queries):
    def statements(many: int, letter: str) -> tuple[int, int]:
        rows = read(
            world,
            *(
                {NAME: f"{letter} {n}", WHO: "A", EMAIL: f"{letter}{n}@n.example", STARS: "034"[n % 3]}
                for n in range(many)
            ),
        )
        count_queries()
        client_imports.try_out(world.desk(), rows)
        looked = count_queries()
        client_imports.write(world.desk(), rows)
        return looked, count_queries()

    statements(3, "first")  # the first access code claims the secret key for the database
    assert statements(30, "a") == statements(300, "b")


def test_sales_and_managers_import_and_nobody_else(world):
    upload = Upload("x.csv", b"Nom\nNeuve\n")
    choice, rows = Choice(upload, "", {NAME: 0}), read(world, NEW)
    for desk in (world.desk(world.technician), world.desk(world.contact)):
        for function, told in (
            (client_imports.look, (upload,)),
            (client_imports.remember, (["Nom"], {NAME: 0})),
            (client_imports.read, (choice,)),
            (client_imports.try_out, (rows,)),
            (client_imports.rejected, (choice, ())),
            (client_imports.write, (rows,)),
        ):
            with pytest.raises(NotAllowed):
                function(desk, *told)
    assert written(world, NEW, user=world.sales).clients == 1
    assert written(world, {NAME: "Autre neuve"}, user=world.manager).clients == 1


# ------------------------------------------------------------------ columns and cells


def test_headers_are_guessed_in_french_and_english(world):
    def guessed(*header: str) -> list[Column]:
        return list(client_imports.look(world.desk(), Upload("x.csv", workbooks.csv(header, [])))[1])

    assert guessed(
        "N° client", "Raison sociale", "Courriel", "Interlocuteur", "Étoiles", "Date de début", "Échéance"
    ) == [*(NO, NAME, EMAIL, WHO, STARS, BEGINS, UNTIL)]
    assert guessed("Customer number", "Company", "Contact e-mail", "Contact name", "Stars", "From", "Until") == [
        *(NO, NAME, EMAIL, WHO, STARS, BEGINS, UNTIL)
    ]
    assert guessed("Nom", "Nom", "???", "") == [NAME]


def test_what_columns_hold_is_remembered_also_that_they_hold_nothing(world):
    desk = world.desk(world.sales)
    client_imports.remember(desk, ["Nom", "Truc", ""], {STARS: 1})
    client_imports.remember(desk, ["Nom", "Truc"], {STARS: 1})
    _, places = client_imports.look(world.desk(world.manager), Upload("x.csv", b"truc,nom,Client\n"))
    assert places == {STARS: 0, NAME: 2}


@pytest.mark.parametrize("places", [{}, {STARS: 0}, {NAME: 0, NO: 0}, {NAME: 5}])
def test_columns_that_make_no_sense_are_refused(world, places):
    with pytest.raises(Refused):
        client_imports.read(world.desk(), Choice(Upload("x.csv", b"a,b\n1,2\n"), "", places))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3/2/2026", date(2026, 2, 3)),
        ("03.02.2026", date(2026, 2, 3)),
        ("3-2-26", date(2026, 2, 3)),
        ("2026-02-03", date(2026, 2, 3)),
        ("2026-02-03 09:30:00", date(2026, 2, 3)),
        ("2026-02-03T09:30:00Z", date(2026, 2, 3)),
        ("46056", date(2026, 2, 3)),
    ],
)
def test_days_are_read_the_french_way_in_iso_and_as_excel_counts_them(text, day):
    assert client_rows.day(text) == day


@pytest.mark.parametrize(
    "text", ["13/13/2026", "31/2/2026", "demain", "1", "99999999", "2026-2", "², ³", "1/1/1900", ""]
)
def test_other_days_are_refused(text):
    with pytest.raises(Refused):
        client_rows.day(text)


@pytest.mark.parametrize("text", ["4", "★4", "4★", "★★★★", "****", "4 étoiles", "4 Stars", "QUATRE", " 4 "])
def test_star_levels_are_read_as_people_write_them(text):
    assert client_rows.star_level(text) == StarLevel.FOUR


@pytest.mark.parametrize("text", ["2", "6", "★★", "4.5", "-4", "quatre et demi"])
def test_other_star_levels_are_refused(text):
    with pytest.raises(Refused):
        client_rows.star_level(text)


def test_a_workbook_says_the_same_as_a_csv_file(world):
    row = ["C-1", "Neuve", "", "", "", "", "", "", 4, date(2026, 1, 1), datetime(2026, 12, 31), ""]
    upload = Upload("x.xlsx", workbooks.xlsx(ALL, [row]))
    rows = client_imports.read(world.desk(), Choice(upload, "", PLACES))
    assert client_imports.write(world.desk(), rows).problems == ()
    assert periods(world, "Neuve") == [(StarLevel.FOUR, date(2026, 1, 1), date(2026, 12, 31))]
    assert [one.number for one in all_of(world, Client, col(Client.id))][-1] == "C-1"
