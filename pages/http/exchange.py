"""What our own page sends, as small JSON objects, and how it is answered."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse

from models.errors import DamagedFile, DeskError, DiskFull, NotAllowed, NotFound, NotSignedIn, Unavailable
from pages.http.visitor import from_our_own_page

LARGEST_BODY = 512 * 1024
_STATUS: dict[type[DeskError], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    DamagedFile: 500,
    DiskFull: 507,
    Unavailable: 503,
}


class BadRequest(Exception):
    """What was sent cannot be understood; `status` and the message go back."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def text_field(request: Request, name: str) -> str:
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


def status_of(refusal: DeskError) -> int:
    return next((status for kind, status in _STATUS.items() if isinstance(refusal, kind)), 422)


def answered(message: str, status: int = 200) -> JSONResponse:
    return JSONResponse({"message": message}, status, headers={"cache-control": "no-store"})
