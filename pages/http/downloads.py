"""Files, and tickets as pages to print: each for whoever may read it, and 404 for everybody else."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator
from functools import cache, partial
from typing import IO
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from data import attachments, documents
from data.core.desk import Desk
from data.core.files import Content
from models.document import SHOWN_IN_A_TAB
from models.errors import DeskError, NotFound, Unavailable
from pages.components.printed_ticket import printed
from pages.http.exchange import answered
from pages.http.plain_page import unavailable
from pages.http.visitor import desk_of

PRINTS = 2  # at a time
_CHUNK = 256 * 1024
_SAVED = "default-src 'none'; sandbox"
# A sandbox would keep the browser's viewer out, too.
_VIEWED = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_PAPER = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


async def attachment(request: Request) -> Response:
    """The file, to be saved, never shown by the browser as a page of ours; 404 for whatever may not be had."""
    return await _file(request, attachments.content, "There is no such attachment.")


async def document(request: Request) -> Response:
    """Like an attachment; but a PDF opens in a tab, in the browser's own viewer."""
    return await _file(request, documents.content, "There is no such document.", shown=SHOWN_IN_A_TAB)


async def printed_ticket(request: Request) -> Response:
    """A ticket as a page to print, as whoever asks may read it; 404 for whatever may not be had."""
    desk = await run_in_threadpool(desk_of, request)
    reference, notes = request.path_params["reference"], request.query_params.get("notes") == "yes"
    before = request.query_params.get("before", "")
    try:
        if desk is None or not (reference.isascii() and reference.isprintable()):
            raise NotFound("There is no ticket {reference}.", reference=reference)
        first = int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else 0
        page = await to_thread.run_sync(
            partial(printed, desk, reference, notes=notes, before=first), limiter=_printing()
        )
    except Unavailable as trouble:
        return unavailable(desk, trouble)
    except DeskError:
        return answered("There is no such ticket.", 404)
    headers = {"content-security-policy": _PAPER, "cache-control": "private, no-store"}
    return StreamingResponse(_printed(page), media_type="text/html", headers=headers)


async def _printed(page: Iterator[str]) -> AsyncIterator[str]:
    """Nobody else waits while a long ticket is drawn: prints have a few threads of their own."""
    while (piece := await to_thread.run_sync(next, page, None, limiter=_printing())) is not None:
        yield piece


@cache
def _printing() -> CapacityLimiter:
    return CapacityLimiter(PRINTS)


async def _file(
    request: Request, read: Callable[[Desk, int], Content], refusal: str, *, shown: Collection[str] = ()
) -> Response:
    """The file of the id in the address; the browser may show the types in `shown`, and saves anything else."""
    desk = await run_in_threadpool(desk_of, request)
    asked = request.path_params["id"]
    if desk is None or not (asked.isascii() and asked.isdecimal() and len(asked) <= 19):
        return answered(refusal, 404)
    try:
        found = await run_in_threadpool(read, desk, int(asked))
    except Unavailable as trouble:
        return unavailable(desk, trouble)
    except DeskError:
        return answered(refusal, 404)
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


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(_CHUNK):
            yield piece
