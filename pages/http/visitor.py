"""Who sends a request, by the session cookie."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from data.core import clock, sign_in
from data.core.database import engine
from data.core.desk import Desk

COOKIE = "guichet_session"


def desk_of(request: HTTPConnection) -> Desk | None:
    session_id = session_of(request)
    return (session_id and sign_in.desk_of_session(engine(), session_id, clock.now())) or None


def session_of(request: HTTPConnection) -> int | None:
    token = request.cookies.get(COOKIE, "")
    return sign_in.session_of_token(engine(), token, clock.now()) if token else None


def from_our_own_page(request: HTTPConnection) -> bool:
    """Did a page of this very address send it? No other site's page, and no browser that does not say, may."""
    try:
        origin = urlsplit(request.headers.get("origin", ""))
    except ValueError:
        return False
    return bool(origin.netloc) and origin.netloc == request.headers.get("host")


def by_https(request: HTTPConnection) -> bool:
    """Does the browser speak https, if only to a proxy before us? Where it comes from our own page, its Origin says."""
    ours = request.headers.get("origin", "").startswith("https:")
    return ours or "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))
