"""Tutorial videos, in pieces as a player asks for them, so that one can jump within."""

import re
from collections.abc import Iterator
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from data import videos
from models.errors import DeskError, Unavailable
from pages.http.plain_page import unavailable
from pages.http.visitor import desk_of

_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(?=\d|-\d)(\d{0,15})-(\d{0,15})", re.ASCII)


async def video(request: Request) -> Response:
    """The file or the part asked for; 404 for whatever may not be seen, 416 for a part that it does not have."""
    desk = await run_in_threadpool(desk_of, request)
    asked = request.path_params["id"]
    if desk is None or not (asked.isascii() and asked.isdecimal() and len(asked) <= 19):
        return _missing()
    try:
        found = await run_in_threadpool(videos.content, desk, int(asked))
    except Unavailable as trouble:
        return unavailable(desk, trouble)
    except DeskError:
        return _missing()
    headers = {
        "accept-ranges": "bytes",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, no-store",
    }
    asked_part = _RANGE.fullmatch(request.headers.get("range", ""))  # one that we do not understand gets the whole
    part = _part(asked_part[1], asked_part[2], found.size) if asked_part else (0, found.size)
    if part is None:
        found.stream.close()
        return PlainTextResponse("", 416, headers | {"content-range": f"bytes */{found.size}"})
    start, end = part
    headers["content-length"] = str(end - start)
    if asked_part:
        headers["content-range"] = f"bytes {start}-{end - 1}/{found.size}"
    pieces = _pieces(found.stream, start, end)
    return StreamingResponse(pieces, 206 if asked_part else 200, headers, media_type=found.mime)


def _part(first: str, last: str, size: int) -> tuple[int, int] | None:
    """From and to (excluded); None where nothing lies in it."""
    if not first:
        return (max(0, size - int(last)), size) if int(last) else None
    start, end = int(first), min(int(last) + 1, size) if last else size
    return (start, end) if start < end else None


def _missing() -> Response:
    return PlainTextResponse("There is no such video.", 404, {"cache-control": "no-store"})


def _pieces(stream: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with stream:
        stream.seek(start)
        left = end - start
        while left and (piece := stream.read(min(_CHUNK, left))):
            left -= len(piece)
            yield piece
