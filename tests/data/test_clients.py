"""Clients are found as one types, listed from an index, and kept by sales and managers; on both databases."""

from datetime import timedelta
from itertools import product

import pytest
from sqlmodel import Session, select

from data import clients, contacts, conversation, lookups, subscriptions, tickets, users
from data.clients import ClientForm
from data.core import days, finding
from data.tickets import TicketForm
from models.access_code import AccessCode
from models.audit import AuditEntry
from models.client import Client, ClientWord, StarLevel
from models.client_list import ClientFilters, Only, Sort
from models.errors import NotAllowed, NotFound, Refused
from models.permission import Role
from models.subscription import Plan
from models.ticket import Channel, Kind, Urgency
from models.user import User


def made(world, name: str, **facts: str) -> int:
    return clients.create(world.desk(world.sales), ClientForm(name=name, **facts))


def found(world, text: str = "", sort: Sort = Sort.NAME, **filters) -> list[str]:
    return [
        one.name for one in clients.search(world.desk(world.sales), ClientFilters(text=text, **filters), sort).lines
    ]


def everything(world, filters: ClientFilters, sort: Sort) -> list[str]:
    """All pages, one after the other."""
    names, after = [], None
    while True:
        page = clients.search(world.desk(world.sales), filters, sort, after)
        names += [line.name for line in page.lines]
        if not page.more:
            return names
        after = page.lines[-1].id


def filed(world, client, by=None, **facts) -> str:
    form = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Rien", client_id=client.id, **facts)
    return tickets.file(world.desk(by), form)


# ------------------------------------------------------------------ found as one types


@pytest.mark.parametrize(
    "typed",
    [
        "eveche",
        "ÉVÊCHÉ",
        "  évêché ",
        "tran",
        "cœur",
        "coeur",
        "C-0042",
        "c0042",
        "0042",
        "evech trans",
        "transports d",
    ],
)
def test_accents_capitals_and_the_order_of_words_are_forgiven(world, typed):
    made(world, "Transports de l’Évêché au Cœur", number="C-0042")
    assert found(world, typed) == ["Transports de l’Évêché au Cœur"]


def test_a_client_is_found_by_its_contacts_names_and_addresses_also_after_they_changed(world):
    for typed in ("contact@guichet.example", "contact", "guich exam contact"):
        assert found(world, typed) == ["Acme (démo)"]
    contacts.invite(world.desk(world.sales), world.acme.id, "zoe.mesange@acme.example", "Zoé Mésange")
    assert found(world, "mesang") == found(world, "zoe.mesange@ac") == ["Acme (démo)"]


def test_what_nobody_is_called_is_not_found_and_signs_are_no_text(world):
    assert found(world, "xylophone") == found(world, "acme autre") == found(world, "cme") == []
    assert found(world, " ’-%_ ") == found(world) == ["Acme (démo)", "Autre (démo)"]
    assert found(world, "\x00acme\ud800") == ["Acme (démo)"]
    assert found(world, "acme" + "z" * 500) == []


def test_a_client_whose_name_has_no_word_is_created(world):
    client_id = clients.create(world.desk(world.sales), ClientForm(name="[]"))
    assert client_id in {line.id for line in clients.search(world.desk(world.sales), ClientFilters()).lines}


def test_a_former_name_is_forgotten(world):
    client_id = made(world, "Ancien Nom", number="7")
    clients.change(world.desk(world.sales), client_id, ClientForm(name="Tout Neuf"))
    assert found(world, "ancien") == found(world, "7") == []
    assert found(world, "neuf") == ["Tout Neuf"]
    assert everything(world, ClientFilters(), Sort.NAME) == ["Acme (démo)", "Autre (démo)", "Tout Neuf"]


def test_those_whose_names_begin_so_come_first(world):
    for name in ("Le Zénith", "Zénith", "Atelier Zénith", "Zénitude"):
        made(world, name)
    assert found(world, "zeni") == ["Zénith", "Zénitude", "Atelier Zénith", "Le Zénith"]


def test_the_pages_are_the_whole_list_each_client_once(world, monkeypatch):
    """Whether a word is had by few or by many: the two ways to find differ in the order of what comes last alone."""
    monkeypatch.setattr(clients, "PAGE", 4)
    for number in range(13):
        name = ("Dépôt {n:02} Nord", "Client demeuré {n:02}", "Nord {n:02} Dépôt Denis")[number % 3].format(n=number)
        client_id = made(world, name, number=f"D-{number}")
        world.now += timedelta(minutes=number % 4)
        if number % 2:
            subscriptions.save(
                world.desk(world.sales),
                client_id,
                Plan(StarLevel.THREE, until=days.day_of(world.now) + timedelta(days=number % 5)),
            )
            with Session(world.engine) as session:
                filed(world, session.get_one(Client, client_id), channel=Channel.PHONE)
    lines = {one.name: one for one in clients.every(world.desk(world.sales), ClientFilters())}
    assert len(lines) == 15
    until = {name: one.until for name, one in lines.items() if one.until}
    contacted = {name: one.last_contact_at for name, one in lines.items() if one.last_contact_at}
    for few, typed in product([finding.FEW, 3], ["", "de", "dé", "depot nord", "demo", "client"]):
        monkeypatch.setattr(finding, "FEW", few)
        pages = {sort: everything(world, ClientFilters(text=typed), sort) for sort in Sort}
        assert all(len(set(names)) == len(names) for names in pages.values()), (few, typed)
        matching = set(found(world, typed)) | set(pages[Sort.NAME])
        for sort, shown in ((Sort.NAME, lines), (Sort.UNTIL, until), (Sort.CONTACT, contacted)):
            assert set(pages[sort]) == matching & set(shown), (few, typed, sort)
        assert [until[one] for one in pages[Sort.UNTIL]] == sorted(until[one] for one in pages[Sort.UNTIL])
        latest = [contacted[one] for one in pages[Sort.CONTACT]]
        assert latest == sorted(latest, reverse=True), (few, typed)


def test_a_page_takes_as_many_queries_however_many_clients_and_tickets(world, count_queries):
    def asked() -> int:
        count_queries()
        assert clients.search(world.desk(world.sales), ClientFilters(text="mo")).lines
        return count_queries()

    made(world, "Moulin 0")
    few = asked()
    for number in range(1, 12):
        made(world, f"Moulin {number}")
        filed(world, world.acme)
    assert asked() == few


# ------------------------------------------------------------------ what a line tells, and what narrows the list


def test_a_line_tells_stars_end_open_tickets_last_contact_and_code(world):
    client_id = made(world, "Nouveau", number="N-1")
    assert clients.sheet(world.desk(world.technician), client_id).line.star_level == StarLevel.NONE
    until = days.day_of(world.now) + timedelta(days=20)
    subscriptions.save(world.desk(world.sales), client_id, Plan(StarLevel.FOUR, until=until))
    with Session(world.engine) as session:
        client = session.get_one(Client, client_id)
    reference = filed(world, client, channel=Channel.VISIT)
    filed(world, client)
    tickets.withdraw(world.desk(world.technician), reference)
    [line] = clients.search(world.desk(world.technician), ClientFilters(text="nouveau")).lines
    assert (line.number, line.star_level, line.open_tickets, line.has_code) == ("N-1", StarLevel.FOUR, 1, True)
    assert line.until == days.beginning(until + timedelta(days=1))
    assert line.last_contact_at == world.now


@pytest.mark.parametrize(
    ("only", "wanted"),
    [
        (Only.EXPIRING_30, ["In 20"]),
        (Only.EXPIRING_60, ["In 20", "In 50"]),
        (Only.EXPIRING_90, ["In 20", "In 50", "In 80"]),
        (Only.EXPIRED, ["Over"]),
        (Only.WITHOUT_CODE, ["Without"]),
    ],
)
def test_the_filters_show_whom_somebody_has_to_see_to(world, only, wanted):
    desk = world.desk(world.sales)
    today = days.day_of(world.now)
    for name, ends in (("In 20", 20), ("In 50", 50), ("In 80", 80), ("In 200", 200), ("Over", 1), ("Renewed", 20)):
        client_id = made(world, name)
        subscriptions.save(desk, client_id, Plan(StarLevel.THREE, until=today + timedelta(days=ends)))
        if name == "Renewed":
            later = Plan(StarLevel.FOUR, today + timedelta(days=ends + 1), today + timedelta(days=400))
            subscriptions.save(desk, client_id, later)
    without = made(world, "Without")
    subscriptions.save(desk, without, Plan(StarLevel.FIVE))
    with Session(world.engine.execution_options(writes=True)) as session:
        for code in session.exec(select(AccessCode).where(AccessCode.client_id == without)):
            session.delete(code)
        for client in session.exec(select(Client).where(Client.name == "Acme (démo)")):
            session.add(AccessCode(client_id=client.id, lookup="x", cipher="x", issued_at=world.now))
        over = session.exec(select(Client).where(Client.name == "Over")).one()
        over.star_level, over.subscribed_until = StarLevel.NONE, world.now - timedelta(days=1)
        session.commit()
    assert sorted(everything(world, ClientFilters(only=only), Sort.UNTIL if "expir" in only else Sort.NAME)) == wanted
    assert sorted(one.name for one in clients.every(desk, ClientFilters(only=only))) == wanted


def test_stars_and_text_narrow_together(world):
    made(world, "Acme Deux")
    assert found(world, "acme", star_level=StarLevel.FIVE) == ["Acme (démo)"]
    assert found(world, "acme", star_level=StarLevel.NONE) == ["Acme Deux"]
    assert found(world, star_level=StarLevel.FOUR) == []


def test_a_contact_who_files_answers_or_calls_was_heard_and_the_staff_alone_were_not(world):
    desk = world.desk(world.sales)

    def heard():
        return clients.sheet(desk, world.acme.id).line.last_contact_at

    visited = filed(world, world.acme, channel=Channel.VISIT, urgency=Urgency.LOW)
    conversation.reply(world.desk(world.technician), visited, "Bonjour")
    assert heard() is None
    filed(world, world.acme, world.contact)
    first = heard()
    assert first == world.now
    world.now += timedelta(hours=1)
    conversation.reply(world.desk(world.contact), visited, "Bonjour")
    assert heard() == first + timedelta(hours=1)
    world.now += timedelta(hours=1)
    filed(world, world.acme, channel=Channel.PHONE)
    assert heard() == first + timedelta(hours=2)


# ------------------------------------------------------------------ kept by sales and managers


def test_a_client_is_created_and_changed_with_its_lines_cleaned(world):
    client_id = made(world, "  Vrac   et Bennes ", number=" V-1 ", phone="01 02", address="1, rue Basse\n\n2e étage \n")
    form = clients.sheet(world.desk(world.technician), client_id).form
    assert form == ClientForm(name="Vrac et Bennes", number="V-1", phone="01 02", address="1, rue Basse\n\n2e étage")
    clients.change(world.desk(world.manager), client_id, ClientForm(name="Vrac"), form)
    assert clients.sheet(world.desk(world.technician), client_id).form == ClientForm(name="Vrac")
    with Session(world.engine) as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "clients.change")).one()
        assert entry.before["name"] == "Vrac et Bennes" and entry.user_id == world.manager.id


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (ClientForm(name=" "), "name"),
        (ClientForm(name="Acme (démo)"), "already"),
        (ClientForm(name="Neuf", number="A-1"), "already"),
        (ClientForm(name="x" * 201), "too long"),
        (ClientForm(name="Neuf", address="x" * 501), "too long"),
    ],
)
def test_what_cannot_be_a_client_is_refused_in_words(world, form, words):
    clients.change(world.desk(world.sales), world.acme.id, ClientForm(name="Acme (démo)", number="A-1"))
    with pytest.raises(Refused, match=words):
        clients.create(world.desk(world.sales), form)
    with pytest.raises(Refused, match=words):
        clients.change(world.desk(world.sales), world.other.id, form)
    assert found(world, "acme") == ["Acme (démo)"]


def test_two_clients_may_both_have_no_number(world):
    assert made(world, "Un") != made(world, "Deux")


def test_whoever_changes_what_somebody_else_has_changed_meanwhile_is_told(world):
    seen = clients.sheet(world.desk(world.sales), world.acme.id).form
    clients.change(world.desk(world.manager), world.acme.id, ClientForm(name="Acme", phone="1"), seen)
    with pytest.raises(Refused, match="meanwhile"):
        clients.change(world.desk(world.sales), world.acme.id, ClientForm(name="Acme", phone="2"), seen)


def test_products_are_given_and_taken_away(world):
    desk = world.desk(world.sales)
    client_id = made(world, "Neuf")
    assert [one.name for one in clients.products(desk, client_id).others] == ["Comptoir"]
    clients.own(desk, client_id, world.product.id)
    clients.own(desk, client_id, world.product.id)
    assert [one.name for one in clients.products(desk, client_id).owned] == ["Comptoir"]
    clients.disown(desk, client_id, world.product.id)
    clients.disown(desk, client_id, world.product.id)
    assert clients.products(desk, client_id).owned == ()
    with pytest.raises(NotFound):
        clients.own(desk, client_id, 999_999)


def test_technicians_look_and_do_not_touch_and_contacts_do_neither(world):
    form = ClientForm(name="Neuf")
    reading = [
        clients.search,
        lambda desk: clients.every(desk, ClientFilters()),
        lambda desk: clients.sheet(desk, world.acme.id),
        lambda desk: clients.products(desk, world.acme.id),
        lambda desk: contacts.of(desk, world.acme.id),
    ]
    writing = [
        lambda desk: clients.create(desk, form),
        lambda desk: clients.change(desk, world.acme.id, form),
        lambda desk: clients.own(desk, world.acme.id, world.product.id),
        lambda desk: clients.disown(desk, world.acme.id, world.product.id),
        lambda desk: contacts.invite(desk, world.acme.id, "a@b.example", "A"),
        lambda desk: contacts.reset(desk, world.contact.id),
        lambda desk: contacts.disable(desk, world.contact.id),
        lambda desk: contacts.enable(desk, world.contact.id),
    ]
    for deed in reading:
        deed(world.desk(world.technician))
    for user, deeds in ((world.technician, writing), (world.contact, reading + writing)):
        for deed in deeds:
            with pytest.raises(NotAllowed):
                deed(world.desk(user))


def test_a_client_that_is_not_there_is_not_found(world):
    for deed in (clients.sheet, clients.products, contacts.of):
        with pytest.raises(NotFound):
            deed(world.desk(world.sales), 999_999)


# ------------------------------------------------------------------ contacts


def test_sales_invite_disable_and_enable_contacts(world):
    desk = world.desk(world.sales)
    assert contacts.invite(desk, world.acme.id, "Neuve@Acme.example", "Neuve")
    [known, new] = contacts.of(desk, world.acme.id)
    assert (known.name, new.name, new.email, new.invited) == ("Contact", "Neuve", "neuve@acme.example", True)
    assert contacts.reset(desk, new.id)
    contacts.disable(desk, new.id)
    assert [one.active for one in contacts.of(desk, world.acme.id)] == [True, False]
    with pytest.raises(Refused, match="disabled"):
        contacts.reset(desk, new.id)
    contacts.enable(desk, new.id)
    assert all(one.active for one in contacts.of(desk, world.acme.id))
    with pytest.raises(Refused, match="account already"):
        contacts.invite(desk, world.other.id, "neuve@acme.example", "Autre")


def test_the_staffs_accounts_are_not_in_the_hands_of_sales(world):
    for deed in (contacts.reset, contacts.disable, contacts.enable):
        for user in (world.manager, world.technician, world.sales):
            with pytest.raises(NotFound):
                deed(world.desk(world.sales), user.id)
    with pytest.raises(NotAllowed):
        users.disable(world.desk(world.sales), world.contact.id)
    with Session(world.engine) as session:
        assert all(one.active for one in session.exec(select(User).where(User.role != Role.CONTACT)))


def test_the_words_are_kept_whole_when_two_contacts_come_at_once(world):
    contacts.invite(world.desk(world.sales), world.acme.id, "un@acme.example", "Première")
    contacts.invite(world.desk(world.manager), world.acme.id, "deux@acme.example", "Seconde")
    with Session(world.engine) as session:
        words = set(session.exec(select(ClientWord.word).where(ClientWord.client_id == world.acme.id)))
    assert {"acme", "demo", "premiere", "seconde", "un", "deux", "contact"} <= words


def test_whoever_picks_a_client_finds_it_by_the_same_words(world):
    assert [one.name for one in lookups.clients(world.desk(world.manager), "DEMO")] == ["Acme (démo)", "Autre (démo)"]
