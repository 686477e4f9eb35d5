"""A client's quotes, orders and invoices: found, read, added and removed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, func
from sqlmodel import col, tuple_

from data.core import audit, files, papers, scope
from data.core.desk import OpenDesk, command, query
from data.core.files import Content
from data.core.papers import Pairs, Problem, Sent
from data.core.uploads import StoredFile
from models import writing
from models.document import LONGEST_REASON, SHOWN_IN_A_TAB, Document, DocumentKind, Paper
from models.errors import Refused
from models.permission import Permission

PAGE = 20


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """`shown_in_a_tab`: the browser may show it; anything else is saved."""

    id: int
    kind: DocumentKind
    number: str
    title: str
    dated: date
    name: str
    size: int
    shown_in_a_tab: bool


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """The newest first; `after` is what to ask for the next page, None on the last."""

    lines: tuple[DocumentLine, ...]
    after: tuple[date, int] | None


@dataclass(frozen=True, slots=True)
class Count:
    kind: DocumentKind
    year: int
    count: int


@query(Permission.READ_DOCUMENTS)
def search(
    desk: OpenDesk,
    client_id: int,
    *,
    kind: DocumentKind | None = None,
    year: int | None = None,
    text: str = "",
    after: tuple[date, int] | None = None,
) -> DocumentPage:
    """A client's papers whose number or title holds every word of the text, accents and capitals forgiven.

    Raises NotFound for a client that is not there and one that is not yours. A page costs the same however many there
    are; with a text, at most a look at all of this client's.
    """
    found = scope.documents(desk, client_id).order_by(col(Document.dated).desc(), col(Document.id).desc())
    if kind is not None:
        found = found.where(col(Document.kind) == kind)
    if year is not None:
        first, last = _year(year)
        found = found.where(col(Document.dated) >= first, col(Document.dated) <= last)
    for word in writing.folded(writing.key(text)).split():
        found = found.where(col(Document.sought).contains(word, autoescape=True))
    if after is not None:
        found = found.where(tuple_(col(Document.dated), col(Document.id)) < after)
    rows = list(desk.session.exec(found.limit(PAGE + 1)))
    page, last_one = rows[:PAGE], rows[PAGE - 1] if len(rows) > PAGE else None
    return DocumentPage(tuple(map(_line, page)), (last_one.dated, last_one.id) if last_one else None)


@query(Permission.READ_DOCUMENTS)
def counts(desk: OpenDesk, client_id: int) -> tuple[Count, ...]:
    """How many of each kind and year, the newest years first; reads this client's papers alone. Raises NotFound."""
    year = extract("year", col(Document.dated))
    grouped = scope.documents(desk, client_id).with_only_columns(col(Document.kind), year, func.count())
    rows = desk.session.execute(grouped.group_by(col(Document.kind), year).order_by(year.desc(), col(Document.kind)))
    return tuple(Count(kind, int(of), count) for kind, of, count in rows)


@query(Permission.READ_DOCUMENTS)
def content(desk: OpenDesk, document_id: int) -> Content:
    """What the staff reads is on the audit trail. Raises NotFound in the same words for one that is not there, one that
    is removed and one that is not yours."""
    found = scope.document(desk, document_id)
    if desk.user.is_staff:
        audit.reading(desk, "document", found.id)
    return Content(found.name, found.mime, found.size, files.read(found.sha256))


@query(Permission.MANAGE_CLIENTS)
def problems(desk: OpenDesk, client_id: int, pairs: Sent) -> tuple[Problem, ...]:
    """Everything that keeps these from being added, by row. Raises NotFound, or Refused for too many at a time."""
    return papers.problems(desk, client_id, pairs)


@command(Permission.MANAGE_CLIENTS)
def add(desk: OpenDesk, client_id: int, paper: Paper, file: StoredFile) -> int:
    """Give the client a paper: its id. Raises NotFound, or Refused when something is missing or wrong, or when the
    client has this very file under this number already."""
    return papers.add(desk, client_id, [(paper, file)])[0].id


@command(Permission.MANAGE_CLIENTS)
def add_all(desk: OpenDesk, client_id: int, pairs: Pairs) -> int:
    """All of them or, when one is refused, none: how many there were. Raises like `add`."""
    return len(papers.add(desk, client_id, pairs))


@command(Permission.MANAGE_CLIENTS)
def remove(desk: OpenDesk, document_id: int, reason: str) -> None:
    """Nobody sees it any more; the audit trail keeps who did it and why. Raises NotFound, or Refused without a reason.

    To replace one, remove it and add the other.
    """
    found = scope.document(desk, document_id)
    why = writing.line(reason, LONGEST_REASON)
    if not why:
        raise Refused("Say why the document is removed: the audit trail keeps it.")
    found.removed_at, found.removed_because = desk.now, why
    desk.session.add(found)


def _year(year: int) -> tuple[date, date]:
    """Its first and last day; of one that is none, the nearest."""
    known = min(max(year, date.min.year), date.max.year)
    return date(known, 1, 1), date(known, 12, 31)


def _line(found: Document) -> DocumentLine:
    return DocumentLine(
        found.id,
        found.kind,
        found.number,
        found.title,
        found.dated,
        found.name,
        found.size,
        found.mime in SHOWN_IN_A_TAB,
    )
