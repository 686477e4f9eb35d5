"""Browsers, told apart by the person who owns them."""

_NAMES = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def described(user_agent: str) -> str:
    """ "Firefox · Linux"; what the browser says of itself when it is none of the usual ones."""
    found = [_first(user_agent, names) for names in (_NAMES, _SYSTEMS)]
    return " · ".join(name for name in found if name) or user_agent[:60] or "—"


def _first(user_agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
