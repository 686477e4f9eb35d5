"""What is served beside the screens: the cookie, files, tickets to print, drafts, and the server's health."""

import json
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from data import attachments, documents, drafts, form_drafts
from data.core import clock, known_browsers, sign_in
from data.core.database import answers, engine
from data.core.desk import Desk
from data.core.files import Content
from data.core.settings import ROOT
from models.document import SHOWN_IN_A_TAB
from models.errors import DeskError, NotAllowed, NotFound, NotSignedIn
from models.user import Ending
from pages.components.printed_ticket import printed
from pages.http.videos import video
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

ICON: Path = ROOT / ".streamlit" / "icon.png"
LARGEST_BODY = 512 * 1024
_STATUS = {NotSignedIn: 401, NotAllowed: 403, NotFound: 404}
_CHUNK = 256 * 1024
_SAVED = "default-src 'none'; sandbox"
# A sandbox would keep the browser's viewer out, too.
_VIEWED = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_PAPER = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


class BadRequest(Exception):
    """What was sent cannot be understood; `status` and the message go back."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def open_session(request: Request) -> Response:
    """Give the browser its cookie for the one-time ticket of the sign-in page; end the session it had before."""
    try:
        ticket = await _field(request, "ticket")
    except BadRequest as bad:
        return _said(str(bad), bad.status)
    former = await run_in_threadpool(session_of, request)
    known = cookie_of(request.cookies, BROWSER_COOKIE, secure=by_https(request))
    given = await run_in_threadpool(_redeem, ticket, former, known)
    if given is None:
        return _said("This ticket is not valid.", 401)
    answer = _said("Welcome.")
    _give_cookie(request, answer, COOKIE, given[0], sign_in.LIFETIME)
    _give_cookie(request, answer, BROWSER_COOKIE, given[1], known_browsers.LIFETIME)
    return answer


def _redeem(ticket: str, former: int | None, known: str) -> tuple[str, str] | None:
    """The tokens of the session and of the browser; the browser's former session ends."""
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
        return _said("This request came from elsewhere.", 403)
    session_id = await run_in_threadpool(session_of, request)
    if session_id is not None:
        await run_in_threadpool(sign_in.end_session, engine(), session_id, clock.now())
    answer = _said("Good-bye.")
    secure = by_https(request)
    answer.delete_cookie(cookie_name(COOKIE, secure=secure), httponly=True, samesite="lax", secure=secure)
    return answer


async def active(request: Request) -> Response:
    """A person did something in one of our pages: a page that draws itself again is no reason to stay signed in."""
    if not from_our_own_page(request):
        return _said("This request came from elsewhere.", 403)
    desk = await run_in_threadpool(desk_of, request)
    if desk is None or desk.session_id is None:
        return _said("Please sign in.", 401)
    await run_in_threadpool(sign_in.note_seen, engine(), desk.session_id, clock.now())
    return _said("Noted.")


async def attachment(request: Request) -> Response:
    """The file, to be saved, never shown by the browser as a page of ours; 404 for whatever may not be had."""
    return await _file(request, attachments.content, "There is no such attachment.")


async def document(request: Request) -> Response:
    """Like an attachment; but a PDF opens in a tab, in the browser's own viewer."""
    return await _file(request, documents.content, "There is no such document.", shown=SHOWN_IN_A_TAB)


async def printed_ticket(request: Request) -> Response:
    """A ticket as a page to print, as whoever asks may read it; 404 for whatever may not be had."""
    desk = await run_in_threadpool(desk_of, request)
    reference, notes = request.path_params["reference"], request.query_params.get("notes") != "no"
    try:
        if desk is None or not (reference.isascii() and reference.isprintable()):
            raise NotFound("There is no ticket {reference}.", reference=reference)
        page = await run_in_threadpool(printed, desk, reference, notes=notes)
    except DeskError:
        return _said("There is no such ticket.", 404)
    headers = {"content-security-policy": _PAPER, "cache-control": "private, no-store"}
    return HTMLResponse(page, headers=headers)


async def draft(request: Request) -> Response:
    """Keep what is being typed on a ticket, so that a reload does not lose it."""
    return await _keep(request, "reference", drafts.save)


async def form_draft(request: Request) -> Response:
    """Keep what is being typed into a field of a form."""
    field = request.path_params["field"]
    return await _keep(request, "key", lambda desk, key, text: form_drafts.save(desk, key, {field: text}))


async def _keep(request: Request, named: str, save: Callable[[Desk, str, str], None]) -> Response:
    """Have what was typed saved under the name that the path gives."""
    try:
        body = await _field(request, "body")
        desk = await run_in_threadpool(desk_of, request)
        if desk is None:
            raise BadRequest(401, "Please sign in.")
        name = request.path_params[named]
        if not (name.isascii() and name.isprintable()):
            raise BadRequest(404, "There is no such draft.")
        await run_in_threadpool(save, desk, name, body)
    except BadRequest as bad:
        return _said(str(bad), bad.status)
    except DeskError as refusal:
        return _said(str(refusal), _STATUS.get(type(refusal), 422))
    return _said("Kept.")


async def health(_request: Request) -> Response:
    """200 while the database answers; 503 otherwise."""
    if await run_in_threadpool(answers, engine()):
        return JSONResponse({"status": "ok"})
    return JSONResponse({"status": "the database does not answer"}, 503)


async def icon(_request: Request) -> Response:
    return FileResponse(ICON, headers={"cache-control": "public, max-age=86400"})


ROUTES = [
    Route("/auth/session", open_session, methods=["POST"]),
    Route("/auth/sign-out", sign_out, methods=["POST"]),
    Route("/auth/active", active, methods=["POST"]),
    Route("/attachments/{id}", attachment),
    Route("/videos/{id}", video),
    Route("/documents/{id}", document),
    Route("/tickets/{reference}/print", printed_ticket),
    Route("/drafts/{reference}", draft, methods=["POST"]),
    Route("/form-drafts/{key}/{field}", form_draft, methods=["POST"]),
    Route("/healthz", health),
    Route("/favicon.png", icon),
]


async def _field(request: Request, name: str) -> str:
    """One string of a small JSON object sent by our own page. Raises BadRequest."""
    if not from_our_own_page(request):
        raise BadRequest(403, "This request came from elsewhere.")
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > LARGEST_BODY:
            raise BadRequest(413, "This is too much.")
    try:
        value = json.loads(received)[name]
        value.encode()
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise BadRequest(400, f"A JSON object with the text “{name}” is expected.") from error
    if not isinstance(value, str) or "\0" in value:
        raise BadRequest(400, f"A JSON object with the text “{name}” is expected.")
    return value


async def _file(
    request: Request, read: Callable[[Desk, int], Content], refusal: str, *, shown: Collection[str] = ()
) -> Response:
    """The file of the id in the address; the browser may show the types in `shown`, and saves anything else."""
    desk = await run_in_threadpool(desk_of, request)
    asked = request.path_params["id"]
    if desk is None or not (asked.isascii() and asked.isdecimal() and len(asked) <= 19):
        return _said(refusal, 404)
    try:
        found = await run_in_threadpool(read, desk, int(asked))
    except (DeskError, FileNotFoundError):
        return _said(refusal, 404)
    ascii_name = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_. ") else "_" for sign in found.name)
    name = quote(found.name.encode("utf-8", "replace"), safe="")
    disposition, policy = ("inline", _VIEWED) if found.mime in shown else ("attachment", _SAVED)
    headers = {
        "content-length": str(found.size),
        "content-disposition": f"{disposition}; filename=\"{ascii_name}\"; filename*=UTF-8''{name}",
        "content-security-policy": policy,
        "cache-control": "private, no-store",
    }
    return StreamingResponse(_pieces(found.stream), media_type=found.mime, headers=headers)


def _said(message: str, status: int = 200) -> JSONResponse:
    return JSONResponse({"message": message}, status, headers={"cache-control": "no-store"})


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(_CHUNK):
            yield piece
