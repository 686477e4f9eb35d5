"""The page that every address of a screen begins with, and the answer to an address that is none.

Streamlit serves one HTML page for every path, known or not, and asks each path for its own health first. Ours tells it
where the server is, shows the page once it is drawn, says in the reader's words that the connection is lost, and
remembers where a page was scrolled to. An address that is no page gets an answer that says so.
"""

import json
import re
from functools import cache
from html import escape
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from models.user import Language
from pages.components.navigation import DESTINATIONS
from pages.components.text import _, speaking
from pages.http.plain_page import plain_page
from pages.http.routes import ROUTES
from pages.http.visitor import base_path, desk_of, route_path

_HERE = Path(__file__).parent
_STREAMLIT = Path(streamlit.__file__).parent / "static"
_PAGES = {"/", *(f"/{there.path}" for there in DESTINATIONS)}
# What Streamlit serves besides: its files, and what its own routes begin with.
_STREAMLITS = {"_stcore", "media", "component", "app", *(path.name for path in _STREAMLIT.iterdir())} - {"index.html"}
_NEVER_STORED = {"cache-control": "no-cache"}


class Shell:
    """Answers for the screens' addresses and for those that are none; everything else passes by."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        if path in _PAGES:
            await HTMLResponse(page(), headers=_NEVER_STORED)(scope, receive, send)
        elif _is_served(path, scope):
            await self.app(scope, receive, send)
        else:
            spoken = await run_in_threadpool(_language, HTTPConnection(scope))
            await HTMLResponse(unknown_address(spoken), 404, headers=_NEVER_STORED)(scope, receive, send)


@cache
def page() -> str:
    """Streamlit's page with our script and style in it."""
    html = (_STREAMLIT / "index.html").read_text()
    data = {"base": base_path(), "words": {spoken.value: _connection_words(spoken) for spoken in Language}}
    script = (_HERE / "shell.js").read_text().replace("DATA", json.dumps(data).replace("<", "\\u003c"), 1)
    ours = f"<script>(() => {{\n{script}}})();</script><style>{(_HERE / 'shell.css').read_text()}</style>"
    html = re.sub(
        r"<noscript>.*?</noscript>", f"<noscript><p>{_without_script()}</p></noscript>", html, flags=re.DOTALL
    )
    html = html.replace('<html lang="en">', '<html lang="fr">').replace(
        "<title>Streamlit</title>", "<title>Guichet</title>"
    )
    return html.replace("<head>", f"<head>{ours}", 1)


def unknown_address(spoken: Language) -> str:
    """In the reader's language, with a way home."""
    with speaking(spoken):
        title = _("There is no such page")
        said = _("This address leads nowhere: it may be mistyped, or the page may have moved.")
    return plain_page(spoken, title, said)


def _connection_words(spoken: Language) -> dict[str, str]:
    with speaking(spoken):
        return {
            "lost": _("The connection to the desk is lost."),
            "kept": _("What you have typed is kept in this tab. It reconnects by itself; there is nothing to do."),
        }


def _without_script() -> str:
    said = []
    for spoken in Language:
        with speaking(spoken):
            said.append(escape(_("Guichet needs JavaScript: please allow it for this page.")))
    return "<br>".join(said)


def _is_served(path: str, scope: Scope) -> bool:
    if path.endswith("/") or path.split("/")[1] in _STREAMLITS:
        return True
    return any(route.matches(scope)[0] != Match.NONE for route in ROUTES)


def _language(request: HTTPConnection) -> Language:
    """The user's own; a stranger's browser is asked, and French is the desk's."""
    desk = desk_of(request)
    if desk is not None:
        return desk.user.language
    english = request.headers.get("accept-language", "").lower().startswith("en")
    return Language.ENGLISH if english else Language.FRENCH
