"""What every answer carries, and which doors of Streamlit's own are closed. Plain ASGI: no answer is held back."""

import base64
import hashlib
import logging
import re

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.core.failures import is_outage
from models.errors import Unavailable
from pages.http import shell
from pages.http.exchange import status_of
from pages.http.upload_gate import PREFIX, UploadGate
from pages.http.visitor import by_https, desk_of, route_path

log = logging.getLogger("guichet")

RETRY_AFTER = "5"  # seconds
TRY_AGAIN_LATER = 1013  # as RFC 6455's registry has it

# Streamlit gives files that were uploaded or are shown in a page to whoever knows the address.
_FOR_THE_SIGNED_IN = ("/media/",)
_FOR_NOBODY = ("/_stcore/metrics",)


def content_security_policy() -> str:
    """Ours, with the hashes of the scripts that stand in the page itself. `blob:` is how Streamlit loads components."""
    scripts = re.findall(r"<script>(.*?)</script>", shell.page(), re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    return "; ".join(
        (
            "default-src 'self'",
            "img-src 'self' data: blob:",
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            " ".join(["script-src 'self' blob:", *(f"'sha256-{digest}'" for digest in hashes)]),
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


class SecurityHeaders:
    """Sets them on every answer, an error's too; a route that sets one of its own keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = {
            "content-security-policy": content_security_policy(),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "x-robots-tag": "noindex, nofollow",
            "referrer-policy": "same-origin",  # "no-referrer" would also take the Origin from our own requests
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                if by_https(HTTPConnection(scope)):
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except ClientDisconnect:
            log.info("A browser left while it was sending: %s", scope["method"])
        except Unavailable as trouble:
            if started:
                raise
            await PlainTextResponse(str(trouble), status_of(trouble))(scope, receive, send_with_headers)
        except Exception as error:
            if started:
                raise
            log.exception("An answer failed: %s %r", scope["method"], scope["path"])
            answer = PlainTextResponse("Something went wrong.", 500)
            if is_outage(error):
                answer = PlainTextResponse("The database does not answer.", 503, {"retry-after": RETRY_AFTER})
            await answer(scope, receive, send_with_headers)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The page tries again by itself when its socket is closed."""
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            if not is_outage(error):
                raise
            log.exception("A socket was closed: %r", scope["path"])
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})


class Doors:
    """Closes what Streamlit leaves open: files to strangers, figures of the server to everybody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.uploads = UploadGate(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = route_path(scope) if scope["type"] == "http" else ""
        if path.startswith(PREFIX):
            await self.uploads(path, scope, receive, send)
        elif path and await self._closed(path, scope):
            await PlainTextResponse("Not found.", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _closed(self, path: str, scope: Scope) -> bool:
        if path.startswith(_FOR_NOBODY):
            return True
        return path.startswith(_FOR_THE_SIGNED_IN) and await run_in_threadpool(desk_of, HTTPConnection(scope)) is None
