"""The hotline page, as the browser's server side sees it."""

import pytest
from streamlit.testing.v1 import AppTest

from data import access_codes, account, contacts, conversation, hotline, sheets
from models.hotline import TRIES
from models.ticket import Channel, Kind, Urgency
from models.user import Language, User
from tests.pages.tab import incident, tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WRONG = "No client has this code now. Ask for it again, sign by sign, or find the caller by name."


@pytest.fixture
def code(desk) -> str:
    return access_codes.issue(desk.desk(desk.sales), desk.acme.id)


def opened(user: User, **query: str) -> AppTest:
    app = tab("hotline", user, **query)
    assert not app.exception
    return app


def asked(app: AppTest, code: str) -> AppTest:
    app.text_input(key=f"hotline_code_{app.session_state['hotline_turn']}").set_value(code)
    app.button(key="hotline_ask").click().run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def speak_french(desk) -> None:
    """As AppTest does by itself, which finds an option by what it is called."""
    account.update(desk.desk(desk.technician), "Technicienne", Language.FRENCH)


def urgent(app: AppTest, call: str) -> None:
    next(one for one in app.button_group if one.key == f"call_urgency_{call}").set_value(Urgency.LOW)


def named(app: AppTest, name: str = "call") -> str:
    """What the address says; AppTest knows it as a text or as a list of one."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def test_a_code_tells_who_calls_with_their_tickets(desk, code):
    reference = incident(desk)
    app = asked(opened(desk.technician), code.lower().replace(" ", ""))
    assert "Acme (démo)" in shown(app) and "★★★★★" in shown(app) and "code verified" in shown(app)
    assert "Line open for them:" in shown(app) and "contact@guichet.example" in shown(app)
    assert any(reference in one.value for one in app.markdown)
    assert not app.warning


def test_the_code_is_neither_in_the_address_nor_left_in_the_field(desk, code):
    app = asked(opened(desk.technician), code)
    assert set(app.query_params) == {"call"} and code.split()[0] not in repr(app.query_params)
    assert code not in [field.value for field in app.text_input]
    kept = {name: app.session_state[name] for name in app.session_state}
    assert code not in repr(kept)


def test_wrong_ended_and_unknown_codes_are_answered_in_the_same_words_and_can_be_put_right(desk, code):
    ended, live = code, access_codes.issue(desk.desk(desk.sales), desk.acme.id)
    app = opened(desk.technician)
    for typed in (ended, "2222 2222", f"{live[:-1]}{'2' if live[-1] != '2' else '3'}", "what?"):
        asked(app, typed)
        assert [one.value for one in app.error] == [WRONG]
        assert app.text_input(key=f"hotline_code_{app.session_state['hotline_turn']}").value == typed
    assert not asked(app, live).error


def test_an_empty_field_is_no_try(desk, code):
    app = opened(desk.technician)
    for _ in range(TRIES + 1):
        assert not asked(app, "").error
    assert "Acme" in shown(asked(app, code))


def test_after_too_many_tries_the_page_says_when_and_what_else_to_do(desk, code):
    technician = desk.desk(desk.technician)
    for _ in range(TRIES):
        hotline.look_up(technician, "2222 2222")
    app = asked(opened(desk.technician), code)
    [refusal] = [one.value for one in app.error]
    assert refusal.startswith("10 codes within an hour were nobody’s.") and "by name" in refusal


def test_the_call_becomes_a_ticket(desk, code):
    speak_french(desk)
    app = asked(opened(desk.technician), code)
    call = named(app)
    app.text_input(key=f"call_subject_{call}").set_value("Rien ne sort")
    app.text_area(key=f"call_text_{call}").set_value("Depuis ce matin.")
    urgent(app, call)
    app.button(key=f"call_file_{call}").click().run()
    assert not app.exception and not app.error
    reference = named(app, "ref")
    sheet = sheets.sheet(desk.desk(desk.technician), reference)
    assert (sheet.kind, sheet.channel, sheet.caller_verified) == (Kind.INCIDENT, Channel.PHONE, True)
    assert (sheet.contact, sheet.product) == ("Contact", "Comptoir")  # the only ones are chosen already
    assert "Téléphone · code vérifié" in shown(app)


def test_what_is_refused_keeps_what_was_typed(desk, code):
    speak_french(desk)
    app = asked(opened(desk.technician), code)
    call = named(app)
    app.text_area(key=f"call_text_{call}").set_value("Depuis ce matin.")
    app.button(key=f"call_file_{call}").click().run()
    assert [one.value for one in app.error] == ["Choisissez l’urgence."]
    urgent(app, call)
    app.button(key=f"call_file_{call}").click().run()
    assert [one.value for one in app.error] == ["Donnez un objet au ticket."]
    assert app.text_area(key=f"call_text_{call}").value == "Depuis ce matin."


def test_an_enquiry_asks_for_the_service_in_place_of_an_urgency(desk, code):
    speak_french(desk)
    app = asked(opened(desk.technician), code)
    call = named(app)
    [kinds] = [group for group in app.button_group if group.key == f"call_kind_{call}"]
    kinds.set_value(Kind.ENQUIRY).run()
    keys = {group.key for group in app.button_group}
    assert f"call_service_{call}" in keys and f"call_urgency_{call}" not in keys


def test_the_call_is_noted_on_an_open_ticket_under_the_callers_name(desk, code):
    reference = incident(desk)
    app = asked(opened(desk.technician), code)
    app.button(key=f"call_on_{reference}").click().run()
    app.text_area(key=f"call_note_text_{named(app)}_{reference}").set_value("Rappeler demain.")
    app.button(key=f"call_note_keep_{reference}").click().run()
    assert not app.exception and not app.error
    [said] = [
        one
        for one in conversation.thread(desk.desk(desk.technician), reference).entries
        if isinstance(one, conversation.Said)
    ]
    assert (said.body, said.internal, said.caller_verified) == ("Call of Contact\n\nRappeler demain.", True, True)


def test_a_caller_found_by_name_is_shown_as_not_verified_here_and_on_the_ticket(desk):
    speak_french(desk)
    contacts.invite(desk.desk(desk.sales), desk.acme.id, "autre@guichet.example", "Autre")  # so nobody is chosen yet
    app = opened(desk.technician)
    app.text_input(key="hotline_name_0").set_value("acm").run()
    app.button(key=f"hotline_client_{desk.acme.id}").click().run()
    assert "appelant non vérifié" in shown(app)
    assert any("non vérifié" in one.value for one in app.warning)
    call = named(app)
    app.text_input(key=f"call_subject_{call}").set_value("Rien ne sort")
    app.text_area(key=f"call_text_{call}").set_value("Depuis ce matin.")
    app.text_input(key=f"call_name_{call}").set_value("Marie Curie")
    app.text_input(key=f"call_phone_{call}").set_value("06 12 34")
    urgent(app, call)
    app.button(key=f"call_file_{call}").click().run()
    assert "appelant non vérifié" in shown(app)
    assert "Marie Curie" in shown(app) and "tel:061234" in shown(app)
    reference = named(app, "ref")
    hotline.note(desk.desk(desk.technician), int(call), reference, "Elle rappelle.")
    assert "note interne d’un appel · appelant non vérifié" in shown(tab("ticket", desk.technician, ref=reference))


def test_a_three_star_client_found_by_name_has_no_line(desk):
    app = opened(desk.technician)
    app.text_input(key="hotline_name_0").set_value("Autre").run()
    app.button(key=f"hotline_client_{desk.other.id}").click().run()
    assert "no: the direct line is for four and five stars" in shown(app)


@pytest.mark.parametrize("call", ["1", "0", "-1", "9" * 30, "x", "²"])
def test_an_address_of_a_call_that_is_not_mine_says_that_it_is_over(desk, code, call):
    hotline.look_up(desk.desk(desk.colleague), code)
    app = opened(desk.technician, call=call)
    assert [one.value for one in app.info] == ["This call is over. Ask for the code again."]
    assert "Acme" not in shown(app)


def test_a_reload_shows_the_call_again(desk, code):
    call = hotline.look_up(desk.desk(desk.technician), code)
    assert "Acme" in shown(opened(desk.technician, call=str(call)))


def test_it_is_for_technicians_and_managers(desk):
    assert opened(desk.manager).text_input
    for user in (desk.sales, desk.contact):
        app = opened(user)
        assert [one.value for one in app.error] and not app.text_input
