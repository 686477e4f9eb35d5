"""What an answer says when it fails, and what the log says of it."""

import asyncio
import logging

from starlette.requests import ClientDisconnect

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
