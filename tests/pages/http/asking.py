"""What a browser is answered at an address of ours."""

from typing import Any, NamedTuple

import anyio
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette

from data.core import clock, database, sign_in
from models.user import User
from pages.http.routes import ROUTES
from pages.http.visitor import COOKIE


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    path: str, user: User | None, method: str = "GET", body: bytes = b"", query: bytes = b"", **headers: str
) -> Answer:
    """`user` is signed in there. In a thread of its own: this one may have a browser's loop running already."""
    given = {"host": "desk.example", "origin": "http://desk.example"} | headers
    if user is not None:
        _, ticket = sign_in.open_session(database.engine(), user.id, "", "", clock.now())
        given["cookie"] = f"{COOKIE}={sign_in.redeem(database.engine(), ticket, clock.now())}"
    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "query_string": query, "scheme": "http"}
    scope["headers"] = [(name.encode(), value.encode()) for name, value in given.items()]
    sent: list[dict[str, Any]] = []
    bodies = [body]

    async def receive() -> dict[str, Any]:
        if not bodies:
            await anyio.sleep_forever()  # a browser that stays
        return {"type": "http.request", "body": bodies.pop(), "more_body": False}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    with start_blocking_portal() as portal:
        portal.call(Starlette(routes=ROUTES), scope, receive, send)
    begun = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], begun, b"".join(message.get("body", b"") for message in sent[1:]))
