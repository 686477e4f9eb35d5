"""A limit for the head of a request while it comes in: uvicorn's fast parser keeps whatever is sent until it ends."""

from typing import Any

LARGEST_HEAD = 64 * 1024  # as uvicorn's other parser, h11, has it


def limit_heads() -> None:
    """To be called before the server listens. Where httptools is not installed, h11 has its own limit."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return
    limit(HttpToolsProtocol)


def limit(protocol: Any) -> None:
    """Closes a connection whose head has not ended after so many bytes. uvicorn has no setting for it."""
    if hasattr(protocol, "head_size"):
        return
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
