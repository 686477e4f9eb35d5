"""A one-time link is shown on the page that it was made on, until that is left."""

import pytest

from tests.pages.tab import go, tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def people(desk):
    """The page of the people, with a link for a technician on it."""
    app = tab("users", desk.manager)
    key = next(key for key in app.session_state.to_dict() if key.startswith("people_("))
    row = list(app.dataframe[0].value["Name"]).index("Technician")
    app.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    app.run().button(key=f"reset_{desk.technician.id}").click().run()
    assert [one.value for one in app.code if "/welcome#" in one.value]
    return app


def test_a_link_stays_while_its_page_is_drawn_again(people):
    assert [one.value for one in people.run().code if "/welcome#" in one.value]


def test_a_link_made_for_a_technician_is_not_shown_on_a_clients_page(people, desk):
    assert not go(people, "client", id=str(desk.acme.id)).code


def test_a_link_is_gone_once_its_page_was_left(people):
    go(people, "profile")
    assert not go(people, "users").code


def test_a_link_made_for_a_contact_is_not_shown_with_another_client(desk):
    app = tab("client", desk.sales, id=str(desk.acme.id))
    app.button(key=f"contact_reset_{desk.contact.id}").click().run()
    assert "/welcome#" in app.code[0].value
    assert not go(app, "client", id=str(desk.other.id)).code
