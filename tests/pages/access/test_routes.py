"""Every address beside the screens × every role, and strangers × files and tickets that are not theirs.

Letters: Manager, Technician, Sales, Contact, and X for a stranger.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from models.user import User
from pages.http.routes import ROUTES
from tests.pages.access.names import COMPANY, HIDDEN, NOBODY, Named, neutral
from tests.pages.http.asking import ask

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Address = Callable[[Named], str]
STRANGER = {"X": (*HIDDEN["C"],)}


@dataclass(frozen=True)
class Route:
    """`public`: strangers are answered. Otherwise every role is served, but for the addresses in `foreign`: there the
    answer is that for something that does not exist. `partly`: without what is in HIDDEN."""

    public: bool = False
    foreign: Mapping[str, Sequence[Address]] = field(default_factory=dict)
    partly: Mapping[str, Sequence[Address]] = field(default_factory=dict)
    own: Mapping[str, Address] = field(default_factory=dict)  # what each of these does get, with 200


def attachment(name: str) -> Address:
    return lambda of: f"/attachments/{getattr(of, name)}"


def printed(name: str) -> Address:
    return lambda of: f"/tickets/{getattr(of, name)}/print?notes=yes"


TABLE: dict[str, Route] = {
    "/auth/session": Route(public=True),  # gives a cookie for a one-time ticket, which strangers have
    "/auth/sign-out": Route(public=True),
    "/auth/active": Route(),  # notes that the asker is at work
    "/attachments/{id}": Route(
        foreign={
            "CX": [attachment("attachment"), attachment("of_message"), attachment("of_note")],
            "S": [attachment("of_note"), attachment("of_enquiry_note")],
            "TCX": [attachment("of_enquiry_note")],
        },
        own={"M": attachment("of_enquiry_note"), "T": attachment("of_note"), "S": attachment("of_message")},
    ),
    "/videos/{id}": Route(
        foreign={"CX": [lambda of: f"/videos/{of.film}"], "CSX": [lambda of: f"/videos/{of.unpublished_film}"]},
        own={"MT": lambda of: f"/videos/{of.unpublished_film}", "S": lambda of: f"/videos/{of.film}"},
    ),
    "/documents/{id}": Route(
        foreign={"CX": [lambda of: f"/documents/{of.document}"]}, own={"MTS": lambda of: f"/documents/{of.document}"}
    ),
    "/tickets/{reference}/print": Route(
        foreign={"CX": [printed("ticket")]},
        partly={"S": [printed("ticket"), printed("enquiry")], "T": [printed("enquiry")]},
        own={"MTS": printed("ticket")},
    ),
    "/drafts/{reference}": Route(
        foreign={"CX": [lambda of: f"/drafts/{of.ticket}"]}, own={"MTS": lambda of: f"/drafts/{of.ticket}"}
    ),
    "/form-drafts/{key}/{field}": Route(foreign={"MTSCX": [lambda of: f"/form-drafts/{of.key}/subject"]}),
    "/healthz": Route(public=True),
    "/favicon.png": Route(public=True),
    "/robots.txt": Route(public=True),
    "/.well-known/security.txt": Route(public=True),
}


@pytest.fixture
def users(desk) -> dict[str, User | None]:
    return {"M": desk.manager, "T": desk.technician, "S": desk.sales, "C": desk.stranger, "X": None}


def answered(address: str, user: User | None) -> tuple[int, str]:
    """What a browser is told, by the method that the address is for."""
    posted = address.startswith(("/drafts/", "/form-drafts/"))
    path, _, query = address.partition("?")
    body = json.dumps({"body": "Hello"}).encode() if posted else b""
    answer = ask(path, user, "POST" if posted else "GET", body, query=query.encode())
    return answer.status, answer.body.decode("utf-8", "replace")


def test_every_address_is_in_the_table(database_url):
    assert set(TABLE) == {route.path for route in ROUTES}


def test_what_is_not_theirs_is_answered_as_what_does_not_exist(users, theirs):
    for route in TABLE.values():
        for letters, addresses in route.foreign.items():
            for address in addresses:
                for letter in letters:
                    status, body = answered(address(theirs), users[letter])
                    for_nobody = answered(address(NOBODY), users[letter])
                    assert (status, neutral(body, theirs)) == (for_nobody[0], neutral(for_nobody[1], NOBODY)), letter
                    assert not [word for word in (HIDDEN | STRANGER)[letter] if word in body], (letter, body)
                    assert status in {401, 404}


def test_what_is_partly_theirs_is_answered_without_the_rest(users, theirs):
    for route in TABLE.values():
        for letters, addresses in route.partly.items():
            for letter in letters:
                for address in addresses:
                    status, body = answered(address(theirs), users[letter])
                    assert status == 200 and not [word for word in HIDDEN[letter] if word in body], letter


def test_everybody_gets_what_is_theirs(desk, users, theirs):
    """Or the tests above would prove nothing."""
    for route in TABLE.values():
        for letters, address in route.own.items():
            for letter in letters:
                assert answered(address(theirs), users[letter])[0] == 200, (letter, address(theirs))
    for path in (f"/attachments/{theirs.attachment}", f"/documents/{theirs.document}", f"/videos/{theirs.film}"):
        assert answered(path, desk.contact)[0] == 200
    assert COMPANY in answered(f"/tickets/{theirs.ticket}/print", desk.contact)[1]
