"""What the list says of a ticket, in the user's language."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from models.client import StarLevel
from models.queue import Line
from models.sla import State
from models.ticket import Kind, Status, Urgency
from models.user import Language
from pages.components.text import _, ago, language, moment, plural, time_left, when, word

_TONES = {
    State.BREACHED: "bad",
    State.MISSED: "bad",
    State.AT_RISK: "warn",
    State.FINE: "good",
    State.MET: "good",
    State.UNNEEDED: "quiet",
    State.PAUSED: "quiet",
}
_MINUTE = timedelta(minutes=1)
_URGENT = {Urgency.CRITICAL: "bad", Urgency.SERIOUS: "warn"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the table component draws it; every text is shown as text."""

    reference: str
    href: str
    select: str
    kind: str
    subject: str
    why: str
    client: str
    client_id: str
    client_href: str
    stars: str
    stars_said: str
    product: str
    urgency: str
    urgency_tone: str
    status: str
    assignee: str
    filed: str
    filed_at: str
    left: str
    state: str
    tone: str
    due_at: str


def rows(lines: tuple[Line, ...], now: datetime) -> list[dict[str, Any]]:
    minute, spoken = now.replace(second=0, microsecond=0), language()
    return [_told(_to_the_minute(line), minute, spoken) for line in lines]


def _to_the_minute(line: Line) -> Line:
    """With the time left cut towards zero, as it is shown; its last minute and its first one over stay as they are."""
    if line.left is None or abs(line.left) < _MINUTE:
        return line
    cut = abs(line.left) // _MINUTE * _MINUTE
    return replace(line, left=cut if line.left > timedelta() else -cut)


@lru_cache(maxsize=4096)
def _told(line: Line, minute: datetime, _spoken: Language) -> dict[str, Any]:
    """Wording a row takes longer than reading it, and a minute long everybody who looks at it is told the same."""
    return asdict(_row(line, minute))


def why(line: Line, now: datetime) -> str:
    """Why a ticket stands where it stands: what was promised to whom, since when and until when, and who is before."""
    filed = when(line.filed_at, now)
    if line.status == Status.RESOLVED and line.resolved_at is not None:
        return _("filed {filed} → resolved {resolved}", filed=filed, resolved=when(line.resolved_at, now))
    if line.target is None:
        return _("no deadline · filed {filed}", filed=filed)
    rule = (
        _("{what} → resolve within {target} of opening", what=_what(line), target=line.target)
        if line.answered
        else _("{what} → answer within {target} of opening", what=_what(line), target=line.target)
    )
    if line.status == Status.WAITING or line.due_at is None:
        return _("{rule} · filed {filed} → the clock stands still until the client answers", rule=rule, filed=filed)
    dates = _("{rule} · filed {filed} → due {due}", rule=rule, filed=filed, due=when(line.due_at, now))
    match line.before:
        case None:
            return dates
        case 0:
            return _("{dates} · first in line", dates=dates)
        case before:
            return plural("{dates} · {count} before it", "{dates} · {count} before it", before, dates=dates)


def _what(line: Line) -> str:
    """What the promise depends on: how urgent it is, or what it is where urgency is not asked, and the stars."""
    named = word(line.urgency if line.urgency != Urgency.NONE else line.kind).lower()
    return f"{named} · {word(line.star_level)}" if line.star_level != StarLevel.NONE else named


def _row(line: Line, now: datetime) -> Row:
    kind = word(line.kind)
    return Row(
        reference=line.reference,
        href=f"/ticket?ref={line.reference}",
        select=_("Select {reference}", reference=line.reference),
        kind=f"{kind} · {word(line.service)}" if line.kind == Kind.ENQUIRY else kind,
        subject=line.subject,
        why=why(line, now),
        client=line.client,
        client_id=str(line.client_id),
        client_href=f"/client?id={line.client_id}",
        stars=line.star_level.stars,
        stars_said=plural("{count} star", "{count} stars", line.star_level.value) if line.star_level else "",
        product=line.product or "—",
        urgency=word(line.urgency) if line.kind == Kind.INCIDENT else "—",
        urgency_tone=_URGENT.get(line.urgency, "quiet"),
        status=word(line.status),
        assignee=line.assignee or _("Nobody"),
        filed=ago(line.filed_at, now),
        filed_at=moment(line.filed_at),
        left="—" if line.left is None else time_left(line.left),
        state=word(line.state),
        tone=_TONES[line.state],
        due_at=moment(line.due_at) if line.due_at else "",
    )
