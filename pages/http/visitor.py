"""Who sends a request, by the session cookie; and what our cookies are called.

On https they have the prefix `__Host-`, which only this very host can set: no neighbouring site can plant one.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

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
