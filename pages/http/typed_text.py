"""What is being typed, saved so that a reload does not lose it."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from data import drafts, form_drafts
from data.core.desk import Desk
from models.errors import DeskError, NotFound
from pages.http.exchange import BadRequest, answered, status_of, text_field
from pages.http.visitor import desk_of


async def draft(request: Request) -> Response:
    """Keep what is being typed on a ticket, so that a reload does not lose it."""
    return await _keep(request, "reference", drafts.save)


async def form_draft(request: Request) -> Response:
    """Keep what is being typed into a field of a form; 404 where one has no such form open, or has sent it."""

    def save(desk: Desk, key: str, text: str) -> None:
        if not form_drafts.save(desk, key, {request.path_params["field"]: text}):
            raise NotFound("There is no such draft.")

    return await _keep(request, "key", save)


async def _keep(request: Request, named: str, save: Callable[[Desk, str, str], None]) -> Response:
    """Have what was typed saved under the name that the path gives."""
    try:
        body = await text_field(request, "body")
        desk = await run_in_threadpool(desk_of, request)
        if desk is None:
            raise BadRequest(401, "Please sign in.")
        name = request.path_params[named]
        if not (name.isascii() and name.isprintable()):
            raise BadRequest(404, "There is no such draft.")
        await run_in_threadpool(save, desk, name, body)
    except BadRequest as bad:
        return answered(str(bad), bad.status)
    except DeskError as refusal:
        return answered(str(refusal), status_of(refusal))
    return answered("Kept.")
