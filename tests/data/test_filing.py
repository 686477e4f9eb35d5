"""What a form for a new ticket knows, what it keeps while one types, and that it is filed once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from data import filing, form_drafts, sheets, tickets
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.client import StarLevel, Subscription
from models.errors import NotAllowed, NotFound, Refused, SentBefore
from models.ticket import Kind, Status, Ticket, Urgency

FORM = TicketForm(kind=Kind.INCIDENT, subject="Impossible d’imprimer", description="Depuis ce matin.")


def count(world) -> int:
    with Session(world.engine) as session:
        return len(session.exec(select(Ticket.id)).all())


# ------------------------------------------------------------------ one form, one ticket


def test_a_form_sent_twice_is_filed_once(world):
    form = replace(FORM, form_key="k1")
    reference = tickets.file(world.desk(world.contact), form, store([Upload("a.txt", b"a")]))
    assert tickets.file(world.desk(world.contact), form, store([Upload("a.txt", b"a")])) == reference
    assert count(world) == 1
    assert tickets.file(world.desk(world.contact), replace(FORM, form_key="k2")) == "INC-2026-000002"


def test_so_it_is_when_all_clicks_arrive_at_once_and_no_number_is_lost(world):
    form = replace(FORM, form_key="k1")
    with ThreadPoolExecutor(8) as pool:
        given = set(pool.map(lambda _: tickets.file(world.desk(world.contact), form), range(16)))
    assert given == {"INC-2026-000001"} and count(world) == 1
    assert tickets.file(world.desk(world.contact), FORM) == "INC-2026-000002"


@pytest.mark.parametrize(
    ("changes", "files"),
    [
        ({"subject": "Autre chose"}, []),
        ({"description": "Autrement dit"}, []),
        ({"urgency": Urgency.CRITICAL}, []),
        ({}, ["a.txt"]),
    ],
)
def test_other_words_in_a_form_sent_before_are_neither_filed_nor_dropped(world, changes, files):
    files = store([Upload(name, b"a") for name in files])
    form = replace(FORM, form_key="k1")
    reference = tickets.file(world.desk(world.contact), form)
    with pytest.raises(SentBefore, match=reference):
        tickets.file(world.desk(world.contact), replace(form, **changes), files)
    assert count(world) == 1
    assert tickets.file(world.desk(world.contact), replace(form, **changes, form_key="k2"), files) != reference


def test_the_same_key_of_two_people_is_two_forms(world):
    form = replace(FORM, form_key="k1")
    assert tickets.file(world.desk(world.contact), form) != tickets.file(world.desk(world.stranger), form)


def test_a_form_sent_again_after_the_subscription_ended_was_filed_all_the_same(world):
    form = replace(FORM, form_key="k1")
    reference = tickets.file(world.desk(world.contact), form)
    with Session(world.engine.execution_options(writes=True)) as session:
        for subscription in session.exec(select(Subscription)):
            subscription.ends_at = world.now
        session.commit()
    assert tickets.file(world.desk(world.contact), form) == reference
    with pytest.raises(Refused, match="running subscription"):
        tickets.file(world.desk(world.contact), replace(form, form_key="k2"))


# ------------------------------------------------------------------ drafts of forms


def test_every_tab_of_a_form_has_the_same_draft_and_key(world):
    one, other = (form_drafts.begin(world.desk(world.contact), "new-incident-1") for _ in range(2))
    assert one == other and one.fields == {}
    form_drafts.save(world.desk(world.contact), one.key, {"subject": "Panne"})
    form_drafts.save(world.desk(world.contact), one.key, {"description": "Tout"})
    form_drafts.save(world.desk(world.stranger), one.key, {"description": "Not mine"})
    kept = form_drafts.begin(world.desk(world.contact), "new-incident-1")
    assert (kept.key, kept.fields) == (one.key, {"subject": "Panne", "description": "Tout"})
    assert form_drafts.begin(world.desk(world.contact), "new-request-1").key != one.key
    assert form_drafts.begin(world.desk(world.technician), "new-incident-1").fields == {}


def test_tabs_that_begin_at_once_begin_one(world):
    with ThreadPoolExecutor(8) as pool:
        keys = {kept.key for kept in pool.map(lambda _: form_drafts.begin(world.desk(world.contact), "new"), range(16))}
    assert len(keys) == 1


def test_a_draft_is_gone_with_the_ticket_it_became_and_no_other_is(world):
    desk = world.desk(world.contact)
    key = form_drafts.begin(desk, "new-incident-1").key
    form_drafts.save(desk, key, {"subject": "Panne"})
    form_drafts.save(desk, form_drafts.begin(desk, "new-request-1").key, {"subject": "Réglage"})
    with pytest.raises(Refused):
        tickets.file(desk, replace(FORM, description="", form_key=key))
    assert form_drafts.begin(desk, "new-incident-1").fields == {"subject": "Panne"}
    tickets.file(desk, replace(FORM, form_key=key))
    form_drafts.save(desk, key, {"subject": "Panne"})  # it was under way
    assert form_drafts.begin(desk, "new-incident-1").fields == {}
    assert form_drafts.begin(desk, "new-incident-1").key != key
    assert form_drafts.begin(desk, "new-request-1").fields == {"subject": "Réglage"}


def test_a_renewed_form_keeps_what_is_typed(world):
    desk = world.desk(world.contact)
    key = form_drafts.begin(desk, "new").key
    form_drafts.save(desk, key, {"subject": "Panne"})
    renewed = form_drafts.renew(desk, "new")
    assert renewed != key
    assert form_drafts.begin(desk, "new") == form_drafts.Kept(renewed, {"subject": "Panne"})


@pytest.mark.parametrize("form", ["", "x" * 81, "a\x00b"])
def test_no_form_of_ours_is_refused(world, form):
    with pytest.raises(Refused):
        form_drafts.begin(world.desk(world.contact), form)


def test_a_draft_is_no_store_for_anything(world):
    desk = world.desk(world.contact)
    key = form_drafts.begin(desk, "new").key
    for fields in ({f"field {number}": "x" for number in range(13)}, {"x" * 81: "x"}, {"body": "x" * 100_001}):
        with pytest.raises(Refused):
            form_drafts.save(desk, key, fields)
    assert form_drafts.begin(desk, "new").fields == {}


# ------------------------------------------------------------------ what the form knows


def test_what_is_promised_depends_on_stars_and_urgency(world):
    offer = filing.offer(world.desk(world.contact), Kind.INCIDENT)  # ★5, extended hours
    assert (offer.client, offer.star_level) == (world.acme.name, StarLevel.FIVE)
    assert [product.name for product in offer.products] == ["Comptoir"]
    hours = {one.urgency: one.first_response // timedelta(hours=1) for one in offer.promises}
    assert hours == {Urgency.NONE: 8, Urgency.LOW: 4, Urgency.SERIOUS: 2, Urgency.CRITICAL: 1}
    assert offer.promises[-1].first_response_due_at == datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
    reference = tickets.file(world.desk(world.contact), replace(FORM, urgency=Urgency.CRITICAL))
    due = sheets.sheet(world.desk(world.contact), reference).first_response.due_at
    assert due == offer.promises[-1].first_response_due_at


def test_a_request_has_one_promise_and_no_subscription_none(world):
    assert [one.urgency for one in filing.offer(world.desk(world.contact), Kind.REQUEST).promises] == [Urgency.NONE]
    with Session(world.engine.execution_options(writes=True)) as session:
        lonely = world.client(session, "Seule (démo)", None).id
        session.commit()
    offer = filing.offer(world.desk(world.technician), Kind.INCIDENT, lonely)
    assert (offer.star_level, offer.products, offer.promises) == (StarLevel.NONE, (), ())
    assert filing.offer(world.desk(world.technician), Kind.ENQUIRY, lonely).promises


def test_a_contact_is_offered_its_own_client_and_the_staff_any(world):
    assert filing.offer(world.desk(world.contact), Kind.INCIDENT, world.other.id).client == world.acme.name
    assert filing.offer(world.desk(world.technician), Kind.INCIDENT, world.other.id).client == world.other.name
    with pytest.raises(NotFound):
        filing.offer(world.desk(world.technician), Kind.INCIDENT, 999)


def test_the_staff_picks_among_the_client_s_people(world):
    assert [one.name for one in filing.contacts(world.desk(world.technician), world.acme.id)] == ["Contact"]
    with pytest.raises(NotAllowed):
        filing.contacts(world.desk(world.contact), world.acme.id)


# ------------------------------------------------------------------ what looks alike


def alike(world, subject: str, by=None, **changes) -> list[str]:
    return [one.reference for one in filing.alike(world.desk(by or world.contact), subject, **changes)]


def test_open_tickets_that_say_the_same_in_other_words_are_found(world):
    printing = tickets.file(world.desk(world.contact), replace(FORM, subject="Impossible d’imprimer les étiquettes"))
    tickets.file(world.desk(world.contact), replace(FORM, subject="Export comptable vide"))
    assert alike(world, "imprimer impossible") == [printing]
    assert alike(world, "impression des etiquettes impossible") == [printing]
    assert alike(world, "Étiquet") == [printing]
    assert alike(world, "Congés payés") == []
    assert alike(world, "") == alike(world, "im") == []


def test_neither_resolved_ones_nor_another_client_s_are(world):
    mine = tickets.file(world.desk(world.contact), FORM)
    theirs = tickets.file(world.desk(world.stranger), FORM)
    assert alike(world, FORM.subject) == [mine]
    assert alike(world, FORM.subject, client_id=world.other.id) == [mine]
    assert alike(world, FORM.subject, world.technician, client_id=world.other.id) == [theirs]
    tickets.withdraw(world.desk(world.contact), mine)
    assert sheets.sheet(world.desk(world.contact), mine).status == Status.RESOLVED
    assert alike(world, FORM.subject) == []


def test_three_are_enough_and_they_cost_the_same_whatever_was_closed(world, count_queries):
    for _ in range(3):
        tickets.file(world.desk(world.contact), FORM)
    alike(world, FORM.subject)
    count_queries()
    assert len(alike(world, FORM.subject)) == 3
    few = count_queries()
    for _ in range(3):
        tickets.withdraw(world.desk(world.contact), tickets.file(world.desk(world.contact), FORM))
        tickets.file(world.desk(world.contact), FORM)
    count_queries()
    assert len(alike(world, FORM.subject)) == 3
    assert count_queries() == few
