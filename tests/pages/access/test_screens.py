"""Every screen × every role, and strangers × addresses that name what is not theirs.

Letters: Manager, Technician, Sales, Contact.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import update

from data import tickets
from models.user import User
from pages.components.navigation import CLIENT_SPACE, DESTINATIONS, MANAGERS_HOME
from tests.pages.access.names import COMPANY, HIDDEN, NOBODY, Named, neutral
from tests.pages.access.table import form
from tests.pages.tab import tab
from tests.pages.test_portal import said

Query = Callable[[Named], dict[str, str]]
# What a screen lets through is decided below the pages, which `test_functions.py` tries on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REFUSED = "This page is not for your role."


@dataclass(frozen=True)
class Screen:
    """Whom it opens for. `foreign`: queries by which a contact names what is another company's."""

    roles: str
    foreign: Sequence[Query] = ()
    partly: Mapping[str, Query] = field(default_factory=dict)  # what staff may read without what is in HIDDEN


TABLE: dict[str, Screen] = {
    "": Screen("MTSC"),
    "articles": Screen("MT"),
    "assistance": Screen("C"),
    "audit-trail": Screen("M"),
    "calendars": Screen("M"),
    "client": Screen("MTS"),
    "clients": Screen("MTS"),
    "contact": Screen(
        "C",
        [
            lambda of: {"service": "sales", "follows": of.resolved},
            lambda of: {"service": "sales", "filed": of.ticket},
        ],
    ),
    "documents": Screen("C"),
    "file": Screen("MTS"),
    "help": Screen(
        "MTSC",
        [lambda of: {"product": str(of.product)}, lambda of: {"product": "1", "at": f"article-{of.article}"}],
    ),
    "hotline": Screen("MT"),
    "import-clients": Screen("MS"),
    "invitations": Screen("MS"),
    "metrics": Screen("MTS"),
    "new": Screen(
        "C",
        [
            lambda of: {"kind": "incident", "product": str(of.product)},
            lambda of: {"kind": "request", "product": "none", "follows": of.resolved},
            lambda of: {"filed": of.ticket},
        ],
    ),
    "products": Screen("M"),
    "profile": Screen("MTSC"),
    "programme": Screen("C"),
    "queue": Screen("MTS"),
    "service-levels": Screen("M"),
    "ticket": Screen(
        "MTSC",
        [lambda of: {"ref": of.ticket}, lambda of: {"ref": of.resolved}],
        {"T": lambda of: {"ref": of.enquiry}, "S": lambda of: {"ref": of.ticket}},
    ),
    "tickets": Screen(
        "C",
        [
            lambda of: {"product": str(of.product)},
            lambda of: {"after": of.ticket},
            lambda of: {"before": of.ticket},
            lambda of: {"q": of.code},
        ],
    ),
    "users": Screen("M"),
    "welcome": Screen("MTSC"),
}
FOR_CONTACTS = [path for path, screen in TABLE.items() if "C" in screen.roles]


@pytest.fixture
def users(desk) -> dict[str, User]:
    return {"M": desk.manager, "T": desk.technician, "S": desk.sales, "C": desk.stranger}


def shown(app: Any, of: Named) -> str:
    """The page's text, what its components were given, and where it led to."""
    assert not app.exception
    parts = [said(app), *(error.value for error in app.error)]
    parts += [one.proto.json for one in app.get("bidi_component") if one.proto.component_name != "guichet_chrome"]
    parts += [f"{one.label}={one.value}" for kind in (app.text_input, app.selectbox) for one in kind]
    return neutral("\n".join(parts).replace("\\", ""), of)


def test_every_screen_is_in_the_table(database_url):
    assert set(TABLE) == {there.path for there in (*DESTINATIONS, CLIENT_SPACE, MANAGERS_HOME)}


def test_a_screen_refuses_every_role_that_the_table_does_not_name(users):
    for path, screen in TABLE.items():
        for letter, user in users.items():
            if letter not in screen.roles:
                assert REFUSED in [error.value for error in tab(path, user).error], (path, letter)


def test_a_screen_opens_for_every_role_that_the_table_names(users):
    for path, screen in TABLE.items():
        for letter in screen.roles:
            app = tab(path, users[letter])
            assert not app.exception and REFUSED not in [error.value for error in app.error], (path, letter)


def test_every_screen_asks_a_stranger_to_sign_in(desk, theirs):
    with desk.engine.execution_options(writes=True).begin() as connection:  # or the first manager would be asked for
        connection.execute(update(User).values(password_hash="of nobody"))
    for path, screen in TABLE.items():
        for query in (lambda of: {}, *screen.foreign):
            page = shown(tab(path, None, **query(theirs)), theirs)
            assert not [word for word in HIDDEN["C"] if word in page], path
            assert path == "welcome" or tab(path).text_input[0].label == "E-mail address", path


@pytest.mark.parametrize("path", FOR_CONTACTS)
def test_a_screen_shows_of_another_companys_id_what_it_shows_of_nobodys(desk, theirs, path):
    assert COMPANY not in shown(tab(path, desk.stranger), theirs)
    for query in TABLE[path].foreign:
        page = shown(tab(path, desk.stranger, **query(theirs)), theirs)
        assert page == shown(tab(path, desk.stranger, **query(NOBODY)), NOBODY)
        assert COMPANY not in page


def test_a_screen_shows_the_staff_no_note_of_a_service_that_they_do_not_work(users, theirs):
    for path, screen in TABLE.items():
        for letter, query in screen.partly.items():
            page = shown(tab(path, users[letter], **query(theirs)), theirs)
            assert COMPANY in page and not [word for word in HIDDEN[letter] if word in page], (path, letter)


@pytest.mark.parametrize(("path", "query"), [("new", {"kind": "request", "product": "none"}), ("contact", {})])
def test_another_companys_reference_typed_into_a_form_is_not_there(desk, theirs, path, query):
    own = tickets.file(desk.desk(desk.stranger), form())
    tickets.resolve(desk.desk(desk.technician), own, "Done.")
    refusals = []
    for of in (theirs, NOBODY):
        app = tab(path, desk.stranger, follows=own, **query | ({"service": "sales"} if path == "contact" else {}))
        app.text_input[0].input(of.resolved).run()
        app.text_area[0].input("On with it.").run()
        app.button(key="send").click().run()
        refusals.append([neutral(error.value.replace("\\", ""), of) for error in app.error])
    assert refusals[0] == refusals[1] == ["There is no ticket #."]
