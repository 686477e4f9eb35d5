"""A browser's tab on the wire: Streamlit's messages over a websocket, without a browser, and forged where wanted."""

import base64
import http.client
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

FINISHED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}
PATIENCE = 30.0  # seconds


class Tab:
    """One tab of a page. It keeps what it was sent: the words, the widgets by their label, its own id."""

    def __init__(self, socket: ClientConnection, path: str) -> None:
        self.socket, self.path = socket, path
        self.id = ""
        self.words: list[str] = []
        self.widgets: dict[str, str] = {}  # label or key → widget id
        self.fragments: set[str] = set()

    def send(self, message: BackMsg) -> None:
        self.socket.send(message.SerializeToString())

    def run(self, *states: WidgetState, **fields: Any) -> "Tab":
        """Asks for a run, and reads to its end."""
        self.ask(*states, **fields)
        return self.finish()

    def ask(self, *states: WidgetState, **fields: Any) -> None:
        self.send(rerun(*states, page_name=self.path, **fields))

    def finish(self) -> "Tab":
        self.words, deadline = [], monotonic() + PATIENCE
        while True:
            message = self.read(deadline - monotonic())
            if message.WhichOneof("type") == "script_finished" and message.script_finished in FINISHED:
                return self

    def read(self, timeout: float = PATIENCE) -> ForwardMsg:
        frame = self.socket.recv(timeout=max(timeout, 0.01))
        assert isinstance(frame, bytes)
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.id = message.new_session.initialize.session_id
        elif kind == "delta":
            self._note(message)
        return message

    def closed(self) -> int:
        """The code that the server closes the socket with."""
        deadline = monotonic() + PATIENCE
        try:
            while True:
                self.socket.recv(timeout=deadline - monotonic())
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code

    def _note(self, message: ForwardMsg) -> None:
        if message.delta.fragment_id:
            self.fragments.add(message.delta.fragment_id)
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind is None:
            return
        drawn = getattr(element, kind)
        self.words += [text for name in ("body", "label", "json") if (text := getattr(drawn, name, ""))]
        if getattr(drawn, "id", ""):
            self.widgets[getattr(drawn, "label", "") or drawn.id] = drawn.id

    def reads(self, words: str) -> bool:
        return any(words in text for text in self.words)

    def signs_in(self, email: str, password: str) -> "Tab":
        """By the form; the tab has run to its end before."""
        return self.run(
            typed(self.widgets["Adresse e-mail"], email),
            typed(self.widgets["Mot de passe"], password),
            clicked(self.widgets["Se connecter"]),
        )


@contextmanager
def tab(
    url: str,
    path: str = "",
    *,
    token: str = "",
    origin: str | None = "",
    resume: str = "",
    cookie: str = "guichet_session",
    base: str = "",
    name: str = "",
    source: str = "",
    secure: ssl.SSLContext | None = None,
    **headers: str,
) -> Iterator[Tab]:
    """A tab on a page of the desk, from our own page unless `origin` says otherwise; None sends none.

    `name` is the desk's where the address in `url` is not; `base` is the path that it lies under, `source` the
    address that the browser has.
    """
    place = urlsplit(url)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        given["Cookie"] = f"{cookie}={token}"
    protocols = [Subprotocol("streamlit"), *([Subprotocol("none"), Subprotocol(resume)] if resume else [])]
    connection = connect(
        f"{'wss' if secure else 'ws'}://{name or place.netloc}{base}/_stcore/stream",
        ssl=secure,
        sock=socket.create_connection(
            (place.hostname or "", place.port or 80), PATIENCE, (source, 0) if source else None
        ),
        origin=None if origin is None else Origin(origin or url),
        subprotocols=protocols,
        additional_headers=given,
        max_size=None,
        compression=None,
        ping_interval=None,
        open_timeout=PATIENCE,
    )
    with connection as opened:
        yield Tab(opened, path)


def rerun(*states: WidgetState, page_name: str = "", **fields: Any) -> BackMsg:
    message = BackMsg()
    message.rerun_script.page_name = page_name
    message.rerun_script.context_info.locale = "fr-FR"
    for name, value in fields.items():
        setattr(message.rerun_script, name, value)
    message.rerun_script.widget_states.widgets.extend(states)
    return message


def typed(widget: str, text: str) -> WidgetState:
    return WidgetState(id=widget, string_value=text)


def clicked(widget: str) -> WidgetState:
    return WidgetState(id=widget, trigger_value=True)


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: str


def answer(
    url: str,
    method: str = "GET",
    path: str = "/",
    body: bytes = b"",
    source: str = "",
    secure: ssl.SSLContext | None = None,
    **headers: str,
) -> Answer:
    """What a plain request is answered; `source` is the address it comes from."""
    connection = connected(url, source, secure)
    connection.request(method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()})
    with connection.getresponse() as received:
        return Answer(received.status, received.headers, received.read().decode("utf-8", "replace"))


def handshake(
    url: str,
    path: str = "/_stcore/stream",
    source: str = "",
    secure: ssl.SSLContext | None = None,
    **headers: str,
) -> int:
    """The status that a handshake with any headers is answered: 101 where it is accepted."""
    asked = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
    }
    asked |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection = connected(url, source, secure)
    connection.request("GET", path, headers=asked)
    status = connection.getresponse().status
    connection.close()
    return status


def connected(url: str, source: str = "", secure: ssl.SSLContext | None = None) -> http.client.HTTPConnection:
    place, bound = urlsplit(url), (source, 0) if source else None
    if secure is None:
        return http.client.HTTPConnection(place.hostname or "", place.port, PATIENCE, bound)
    return http.client.HTTPSConnection(
        place.hostname or "", place.port, timeout=PATIENCE, source_address=bound, context=secure
    )
