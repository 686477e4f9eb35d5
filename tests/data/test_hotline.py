"""The direct line: who calls, what they are entitled to, what becomes of the call, and what guessing finds."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from data import access_codes, clients, contacts, conversation, hotline, sheets, tickets
from data.tickets import TicketForm
from models import access_code
from models.access_code import ALPHABET
from models.audit import AuditEntry
from models.client import StarLevel
from models.client_list import ClientFilters
from models.errors import NotAllowed, NotFound, Refused
from models.hotline import TRIES, HotlineCall
from models.ticket import Channel, Kind, Service, Urgency

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(world):
    return world.desk(world.technician)


@pytest.fixture
def code(world) -> str:
    return access_codes.issue(world.desk(world.sales), world.acme.id)


def form(**facts) -> TicketForm:
    told = {"kind": Kind.INCIDENT, "subject": "Rien ne sort", "description": "Depuis ce matin.", "urgency": Urgency.LOW}
    return TicketForm(**told | facts)


def calls(world) -> list[HotlineCall]:
    with Session(world.engine) as session:
        return list(session.exec(select(HotlineCall).order_by(col(HotlineCall.id))))


def fail(desk, times: int) -> None:
    for number in range(times):
        assert hotline.look_up(desk, access_code.complete(f"2222{ALPHABET[number]}22")) is None


def test_a_code_tells_who_calls_and_what_they_are_entitled_to(world, desk, code):
    reference = tickets.file(world.desk(world.contact), form(product_id=world.product.id))
    caller = hotline.caller(desk, hotline.look_up(desk, code))
    assert (caller.client, caller.star_level, caller.verified) == ("Acme (démo)", StarLevel.FIVE, True)
    assert caller.line and caller.line.open
    assert [(one.name, one.email) for one in caller.contacts] == [("Contact", "contact@guichet.example")]
    assert caller.products == ((world.product.id, "Comptoir"),)
    assert [line.reference for line in caller.open] == [reference] and caller.workable == {reference}
    assert caller.resolved == () and caller.ticket == ""


@pytest.mark.parametrize(
    "typed", [str, str.lower, lambda code: code.replace(" ", "-"), lambda code: f"\t{code.replace(' ', '').title()} "]
)
def test_it_may_be_typed_in_any_case_with_or_without_spaces(desk, code, typed):
    assert hotline.look_up(desk, typed(code))


def test_open_and_lately_resolved_tickets_are_shown_each_the_newest_first(world, desk, code):
    references = []
    for _ in range(4):
        references.append(tickets.file(world.desk(world.contact), form()))
        world.now += HOUR
    for reference in references[:2]:
        tickets.resolve(desk, reference, "Redémarrez.")
        world.now += HOUR
    tickets.file(world.desk(world.stranger), form())
    caller = hotline.caller(desk, hotline.look_up(desk, code))
    assert [line.reference for line in caller.open] == references[:1:-1]
    assert [line.reference for line in caller.resolved] == references[1::-1]
    world.now += timedelta(days=31)
    assert hotline.caller(desk, hotline.look_up(desk, code)).resolved == ()


def test_the_call_becomes_a_ticket(world, desk, code):
    call = hotline.look_up(desk, code)
    reference = hotline.file(desk, call, form(contact_id=world.contact.id, product_id=world.product.id))
    sheet = sheets.sheet(desk, reference)
    assert (sheet.channel, sheet.client, sheet.contact) == (Channel.PHONE, "Acme (démo)", "Contact")
    assert sheet.caller_verified is True
    assert hotline.caller(desk, call).ticket == reference
    with pytest.raises(Refused, match=f"ticket {reference} already"):
        hotline.file(desk, call, form(subject="Une autre"))


def test_whatever_the_form_says_the_ticket_is_of_the_client_who_calls(world, desk, code):
    call = hotline.look_up(desk, code)
    reference = hotline.file(desk, call, form(client_id=world.other.id, channel=Channel.MAIL))
    sheet = sheets.sheet(desk, reference)
    assert (sheet.client_id, sheet.channel) == (world.acme.id, Channel.PHONE)
    with pytest.raises(Refused, match="another client"):
        hotline.file(desk, hotline.look_up(desk, code), form(contact_id=world.stranger.id))


def test_what_the_filing_refuses_leaves_the_call_as_it_was(world, desk, code):
    call = hotline.look_up(desk, code)
    with pytest.raises(Refused, match="subject"):
        hotline.file(desk, call, form(subject=" "))
    assert hotline.caller(desk, call).ticket == ""


def test_the_call_is_noted_on_an_open_ticket(world, desk, code):
    reference = tickets.file(world.desk(world.contact), form())
    call = hotline.look_up(desk, code)
    hotline.note(desk, call, reference, "Rappeler demain.")
    [said] = [one for one in conversation.thread(desk, reference).entries if isinstance(one, conversation.Said)]
    assert (said.body, said.internal, said.caller_verified) == ("Rappeler demain.", True, True)
    assert hotline.caller(desk, call).ticket == reference
    assert hotline.file(desk, call, form()) != reference  # and there is another matter


def test_a_call_is_noted_on_no_ticket_of_another_client_nor_on_a_resolved_one(world, desk, code):
    call = hotline.look_up(desk, code)
    with pytest.raises(NotFound):
        hotline.note(desk, call, tickets.file(world.desk(world.stranger), form()), "Rappeler.")
    with pytest.raises(NotFound):
        hotline.note(desk, call, "INC-2026-999999", "Rappeler.")
    resolved = tickets.file(world.desk(world.contact), form())
    tickets.resolve(desk, resolved, "Redémarrez.")
    with pytest.raises(Refused, match="final"):
        hotline.note(desk, call, resolved, "Rappeler.")


def test_who_is_found_by_name_is_not_verified_and_neither_is_what_becomes_of_it(world, desk):
    old = tickets.file(world.desk(world.contact), form())
    call = hotline.call_by_name(desk, world.acme.id)
    assert not hotline.caller(desk, call).verified
    hotline.note(desk, call, old, "Un appel.")
    new = hotline.file(desk, call, form())
    assert sheets.sheet(desk, new).caller_verified is False
    [said] = [one for one in conversation.thread(desk, old).entries if isinstance(one, conversation.Said)]
    assert said.caller_verified is False
    assert sheets.sheet(desk, old).caller_verified is None


def test_below_four_stars_there_is_no_line(world, desk):
    caller = hotline.caller(desk, hotline.call_by_name(desk, world.other.id))
    assert caller.line is None and caller.star_level == StarLevel.THREE


def test_calls_are_kept_with_their_stars_and_what_became_of_them(world, desk, code):
    filed = hotline.look_up(desk, code)
    hotline.file(desk, filed, form())
    hotline.call_by_name(desk, world.other.id)
    hotline.look_up(desk, "2222 2222")
    kept = [(one.client_id, one.star_level, one.verified, one.ticket_id is not None) for one in calls(world)]
    assert kept == [
        (world.acme.id, StarLevel.FIVE, True, True),
        (world.other.id, StarLevel.THREE, False, False),
        (None, None, False, False),
    ]


def test_the_client_was_in_contact_when_it_called(world, desk, code):
    world.now += HOUR
    hotline.look_up(desk, code)
    with Session(world.engine) as session:
        assert session.get(type(world.acme), world.acme.id).last_contact_at == world.now


def test_a_call_is_its_technicians_and_lasts_some_hours(world, desk, code):
    call = hotline.look_up(desk, code)
    for user, number in ((world.colleague, call), (world.technician, call + 1), (world.technician, 2**70)):
        with pytest.raises(NotFound, match="over"):
            hotline.caller(world.desk(user), number)
    world.now += 5 * HOUR
    for ask in (hotline.caller, lambda desk, call: hotline.file(desk, call, form())):
        with pytest.raises(NotFound, match="over"):
            ask(desk, call)


def test_a_try_that_failed_is_no_call(world, desk):
    hotline.look_up(desk, "2222 2222")
    [failed] = calls(world)
    with pytest.raises(NotFound, match="over"):
        hotline.caller(desk, failed.id)


def test_the_hotline_is_for_technicians_and_managers(world, code):
    assert hotline.look_up(world.desk(world.manager), code)
    for user in (world.sales, world.contact):
        for ask in (hotline.look_up, hotline.call_by_name):
            with pytest.raises(NotAllowed):
                ask(world.desk(user), code)


# ------------------------------------------------------------------ guessing


def wrong_codes(world) -> dict[str, str]:
    """One of each kind: all of them are nobody's."""
    ended = access_codes.issue(world.desk(world.sales), world.acme.id)
    live = access_codes.issue(world.desk(world.sales), world.acme.id)
    other = ALPHABET[(ALPHABET.index(live[0]) + 1) % len(ALPHABET)]
    return {
        "ended": ended,
        "unknown": access_code.complete("2222222"),
        "one wrong sign": other + live[1:],
        "two swapped": live[1] + live[0] + live[2:] if live[0] != live[1] else "2" + live[1:],
        "no code": "Bonjour",
        "nothing": "",
        "very long": "A" * 5000,
        "strange": "\x00' OR 1=1 --  ☎ ß",
    }


def test_wrong_ended_and_unknown_codes_get_the_same_answer_by_the_same_statements(world, desk):
    found = wrong_codes(world)
    seen: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda _c, _u, statement, *_: seen.append(statement))
    asked = {}
    for kind, typed in found.items():
        seen.clear()
        assert hotline.look_up(desk, typed) is None, kind
        asked[kind] = tuple(seen)
    assert len(set(asked.values())) == 1
    told = {(one.client_id, one.star_level, one.verified, one.ticket_id) for one in calls(world)}
    assert told == {(None, None, False, None)}


def test_after_ten_wrong_codes_in_an_hour_not_even_the_right_one_is_looked_at(world, desk, code):
    fail(desk, TRIES)
    for typed in (code, "2222 2222"):
        with pytest.raises(Refused, match="10 codes within an hour"):
            hotline.look_up(desk, typed)
    assert hotline.call_by_name(desk, world.acme.id)
    assert hotline.look_up(world.desk(world.colleague), code)
    world.now += HOUR
    assert hotline.look_up(desk, code)


def test_a_right_one_between_does_not_make_the_wrong_ones_forgotten(world, desk, code):
    fail(desk, TRIES - 1)
    assert hotline.look_up(desk, code)
    fail(desk, 1)
    with pytest.raises(Refused):
        hotline.look_up(desk, code)


def test_tries_made_side_by_side_find_no_more_than_those_made_in_turn(world, desk):
    def guess(number: int) -> bool:
        try:
            hotline.look_up(desk, access_code.complete(f"33{ALPHABET[number]}3333"))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        looked_at = list(pool.map(guess, range(25)))
    assert sum(looked_at) == len(calls(world)) == TRIES


def test_a_day_of_guessing_is_a_handful_of_tries(world, desk):
    looked_at = 0
    for number in range(24 * 4):  # every quarter of an hour, until the desk says no
        try:
            while True:
                hotline.look_up(desk, f"4444 4{number:03}")
                looked_at += 1
        except Refused:
            world.now += HOUR / 4
    assert looked_at == 24 * TRIES  # of 27,512,614,111 codes


def test_every_try_is_on_the_trail_without_what_was_typed(world, desk, code):
    hotline.look_up(desk, code)
    hotline.look_up(desk, "WXYZ WXYZ")
    with Session(world.engine) as session:
        entries = session.exec(select(AuditEntry).where(col(AuditEntry.table_name) == "hotline_call")).all()
    assert [(one.action, one.user_id, one.after.get("client_id")) for one in entries] == [
        ("hotline.look_up", world.technician.id, world.acme.id),
        ("hotline.look_up", world.technician.id, None),
    ]
    told = repr(entries).upper()
    assert "WXYZ" not in told and code.split()[0] not in told


def test_a_call_costs_the_same_however_many_tickets_were_ever_closed(world, desk, code, count_queries):
    def cost() -> int:
        call = hotline.look_up(desk, code)
        count_queries()
        hotline.caller(desk, call)
        return count_queries()

    def closed() -> None:
        tickets.resolve(desk, tickets.file(world.desk(world.contact), form()), "Redémarrez.")

    tickets.file(world.desk(world.contact), form(service=Service.TECHNICAL))
    closed()
    before = cost()
    for _ in range(5):
        closed()
    assert cost() == before


def test_who_calls_is_kept_with_the_call_and_the_ticket_where_it_is_no_contact(world, desk, code):
    call = hotline.look_up(desk, code)
    reference = hotline.file(desk, call, form(), caller_name=" Marie  Curie ", caller_phone="06 12")
    sheet = sheets.sheet(desk, reference)
    assert (sheet.contact, sheet.caller_name, sheet.caller_phone) == ("", "Marie Curie", "06 12")
    theirs = sheets.sheet(world.desk(world.contact), reference)
    assert (theirs.caller_name, theirs.caller_phone) == ("Marie Curie", "")
    with Session(world.engine) as session:
        kept = session.get_one(HotlineCall, call)
    assert (kept.caller_name, kept.caller_phone) == ("Marie Curie", "06 12")


@pytest.mark.parametrize("who", [{"caller_name": "x" * 121}, {"caller_phone": "0" * 41}])
def test_a_name_or_number_without_end_is_refused_and_the_call_stays_open(desk, code, who):
    call = hotline.look_up(desk, code)
    with pytest.raises(Refused, match="too long"):
        hotline.file(desk, call, form(), **who)
    assert not hotline.caller(desk, call).ticket


def test_telephone_numbers_are_shown_with_the_call(world, desk, code):
    sales = world.desk(world.sales)
    [contact] = contacts.of(sales, world.acme.id)
    contacts.change(sales, contact.id, replace(contact.form, phone="06 12"), contact.form)
    seen = clients.sheet(sales, world.acme.id).form
    clients.change(sales, world.acme.id, replace(seen, phone="01 23"), seen)
    caller = hotline.caller(desk, hotline.look_up(desk, code))
    assert (caller.phone, [one.phone for one in caller.contacts]) == ("01 23", ["06 12"])
    [line] = clients.search(desk, ClientFilters(text="acme")).lines
    assert line.phone == "01 23"
