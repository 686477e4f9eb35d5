"""Who may send a file to Streamlit, and how much: it keeps whatever arrives in memory, until the tab is closed.

A file goes to a tab of the sender's own session, and what a person sends within an hour is counted as it arrives,
whatever the request says of its length. Each process counts for itself.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.core import clock, disk
from data.core.desk import Desk
from models.quota import HOUR, MEGABYTE, UPLOADS_OF_A_CONTACT, UPLOADS_OF_THE_STAFF, UploadQuota
from pages.components.text import _, clock_time, speaking
from pages.http import tabs
from pages.http.visitor import desk_of

PREFIX = "/_stcore/upload_file/"
_PLACE = re.compile(re.escape(PREFIX) + r"(?P<tab>[^/]+)/[^/]+/?")


class _Exceeded(Exception):
    """More has arrived than the sender had left."""


@dataclass(slots=True)
class Sent:
    """What one person has sent since `since`."""

    since: datetime
    files: int = 0
    bytes: int = 0

    def exceeds(self, quota: UploadQuota) -> bool:
        return self.files > quota.files or self.bytes > quota.megabytes * MEGABYTE


class UploadGate:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._sent: dict[int, Sent] = {}

    async def __call__(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """For addresses that begin with PREFIX; `path` is the address without doubled slashes."""
        place = _PLACE.fullmatch(path)
        desk = await run_in_threadpool(desk_of, HTTPConnection(scope)) if place else None
        if place is None or desk is None or tabs.owner(place["tab"]) != desk.session_id:
            await PlainTextResponse("Not found.", 404)(scope, receive, send)
        elif scope["method"] != "PUT":
            await self.app(scope, receive, send)
        else:
            await self._put(desk, scope, receive, send)

    async def _put(self, desk: Desk, scope: Scope, receive: Receive, send: Send) -> None:
        quota = UPLOADS_OF_THE_STAFF if desk.user.is_staff else UPLOADS_OF_A_CONTACT
        sent, started = self._of(desk), False
        sent.files += 1
        size, refusal = _announced(scope), None
        if Sent(sent.since, sent.files, sent.bytes + size).exceeds(quota):
            refusal = _refusal(desk, quota, sent)
        elif not await run_in_threadpool(disk.has_room_to_receive, size):
            refusal = _no_room(desk)
        if refusal is not None:
            sent.files -= 1
            await refusal(scope, receive, send)
            return

        async def counted() -> Message:
            message = await receive()
            sent.bytes += len(message.get("body", b""))
            if sent.exceeds(quota):
                raise _Exceeded
            return message

        async def noticed(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, counted, noticed)
        except _Exceeded:
            if not started:
                await _refusal(desk, quota, sent)(scope, receive, send)
        except OSError as error:  # larger files wait in the temporary folder until they have arrived
            if started or not disk.is_full(error):
                raise
            await _no_room(desk)(scope, receive, send)

    def _of(self, desk: Desk) -> Sent:
        now = clock.now()
        for person in [person for person, sent in self._sent.items() if now - sent.since >= HOUR]:
            del self._sent[person]
        return self._sent.setdefault(desk.user.id or 0, Sent(now))


def _announced(scope: Scope) -> int:
    """How long the request says that it is."""
    announced = Headers(scope=scope).get("content-length", "")
    return int(announced) if announced.isdecimal() and len(announced) < 19 else 0


def _no_room(desk: Desk) -> Response:
    with speaking(desk.user.language):
        return PlainTextResponse(_(disk.no_files().message), 507, {"connection": "close"})


def _refusal(desk: Desk, quota: UploadQuota, sent: Sent) -> Response:
    with speaking(desk.user.language):
        words = _(
            "You have sent as many files as the desk takes within an hour: {files} files and {megabytes} MB at most. "
            "You can send more at {time}.",
            files=quota.files,
            megabytes=quota.megabytes,
            time=clock_time(sent.since + HOUR),
        )
    return PlainTextResponse(words, 429)
