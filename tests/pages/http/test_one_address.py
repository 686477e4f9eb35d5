"""One name, one address for each visitor, and a demo that stays at home."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from data.core import settings as settings_module
from data.core import start
from models.user import UserSession
from pages.http import gate, limits, visitor
from pages.http.gate import Gate
from tests.pages.http.conftest import PASSWORD, Desk, serving
from tests.pages.http.wire import answer, handshake, tab

HOUSE = Path(__file__).parents[3]
NAME = "desk.example"


@pytest.fixture(scope="module")
def named(tmp_path_factory) -> Iterator[Desk]:
    """A desk with a name, under a path, listening on all addresses behind a proxy on this machine."""
    environment = {
        "STREAMLIT_BROWSER_SERVER_ADDRESS": NAME,
        "STREAMLIT_SERVER_BASE_URL_PATH": "help",
        "STREAMLIT_SERVER_ADDRESS": "::",
        "FORWARDED_ALLOW_IPS": "127.0.0.1",
    }
    with serving(tmp_path_factory.mktemp("var"), **environment) as desk:
        yield Desk(desk.url.replace("localhost", "127.0.0.1"), desk.engine, desk.world, desk.var)


def test_a_desk_with_a_name_answers_to_that_name_and_to_its_own_machine(named):
    assert answer(named.url, path="/help/", Host=NAME).status == 200
    assert answer(named.url, path="/help/", Host=f"{NAME}:8501").status == 200
    assert answer(named.url, path="/help/", Host="localhost").status == 200
    for host in ("evil.example", f"{NAME}.evil.example", f"evil.{NAME}", "192.0.2.1", "["):
        refusal = answer(named.url, path="/help/", Host=host)
        assert (refusal.status, refusal.body) == (421, f"This desk is at {NAME} only. Please use that address.")
    assert answer(named.url, path="/healthz", Host="192.0.2.1").status == 200
    visitors = {"X-Forwarded-For": "203.0.113.9"}
    assert answer(named.url, path="/help/", Host="localhost", **visitors).status == 421


def test_its_socket_answers_to_that_name_only(named):
    path = "/help/_stcore/stream"
    assert handshake(named.url, path, Host=NAME, Origin=f"http://{NAME}") == 101
    for host in ("evil.example", "evil.example:8501"):
        assert handshake(named.url, path, Host=host, Origin=f"http://{host}") == 403


def test_a_desk_without_a_name_answers_to_any(gated):
    assert answer(gated.url, Host="desk.example").status == 200


@pytest.mark.parametrize("path", ["/help/_stcore/metrics", "/help//_stcore//metrics", "//help/_stcore/metrics"])
def test_the_doors_are_closed_under_a_path_too(named, path):
    assert answer(named.url, path=path, Host=NAME).body == "Not found."
    assert answer(named.url, path="/help/media/none", Host=NAME).body == "Not found."
    upload = answer(named.url, "PUT", "/help/_stcore/upload_file/a/b", b"x", Host=NAME)
    assert upload.body == "Not found."


@pytest.mark.parametrize(
    ("path", "root", "base", "route"),
    [
        ("/media/x", "", "", "/media/x"),
        ("/x/media/y", "", "x", "/media/y"),
        ("/x/media/y", "/x", "", "/media/y"),
        ("/r//x//media/y", "/r/", "/x/", "/media/y"),
        ("/a/b/media/y", "", "a/b", "/media/y"),
        ("/xmedia/y", "", "x", "/xmedia/y"),
        ("/media/y", "/x", "x", "/media/y"),
    ],
)
def test_a_path_is_read_as_the_routes_are_written(monkeypatch, path, root, base, route):
    monkeypatch.setattr(visitor.st, "get_option", lambda _name: base)
    visitor.base_path.cache_clear()
    monkeypatch.setattr(visitor, "base_path", visitor.base_path.__wrapped__)
    assert visitor.route_path({"path": path, "root_path": root}) == route


def test_behind_a_proxy_each_visitor_has_an_address_of_their_own(named):
    """The server sees its proxy as ::ffff:127.0.0.1, and knows it as 127.0.0.1."""
    forwarded = {"X_Forwarded_For": "127.0.0.9, 203.0.113.9", "name": NAME}
    with tab(named.url, base="/help", origin=f"http://{NAME}", **forwarded) as outside:
        outside.run().signs_in("manager@guichet.example", PASSWORD)
    with Session(named.engine) as session:
        newest = select(UserSession.address).order_by(col(UserSession.id).desc())
        assert session.exec(newest).first() == "203.0.113.9"


# ------------------------------------------------------------------ the start


def test_the_desk_does_not_start_where_it_would_believe_anybody():
    started = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py"],
        cwd=HOUSE,
        env=os.environ | {"FORWARDED_ALLOW_IPS": "*"},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert started.returncode != 0
    assert "believes anybody" in started.stderr and "Traceback" not in started.stderr


def test_the_desk_listens_on_this_machine_only(gated):
    listening = Path("/proc/net/tcp")
    if not listening.exists():
        pytest.skip("Only Linux lists its sockets there.")
    port = int(gated.url.rpartition(":")[2])
    places = {line.split()[1] for line in listening.read_text().splitlines()[1:] if line.split()[3] == "0A"}
    assert {place.split(":")[0] for place in places if int(place.split(":")[1], 16) == port} == {"0100007F"}


# ------------------------------------------------------------------ the demo


@pytest.fixture
def demo(monkeypatch) -> None:
    monkeypatch.setattr(start, "is_demo", lambda engine: True)
    monkeypatch.setattr(gate, "engine", lambda: None)


def asked(client: str, host: str, path: str = "/", kind: str = "http") -> tuple[int, str]:
    """Status and words; 200 where the gate lets pass. A socket that is refused is closed with 1008."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive():
        return {"type": f"{kind}.connect"}

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "method": "GET", "path": path, "scheme": "http", "client": (client, 1)}
    scope["headers"] = [(b"host", host.encode()), (b"origin", f"http://{host}".encode())]
    asyncio.run(Gate(app)(scope, receive, send))
    return sent[0].get("status") or sent[0]["code"], b"".join(one.get("body", b"") for one in sent).decode()


@pytest.mark.parametrize(
    ("client", "host"),
    [("192.168.1.7", "192.168.1.1:8501"), ("172.17.0.1", "localhost"), ("127.0.0.1", "evil.example")],
)
def test_a_demo_answers_on_its_own_computer_only_and_says_what_to_do(demo, monkeypatch, client, host):
    status, page = asked(client, host)
    assert status == 403 and "GUICHET_PUBLIC_DEMO=1" in page and "Ceci est une démonstration" in page
    assert asked(client, host, kind="websocket") == (1008, "")
    assert asked(client, host, "/healthz")[0] == 200
    assert asked("127.0.0.1", "localhost:8501")[0] == 200
    monkeypatch.setenv("GUICHET_PUBLIC_DEMO", "1")
    settings_module.settings.cache_clear()
    assert asked(client, host)[0] == 200


# ------------------------------------------------------------------ many requests


def test_who_is_refused_again_and_again_has_to_wait_but_health_and_colleagues_do_not(monkeypatch):
    now, waited = 100.0, []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async def app(scope, receive, send):
        status = 200 if scope["path"] == "/" else 404
        await send({"type": "http.response.start", "status": status, "headers": []})

    def ask(path: str = "/attachments/1", client: str = "192.0.2.1", cookie: str = "") -> int:
        sent = []

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": path, "scheme": "http", "client": (client, 1)}
        scope["headers"] = [(b"host", b"desk.example")] + ([(b"cookie", cookie.encode())] if cookie else [])
        asyncio.run(guarded(scope, None, send))
        return int(sent[0]["status"])

    monkeypatch.setattr(limits, "monotonic", lambda: now)
    monkeypatch.setattr(gate.asyncio, "sleep", sleep)
    monkeypatch.setattr(gate, "_is_closed_demo", lambda scope: False)
    monkeypatch.setattr(gate, "session_of", lambda request: 7 if request.cookies.get("guichet_session") else None)
    guarded = Gate(app)
    assert {ask() for _ in range(gate.REFUSED_REQUESTS.burst)} == {404}
    assert ask() == ask("/") == ask(cookie="other=1") == 429
    assert waited == [gate.HELD_BACK] * 3
    assert ask("/healthz") == ask("/static/none.js") == ask(cookie="guichet_session=token") == 404
    assert ask("/", client="192.0.2.2") == 200
    now += 1
    assert [ask() for _ in range(11)] == [404] * 10 + [429]
