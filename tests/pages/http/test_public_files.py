"""robots.txt and security.txt."""

from datetime import datetime, timedelta

import pytest

from data.core import clock
from data.core import settings as settings_module
from tests.pages.http.asking import ask


@pytest.fixture
def contact(monkeypatch):
    def set_to(value: str) -> None:
        monkeypatch.setenv("GUICHET_SECURITY_CONTACT", value)
        settings_module.settings.cache_clear()

    yield set_to
    monkeypatch.undo()
    settings_module.settings.cache_clear()


def test_no_search_engine_may_list_the_desk():
    answer = ask("/robots.txt", None)
    assert (answer.status, answer.body) == (200, b"User-agent: *\nDisallow: /\n")


@pytest.mark.parametrize(
    ("given", "published"),
    [
        ("security@desk.example", "mailto:security@desk.example"),
        ("mailto:security@desk.example", "mailto:security@desk.example"),
        ("https://desk.example/report", "https://desk.example/report"),
    ],
)
def test_the_security_contact_is_published_and_expires_within_a_year(contact, given, published):
    contact(given)
    answer = ask("/.well-known/security.txt", None)
    fields = dict(line.split(": ", 1) for line in answer.body.decode().splitlines())
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/plain")
    assert fields["Contact"] == published and fields["Preferred-Languages"] == "fr, en"
    expires = datetime.fromisoformat(fields["Expires"])
    assert clock.now() < expires < clock.now() + timedelta(days=365)


def test_without_a_contact_there_is_no_security_txt_and_the_answer_says_how_to_get_one(contact):
    contact("")
    answer = ask("/.well-known/security.txt", None)
    assert answer.status == 404 and b"GUICHET_SECURITY_CONTACT" in answer.body


@pytest.mark.parametrize(
    "value", ["nobody", "javascript:alert(1)", "http://desk.example", "mailto:a@b\nExpires: never"]
)
def test_a_contact_that_is_no_address_is_refused_by_name(contact, value):
    contact(value)
    with pytest.raises(ValueError, match="GUICHET_SECURITY_CONTACT"):
        settings_module.settings()
