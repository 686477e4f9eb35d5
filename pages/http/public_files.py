"""What robots and security researchers look for at every site: robots.txt and security.txt."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from data.core import clock
from data.core.settings import settings

VALID_FOR = timedelta(days=180)  # RFC 9116 asks for less than a year
_ROBOTS = "User-agent: *\nDisallow: /\n"


async def robots(_request: Request) -> Response:
    """A support desk is not for search engines."""
    return PlainTextResponse(_ROBOTS, headers={"cache-control": "public, max-age=86400"})


async def security_txt(_request: Request) -> Response:
    """Where to report a weakness (RFC 9116); 404 as long as GUICHET_SECURITY_CONTACT names nobody."""
    contact = settings().security_contact
    if not contact:
        return PlainTextResponse("Set GUICHET_SECURITY_CONTACT to publish a security contact here.\n", 404)
    expires = (clock.now() + VALID_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = [f"Contact: {contact}", f"Expires: {expires}", "Preferred-Languages: fr, en"]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"cache-control": "public, max-age=86400"})
