"""The life of a ticket, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from data import conversation, queue, sheets, tickets
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.errors import NotAllowed, NotFound, Refused
from models.sla import State
from models.ticket import Change, Kind, Resolution, Service, Status, Urgency


def form(**changes) -> TicketForm:
    fields = {"kind": Kind.INCIDENT, "subject": "Impossible d’imprimer", "description": "Depuis ce matin."}
    return TicketForm(**(fields | changes))


def file(world, by=None, **changes) -> str:
    by = by or world.contact
    if by.client_id is None:
        changes.setdefault("client_id", world.acme.id)
    return tickets.file(world.desk(by), form(**changes))


def sheet(world, reference, by=None):
    return sheets.sheet(world.desk(by or world.technician), reference)


# ------------------------------------------------------------------ filing


def test_a_contact_files_for_its_own_client_whatever_the_form_says(world):
    reference = tickets.file(world.desk(world.contact), form(client_id=world.other.id, contact_id=world.stranger.id))
    filed = sheet(world, reference)
    assert (filed.client, filed.contact) == (world.acme.name, world.contact.name)


def test_a_ticket_carries_both_promises_of_its_stars_and_urgency(world):
    filed = sheet(world, file(world, urgency=Urgency.CRITICAL))  # ★5: 1 h and 4 h of the extended hours
    assert filed.first_response.due_at == datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
    assert filed.resolution_clock.due_at == datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
    assert filed.first_response.state == State.FINE


def test_references_count_each_kind_and_year_from_one(world):
    assert file(world) == "INC-2026-000001"
    assert file(world, kind=Kind.REQUEST) == "REQ-2026-000001"
    assert file(world, kind=Kind.ENQUIRY, service=Service.SALES) == "ENQ-2026-000001"
    assert file(world) == "INC-2026-000002"
    world.now = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Paris: it is 2027 there
    assert file(world) == "INC-2027-000001"


def test_references_are_gapless_when_many_file_at_once_and_some_fail(world):
    def attempt(number: int) -> str | None:
        try:
            # A product that the client does not own is refused after the form was read.
            return file(world, product_id=None if number % 3 else 999)
        except Refused:
            return None

    with ThreadPoolExecutor(8) as pool:
        given = sorted(filter(None, pool.map(attempt, range(60))))
    assert given == [f"INC-2026-{number:06d}" for number in range(1, 41)]


def test_a_refused_attachment_takes_the_reference_back(world):
    with pytest.raises(Refused, match="too large"):
        tickets.file(world.desk(world.contact), form(), store([Upload("big.bin", b"\0" * (25 * 1024 * 1024 + 1))]))
    assert file(world) == "INC-2026-000001"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": " \n "}, "subject"),
        ({"subject": "x" * 201}, "too long"),
        ({"description": "\x00 "}, "Describe"),
        ({"description": "x" * 50_001}, "too long"),
        ({"kind": Kind.REQUEST, "urgency": Urgency.LOW}, "Only an incident"),
        ({"kind": Kind.ENQUIRY}, "enquiries to another"),
        ({"service": Service.SALES}, "technical service"),
        ({"product_id": 999}, "does not own"),
        ({"follows": "INC-2026-000001"}, "There is no ticket"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_in_words(world, changes, words):
    with pytest.raises((Refused, NotFound), match=words):
        file(world, **changes)


def test_text_that_a_database_cannot_keep_is_cleaned(world):
    reference = file(world, subject="a\x00b \ud800 \u202eé", description="tab\tline\n\x00end")
    assert sheet(world, reference).subject == "ab ? \u202eé"
    assert sheet(world, reference).description == "tab\tline\nend"


def test_a_technical_ticket_needs_a_running_subscription_an_enquiry_does_not(world):
    with Session(world.engine.execution_options(writes=True), expire_on_commit=False) as session:
        free = world.client(session, "Sans abonnement (démo)", None)
        contact = world.user(session, "free", world.contact.role, free)
        session.commit()
    with pytest.raises(Refused, match="subscription"):
        file(world, contact)
    filed = sheet(world, file(world, contact, kind=Kind.ENQUIRY, service=Service.SALES), world.sales)
    assert filed.star_level.stars == ""
    assert filed.first_response.target == timedelta(hours=24)  # what ★3 is promised


def test_a_contact_of_another_client_cannot_be_named(world):
    with pytest.raises(Refused, match="another client"):
        file(world, world.technician, contact_id=world.stranger.id)


def test_a_follow_up_carries_the_reference_of_the_resolved_ticket_and_both_show_it(world):
    first = file(world)
    with pytest.raises(Refused, match="not resolved yet"):
        file(world, follows=first)
    tickets.resolve(world.desk(world.technician), first, "Redémarrez le service.")
    second = file(world, follows=first)
    assert sheet(world, second).follows.reference == first
    assert [one.reference for one in sheet(world, first).followed_by] == [second]


# ------------------------------------------------------------------ taking and giving


def test_taking_makes_a_new_ticket_in_progress_and_mine(world):
    reference = file(world)
    tickets.take(world.desk(world.technician), reference)
    tickets.take(world.desk(world.technician), reference)  # once more changes nothing
    taken = sheet(world, reference)
    assert (taken.assignee, taken.status) == ("Technician", Status.IN_PROGRESS)
    with pytest.raises(Refused, match="Technician already has"):
        tickets.take(world.desk(world.colleague), reference)


def test_a_ticket_that_a_manager_gave_me_is_in_progress_when_i_take_it(world):
    reference = file(world)
    tickets.assign(world.desk(world.manager), reference, world.technician.id)
    assert sheet(world, reference).status == Status.NEW
    tickets.take(world.desk(world.technician), reference)
    assert sheet(world, reference).status == Status.IN_PROGRESS


def test_the_next_one_is_the_first_of_the_queue_that_nobody_has(world):
    late, soon = file(world), file(world, urgency=Urgency.CRITICAL)
    assert tickets.take_next(world.desk(world.technician)) == soon
    assert tickets.take_next(world.desk(world.technician)) == late
    with pytest.raises(Refused, match="somebody's hands"):
        tickets.take_next(world.desk(world.colleague))


def test_two_technicians_never_get_the_same_ticket(world):
    filed = {file(world) for _ in range(20)}

    def take(number: int) -> str | None:
        try:
            return tickets.take_next(world.desk((world.technician, world.colleague)[number % 2]))
        except Refused:
            return None

    with ThreadPoolExecutor(8) as pool:
        taken = list(filter(None, pool.map(take, range(40))))
    assert sorted(taken) == sorted(filed)


def test_a_ticket_is_given_only_to_somebody_who_can_work_it(world):
    reference = file(world)
    desk = world.desk(world.manager)
    tickets.assign(desk, reference, world.colleague.id)
    assert sheet(world, reference).assignee == "Colleague"
    for nobody in (world.sales, world.contact):
        with pytest.raises(Refused, match="cannot work this ticket"):
            tickets.assign(desk, reference, nobody.id)
    with pytest.raises(NotFound):
        tickets.assign(desk, reference, 999)
    tickets.assign(desk, reference, None)
    assert sheet(world, reference).assignee_id is None


def test_several_are_assigned_together_or_not_at_all(world):
    references = [file(world) for _ in range(3)]
    tickets.resolve(world.desk(world.technician), references[1], "Fait.")
    with pytest.raises(Refused, match=references[1]):
        tickets.assign_all(world.desk(world.manager), references, world.colleague.id)
    assert {sheet(world, reference).assignee for reference in references} == {""}
    tickets.assign_all(world.desk(world.manager), [references[0], references[2]], world.colleague.id)
    assert [sheet(world, reference).assignee for reference in references] == ["Colleague", "", "Colleague"]


def test_sales_work_their_enquiries_and_nothing_else_technicians_all_the_rest(world):
    technical, enquiry = file(world), file(world, kind=Kind.ENQUIRY, service=Service.SALES)
    for user, theirs, others in ((world.sales, enquiry, technical), (world.technician, technical, enquiry)):
        tickets.take(world.desk(user), theirs)
        assert sheet(world, others, user).workable is False
        for deed in (
            tickets.take,
            lambda desk, reference: conversation.reply(desk, reference, "Bonjour"),
            lambda desk, reference: conversation.note(desk, reference, "Bonjour"),
            lambda desk, reference: tickets.resolve(desk, reference, "Fait"),
        ):
            with pytest.raises(NotAllowed):
                deed(world.desk(user), others)


# ------------------------------------------------------------------ urgency


def test_a_changed_urgency_dates_running_clocks_anew_from_filing(world):
    reference = file(world, urgency=Urgency.LOW)  # ★5: 4 h and 24 h
    world.now += timedelta(minutes=30)
    tickets.set_urgency(world.desk(world.technician), reference, Urgency.CRITICAL, "Toute la production s’arrête")
    changed = sheet(world, reference)
    assert changed.first_response.due_at == datetime(2026, 3, 3, 12, 0, tzinfo=UTC)  # 11:00 + 1 h
    told = next(
        entry
        for entry in conversation.thread(world.desk(world.technician), reference).entries
        if isinstance(entry, conversation.Changed) and entry.change == Change.URGENCY
    )
    assert (told.before, told.after, told.reason) == ("low", "critical", "Toute la production s’arrête")
    assert told.first_response_due == (
        datetime(2026, 3, 3, 15, 0, tzinfo=UTC),
        datetime(2026, 3, 3, 12, 0, tzinfo=UTC),
    )


def test_a_decided_clock_is_never_judged_again(world):
    answered, broken = file(world, urgency=Urgency.CRITICAL), file(world, urgency=Urgency.CRITICAL)
    conversation.reply(world.desk(world.technician), answered, "Nous regardons.")
    world.now += timedelta(hours=2)  # an hour was promised: the other's first response is broken
    for reference in (answered, broken):
        tickets.set_urgency(world.desk(world.technician), reference, Urgency.NONE, "Contournement trouvé")
        first = sheet(world, reference).first_response
        assert first.target == timedelta(hours=1)
        assert sheet(world, reference).resolution_clock.target == timedelta(hours=48)
    assert sheet(world, answered).first_response.state == State.MET
    assert sheet(world, broken).first_response.state == State.BREACHED


def test_only_an_incident_has_an_urgency_and_a_change_needs_a_reason(world):
    desk = world.desk(world.technician)
    with pytest.raises(Refused, match="Only an incident"):
        tickets.set_urgency(desk, file(world, kind=Kind.REQUEST), Urgency.LOW, "Parce que")
    with pytest.raises(Refused, match="why"):
        tickets.set_urgency(desk, file(world), Urgency.LOW, "  ")


# ------------------------------------------------------------------ the end


def test_resolved_is_final_for_everybody(world):
    reference, other = file(world), file(world)
    tickets.resolve(world.desk(world.technician), reference, "Redémarrez **tout**.")
    resolved = sheet(world, reference)
    assert (resolved.status, resolved.solution, resolved.resolver) == (
        Status.RESOLVED,
        "Redémarrez **tout**.",
        "Technician",
    )
    for user in (world.manager, world.technician):
        desk = world.desk(user)
        for deed in (
            lambda desk=desk: tickets.take(desk, reference),
            lambda desk=desk: tickets.assign(desk, reference, world.colleague.id),
            lambda desk=desk: tickets.set_urgency(desk, reference, Urgency.LOW, "x"),
            lambda desk=desk: tickets.link(desk, reference, other),
            lambda desk=desk: tickets.mark_duplicate(desk, reference, other),
            lambda desk=desk: tickets.resolve(desk, reference, "encore"),
            lambda desk=desk: tickets.withdraw(desk, reference),
            lambda desk=desk: conversation.reply(desk, reference, "encore"),
            lambda desk=desk: conversation.note(desk, reference, "encore"),
        ):
            with pytest.raises(Refused, match="is resolved, and that is final"):
                deed()
    with pytest.raises(Refused, match="is resolved, and that is final"):
        conversation.reply(world.desk(world.contact), reference, "encore")


def test_a_solution_is_required_and_counts_as_first_response(world):
    reference = file(world)
    with pytest.raises(Refused, match="solution"):
        tickets.resolve(world.desk(world.technician), reference, " ")
    tickets.resolve(world.desk(world.technician), reference, "Fait.")
    assert sheet(world, reference).first_response.state == State.MET


def test_a_duplicate_is_resolved_and_points_to_the_original(world):
    original, again = file(world), file(world)
    tickets.mark_duplicate(world.desk(world.technician), again, original)
    assert sheet(world, again).duplicate_of.reference == original
    assert sheet(world, again).resolution == Resolution.DUPLICATE
    assert [one.reference for one in sheet(world, original).duplicates] == [again]


def test_a_duplicate_stays_within_its_client_and_never_points_at_itself_or_another_duplicate(world):
    mine, again, foreign = file(world), file(world), file(world, world.stranger)
    desk = world.desk(world.technician)
    for of, words in ((foreign, "another client"), (mine, "itself")):
        with pytest.raises(Refused, match=words):
            tickets.mark_duplicate(desk, mine, of)
    tickets.mark_duplicate(desk, again, mine)
    with pytest.raises(Refused, match="itself a duplicate"):
        tickets.mark_duplicate(desk, mine, again)


def test_a_contact_withdraws_what_it_filed_and_nothing_else(world):
    reference = file(world)
    with Session(world.engine.execution_options(writes=True), expire_on_commit=False) as session:
        colleague = world.user(session, "second", world.contact.role, world.acme)
        session.commit()
    with pytest.raises(Refused, match="who filed"):
        tickets.withdraw(world.desk(colleague), reference)
    tickets.withdraw(world.desk(world.contact), reference)
    withdrawn = sheet(world, reference)
    assert withdrawn.resolution == Resolution.WITHDRAWN
    assert (withdrawn.first_response.state, withdrawn.resolution_clock.state) == (State.UNNEEDED, State.MET)


def test_links_show_on_both_sides_to_the_staff_and_never_to_a_client(world):
    mine, foreign = file(world), file(world, world.stranger)
    for _ in range(2):
        tickets.link(world.desk(world.technician), mine, foreign)
    assert [one.reference for one in sheet(world, mine).linked] == [foreign]
    assert [one.reference for one in sheet(world, foreign).linked] == [mine]
    assert sheet(world, mine, world.contact).linked == ()
    assert foreign not in str(conversation.thread(world.desk(world.contact), mine))


# ------------------------------------------------------------------ whose tickets


def test_another_clients_ticket_is_not_there_for_a_contact_in_the_very_same_words(world):
    foreign = file(world, world.stranger)
    desk = world.desk(world.contact)
    for deed in (
        lambda reference: sheets.sheet(desk, reference),
        lambda reference: conversation.thread(desk, reference),
        lambda reference: conversation.reply(desk, reference, "Bonjour"),
        lambda reference: tickets.withdraw(desk, reference),
        lambda reference: queue.place(desk, reference),
        lambda reference: file(world, follows=reference),
    ):
        words = []
        for reference in (foreign, "INC-2026-999999"):
            with pytest.raises(NotFound) as refusal:
                deed(reference)
            words.append(str(refusal.value).replace(reference, "…"))
        assert words[0] == words[1]


def test_a_contact_cannot_do_what_only_the_staff_may(world):
    reference, desk = file(world), world.desk(world.contact)
    for deed in (
        lambda: tickets.take(desk, reference),
        lambda: tickets.take_next(desk),
        lambda: tickets.assign(desk, reference, None),
        lambda: tickets.resolve(desk, reference, "Fait"),
        lambda: conversation.note(desk, reference, "Bonjour"),
        lambda: queue.page(desk),
        lambda: queue.counts(desk),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_every_change_is_on_the_audit_trail_with_its_author_and_its_command(world):
    from models.audit import AuditEntry

    reference = file(world)
    tickets.take(world.desk(world.technician), reference)
    with Session(world.engine) as session:
        entries = session.exec(select(AuditEntry).where(col(AuditEntry.table_name) == "ticket")).all()
    assert [(entry.action, entry.user_id) for entry in entries] == [
        ("tickets.file", world.contact.id),
        ("tickets.take", world.technician.id),
    ]
    assert entries[1].before["status"] == "new"
    assert entries[1].after["status"] == "in_progress"
