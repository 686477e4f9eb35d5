"""Managers keep the products; on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import insert
from sqlmodel import Session, select

from data import articles, clients, filing, hotline, lookups, products, tickets
from data.tickets import TicketForm
from models.audit import AuditEntry
from models.client_list import ClientFilters
from models.errors import NotAllowed, NotFound, Refused
from models.product import Product
from models.ticket import Kind, Urgency

FORM = TicketForm(kind=Kind.INCIDENT, urgency=Urgency.LOW, subject="Panne", description="…")


def names(world, text: str = "") -> list[str]:
    return [one.name for one in products.listed(world.desk(world.manager), text).lines]


def create(world, *wanted: str) -> dict[str, int]:
    return {one.name: one.id for one in products.create(world.desk(world.manager), wanted).created}


def test_new_products_come_last_in_the_order_of_the_list(world):
    made = products.create_list(world.desk(world.manager), "Tachy\n\n  Étiquettes  \r\nAtelier\n")
    assert [one.name for one in made.created] == ["Tachy", "Étiquettes", "Atelier"]
    assert names(world) == ["Comptoir", "Tachy", "Étiquettes", "Atelier"]


def test_names_that_differ_in_case_and_accents_are_one_product(world):
    made = products.create(world.desk(world.manager), ["Étiquettes", "etiquettes", "COMPTOIR"])
    assert [one.name for one in made.created] == ["Étiquettes"]
    assert [one.name for one in made.existing] == ["Comptoir"]
    with pytest.raises(Refused, match="“Comptoir”"):
        products.rename(world.desk(world.manager), made.created[0].id, "comptoîr", "Étiquettes")
    assert names(world) == ["Comptoir", "Étiquettes"]


def test_a_row_written_past_the_desk_has_its_key_and_its_place(world):
    with Session(world.engine.execution_options(writes=True)) as session:
        session.execute(insert(Product), [{"name": "Évêché"}, {"name": "Autre"}])
        session.commit()
    assert names(world, "eveche") == ["Évêché"]
    assert names(world)[0] == "Comptoir"


@pytest.mark.parametrize("name", ["", "   ", "\x00", "́"])
def test_a_product_needs_a_name(world, name):
    with pytest.raises(Refused, match="name"):
        products.create(world.desk(world.manager), [name])
    with pytest.raises(Refused, match="name"):
        products.rename(world.desk(world.manager), world.product.id, name, "Comptoir")


def test_what_is_too_long_or_too_much_is_refused_in_words(world):
    desk = world.desk(world.manager)
    for wanted in (["x" * 121], [f"Product {n}" for n in range(201)]):
        with pytest.raises(Refused):
            products.create(desk, wanted)
    with pytest.raises(Refused, match="in parts"):
        products.create_list(desk, "x\n" * 30_000)
    assert names(world) == ["Comptoir"]


def test_two_managers_do_not_rename_the_same_product_at_once(world):
    products.rename(world.desk(world.manager), world.product.id, "Caisse", "Comptoir")
    with pytest.raises(Refused, match="meanwhile"):
        products.rename(world.desk(world.manager), world.product.id, "Guichet", "Comptoir")
    products.rename(world.desk(world.manager), world.product.id, "CAISSE", "Caisse")  # only its case
    assert names(world) == ["CAISSE"]


def test_the_order_is_the_managers_wherever_products_are_offered(world):
    made = create(world, "Tachy", "Atelier")
    for one in made.values():
        clients.own(world.desk(world.sales), world.acme.id, one)
    products.move(world.desk(world.manager), made["Atelier"], None)
    products.move(world.desk(world.manager), world.product.id, made["Tachy"])
    wanted = ["Atelier", "Tachy", "Comptoir"]
    contact, technician = world.desk(world.contact), world.desk(world.technician)
    call = hotline.caller(technician, hotline.call_by_name(technician, world.acme.id))
    assert names(world) == wanted
    assert [one.name for one in filing.offer(contact, Kind.INCIDENT).products] == wanted
    assert [one.name for one in lookups.products(technician)] == wanted
    assert [one.name for one in clients.products(technician, world.acme.id).owned] == wanted
    assert [one.product for one in articles.shelves(contact)] == wanted
    assert [name for _, name in call.products] == wanted
    products.sort_by_name(world.desk(world.manager))
    assert names(world) == ["Atelier", "Comptoir", "Tachy"]


def test_a_move_is_one_entry_of_the_audit_trail(world):
    made = create(world, *(f"Product {n}" for n in range(5)))
    products.move(world.desk(world.manager), made["Product 4"], None)
    with Session(world.engine) as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "products.move")).all()
    [entry] = entries
    assert (entry.row_id, entry.after["position"]) == (str(made["Product 4"]), 1)


def test_a_retired_product_stays_where_it_is_named_and_is_offered_for_nothing_new(world):
    form = replace(FORM, product_id=world.product.id)
    tickets.file(world.desk(world.contact), form)
    products.retire(world.desk(world.manager), world.product.id)
    contact, technician = world.desk(world.contact), world.desk(world.technician)
    offer = filing.offer(contact, Kind.INCIDENT)
    assert not offer.products and [one.name for one in offer.retired] == ["Comptoir"]
    call = hotline.caller(technician, hotline.call_by_name(technician, world.acme.id))
    assert call.products == ()
    with pytest.raises(Refused, match="retired"):
        tickets.file(contact, form)
    new = clients.create(world.desk(world.sales), clients.ClientForm(name="Nouveau"))
    assert clients.products(technician, new).others == ()
    with pytest.raises(Refused, match="retired"):
        clients.own(world.desk(world.sales), new, world.product.id)
    assert [one.name for one in lookups.products(technician)] == ["Comptoir"]
    assert lookups.products(technician, active=True) == ()
    assert [one.active for one in articles.shelves(contact)] == [False]
    [line] = products.listed(world.desk(world.manager)).lines
    assert (line.active, line.clients, line.open_tickets) == (False, 2, 1)
    products.bring_back(world.desk(world.manager), world.product.id)
    tickets.file(contact, form)


def test_the_list_says_whose_they_are_whatever_their_number(world, count_queries):
    tickets.file(world.desk(world.contact), replace(FORM, product_id=world.product.id))
    create(world, "Tachy")
    desk = world.desk(world.manager)
    assert [(one.clients, one.open_tickets) for one in products.listed(desk).lines] == [(2, 1), (0, 0)]
    count_queries()
    products.listed(desk)
    few = count_queries()
    create(world, *(f"Product {n}" for n in range(150)))
    count_queries()
    shown = products.listed(desk)
    assert count_queries() == few
    assert (len(shown.lines), shown.count, shown.total) == (100, 152, 152)
    assert products.listed(desk, "TACHY").total == 152


def test_the_clients_of_a_product_are_listed(world):
    made = create(world, "Tachy")
    clients.own(world.desk(world.sales), world.other.id, made["Tachy"])

    def found(**filters: object) -> list[str]:
        return [one.name for one in clients.search(world.desk(world.sales), ClientFilters(**filters)).lines]

    assert found(product=made["Tachy"]) == ["Autre (démo)"]
    assert found(product=world.product.id) == ["Acme (démo)", "Autre (démo)"]
    assert found(product=world.product.id, text="acme") == ["Acme (démo)"]
    assert found(product=10**9) == []


def test_only_managers_keep_products_and_only_those_that_exist(world):
    commands = [
        products.listed,
        lambda desk: products.create(desk, ["X"]),
        lambda desk: products.create_list(desk, "X"),
        lambda desk: products.rename(desk, world.product.id, "X", "Comptoir"),
        lambda desk: products.retire(desk, world.product.id),
        lambda desk: products.bring_back(desk, world.product.id),
        lambda desk: products.move(desk, world.product.id, None),
        products.sort_by_name,
    ]
    for user in (world.technician, world.sales, world.contact):
        for command in commands:
            with pytest.raises(NotAllowed):
                command(world.desk(user))
    desk = world.desk(world.manager)
    for number in (0, -1, 10**12, 2**70):
        with pytest.raises(NotFound):
            products.rename(desk, number, "X", "Comptoir")
        with pytest.raises(NotFound):
            products.move(desk, number, None)
    with pytest.raises(Refused, match="meanwhile"):
        products.move(desk, world.product.id, 10**9)
