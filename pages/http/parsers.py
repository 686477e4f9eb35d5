"""Limits in uvicorn's own parsers, which work before the gate sees anything. uvicorn has no settings for them.

The fast HTTP parser keeps the head of a request until it ends, however long that is; the parser of websockets takes a
whole piece of the stream apart at once, and a thousand empty frames stop everything else for as long.
"""

from time import monotonic
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from pages.http.limits import Rate

LARGEST_HEAD = 64 * 1024  # as uvicorn's other HTTP parser, h11, has it
FRAMES = Rate(100, burst=400)  # of one socket, pings too: a browser that was held up sends some at once
_PIECE = 4096  # bytes that are parsed at once


def limit_parsers() -> None:
    """To be called before the server listens."""
    if not hasattr(WebSocketsSansIOProtocol, "tokens"):
        _limit_frames(WebSocketsSansIOProtocol)
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:  # h11 then, which has its own limit
        return
    if not hasattr(HttpToolsProtocol, "head_size"):
        _limit_heads(HttpToolsProtocol)


def _limit_heads(protocol: Any) -> None:
    data_received, on_message_begin = protocol.data_received, protocol.on_message_begin
    on_headers_complete = protocol.on_headers_complete
    protocol.head_size = 0  # bytes that came before the piece that is looked at; None in a body

    def received(self: Any, data: bytes) -> None:
        if self.head_size is not None:
            if self.head_size > LARGEST_HEAD:
                self.send_400_response("The headers are too large.")
                return
            self.head_size += len(data)
        data_received(self, data)

    def began(self: Any) -> None:
        self.head_size = 0
        on_message_begin(self)

    def complete(self: Any) -> None:
        self.head_size = None
        on_headers_complete(self)

    protocol.data_received, protocol.on_message_begin = received, began
    protocol.on_headers_complete = complete


def _limit_frames(protocol: Any) -> None:
    connection_made, data_received = protocol.connection_made, protocol.data_received
    protocol.tokens = float(FRAMES.burst)

    def made(self: Any, transport: Any) -> None:
        connection_made(self, transport)
        self.counted_at, events_received = monotonic(), self.conn.events_received

        def counted() -> list[Any]:
            events: list[Any] = events_received()
            self.tokens -= len(events)
            return events

        self.conn.events_received = counted

    def received(self: Any, data: bytes) -> None:
        now = monotonic()
        self.tokens = min(self.tokens + (now - self.counted_at) * FRAMES.per_second, FRAMES.burst)
        self.counted_at = now
        for start in range(0, len(data), _PIECE):
            if self.tokens < 0 or self.transport.is_closing():
                self.transport.abort()
                return
            data_received(self, data[start : start + _PIECE])

    protocol.connection_made, protocol.data_received = made, received
