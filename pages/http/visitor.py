"""Who sends a request, by the session cookie; whether one of our own pages sent it; and what our cookies are called.

On https they have the prefix `__Host-`, which only this very host can set: no neighbouring site can plant one.
"""

import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.types import Scope

from data.core import clock, sign_in
from data.core.database import engine
from data.core.desk import Desk

COOKIE = "guichet_session"
BROWSER_COOKIE = "guichet_browser"  # by which a browser is known where somebody has signed in before


def cookie_name(name: str, *, secure: bool) -> str:
    return f"__Host-{name}" if secure else name


def cookie_of(cookies: Mapping[str, str], name: str, *, secure: bool) -> str:
    """Its value, or nothing. Where the browser speaks https, one without the prefix may be another's, and is none."""
    found = cookies.get(cookie_name(name, secure=True)) or ("" if secure else cookies.get(name))
    return found if isinstance(found, str) else ""


def desk_of(request: HTTPConnection) -> Desk | None:
    session_id = session_of(request)
    return (session_id and sign_in.desk_of_session(engine(), session_id, clock.now())) or None


def session_of(request: HTTPConnection) -> int | None:
    token = cookie_of(request.cookies, COOKIE, secure=by_https(request))
    return sign_in.session_of_token(engine(), token, clock.now()) if token else None


def from_our_own_page(request: HTTPConnection) -> bool:
    """Did a page of this very address send it? No other site's page, and no browser that does not say, may.

    Where we are asked by https, a page that came by http is another's: anybody on the way could have written it.
    """
    try:
        origin = urlsplit(request.headers.get("origin", ""))
    except ValueError:
        return False
    schemes = {"https"} if _asked_by_https(request) else {"http", "https"}
    return bool(origin.netloc) and origin.netloc == request.headers.get("host") and origin.scheme in schemes


def by_https(request: HTTPConnection) -> bool:
    """Does the browser speak https, if only to a proxy before us? Where it comes from our own page, its Origin says."""
    return request.headers.get("origin", "").startswith("https:") or _asked_by_https(request)


def route_path(scope: Scope) -> str:
    """The path as our routes are written: no slash twice, without what a proxy or Streamlit's setting puts before."""
    path = re.sub("/{2,}", "/", scope["path"])
    for prefix in (scope.get("root_path", "").rstrip("/"), base_path()):
        if prefix and path.startswith(prefix + "/"):
            path = path.removeprefix(prefix)
    return path


def _asked_by_https(request: HTTPConnection) -> bool:
    return request.scope["scheme"] in {"https", "wss"} or request.headers.get("x-forwarded-proto") == "https"


@cache
def base_path() -> str:
    """The path that the whole desk stands under, as Streamlit is set; empty at the root."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""
