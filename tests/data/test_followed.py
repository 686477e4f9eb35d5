"""The tickets of a company, as its contacts follow them."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from data import conversation, followed, sheets, tickets
from data.tickets import TicketForm
from models.errors import NotAllowed, NotFound, Refused
from models.followed import Followed, Stage
from models.permission import Role
from models.ticket import Change, Kind, Service, Ticket, Urgency


@pytest.fixture
def colleague(world):
    """Another contact of the same company."""
    with Session(world.engine.execution_options(writes=True), expire_on_commit=False) as session:
        user = world.user(session, "colleague.contact", Role.CONTACT, world.acme)
        session.commit()
    return user


def file(world, by=None, **changes) -> str:
    fields = {"kind": Kind.INCIDENT, "subject": "Panne", "description": "Plus rien."}
    world.now += timedelta(minutes=1)
    return tickets.file(world.desk(by or world.contact), TicketForm(**(fields | changes)))


def page(world, by=None, **wanted):
    return followed.page(world.desk(by or world.contact), Followed(**wanted))


def listed(world, by=None, **wanted) -> list[str]:
    return [one.line.reference for one in page(world, by, **wanted).lines]


def news(world, by=None) -> list[str]:
    return [one.line.reference for one in page(world, by).lines if one.news]


def test_the_newest_comes_first_and_another_client_s_never(world, colleague):
    mine, theirs, ours = file(world), file(world, world.stranger), file(world, colleague)
    assert listed(world) == [ours, mine] == listed(world, colleague)
    assert listed(world, world.stranger) == [theirs]
    assert [one.contact for one in page(world).lines] == ["Colleague.contact", "Contact"]


def test_the_list_is_the_client_space_s_and_no_member_of_staff_s(world):
    reference = file(world)
    for user in (world.manager, world.technician, world.sales):
        desk = world.desk(user)
        for ask in (
            lambda desk=desk: followed.page(desk),
            lambda desk=desk: followed.pulse(desk, reference),
            lambda desk=desk: followed.seen(desk, reference, world.now),
        ):
            with pytest.raises(NotAllowed):
                ask()


def test_it_is_narrowed_by_stage_owner_kind_product_and_text(world, colleague):
    plain = file(world, subject="Écran noir", product_id=world.product.id)
    over = file(world, colleague, subject="Export vide")
    asked = file(world, kind=Kind.REQUEST, subject="100 % des réglages")
    tickets.resolve(world.desk(world.technician), over, "Réparé.")
    assert listed(world, stage=Stage.OPEN) == [asked, plain]
    assert listed(world, stage=Stage.RESOLVED) == [over]
    assert listed(world, mine=True) == [asked, plain]
    assert listed(world, kind=Kind.REQUEST) == [asked]
    assert listed(world, product=world.product.id) == [plain]
    assert listed(world, text="écran") == [plain]
    assert listed(world, text=over[-6:].lower()) == [over]
    assert listed(world, text="100 %") == [asked]
    assert listed(world, text="zzz") == []
    assert listed(world, stage=Stage.OPEN, mine=True, kind=Kind.INCIDENT, text="noir") == [plain]


WRITTEN = {
    "accents": ("Étiquettes décalées", "…", "", "etiquettes"),
    "number of the noun": ("Étiquette décalée", "…", "", "étiquettes"),
    "words apart": ("Lecture", "La carte du conducteur est refusée.", "", "carte conducteur"),
    "the beginning of a word": ("Tournée", "Le chronotachygraphe ne répond plus.", "", "chronotach"),
    "an answer": ("Panne", "…", "Redémarrez le Concentrateur radio.", "concentrateur radio"),
    "an apostrophe": ("Erreur d’accès", "…", "", "acces"),
    "another form of the verb": ("Panne", "Nous imprimons les bons chaque soir.", "", "imprimer"),
}


@pytest.mark.parametrize("why", WRITTEN)
def test_the_search_forgives_accents_and_forms_and_reads_the_messages(world, why):
    subject, description, answer, asked = WRITTEN[why]
    reference = file(world, subject=subject, description=description)
    file(world, subject="Autre chose", description="Sans rapport.")
    file(world, world.stranger, subject=subject, description=description)
    if answer:
        conversation.reply(world.desk(world.technician), reference, answer)
    assert listed(world, text=asked) == [reference]


def test_the_search_never_finds_by_an_internal_note(world):
    reference = file(world)
    conversation.note(world.desk(world.technician), reference, "Client pénible, facturation douteuse")
    assert listed(world, text="douteuse") == []


def test_the_search_finds_by_the_solution_and_by_every_word_only(world):
    reference = file(world, description="Un onduleur fume.")
    tickets.resolve(world.desk(world.technician), reference, "Remplacez le disjoncteur.")
    assert listed(world, text="disjoncteurs onduleur") == [reference]
    assert listed(world, text="disjoncteur camion") == []


@pytest.mark.parametrize("evil", ["%", "_", "\\", "' OR 1=1 --", "%%%%%", "\x00", "a" * 500, "é" * 300, "(", "* *"])
def test_a_hostile_search_finds_nothing_and_breaks_nothing(world, evil):
    file(world, subject="Panne", description="Rien de spécial.")
    assert listed(world, text=evil) in ([], listed(world))


def test_a_search_takes_the_same_queries_for_one_ticket_and_for_many(world, count_queries):
    def cost() -> int:
        count_queries()
        listed(world, text="panne onduleur")
        return count_queries()

    file(world, description="onduleur")
    cost()
    one = cost()
    for _ in range(60):
        file(world, description="onduleur")
    assert cost() == one


def test_pages_follow_each_other_both_ways_without_gap_or_repetition(world):
    references = [file(world) for _ in range(120)][::-1]
    desk = world.desk(world.contact)
    first = followed.page(desk)
    second = followed.page(desk, after=first.lines[-1].line.reference)
    third = followed.page(desk, after=second.lines[-1].line.reference)
    assert [one.line.reference for got in (first, second, third) for one in got.lines] == references
    assert [(got.earlier, got.later) for got in (first, second, third)] == [(False, True), (True, True), (True, False)]
    back = followed.page(desk, before=third.lines[0].line.reference)
    assert back == second
    assert not followed.page(desk, before=second.lines[0].line.reference).earlier


def test_another_client_s_ticket_is_no_anchor(world):
    theirs = file(world, world.stranger)
    mine = file(world)
    got = followed.page(world.desk(world.contact), after=theirs)
    assert [one.line.reference for one in got.lines] == [mine] and not got.earlier


def test_the_number_of_queries_is_the_same_for_one_ticket_and_for_many(world, count_queries):
    def cost(**anchors: str) -> int:
        count_queries()
        followed.page(world.desk(world.contact), **anchors)
        return count_queries()

    first = file(world, product_id=world.product.id)
    cost()
    one = cost()
    for _ in range(60):
        conversation.reply(world.desk(world.technician), file(world), "Bonjour")
    assert cost() == one
    assert cost(before=first) == one + 1


def test_an_answer_is_news_until_it_was_read(world):
    reference = file(world)
    assert news(world) == []
    world.now += timedelta(minutes=1)
    conversation.reply(world.desk(world.technician), reference, "Bonjour")
    assert news(world) == [reference]
    followed.seen(world.desk(world.contact), reference, world.now)
    assert news(world) == []
    world.now += timedelta(minutes=1)
    tickets.resolve(world.desk(world.technician), reference, "Réparé.")
    assert news(world) == [reference]


def test_a_note_is_no_news_nor_is_what_one_did_oneself(world):
    reference = file(world)
    pulse = followed.pulse(world.desk(world.contact), reference)
    world.now += timedelta(minutes=1)
    conversation.note(world.desk(world.technician), reference, "Entre nous")
    assert news(world) == [] and followed.pulse(world.desk(world.contact), reference) == pulse
    conversation.reply(world.desk(world.contact), reference, "Encore moi")
    tickets.withdraw(world.desk(world.contact), reference)
    assert news(world) == []


def test_what_was_read_is_never_unread_by_a_slower_tab(world):
    reference = file(world)
    before = world.now
    world.now += timedelta(minutes=1)
    conversation.reply(world.desk(world.technician), reference, "Bonjour")
    followed.seen(world.desk(world.contact), reference, world.now)
    followed.seen(world.desk(world.contact), reference, before)
    assert news(world) == []


def test_a_colleague_who_never_opened_a_ticket_gets_its_news_for_two_weeks(world, colleague):
    reference = file(world)
    assert news(world, colleague) == []
    world.now += timedelta(minutes=1)
    conversation.reply(world.desk(world.technician), reference, "Bonjour")
    assert news(world, colleague) == [reference]
    world.now += timedelta(days=14)
    assert news(world, colleague) == []
    tickets.resolve(world.desk(world.technician), reference, "Réparé.")
    world.now += timedelta(minutes=1)
    assert news(world, colleague) == [reference] and news(world, world.stranger) == []


def test_a_colleague_who_has_opened_a_ticket_gets_what_came_since(world, colleague):
    reference = file(world)
    followed.seen(world.desk(colleague), reference, world.now)
    world.now += timedelta(minutes=1)
    conversation.reply(world.desk(world.contact), reference, "Merci")
    assert news(world, colleague) == [reference]


def test_a_ticket_filed_for_a_contact_has_news_for_that_contact(world):
    reference = file(world, world.technician, client_id=world.acme.id, contact_id=world.contact.id)
    world.now += timedelta(minutes=1)
    conversation.reply(world.desk(world.technician), reference, "Comme dit au téléphone")
    assert news(world) == [reference]


@pytest.mark.parametrize(
    "ask",
    [
        lambda desk, reference, at: followed.pulse(desk, reference),
        followed.seen,
        lambda desk, reference, at: sheets.sheet(desk, reference),
        lambda desk, reference, at: conversation.thread(desk, reference),
        lambda desk, reference, at: conversation.reply(desk, reference, "?"),
        lambda desk, reference, at: tickets.withdraw(desk, reference),
    ],
)
def test_every_reference_of_another_company_is_as_if_it_were_not_there(world, ask):
    theirs = [
        file(world, world.stranger),
        file(world, world.stranger, kind=Kind.REQUEST),
        file(world, world.stranger, kind=Kind.ENQUIRY, service=Service.SALES),
    ]
    for reference in theirs:
        with pytest.raises(NotFound) as not_mine:
            ask(world.desk(world.contact), reference, world.now)
        with pytest.raises(NotFound) as not_there:
            ask(world.desk(world.contact), "INC-1999-000001", world.now)
        assert not_mine.value.message == not_there.value.message


def test_nothing_of_the_desk_is_in_what_a_contact_reads(world):
    mine, theirs = file(world, urgency=Urgency.LOW), file(world, world.stranger)
    tickets.link(world.desk(world.technician), mine, theirs)
    tickets.take(world.desk(world.technician), mine)
    conversation.note(world.desk(world.technician), mine, "Entre nous, voir aussi " + theirs)
    seen = repr(sheets.sheet(world.desk(world.contact), mine)) + repr(
        conversation.thread(world.desk(world.contact), mine)
    )
    assert theirs not in seen and "Entre nous" not in seen
    assert theirs not in repr(page(world))


def test_only_the_one_who_filed_it_calls_it_theirs(world, colleague):
    reference = file(world)
    assert sheets.sheet(world.desk(world.contact), reference).mine
    assert not sheets.sheet(world.desk(colleague), reference).mine
    assert not sheets.sheet(world.desk(world.technician), reference).mine
    with Session(world.engine) as session:
        assert session.exec(select(Ticket.contact_id)).one() == world.contact.id


# ------------------------------------------------------------------ by service and year, and what comes first


def test_by_service_and_by_the_year_it_was_filed_in(world):
    old = file(world)
    world.now += timedelta(days=365)
    sales = file(world, kind=Kind.ENQUIRY, service=Service.SALES)
    assert listed(world, service=Service.SALES) == [sales]
    assert listed(world, service=Service.TECHNICAL) == [old]
    assert (listed(world, year=2026), listed(world, year=2027)) == ([old], [sales])
    assert followed.years(world.desk(world.contact)) == (2027, 2026)
    assert followed.years(world.desk(world.stranger)) == ()


def test_the_front_begins_with_what_waits_for_the_client_however_old_it_is(world):
    waiting, answered, *others = [file(world, subject=f"Panne {number}") for number in range(followed.FIRST + 3)]
    conversation.reply(world.desk(world.technician), waiting, "Quelle version ?", ask=True)
    followed.seen(world.desk(world.contact), waiting, world.now)  # read, and yet it waits
    conversation.reply(world.desk(world.technician), answered, "Bonjour")
    front = followed.front(world.desk(world.contact))
    assert [one.line.reference for one in front.open] == [waiting, answered, *others[:2:-1]]
    assert (front.count, front.waiting) == (len(others) + 2, 1)
    assert listed(world, stage=Stage.WAITING) == [waiting]


def test_the_front_shows_news_first_counts_all_that_is_open_and_ends_with_what_was_resolved_last(world):
    references = [file(world, subject=f"Panne {number}") for number in range(followed.FIRST + 2)]
    theirs = file(world, world.stranger)
    conversation.reply(world.desk(world.technician), references[0], "Bonjour")
    front = followed.front(world.desk(world.contact))
    assert front.count == len(references)
    shown = [one.line.reference for one in front.open]
    assert shown == [references[0], *references[:2:-1]] and len(shown) == followed.FIRST
    assert [one.news for one in front.open] == [True] + [False] * (followed.FIRST - 1)
    for reference in (references[3], references[1]):
        world.now += timedelta(minutes=1)
        tickets.resolve(world.desk(world.technician), reference, "Voilà")
    front = followed.front(world.desk(world.contact))
    assert [one.line.reference for one in front.resolved] == [references[1], references[3]]
    assert theirs not in str(front)


def test_the_front_takes_as_many_queries_for_forty_tickets_as_for_two(world, count_queries):
    desk = world.desk(world.contact)

    def asked() -> int:
        followed.front(desk)
        count_queries()
        followed.front(desk)
        return count_queries()

    for _ in range(2):
        file(world)
    few = asked()
    for _ in range(38):
        file(world)
    assert asked() == few


# ------------------------------------------------------------------ urgency


def raise_urgency(world, reference, urgency=Urgency.CRITICAL, reason="Plus rien ne part", by=None):
    followed.raise_urgency(world.desk(by or world.contact), reference, urgency, reason)


def test_the_client_raises_the_urgency_and_the_deadlines_move(world, colleague):
    reference = file(world, urgency=Urgency.LOW)
    before = sheets.sheet(world.desk(world.technician), reference)
    raise_urgency(world, reference, by=colleague)
    after = sheets.sheet(world.desk(world.technician), reference)
    assert after.urgency == Urgency.CRITICAL
    assert after.first_response.due_at < before.first_response.due_at
    [entry] = [
        one
        for one in conversation.thread(world.desk(world.technician), reference).entries
        if isinstance(one, conversation.Changed) and one.change == Change.URGENCY
    ]
    assert (entry.author, entry.reason, entry.before, entry.after) == (
        "Colleague.contact",
        "Plus rien ne part",
        "low",
        "critical",
    )
    assert entry.first_response_due is not None


@pytest.mark.parametrize("urgency", [Urgency.NONE, Urgency.LOW, Urgency.SERIOUS])
def test_the_client_lowers_no_urgency(world, urgency):
    reference = file(world, urgency=Urgency.SERIOUS)
    with pytest.raises(Refused, match="higher urgency"):
        raise_urgency(world, reference, urgency)


@pytest.mark.parametrize("reason", ["", "  ", "\x00"])
def test_the_client_says_why_it_has_become_more_urgent(world, reason):
    with pytest.raises(Refused, match="Say why"):
        raise_urgency(world, file(world), reason=reason)


def test_what_the_desk_has_set_the_client_does_not_raise(world):
    reference = file(world)
    raise_urgency(world, reference, Urgency.SERIOUS)
    tickets.set_urgency(world.desk(world.technician), reference, Urgency.LOW, "Contournement trouvé")
    with pytest.raises(Refused, match="Our technician has set the urgency"):
        raise_urgency(world, reference)


def test_only_an_open_incident_of_ones_own_company_is_raised(world):
    over, asked, theirs = file(world), file(world, kind=Kind.REQUEST), file(world, world.stranger)
    tickets.resolve(world.desk(world.technician), over, "Réparé.")
    for reference, refusal in ((over, Refused), (asked, Refused), (theirs, NotFound)):
        with pytest.raises(refusal):
            raise_urgency(world, reference)
    with pytest.raises(NotAllowed):
        raise_urgency(world, theirs, by=world.technician)
