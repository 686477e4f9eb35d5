"""The cookies: given after a sign-in, taken away at a sign-out; and that a person is at work."""

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from data.core import clock, known_browsers, sign_in
from data.core.database import engine
from models.user import Ending
from pages.http.exchange import BadRequest, answered, text_field
from pages.http.visitor import (
    BROWSER_COOKIE,
    COOKIE,
    by_https,
    cookie_name,
    cookie_of,
    desk_of,
    from_our_own_page,
    session_of,
)


async def open_session(request: Request) -> Response:
    """Give the browser its cookie for the one-time ticket of the sign-in page; end the session it had before."""
    try:
        ticket = await text_field(request, "ticket")
    except BadRequest as bad:
        return answered(str(bad), bad.status)
    former = await run_in_threadpool(session_of, request)
    known = cookie_of(request.cookies, BROWSER_COOKIE, secure=by_https(request))
    given = await run_in_threadpool(_redeem, ticket, former, known)
    if given is None:
        return answered("This ticket is not valid.", 401)
    answer = answered("Welcome.")
    _give_cookie(request, answer, COOKIE, given[0], sign_in.LIFETIME)
    _give_cookie(request, answer, BROWSER_COOKIE, given[1], known_browsers.LIFETIME)
    return answer


def _redeem(ticket: str, former: int | None, known: str) -> tuple[str, str] | None:
    """The tokens of the session and of the browser; the session that the browser had before ends."""
    now = clock.now()
    token = sign_in.redeem(engine(), ticket, now)
    opened = token and sign_in.session_of_token(engine(), token, now)
    if not token or not opened:
        return None
    if former is not None:
        sign_in.end_session(engine(), former, now, Ending.REPLACED)
    return token, known_browsers.remember(engine(), opened, known, now)


def _give_cookie(request: Request, answer: Response, name: str, token: str, lifetime: timedelta) -> None:
    secure = by_https(request)
    answer.set_cookie(
        cookie_name(name, secure=secure),
        token,
        max_age=int(lifetime.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=secure,
    )


async def sign_out(request: Request) -> Response:
    """The browser stays known: its owner comes back."""
    if not from_our_own_page(request):
        return answered("This request came from elsewhere.", 403)
    session_id = await run_in_threadpool(session_of, request)
    if session_id is not None:
        await run_in_threadpool(sign_in.end_session, engine(), session_id, clock.now())
    answer = answered("Good-bye.")
    secure = by_https(request)
    answer.delete_cookie(cookie_name(COOKIE, secure=secure), httponly=True, samesite="lax", secure=secure)
    return answer


async def active(request: Request) -> Response:
    """A person did something in a page of ours: a page that draws itself again is no reason to stay signed in."""
    if not from_our_own_page(request):
        return answered("This request came from elsewhere.", 403)
    desk = await run_in_threadpool(desk_of, request)
    if desk is None or desk.session_id is None:
        return answered("Please sign in.", 401)
    await run_in_threadpool(sign_in.note_seen, engine(), desk.session_id, clock.now())
    return answered("Noted.")
