"""Attacks on the sign-in of a running server, over its websocket: `make attack`.

Their short forms, by a simulated clock, are in tests/data/core/test_brakes.py and tests/models/test_hostile_text.py.
"""

import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from time import monotonic
from urllib.parse import urlsplit

import pytest
from sqlmodel import Session, col, func, select
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from models.user import SignInBrake, UserSession
from tests.conftest import World
from tests.pages.http.conftest import PASSWORD, serving

pytestmark = pytest.mark.attack

MANAGER = "manager@guichet.example"


class Tab:
    """A stranger's tab at the sign-in, which types whatever it likes."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.labels: dict[str, str] = {}  # of the widgets
        self.texts: list[str] = []
        self.run()

    def run(self, *states: WidgetState) -> None:
        self.send(*states)
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=60))
            kind = message.WhichOneof("type")
            if kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return
            if kind == "new_session":  # a run begins, the first one or one more
                self.labels, self.texts = {}, []
            elif kind == "delta":
                element = message.delta.new_element
                drawn = getattr(element, element.WhichOneof("type") or "empty")
                self.texts.append(getattr(drawn, "body", ""))
                if getattr(drawn, "id", ""):
                    self.labels[getattr(drawn, "label", "")] = drawn.id

    def send(self, *states: WidgetState) -> None:
        message = BackMsg()
        message.rerun_script.context_info.locale = "en-GB"
        message.rerun_script.widget_states.widgets.extend(states)
        self.socket.send(message.SerializeToString())

    def sign_in(self, email: str, password: str) -> bool:
        self.run(*self.form(email, password))
        return "Password" not in self.labels

    def form(self, email: str, password: str) -> list[WidgetState]:
        return [
            WidgetState(id=self.labels["E-mail address"], string_value=email),
            WidgetState(id=self.labels["Password"], string_value=password),
            WidgetState(id=self.labels["Sign in"], trigger_value=True),
        ]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, World]]:
    with serving(tmp_path_factory.mktemp("var")) as desk:
        yield desk.url, desk.world


@pytest.fixture
def stranger(served: tuple[str, World]) -> Iterator[Tab]:
    url = served[0]
    with connect(
        url.replace("http", "ws", 1) + "/_stcore/stream", origin=url, subprotocols=["streamlit"], max_size=None
    ) as socket:
        yield Tab(socket)


class Health:
    """How long /healthz takes at worst, asked again and again meanwhile."""

    def __init__(self, url: str) -> None:
        self.worst, self._place, self._over = 0.0, urlsplit(url), Event()

    def __enter__(self) -> "Health":
        self._pool = ThreadPoolExecutor(1)
        self._asking = self._pool.submit(self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._asking.result()
        self._pool.shutdown()

    def _ask(self) -> None:
        while not self._over.wait(0.02):
            begun = monotonic()
            connection = http.client.HTTPConnection(self._place.hostname or "", self._place.port, timeout=60)
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200
            self.worst = max(self.worst, monotonic() - begun)


@pytest.mark.parametrize("kibibytes", [40, 160, 1024])
def test_a_password_of_combining_marks_does_not_stop_the_server(served, stranger, kibibytes):
    """160 KiB once stopped every answer for six seconds, 1 MiB for minutes."""
    password = "a" + "\u0301\u0327" * (kibibytes * 1024 // 4)
    with Health(served[0]) as health:
        begun = monotonic()
        with suppress(ConnectionClosed):  # so large a message may be refused before anybody reads it
            assert not stranger.sign_in("marks@guichet.example", password)
        taken = monotonic() - begun
    assert health.worst < 0.5 and taken < 5


def test_the_right_password_is_not_found_by_spelling_the_name_in_other_ways(served, stranger):
    """It once was, after eight wrong ones: each NUL gave the name new free tries."""
    for number in range(1, 20):  # fewer than the network may try
        assert not stranger.sign_in("\0" * number + MANAGER, f"wrong {number}")
    assert not stranger.sign_in("\0" * 21 + MANAGER, PASSWORD)
    assert any("Too many attempts" in text for text in stranger.texts)


def test_a_flood_of_tries_neither_fills_the_table_nor_keeps_others_from_signing_in(served, stranger):
    url, world = served
    with Health(url) as health:
        with suppress(ConnectionClosed):  # so many messages may be refused, too
            for number in range(300):
                stranger.send(*stranger.form("flood@guichet.example", f"wrong {number}"))
        begun = monotonic()
        with connect(
            url.replace("http", "ws", 1) + "/_stcore/stream", origin=url, subprotocols=["streamlit"], max_size=None
        ) as socket:
            assert Tab(socket).sign_in(world.sales.email, PASSWORD)
        taken = monotonic() - begun
    with Session(world.engine) as session:
        assert session.exec(select(func.count(col(SignInBrake.key)))).one() < 20
        assert session.exec(select(func.count(col(UserSession.id)))).one() == 1
    assert health.worst < 2 and taken < 10
