"""Who is at the other end: the visitor's own address behind a proxy, and whether it is this very machine."""

import ipaddress
import logging
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

log = logging.getLogger("guichet")

VARIABLE = "FORWARDED_ALLOW_IPS"  # uvicorn's own
_NEIGHBOURS = 64  # bits of an IPv6 address that one visitor has in common with himself


def trusted_proxies(environment: Mapping[str, str] = os.environ) -> str:
    """The proxies whose X-Forwarded-For is believed. Raises ValueError where anybody would be believed."""
    value = environment.get(VARIABLE, "127.0.0.1,::1")
    for part in map(str.strip, value.split(",")):
        if part == "*" or part.endswith("/0"):
            raise ValueError(
                f"{VARIABLE}={value!r} believes anybody, who can then sign in from any address they like. "
                f"Name your proxy: {VARIABLE}=10.0.0.5, or its network: {VARIABLE}=10.0.0.0/24."
            )
    return value


class VisitorAddress:
    """Gives the visitor's address to `scope["client"]`, as uvicorn does; but knows 10.0.0.5 as ::ffff:10.0.0.5, too.

    A server that listens on `::` sees IPv4 addresses in that form, and uvicorn then finds no proxy that it trusts.
    """

    def __init__(self, app: ASGIApp, proxies: str) -> None:
        self.app = app
        self.behind_proxies = ProxyHeadersMiddleware(self._arrived, proxies)  # type: ignore[arg-type]
        self.warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        _plain(scope)
        await self.behind_proxies(scope, receive, send)  # type: ignore[arg-type]

    async def _arrived(self, scope: Scope, receive: Receive, send: Send) -> None:
        _plain(scope)
        if not self.warned:
            self._warn(scope)
        await self.app(scope, receive, send)

    def _warn(self, scope: Scope) -> None:
        """Once: whoever sends the header without being named is a proxy that was forgotten, or somebody who tries."""
        forwarded = Headers(scope=scope).get("x-forwarded-for")
        peer = scope["client"][0] if scope.get("client") else ""
        if forwarded and peer and peer not in {_plain_address(part.strip()) for part in forwarded.split(",")}:
            self.warned = True
            log.warning(
                "%r sends X-Forwarded-For, but is not a proxy that %s names. If it is yours, name it there: "
                "until then all its visitors share one address, and are slowed down together.",
                peer,
                VARIABLE,
            )


def network_of(scope: Scope) -> str:
    """What is counted as one visitor: an IPv4 address, or the /64 of an IPv6 address."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address) >> _NEIGHBOURS << _NEIGHBOURS, _NEIGHBOURS)).network_address)


def is_local(scope: Scope) -> bool:
    """Does a browser of this machine ask, for a page of this machine? A name that only leads here is not one."""
    client = scope.get("client")
    return (client is None or _is_loopback(client[0])) and _is_loopback(host_name(scope))


def host_name(scope: Scope) -> str:
    """The name in the Host header, without the port; empty where there is none that can be read."""
    try:
        return urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(scope: Scope) -> None:
    if scope.get("client"):
        host, port = scope["client"]
        scope["client"] = (_plain_address(host), port)


def _plain_address(host: str) -> str:
    """10.0.0.5 for ::ffff:10.0.0.5."""
    return host.removeprefix("::ffff:") if host.startswith("::ffff:") and "." in host else host
