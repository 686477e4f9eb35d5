"""What rows of an export must be, each looked at alone, beyond what its types say. No file is believed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from data.core.days import day_of
from data.core.exchange import shape
from data.core.exchange.rejects import Bad
from models import document, telephone
from models.article import HELPED_AFTER, HIGHEST_PLACE, ArticleKind, secure_link
from models.client import StarLevel
from models.document import Paper
from models.errors import Refused
from models.ticket import Kind, Urgency

LONGEST_TARGET = timedelta(hours=10_000)
MOST_ARTICLES = 100_000
LONGEST_HOLIDAY, _MOST_HOLIDAYS = 300, 366
_DAY = timedelta(days=1)
_RANGES = {  # lowest and highest, where a value is given
    "edition": (1, 999),
    "position": (0, 999_999),
    "article": (1, MOST_ARTICLES),
    "version": (1, 1_000_000),
    "year": (1900, 2200),
}
_NOTHING = timedelta()

Values = dict[str, Any]


def require(record: str, values: Values) -> None:
    """Raises Bad; Refused for a file as a whole that this desk cannot read."""
    for name, (lowest, highest) in _RANGES.items():
        if values.get(name) is not None and not lowest <= values[name] <= highest:
            raise Bad(f"unreadable {name}")
    if record in _CHECKS:
        _CHECKS[record](values)


def _export(values: Values) -> None:
    if values["format"] > shape.FORMAT:
        raise Refused(
            "This export is of a newer Guichet: its format is {format}, and this one reads {known} and those before. "
            "Bring this Guichet up to date first.",
            format=values["format"],
            known=shape.FORMAT,
        )


def _desk(values: Values) -> None:
    try:
        telephone.number(values["direct_line_number"])
    except Refused:
        raise Bad("no telephone number") from None


def _header(values: Values) -> None:
    if not values["header"]:
        raise Bad("a column without name")


def _calendar_year(values: Values) -> None:
    found, year = values["holidays"], values["year"]
    if not isinstance(found, dict) or len(found) > _MOST_HOLIDAYS:
        raise Bad("unreadable holidays")
    for day, name in found.items():
        if not isinstance(name, str) or len(name) > LONGEST_HOLIDAY or not day.startswith(f"{year:04}-"):
            raise Bad("unreadable holidays")
        try:
            date.fromisoformat(day)
        except ValueError:
            raise Bad("unreadable holidays") from None


def _service_level(values: Values) -> None:
    if values["star_level"] == StarLevel.NONE or (
        values["kind"] != Kind.INCIDENT and values["urgency"] != Urgency.NONE
    ):
        raise Bad("a target of no ticket")
    if not _NOTHING < values["first_response_target"] <= values["resolution_target"] <= LONGEST_TARGET:
        raise Bad("a target that nobody can keep")


def _subscription(values: Values) -> None:
    former = values["former_ends_at"]
    if former is not None and (not values["cuts_short"] or former <= values["starts_at"]):
        raise Bad("a subscription that cuts nothing short")


def _document(values: Values) -> None:
    paper = Paper(values["kind"], values["number"], values["title"], values["dated"])
    if any(document.problems(paper, day_of(values["at"]) + _DAY)):
        raise Bad("a document without number, or of an impossible date")
    if (values["removed_at"] is None) != (not values["reason"]):
        raise Bad("a document is removed at a moment and for a reason, or not at all")
    if values["removed_at"] is not None and values["removed_at"] < values["at"]:
        raise Bad("something happened before it was added")


def _article(values: Values) -> None:
    if not values["subject"]:
        raise Bad("an article without title")
    if values["position"] > HIGHEST_PLACE:
        raise Bad("unreadable position")
    try:
        secure_link(values["link"])
    except Refused:
        raise Bad("a link that is no https address") from None
    happened = (values["changed_at"], values["published_at"] or values["created_at"])
    if any(at < values["created_at"] for at in happened):
        raise Bad("something happened before it was created")
    is_video = values["kind"] == ArticleKind.VIDEO
    shown = (values["link"] or values["sha256"]) if is_video else values["body"]
    if values["published_at"] and not shown:
        raise Bad("a published article with nothing to show")


def _article_read(values: Values) -> None:
    if values["decided_at"] > values["at"] + HELPED_AFTER:
        raise Bad("unreadable decided_at")
    if abs(values["day"] - values["at"].date()) > _DAY:
        raise Bad("unreadable day")


def _call(values: Values) -> None:
    if not values["client"] and (values["caller_verified"] or values["star_level"] or values["reference"]):
        raise Bad("a call of nobody")
    if values["caller_verified"] is None:
        raise Bad("unreadable caller_verified")
    if values["client"] and values["star_level"] is None:
        raise Bad("unreadable star_level")


_CHECKS: dict[str, Callable[[Values], None]] = {
    "export": _export,
    "desk": _desk,
    "header": _header,
    "calendar_year": _calendar_year,
    "service_level": _service_level,
    "subscription": _subscription,
    "document": _document,
    "article": _article,
    "article_read": _article_read,
    "call": _call,
}
