"""A page without Streamlit: a title, a sentence and a way home."""

from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse, Response

from data.core.desk import Desk
from models.errors import Unavailable
from models.user import Language
from pages.components.text import _, speaking
from pages.http.exchange import status_of
from pages.http.visitor import base_path

_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
_STYLE = Path(__file__).with_suffix(".css")


def plain_page(spoken: Language, title: str, said: str) -> str:
    """`title` and `said` are in that language already."""
    with speaking(spoken):
        home = escape(_("To the home page"))
    return (
        f'<!doctype html><html lang="{spoken.value}"><head><meta charset="utf-8">'
        f"<title>{escape(title)} · Guichet</title>"
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="{base_path()}/favicon.png">'
        f"<style>{_STYLE.read_text()}</style></head>"
        f'<body><main><p class="name">Guichet</p><h1>{escape(title)}</h1><p>{escape(said)}</p>'
        f'<p><a href="{base_path()}/">{home}</a></p></main></body></html>'
    )


def unavailable(desk: Desk | None, trouble: Unavailable) -> Response:
    """What was asked for is there and cannot be given now, in words."""
    spoken = desk.user.language if desk else Language.FRENCH
    with speaking(spoken):
        title, said = _("This is not available at present"), _(trouble.message, **trouble.facts)
    headers = {"cache-control": "no-store", "content-security-policy": _POLICY}
    return HTMLResponse(plain_page(spoken, title, said), status_of(trouble), headers)
