"""Invitation links of many contacts at once, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from data import client_imports, contacts, invitations
from data.client_imports import Choice, Upload
from data.core import one_time_links, workbooks
from models.audit import AuditEntry
from models.client_import import Column
from models.errors import NotAllowed, NotFound, Refused
from models.invitation import Uninvited, Whom
from models.user import LinkPurpose, OneTimeLink, User

PLACES = {Column.NAME: 0, Column.CONTACT_NAME: 1, Column.CONTACT_EMAIL: 2}
EVERYBODY = Whom()


def imported(world, *rows) -> Whom:
    """Those whom an import has brought, a second later."""
    world.now += timedelta(seconds=1)
    upload = Upload("clients.csv", workbooks.csv(["Client", "Contact", "E-mail"], rows))
    rows = client_imports.read(world.desk(world.sales), Choice(upload, "", PLACES))
    return Whom(created_at=client_imports.write(world.desk(world.sales), rows).at)


def opens(world, token: str) -> str:
    return one_time_links.look(world.engine, token, world.now).email


def test_contacts_of_an_import_get_links_that_open(world):
    contacts.invite(world.desk(world.sales), world.other.id, "before@other.example", "Before")
    whom = imported(world, ["Zoé", "Alix", "a@zoe.example"], ["Abel", "Camille", "c@abel.example"])
    assert invitations.count(world.desk(world.sales), whom) == Uninvited(without=2, waiting=0)
    made = invitations.make(world.desk(world.sales), whom)
    assert [(one.client, one.name, one.email) for one in made] == [
        ("Abel", "Camille", "c@abel.example"),
        ("Zoé", "Alix", "a@zoe.example"),
    ]
    assert [opens(world, one.token) for one in made] == ["c@abel.example", "a@zoe.example"]
    assert {one.expires_at for one in made} == {world.now + one_time_links.LIFETIME[LinkPurpose.INVITATION]}
    world.now += timedelta(days=7)
    with pytest.raises(Refused):
        opens(world, made[0].token)


def test_who_has_a_link_keeps_it_unless_it_is_replaced(world):
    whom = imported(world, ["Zoé", "Alix", "a@zoe.example"])
    [first] = invitations.make(world.desk(world.sales), whom)
    assert invitations.count(world.desk(world.sales), whom) == Uninvited(without=0, waiting=1)
    assert invitations.make(world.desk(world.sales), whom) == ()
    [second] = invitations.make(world.desk(world.sales), whom, replace=True)
    assert opens(world, second.token) == "a@zoe.example"
    with pytest.raises(Refused):
        opens(world, first.token)


def test_who_has_a_password_is_disabled_or_has_an_invented_address_is_not_invited(world):
    whom = imported(world, ["Zoé", "A", "a@zoe.example"], ["Zoé", "B", "b@zoe.example"], ["Zoé", "C", "c@x.invalid"])
    with Session(world.engine.execution_options(writes=True)) as session:
        people = {user.name: user for user in session.exec(select(User).where(col(User.name).in_(["A", "B"])))}
        people["A"].password_hash, people["B"].active = "x", False
        session.commit()
    assert invitations.make(world.desk(world.sales), whom) == ()
    assert invitations.count(world.desk(world.sales), whom) == Uninvited(0, 0)


def test_a_client_s_contacts_alone_or_everybody_s(world):
    desk = world.desk(world.sales)
    assert [one.email for one in invitations.make(desk, Whom(client_id=world.acme.id))] == ["contact@guichet.example"]
    assert [one.email for one in invitations.make(desk, EVERYBODY)] == ["stranger@guichet.example"]
    for function in (invitations.count, invitations.make):
        with pytest.raises(NotFound):
            function(desk, Whom(client_id=999))


def test_the_audit_trail_counts_them_and_holds_no_token(world):
    made = invitations.make(world.desk(world.sales), EVERYBODY)
    with Session(world.engine) as session:
        [entry] = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "invitations.make"))
        assert (entry.user_id, entry.table_name, entry.after) == (world.sales.id, "one_time_link", {"invited": 2})
        kept = str([one.model_dump() for one in session.exec(select(OneTimeLink))]) + str(entry.model_dump())
    assert all(one.token not in kept + repr(made) for one in made)


def test_what_breaks_off_leaves_every_link_as_it_was(world):
    [first] = invitations.make(world.desk(world.sales), Whom(client_id=world.acme.id))

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        invitations.make(world.desk(world.sales), EVERYBODY, replace=True, progress=stop)
    assert opens(world, first.token) == "contact@guichet.example"


def test_the_number_of_statements_does_not_grow_with_the_contacts(world, count_queries):
    few = imported(world, *([f"Peu {n}", "A", f"a{n}@peu.example"] for n in range(3)))
    many = imported(world, *([f"Beaucoup {n}", "A", f"a{n}@beaucoup.example"] for n in range(300)))
    counted = []
    for whom, expected in ((few, 3), (many, 300)):
        count_queries()
        assert len(invitations.make(world.desk(world.sales), whom)) == expected
        counted.append(count_queries())
    assert counted[0] == counted[1]


def test_sales_and_managers_invite_and_nobody_else(world):
    for user in (world.technician, world.contact):
        for function in (invitations.count, invitations.make):
            with pytest.raises(NotAllowed):
                function(world.desk(user), EVERYBODY)
    assert invitations.make(world.desk(world.manager), replace(EVERYBODY, client_id=world.acme.id))
