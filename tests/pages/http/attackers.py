"""Attacks that go on until they are stopped, each to be run in a process of its own. None has a password."""

import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import WebSocketException

from tests.pages.http.wire import PATIENCE, Tab, answer, clicked, handshake, rerun, tab, typed

ATTACKER = "127.0.0.66"


def names(url: str, number: int = 40_000) -> None:
    """Has addresses made for thousands of files that nobody has."""
    message = BackMsg()
    message.file_urls_request.file_names.extend([""] * number)
    frame = message.SerializeToString()
    _again(lambda: _with_tab(url, lambda stranger: stranger.socket.send(frame)))


def git(url: str) -> None:
    """Has the server ask git, and clear what it remembers, in thousands of frames of a few bytes."""
    messages = [BackMsg(load_git_info=True), BackMsg(clear_cache=True)]

    def send(stranger: Tab) -> None:
        while True:
            for message in messages:
                stranger.send(message)

    _again(lambda: _with_tab(url, send), workers=4)


def garbage(url: str) -> None:
    """Sends the largest frames a stranger may, which mean nothing, and fields full of combining characters."""
    frame = rerun(typed("$$ID-0-None", "a" + "\u0301\u0327" * 15_000)).SerializeToString()

    def send(stranger: Tab) -> None:
        while True:
            stranger.socket.send(frame)

    _again(lambda: _with_tab(url, send), workers=4)


def passwords(url: str) -> None:
    """Guesses as many passwords as the server will look at, in as many tabs as it will open."""
    guess = count()

    def send(stranger: Tab) -> None:
        widgets = stranger.run().widgets
        while True:
            fields = typed(widgets["Adresse e-mail"], f"somebody{next(guess)}@guichet.example")
            stranger.ask(fields, typed(widgets["Mot de passe"], "a guess"), clicked(widgets["Se connecter"]))

    _again(lambda: _with_tab(url, send), workers=50)


def tabs(url: str) -> None:
    """Opens a tab, has its page drawn, closes it, and begins again."""
    _again(lambda: _with_tab(url, lambda stranger: stranger.ask()), workers=20)


def origins(url: str) -> None:
    """Comes from pages of other sites."""
    _again(lambda: handshake(url, source=ATTACKER, Origin="http://evil.example"), workers=4)


def tickets(url: str) -> None:
    """Tries made-up one-time tickets for a cookie."""
    body = b'{"ticket": "made up"}'
    _again(lambda: answer(url, "POST", "/auth/session", body, source=ATTACKER, Origin=url), workers=8)


def halves(url: str) -> None:
    """Announces large frames, and sends all of them but the last byte."""
    frame = bytes([0x82, 0xFF]) + (3_900_000).to_bytes(8, "big") + b"mask" + b"\0" * 3_899_999

    def send(stranger: Tab) -> None:
        stranger.socket.socket.sendall(frame)
        stranger.read()

    _again(lambda: _with_tab(url, send), workers=20)


def headers(url: str) -> None:
    """Sends headers without an end."""

    def send() -> None:
        place = urlsplit(url)
        with socket.create_connection((place.hostname, place.port or 80), PATIENCE, (ATTACKER, 0)) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\n")
            for number in range(1000):
                raw.sendall(b"X-%d: " % number + b"x" * 4000 + b"\r\n")

    _again(send, workers=4)


ATTACKS: dict[str, Callable[[str], None]] = {
    attack.__name__: attack for attack in (names, git, garbage, passwords, tabs, origins, tickets, halves, headers)
}


def _with_tab(url: str, attack: Callable[[Tab], Any]) -> None:
    with tab(url, source=ATTACKER) as stranger:
        attack(stranger)


def _again(once: Callable[[], Any], workers: int = 1) -> None:
    """Without end, whatever the server answers. Last in the queue for the processor: a real attacker has their own."""
    os.nice(19)

    def forever() -> None:
        while True:
            with suppress(OSError, WebSocketException, EOFError, TimeoutError):
                once()

    with ThreadPoolExecutor(workers) as pool:
        for _ in range(workers):
            pool.submit(forever)
