"""What an answer says when it fails, and what the log says of it."""

import asyncio
import logging
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.requests import ClientDisconnect

from data.core import disk
from models.errors import Unavailable
from pages.http.headers import SecurityHeaders


def test_a_path_makes_no_lines_in_the_log(caplog):
    async def fails(scope, receive, send):
        raise ValueError

    async def send(message):
        sent.append(message)

    sent: list[dict[str, object]] = []
    scope = {"type": "http", "method": "GET", "scheme": "http", "path": "/a\nINFO forged\x1b[2J", "headers": []}
    with caplog.at_level(logging.ERROR):
        asyncio.run(SecurityHeaders(fails)(scope, None, send))
    [record] = caplog.records
    assert record.getMessage() == "An answer failed: GET '/a\\nINFO forged\\x1b[2J'"
    assert sent[0]["status"] == 500


def test_a_browser_that_leaves_while_it_sends_leaves_no_trace(caplog):
    async def fails(scope, receive, send):
        raise ClientDisconnect

    scope = {"type": "http", "method": "PUT", "scheme": "http", "path": "/x", "headers": []}
    with caplog.at_level(logging.INFO):
        asyncio.run(SecurityHeaders(fails)(scope, None, None))
    [record] = caplog.records
    assert record.levelno == logging.INFO and record.exc_info is None


def outage(_scope, _receive, _send):
    raise OperationalError("SELECT", {}, Exception("the server has gone"))


def test_while_the_database_does_not_answer_a_request_is_told_to_come_back():
    async def send(message):
        sent.append(message)

    sent: list[dict[str, Any]] = []
    scope = {"type": "http", "method": "GET", "scheme": "http", "path": "/attachments/1", "headers": []}
    asyncio.run(SecurityHeaders(outage)(scope, None, send))
    assert sent[0]["status"] == 503 and (b"retry-after", b"5") in sent[0]["headers"]


@pytest.mark.parametrize(("trouble", "status"), [(disk.nothing_saved(), 507), (Unavailable("Not now."), 503)])
def test_what_the_server_cannot_do_at_present_is_said_in_words_and_without_a_trace(trouble, status, caplog):
    async def send(message):
        sent.append(message)

    def unavailable(_scope, _receive, _send):
        raise trouble

    sent: list[dict[str, Any]] = []
    scope = {"type": "http", "method": "POST", "scheme": "http", "path": "/auth/session", "headers": []}
    asyncio.run(SecurityHeaders(unavailable)(scope, None, send))
    assert sent[0]["status"] == status and sent[1]["body"] == str(trouble).encode() and not caplog.records


def test_while_the_database_does_not_answer_a_socket_is_closed_to_come_back_and_a_bug_is_raised():
    async def send(message):
        sent.append(message)

    def bug(_scope, _receive, _send):
        raise KeyError("bug")

    sent: list[dict[str, Any]] = []
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": []}
    asyncio.run(SecurityHeaders(outage)(scope, None, send))
    assert sent == [{"type": "websocket.close", "code": 1013}]
    with pytest.raises(KeyError):
        asyncio.run(SecurityHeaders(bug)(scope, None, send))
