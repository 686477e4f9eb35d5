"""What is served beside the screens: the cookie, files, tickets to print, drafts, and the server's health."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from data.core.settings import ROOT
from pages.http.downloads import attachment, document, printed_ticket
from pages.http.health import health
from pages.http.public_files import robots, security_txt
from pages.http.sessions import active, open_session, sign_out
from pages.http.typed_text import draft, form_draft
from pages.http.videos import video

ICON: Path = ROOT / ".streamlit" / "icon.png"


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
    Route("/robots.txt", robots),
    Route("/.well-known/security.txt", security_txt),
]
