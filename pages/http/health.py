"""The answer to whoever watches over the server, see data/core/health.py."""

from functools import cache

from anyio import CapacityLimiter, move_on_after, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from data.core.database import engine
from data.core.health import PATIENCE, UNANSWERED, Report, watch


async def health(_request: Request) -> Response:
    """200 while texts go in, 503 otherwise, with the reasons."""
    watched = watch(engine())
    report: Report | None = watched.known()
    if report is None:
        with move_on_after(PATIENCE):
            report = await to_thread.run_sync(watched.look, limiter=_looking(), abandon_on_cancel=True)
    report = report or UNANSWERED
    said: dict[str, object] = {"status": report.status}
    if report.reasons:
        said["reasons"] = report.reasons
    return JSONResponse(said, 503 if report.failing else 200, {"cache-control": "no-store"})


@cache
def _looking() -> CapacityLimiter:
    """Threads of its own: those of the pages may all be at work."""
    return CapacityLimiter(2)
