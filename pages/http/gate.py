"""The gate: every request and every websocket passes here before any route and before Streamlit.

Streamlit's websocket is open to strangers, takes messages of any kind and number, and gives a tab to anybody who knows
its id. The gate lets in our own pages only, with messages of the sizes and numbers that people need.
"""

import asyncio

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.core import start
from data.core.database import engine
from data.core.settings import settings
from pages.http import tabs
from pages.http.limits import Places, Rate, TokenBuckets
from pages.http.peers import host_name, is_local, network_of
from pages.http.sockets import KB, LONGEST_WAIT, POLICY_VIOLATION, Socket, Traffic
from pages.http.visitor import from_our_own_page, route_path, session_of

LARGEST_HEADERS = 32 * KB
LARGEST_BODY_OF_A_STRANGER = 64 * KB

NEW_SESSIONS_OF_AN_ADDRESS, NEW_SESSIONS_IN_ALL = Rate(10, burst=60), Rate(50, burst=300)  # Streamlit's, of strangers
REFUSED_REQUESTS = Rate(10, burst=300)  # by address: those that were answered with 4xx
HELD_BACK = 1.0  # seconds that a refusal takes: a client that waits for it asks less often
HELD_BACK_OF_AN_ADDRESS, HELD_BACK_OF_ALL = 50, 500  # refusals at a time; others are given at once

_LATER = {"retry-after": "60", "connection": "close"}
_FREE = ("/static/", "/healthz")  # costs nothing, or must always answer


class Gate:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.name = str(st.get_option("browser.serverAddress") or "localhost").lower()
        self.traffic = Traffic()
        self.new_sessions = TokenBuckets(NEW_SESSIONS_OF_AN_ADDRESS)
        self.new_sessions_in_all = TokenBuckets(NEW_SESSIONS_IN_ALL)
        self.refused = TokenBuckets(REFUSED_REQUESTS)
        self.held_back = Places(HELD_BACK_OF_AN_ADDRESS, HELD_BACK_OF_ALL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, place = route_path(scope), network_of(scope)
        free = path.startswith(_FREE)
        refusal = self._misdirected(scope, path) or await _too_much(scope)
        if refusal is None and not free and self.refused.is_empty(place) and await _live_session(scope) is None:
            await self._hold_back(place)
            refusal = PlainTextResponse("Too many requests. Please wait a minute.", 429, _LATER)
        if refusal is not None:
            await refusal(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start" and 400 <= message["status"] < 500 and not free:
                self.refused.take(place, patience=0)
            await send(message)

        await self.app(scope, receive, counted)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Without an Origin it is no browser, and a browser is what the socket is for."""
        if self._is_ours(scope) and from_our_own_page(HTTPConnection(scope)) and _size_of(scope) <= LARGEST_HEADERS:
            session_id = await _live_session(scope)
            if session_id is not None or await self._may_begin(scope):
                socket = Socket(scope, receive, send, session_id, self.traffic)
                if socket.enter():
                    try:
                        _keep_tabs_apart(scope, session_id)
                        await self.app(scope, socket.receive, socket.send)
                    finally:
                        socket.leave()
                    return
        await receive()  # that it wants to connect
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})

    async def _hold_back(self, place: str) -> None:
        if self.held_back.enter(place):
            try:
                await asyncio.sleep(HELD_BACK)
            finally:
                self.held_back.leave(place)

    async def _may_begin(self, scope: Scope) -> bool:
        wait = self.new_sessions.take(network_of(scope), LONGEST_WAIT)
        if wait <= LONGEST_WAIT:
            wait = max(wait, self.new_sessions_in_all.take("all", LONGEST_WAIT))
        if 0 < wait <= LONGEST_WAIT:
            await asyncio.sleep(wait)
        return wait <= LONGEST_WAIT

    def _misdirected(self, scope: Scope, path: str) -> Response | None:
        """The answer to a request for another host name, and to a request from outside for a demo."""
        if path == "/healthz" or self._is_ours(scope):
            return None
        if _is_closed_demo(scope):
            port = scope["server"][1] if scope.get("server") else 8501
            return HTMLResponse(_DEMO_IS_CLOSED.format(port=port), 403, {"cache-control": "no-store"})
        return PlainTextResponse(f"This desk is at {self.name} only. Please use that address.", 421)

    def _is_ours(self, scope: Scope) -> bool:
        """A desk without a name of its own answers to any; one with a name also to its own machine's browsers."""
        named = self.name == "localhost" or host_name(scope) == self.name or is_local(scope)
        return named and not _is_closed_demo(scope)


async def _too_much(scope: Scope) -> Response | None:
    """A body that says its length is never longer: the server sees to that."""
    if _size_of(scope) > LARGEST_HEADERS:
        return PlainTextResponse("The headers are too large.", 431)
    headers = Headers(scope=scope)
    if "transfer-encoding" in headers:
        return PlainTextResponse("A Content-Length is needed.", 411, {"connection": "close"})
    if int(headers.get("content-length", 0)) > LARGEST_BODY_OF_A_STRANGER and await _live_session(scope) is None:
        return PlainTextResponse("This is too much.", 413, {"connection": "close"})
    return None


async def _live_session(scope: Scope) -> int | None:
    """The session of the cookie. Without a cookie, the database is not asked."""
    request = HTTPConnection(scope)
    return await run_in_threadpool(session_of, request) if request.cookies else None


def _keep_tabs_apart(scope: Scope, session_id: int | None) -> None:
    """Only the cookie of the session that a tab is signed in with resumes the tab.

    The third sub-protocol is the tab's id. Streamlit would give the tab to anybody who knows it.
    """
    headers = MutableHeaders(scope=scope)
    wanted = [part.strip() for part in headers.get("sec-websocket-protocol", "").split(",")]
    if len(wanted) > 2 and (session_id is None or tabs.owner(wanted[2]) != session_id):
        headers["sec-websocket-protocol"] = ", ".join(wanted[:2])
        scope["subprotocols"] = wanted[:2]


def _is_closed_demo(scope: Scope) -> bool:
    return not settings().public_demo and start.is_demo(engine()) and not is_local(scope)


def _size_of(scope: Scope) -> int:
    return sum(len(name) + len(value) for name, value in scope["headers"])


_DEMO_IS_CLOSED = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Guichet</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<body style="font-family: sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; line-height: 1.5">
<h1>This is a demo</h1>
<p>Everybody knows its passwords, so it answers only on its own computer: <b>http://localhost:{port}</b>.</p>
<p>To show it to others, start it with <code>GUICHET_PUBLIC_DEMO=1</code>.
For a desk of your own, start with <code>GUICHET_DEMO=0</code> and an empty <code>GUICHET_VAR</code>.</p>
<h1 lang="fr">Ceci est une démonstration</h1>
<p lang="fr">Tout le monde connaît ses mots de passe&nbsp;: elle ne répond donc que sur son propre ordinateur,
à l’adresse <b>http://localhost:{port}</b>.</p>
<p lang="fr">Pour la montrer à d’autres, démarrez-la avec <code>GUICHET_PUBLIC_DEMO=1</code>.
Pour un guichet à vous, démarrez avec <code>GUICHET_DEMO=0</code> et un <code>GUICHET_VAR</code> vide.</p>
</body></html>
"""
