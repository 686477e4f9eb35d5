"""The page that every address of a screen begins with, and the answer to an address that is none."""

import re
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.responses import PlainTextResponse

from data.core import clock, database, sign_in
from models.user import User
from pages.components.navigation import DESTINATIONS
from pages.http import headers, shell
from pages.http.visitor import COOKIE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ask(path: str, user: User | None = None, method: str = "GET", language: str = "fr") -> tuple[int, str]:
    """The status and the text; "passed by" is what stands behind the shell."""
    given = {"accept-language": language}
    if user is not None:
        _, ticket = sign_in.open_session(database.engine(), user.id, "", "", clock.now())
        given["cookie"] = f"{COOKIE}={sign_in.redeem(database.engine(), ticket, clock.now())}"
    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    scope: dict[str, Any] = {
        "type": "http",
        "scheme": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": raw,
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    with start_blocking_portal() as portal:
        portal.call(shell.Shell(PlainTextResponse("passed by")), scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


@pytest.mark.parametrize("path", ["/", *(f"/{there.path}" for there in DESTINATIONS)])
def test_every_page_begins_with_our_script_and_the_policy_lets_each_script_run(desk, path):
    status, html = ask(path)
    assert status == 200 and "guichet-drawing" in html and "<title>Guichet</title>" in html
    assert len(re.findall(r"<script>", html)) == headers.content_security_policy().count("'sha256-")


@pytest.mark.parametrize("path", ["/nowhere", "/queue/nowhere", "/index.html", "/ticket.php", "/_stcorex/health"])
def test_an_unknown_address_is_not_found_in_words_with_a_way_home(desk, path):
    status, html = ask(path)
    assert status == 404 and "Cette page n’existe pas" in html and 'href="/"' in html
    assert "There is no such page" in ask(path, language="en-GB")[1]


def test_it_is_said_in_the_language_of_whoever_is_signed_in(desk):
    assert '<html lang="en"' in ask("/nowhere", desk.contact)[1]


@pytest.mark.parametrize(
    "path",
    ["/_stcore/health", "/static/js/index.js", "/media/1", "/healthz", "/queue/", "/favicon.png"],
)
def test_what_others_serve_passes_by(desk, path):
    assert ask(path) == (200, "passed by")


def test_only_what_is_read_is_answered(desk):
    assert ask("/queue", method="POST") == (200, "passed by")
    assert ask("/queue", method="HEAD") == (200, ask("/queue")[1])
