"""The people that managers keep, and the links that let them in, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from data import clients, contacts, conversation, sheets, tickets, users
from data.core import known_browsers, one_time_links, passwords, sign_in
from data.users import AccountForm, Invitation
from models.audit import AuditEntry
from models.client_list import ClientFilters
from models.errors import DeskError, NotAllowed, NotFound, NotSignedIn, Refused
from models.permission import Role
from models.user import Ending, Language, LinkPurpose, OneTimeLink, User, UserSession
from tests.pages.tab import incident

PASSWORD = "vélo pomme nuage"
HASH = passwords.hashed(PASSWORD)


@pytest.fixture
def office(world):
    """The manager's desk; everybody has set a password."""
    with Session(world.engine.execution_options(writes=True)) as session:
        for user in session.exec(select(User)):
            user.password_hash = HASH
            session.add(user)
        session.commit()
    return world.desk(world.manager)


def invitation(**changes) -> Invitation:
    return Invitation(**({"email": "Zoe@Guichet.Example ", "name": "Zoë", "role": Role.TECHNICIAN} | changes))


def follow(world, token, password=PASSWORD) -> int:
    return one_time_links.follow(world.engine, token, password, world.now)


def may_follow(world, token) -> bool:
    try:
        return bool(one_time_links.look(world.engine, token, world.now))
    except Refused as refusal:
        assert str(refusal) == "This link is not valid: it may be used, replaced or too old. Ask for a new one."
        return False


def signed_in(world, user):
    session_id, _ = sign_in.open_session(world.engine, user.id, "", "", world.now)
    return replace(world.desk(user), session_id=session_id)


# ------------------------------------------------------------------ who is there


def test_people_are_listed_by_name_with_their_client(world, office):
    listed = users.people(office).page
    assert [person.name for person in listed] == sorted(person.name for person in listed)
    assert {person.name: person.client for person in listed}["Contact"] == world.acme.name


@pytest.mark.parametrize(
    ("text", "found"),
    [("techn", ["Technician"]), ("STRANGER@", ["Stranger"]), ("acme", ["Contact"]), ("%", []), ("_", []), ("\0", None)],
)
def test_people_are_found_by_name_address_or_client_and_wildcards_are_only_signs(office, text, found):
    listed = [person.name for person in users.people(office, text=text).page]
    assert listed == found if found is not None else len(listed) == 6


def test_people_are_narrowed_by_role(office):
    listed = users.people(office, roles=(Role.CONTACT, Role.SALES)).page
    assert [person.name for person in listed] == ["Contact", "Sales", "Stranger"]


def test_many_people_come_fifty_at_a_time_each_once_in_as_many_queries(world, office, count_queries):
    for number in range(60):
        users.invite(office, invitation(email=f"{number}@guichet.example", name=f"Same name {number % 3}"))
    count_queries()
    first = users.people(office)
    assert len(first.page) == users.PAGE and first.after
    counted = count_queries()
    second = users.people(office, after=first.after)
    assert second.after is None and count_queries() <= counted
    seen = [person.id for person in [*first.page, *second.page]]
    assert len(seen) == len(set(seen)) == 66


@pytest.mark.parametrize("who", ["technician", "sales", "contact"])
def test_only_managers_keep_people(world, office, who):
    desk = world.desk(getattr(world, who))
    for deed in (
        lambda: users.people(desk),
        lambda: users.person(desk, world.manager.id),
        lambda: users.invite(desk, invitation()),
        lambda: users.reset(desk, world.manager.id),
        lambda: users.disable(desk, world.colleague.id),
        lambda: users.enable(desk, world.colleague.id),
        lambda: users.shut_out(desk, world.colleague.id),
        lambda: users.holds(desk, world.colleague.id),
        lambda: users.change_role(desk, world.technician.id, Role.MANAGER),
    ):
        with pytest.raises(NotAllowed):
            deed()


# ------------------------------------------------------------------ inviting


def test_an_invitation_lets_one_person_in_once(world, office):
    token = users.invite(office, invitation())
    link = one_time_links.look(world.engine, token, world.now)
    assert (link.purpose, link.email, link.name) == (LinkPurpose.INVITATION, "zoe@guichet.example", "Zoë")
    user_id = follow(world, token)
    found = sign_in.account(world.engine, "zoe@guichet.example", "", world.now)
    assert found.id == user_id and passwords.matches(PASSWORD, found.password_hash)
    assert not may_follow(world, token)


def test_a_link_is_followed_by_one_of_many_who_try_at_once(world, office):
    token = users.invite(office, invitation())

    def attempt(_number) -> bool:
        try:
            return bool(follow(world, token))
        except Refused:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1


def test_an_invitation_lasts_a_week_and_a_reset_an_hour(world, office):
    week, hour = users.invite(office, invitation()), users.reset(office, world.technician.id)
    world.now += timedelta(minutes=59)
    assert may_follow(world, hour)
    world.now += timedelta(minutes=1)
    assert not may_follow(world, hour) and may_follow(world, week)
    world.now += timedelta(days=7)
    assert not may_follow(world, week)


@pytest.mark.parametrize("token", ["", "unknown", "\0", "\ud800", "é" * 3000])
def test_a_link_that_is_none_is_refused_in_the_words_of_an_old_one(world, token):
    assert not may_follow(world, token)


def test_a_weak_password_is_refused_and_the_link_stays_good(world, office):
    token = users.invite(office, invitation())
    for weak in ("court", "password1234", "zoe@guichet.example"):
        with pytest.raises(Refused):
            follow(world, token, weak)
    assert may_follow(world, token)


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "no address"},
        {"email": "two@at@signs.example"},
        {"email": "no@dot"},
        {"email": "a@b.example\nBcc: c@d.example"},
        {"email": "<script>@guichet.example"},
        {"email": "x" * 250 + "@guichet.example"},
        {"name": "  "},
        {"name": "x" * 121},
        {"email": "TECHNICIAN@guichet.example"},
        {"role": Role.CONTACT},
        {"role": Role.CONTACT, "client_id": 10**6},
    ],
)
def test_an_invitation_that_cannot_be_is_refused_with_a_reason(office, changes):
    with pytest.raises(DeskError):
        users.invite(office, invitation(**changes))
    assert len(users.people(office).page) == 6


def test_a_contact_belongs_to_a_client_and_staff_to_none(world, office):
    users.invite(office, invitation(role=Role.CONTACT, client_id=world.acme.id))
    users.invite(office, invitation(email="max@guichet.example", name="Max", client_id=world.acme.id))
    clients = {person.name: person.client for person in users.people(office).page}
    assert (clients["Zoë"], clients["Max"]) == (world.acme.name, "")


def test_an_address_is_taken_by_one_of_two_who_invite_it_at_once(world, office):
    def attempt(_number) -> bool:
        try:
            return bool(users.invite(office, invitation()))
        except Refused:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1


def test_neither_database_nor_trail_holds_a_link(world, office):
    token = users.invite(office, invitation())
    with Session(world.engine) as session:
        kept = [row.model_dump() for row in session.exec(select(OneTimeLink))]
        trail = [row.model_dump() for row in session.exec(select(AuditEntry))]
    assert token not in str(kept) and token not in str(trail) and kept[0]["token_hash"] not in str(trail)


# ------------------------------------------------------------------ reset, disable, change


def test_a_reset_ends_all_sessions_and_makes_older_links_worthless(world, office):
    theirs = signed_in(world, world.technician)
    older, newer = users.reset(office, world.technician.id), users.reset(office, world.technician.id)
    assert not may_follow(world, older)
    assert sign_in.desk_of_session(world.engine, theirs.session_id, world.now)
    follow(world, newer, "trois tasses de thé")
    assert sign_in.desk_of_session(world.engine, theirs.session_id, world.now) is None


def test_a_disabled_account_is_out_at_once_and_so_are_its_links(world, office):
    theirs, token = signed_in(world, world.manager), users.reset(office, world.technician.id)
    users.disable(office, world.technician.id)
    assert not may_follow(world, token)
    assert sign_in.account(world.engine, world.technician.email, "", world.now).id is None
    with pytest.raises(Refused):
        users.reset(office, world.technician.id)
    fresh = users.enable(theirs, world.technician.id)
    assert not may_follow(world, token)
    assert sign_in.account(world.engine, world.technician.email, "", world.now).id is None
    assert follow(world, fresh, "trois tasses de thé") == world.technician.id


# ------------------------------------------------------------------ a stolen password


def opens(world, email, password) -> bool:
    """From a place of its own, so that no brake answers."""
    world.now += timedelta(hours=2)
    found = sign_in.account(world.engine, email, "", world.now)
    return passwords.matches(password, found.password_hash)


def test_who_is_shut_out_has_neither_password_nor_session_nor_link_nor_known_browser(world, office):
    theirs, former = signed_in(world, world.technician), users.reset(office, world.technician.id)
    browser = known_browsers.remember(world.engine, theirs.session_id, "", world.now)
    fresh = users.shut_out(office, world.technician.id)
    assert sign_in.desk_of_session(world.engine, theirs.session_id, world.now) is None
    assert sign_in.why_ended(world.engine, theirs.session_id, world.now) == Ending.SHUT_OUT
    assert not may_follow(world, former)
    with Session(world.engine) as session:
        assert not known_browsers.knows(session, browser, world.technician.email, world.now)
    assert users.person(office, world.technician.id).expected
    assert follow(world, fresh, "trois tasses de thé") == world.technician.id
    assert not users.person(office, world.technician.id).expected
    assert opens(world, world.technician.email, "trois tasses de thé")
    assert not opens(world, world.technician.email, PASSWORD)


@pytest.mark.parametrize("order", ["shut_out", "disable enable", "reset disable enable", "disable enable reset"])
def test_in_whatever_order_a_manager_acts_the_old_password_opens_nothing(world, office, order):
    for deed in order.split():
        getattr(users, deed)(office, world.technician.id)
    assert not opens(world, world.technician.email, PASSWORD)


def test_an_account_that_was_disabled_long_ago_comes_back_without_its_password(world, office):
    with Session(world.engine.execution_options(writes=True)) as session:
        session.get_one(User, world.technician.id).active = False  # as older versions did, which left the password
        session.commit()
    users.enable(office, world.technician.id)
    assert not opens(world, world.technician.email, PASSWORD)


def test_nobody_shuts_himself_or_the_last_manager_out(world, office):
    with pytest.raises(Refused):
        users.shut_out(office, world.manager.id)
    with pytest.raises(Refused):
        users.shut_out(world.desk(), world.manager.id)


def test_a_disabled_account_is_enabled_and_not_shut_out(world, office):
    users.disable(office, world.technician.id)
    with pytest.raises(Refused):
        users.shut_out(office, world.technician.id)


def test_sales_shut_a_contact_out_and_nobody_else(world, office):
    sales = world.desk(world.sales)
    fresh = contacts.shut_out(sales, world.contact.id)
    assert not opens(world, world.contact.email, PASSWORD)
    world.now -= timedelta(hours=2)
    assert follow(world, fresh, "trois tasses de thé") == world.contact.id
    with pytest.raises(NotFound):
        contacts.shut_out(sales, world.technician.id)
    with pytest.raises(NotAllowed):
        contacts.shut_out(world.desk(world.technician), world.contact.id)


# ------------------------------------------------------------------ what a disabled person holds


def test_the_open_tickets_of_a_disabled_person_go_back_to_nobody(world, office):
    waiting, new, over = (incident(world) for _ticket in range(3))
    for reference in (waiting, new, over):
        tickets.assign(office, reference, world.technician.id)
    conversation.reply(world.desk(world.technician), waiting, "Which one?", ask=True)
    tickets.resolve(world.desk(world.technician), over, "Done.")
    assert users.holds(office, world.technician.id) == 2
    assert users.disable(office, world.technician.id) == 2
    assert users.holds(office, world.technician.id) == 0
    held = {one: sheets.sheet(office, one).assignee_id for one in (waiting, new, over)}
    assert held == {waiting: None, new: None, over: world.technician.id}


# ------------------------------------------------------------------ locked out


def test_a_link_lets_the_only_manager_in_again(world, office):
    made = users.link(world.desk(), " MANAGER@guichet.example\0")
    assert (made.person.name, made.person.role) == ("Manager", Role.MANAGER)
    assert made.expires_at - world.now == timedelta(hours=1)
    assert follow(world, made.token, "trois tasses de thé") == world.manager.id


def test_a_link_invites_who_never_came_for_a_week(world):
    made = users.link(world.desk(), world.manager.email)
    assert made.person.invited and made.expires_at - world.now == timedelta(days=7)
    assert follow(world, made.token) == world.manager.id


def test_a_link_for_a_disabled_account_must_be_meant(world, office):
    users.disable(office, world.technician.id)
    with pytest.raises(Refused):
        users.link(world.desk(), world.technician.email)
    assert follow(world, users.link(world.desk(), world.technician.email, enable=True).token) == world.technician.id


def test_a_link_can_shut_out_the_only_manager_whose_password_was_stolen(world, office):
    theirs = signed_in(world, world.manager)
    made = users.link(world.desk(), world.manager.email, shut_out=True)
    assert sign_in.desk_of_session(world.engine, theirs.session_id, world.now) is None
    assert sign_in.anybody(world.engine)  # nobody becomes a first manager meanwhile
    assert follow(world, made.token, "trois tasses de thé") == world.manager.id


@pytest.mark.parametrize("email", ["nobody@guichet.example", "", "\0", "x" * 10**5])
def test_a_link_for_nobody_is_refused(world, email):
    with pytest.raises(NotFound):
        users.link(world.desk(), email)


def test_only_managers_make_links_by_address(world):
    for who in (world.technician, world.sales, world.contact):
        with pytest.raises(NotAllowed):
            users.link(world.desk(who), world.manager.email)


# ------------------------------------------------------------------ reset, disable, change, once more


def test_a_disabled_manager_can_do_nothing_with_the_page_that_is_still_open(world, office):
    users.change_role(office, world.colleague.id, Role.MANAGER)
    theirs = signed_in(world, world.colleague)
    users.disable(office, world.colleague.id)
    with pytest.raises(NotSignedIn):
        users.enable(theirs, world.colleague.id)


def test_a_changed_role_counts_at_the_next_call(world, office):
    theirs = signed_in(world, world.technician)
    users.change_role(office, world.technician.id, Role.MANAGER)
    assert users.people(theirs).page
    users.change_role(office, world.technician.id, Role.SALES)
    with pytest.raises(NotAllowed):
        users.people(theirs)


def test_managers_cannot_put_themselves_out(world, office):
    for deed in (
        lambda: users.disable(office, world.manager.id),
        lambda: users.change_role(office, world.manager.id, Role.TECHNICIAN),
    ):
        with pytest.raises(Refused):
            deed()
    assert users.person(office, world.manager.id).role == Role.MANAGER


def test_the_last_manager_who_can_sign_in_stays_whoever_asks(world, office):
    users.invite(office, invitation(role=Role.MANAGER))  # has not come yet: does not count
    with pytest.raises(Refused):
        users.disable(world.desk(), world.manager.id)
    with pytest.raises(Refused):
        users.change_role(world.desk(), world.manager.id, Role.SALES)


def test_two_managers_who_disable_each_other_at_once_leave_one(world, office):
    users.change_role(office, world.colleague.id, Role.MANAGER)
    pairs = [(world.manager, world.colleague), (world.colleague, world.manager)]

    def attempt(pair) -> bool:
        try:
            users.disable(signed_in(world, pair[0]), pair[1].id)
        except DeskError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(attempt, pairs)) == 1


@pytest.mark.parametrize(("who", "role"), [("contact", Role.MANAGER), ("technician", Role.CONTACT)])
def test_contacts_do_not_become_staff_nor_staff_contacts(world, office, who, role):
    with pytest.raises(Refused):
        users.change_role(office, getattr(world, who).id, role)


def test_an_account_that_is_not_there_is_not_found(office):
    for deed in (users.person, users.reset, users.disable, users.enable):
        with pytest.raises(NotFound):
            deed(office, 10**6)


# ------------------------------------------------------------------ the first run


def first_run(world_engine, now, token, email="anne@guichet.example") -> int:
    return one_time_links.create_desk(world_engine, token, email, "Anne", Language.FRENCH, PASSWORD, now)


def test_the_first_run_link_makes_the_first_manager_of_an_empty_desk(engine):
    from tests.conftest import NOON

    token = one_time_links.first_run(engine, NOON)
    user_id = first_run(engine, NOON, token)
    found = sign_in.account(engine, "anne@guichet.example", "", NOON)
    assert found.id == user_id and sign_in.anybody(engine)
    with pytest.raises(Refused):
        first_run(engine, NOON, token, "eve@guichet.example")


def test_each_start_makes_the_first_run_link_of_the_one_before_worthless(engine):
    from tests.conftest import NOON

    former, latest = one_time_links.first_run(engine, NOON), one_time_links.first_run(engine, NOON)
    with pytest.raises(Refused):
        first_run(engine, NOON, former)
    assert first_run(engine, NOON, latest)


def test_a_first_run_link_is_worth_nothing_where_somebody_can_sign_in(world, office):
    follow(world, users.invite(office, invitation()))
    token = one_time_links.first_run(world.engine, world.now)
    with pytest.raises(Refused):
        first_run(world.engine, world.now, token)
    with pytest.raises(Refused):
        follow(world, token)


def test_people_without_a_password_such_as_imported_ones_do_not_lock_the_first_manager_out(world):
    token = one_time_links.first_run(world.engine, world.now)
    assert not sign_in.anybody(world.engine)
    with pytest.raises(Refused):  # that address is taken
        first_run(world.engine, world.now, token, world.manager.email)
    assert first_run(world.engine, world.now, token)


def test_an_invitation_does_not_make_a_first_manager(world, office):
    token = users.invite(office, invitation())
    with pytest.raises(Refused):
        first_run(world.engine, world.now, token)


# ------------------------------------------------------------------ who somebody is, corrected


def form_of(office, user_id: int) -> AccountForm:
    return users.person(office, user_id).form


def change(office, user_id: int, **changes) -> None:
    seen = form_of(office, user_id)
    users.change(office, user_id, replace(seen, **changes), seen)


def test_a_manager_corrects_who_somebody_is_and_how_they_are_reached(world, office):
    change(office, world.technician.id, name=" Zoë  Durand ", phone=" 06 12 ", language=Language.FRENCH)
    person = users.person(office, world.technician.id)
    assert (person.name, person.phone, person.language) == ("Zoë Durand", "06 12", Language.FRENCH)


def test_with_another_address_one_signs_in_by_that_and_open_links_are_withdrawn(world, office):
    token = users.reset(office, world.technician.id)
    session_id, _ = sign_in.open_session(world.engine, world.technician.id, "192.0.2.1", "Firefox", world.now)
    change(office, world.technician.id, email=" Nouvelle@Guichet.Example")
    assert not may_follow(world, token)
    assert sign_in.account(world.engine, "nouvelle@guichet.example", "", world.now).password_hash == HASH
    with Session(world.engine) as session:
        assert session.get_one(UserSession, session_id).ended_at is None
        changed = select(AuditEntry).where(AuditEntry.action == "users.change", AuditEntry.table_name == "user")
        entry = session.exec(changed).one()
    assert (entry.before["email"], entry.after["email"]) == ("technician@guichet.example", "nouvelle@guichet.example")


def test_without_another_address_links_stay_good(world, office):
    token = users.reset(office, world.technician.id)
    change(office, world.technician.id, phone="01")
    assert may_follow(world, token)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"email": "COLLEAGUE@guichet.example"}, "account already"),
        ({"email": "nobody"}, "e-mail"),
        ({"email": ""}, "e-mail"),
        ({"name": "\x00 "}, "name"),
        ({"name": "x" * 121}, "too long"),
        ({"phone": "0" * 41}, "too long"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(world, office, changes, problem):
    before = form_of(office, world.technician.id)
    with pytest.raises(Refused, match=problem):
        change(office, world.technician.id, **changes)
    assert form_of(office, world.technician.id) == before


def test_a_form_that_is_older_than_the_account_is_refused(world, office):
    seen = form_of(office, world.technician.id)
    change(office, world.technician.id, phone="01")
    with pytest.raises(Refused, match="meanwhile"):
        users.change(office, world.technician.id, replace(seen, phone="02"), seen)


def test_sales_corrects_contacts_who_are_found_by_their_new_name(world, office):
    sales = world.desk(world.sales)
    [contact] = contacts.of(sales, world.acme.id)
    contacts.change(sales, contact.id, replace(contact.form, name="Gwenaëlle", phone="02"), contact.form)
    [contact] = contacts.of(sales, world.acme.id)
    assert (contact.name, contact.phone) == ("Gwenaëlle", "02")
    [line] = clients.search(sales, ClientFilters(text="gwenae")).lines
    assert line.id == world.acme.id
    with pytest.raises(NotFound):
        contacts.change(sales, world.technician.id, contact.form, contact.form)
    with pytest.raises(NotAllowed):
        contacts.change(world.desk(world.technician), contact.id, contact.form, contact.form)
    with pytest.raises(NotAllowed):
        users.change(sales, contact.id, contact.form, contact.form)


def test_a_manager_sees_who_was_here_last(world, office):
    assert users.person(office, world.technician.id).seen_at is None
    sign_in.open_session(world.engine, world.technician.id, "192.0.2.1", "Firefox", world.now)
    assert users.person(office, world.technician.id).seen_at == world.now
    [line] = users.people(office, text="technician").page
    assert line.seen_at == world.now
