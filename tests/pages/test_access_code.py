"""The access code on the client page, as the browser's server side sees it."""

import pytest
from streamlit.testing.v1 import AppTest

from data import access_codes, desk_settings
from data.core.settings import settings
from models.client import Client
from models.user import User
from tests.pages.tab import tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def opened(user: User, client: Client) -> AppTest:
    app = tab("client", user, id=str(client.id))
    assert not app.exception
    return app


def button(app: AppTest, what: str):
    [found] = [one for one in app.button if str(one.key).startswith(f"code_{what}_")]
    return found


def buttons(app: AppTest) -> list[str]:
    return [str(one.key).split("_")[1] for one in app.button if str(one.key).startswith("code_")]


def drawn(app: AppTest) -> str:
    """All that is sent to the browser, the data of components, too."""
    return repr([*app.main, *(one.proto for kind in ("html", "bidi_component") for one in app.get(kind))])


def test_it_is_masked_until_it_is_asked_for_and_again_afterwards(desk):
    code = access_codes.issue(desk.desk(desk.sales), desk.acme.id)
    app = opened(desk.sales, desk.acme)
    assert "•••• ••••" in drawn(app) and code not in drawn(app)
    button(app, "show").click().run()
    assert code in drawn(app)
    assert code not in drawn(app.run())
    assert code not in repr({name: app.session_state[name] for name in app.session_state})


def test_a_code_that_was_asked_for_is_not_shown_on_another_clients_page(desk):
    code = access_codes.issue(desk.desk(desk.sales), desk.acme.id)
    app = opened(desk.sales, desk.other)
    app.session_state["code_to_show"] = (desk.acme.id, code)
    assert code not in drawn(app.run())
    assert "code_to_show" not in app.session_state


def test_it_is_issued_anew_and_ended(desk):
    sales = desk.desk(desk.sales)
    app = opened(desk.sales, desk.acme)
    assert any("No code" in one.value for one in app.warning) and buttons(app) == ["issue"]
    button(app, "issue").click().run()
    first = access_codes.reveal(sales, desk.acme.id)
    assert first in drawn(app)
    app.run()
    button(app, "anew").click().run()
    second = access_codes.reveal(sales, desk.acme.id)
    assert second != first and second in drawn(app)
    button(app, "end").click().run()
    assert not access_codes.state(sales, desk.acme.id).live
    assert not app.exception and not app.error


def test_a_click_on_a_code_that_somebody_has_ended_meanwhile_shows_nothing(desk):
    access_codes.issue(desk.desk(desk.sales), desk.acme.id)
    app = opened(desk.sales, desk.acme)
    access_codes.end(desk.desk(desk.manager), desk.acme.id)
    button(app, "show").click().run()
    assert not app.exception and buttons(app) == ["issue"]


def test_below_four_stars_there_is_none_to_issue(desk):
    app = opened(desk.sales, desk.other)
    assert not buttons(app)
    assert any("four or five stars" in one.value for one in app.caption)


def test_a_technician_reads_only_that_there_is_one(desk):
    access_codes.issue(desk.desk(desk.sales), desk.acme.id)
    app = opened(desk.technician, desk.acme)
    assert not buttons(app)
    assert any(one.value.startswith("Issued") for one in app.caption)


def test_the_number_of_the_direct_line_stands_beside_the_code(desk):
    access_codes.issue(desk.desk(desk.sales), desk.acme.id)
    assert "its telephone number is not entered yet" in drawn(opened(desk.sales, desk.acme))
    desk_settings.set_direct_line_number(desk.desk(desk.manager), "01 99 00 12 34")
    for user in (desk.sales, desk.technician, desk.manager):
        assert "tel:0199001234" in drawn(opened(user, desk.acme))
    assert "tel:0199001234" not in drawn(opened(desk.sales, desk.other))  # three stars


def test_with_another_key_than_the_databases_the_page_says_so_without_names_of_files(desk, monkeypatch):
    access_codes.issue(desk.desk(desk.sales), desk.acme.id)
    app = opened(desk.sales, desk.acme)
    monkeypatch.setenv("GUICHET_SECRET_KEY", "another-" * 5)
    settings.cache_clear()
    for what in ("show", "anew"):
        button(app, what).click().run()
        [refusal] = app.error
        assert not app.exception and "check its secret key" in refusal.value and "GUICHET" not in refusal.value
