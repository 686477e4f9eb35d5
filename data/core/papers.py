"""Adding papers to a client's: everything that is wrong with them first, by row, then all of them or none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from data.core import files, scope
from data.core.days import day_of
from data.core.desk import OpenDesk
from data.core.uploads import StoredFile, plain_name, require_number
from models import document, writing
from models.document import Document, Paper
from models.errors import Refused

MOST = 200  # files at a time: the answer to "which of them is wrong" must fit a screen

Pairs = Sequence[tuple[Paper, StoredFile]]


class File(Protocol):
    """A file that is stored, or that is still to be."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...


Sent = Sequence[tuple[Paper, File]]


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a row from being added; `row` counts from 0."""

    row: int
    why: Refused


def problems(desk: OpenDesk, client_id: int, pairs: Sent) -> tuple[Problem, ...]:
    """All of them, by row; two queries, however many files. Raises Refused for more than `MOST`."""
    require_number(pairs, MOST)
    return tuple(_problems(desk, scope.client(desk, client_id).id, pairs))


def add(desk: OpenDesk, client_id: int, pairs: Pairs) -> list[Document]:
    """Raises Refused with the first problem, and whatever it was, nothing is added."""
    for problem in problems(desk, client_id, pairs):
        raise problem.why
    added = [_document(desk, client_id, paper, file) for paper, file in pairs]
    desk.session.add_all(added)
    try:
        desk.session.flush()
    except IntegrityError as race:
        raise Refused("Somebody has just added one of these documents. Look at the list, then try again.") from race
    return added


def _problems(desk: OpenDesk, client_id: int, pairs: Sent) -> Iterator[Problem]:
    today = day_of(desk.now)
    there = _there(desk, client_id, [file.sha256 for _, file in pairs])
    seen: set[tuple[str, str]] = set()
    for row, (paper, file) in enumerate(pairs):
        yield from (Problem(row, why) for why in document.problems(paper, today))
        try:
            files.require_fit(plain_name(file.name), file.size)
        except Refused as why:
            yield Problem(row, why)
        once = " ".join(paper.number.split()), file.sha256  # what makes two of a client's papers the same one
        if once in there:
            yield Problem(row, Refused("The client has {number} already, with this very file.", number=once[0]))
        elif once in seen and once[0]:
            yield Problem(row, Refused("{number} stands here twice, with the same file.", number=once[0]))
        seen.add(once)


def _there(desk: OpenDesk, client_id: int, digests: Sequence[str]) -> set[tuple[str, str]]:
    found = scope.documents(desk, client_id).where(col(Document.sha256).in_(digests))
    return {(one.number, one.sha256) for one in desk.session.exec(found)}


def _document(desk: OpenDesk, client_id: int, paper: Paper, file: StoredFile) -> Document:
    number = writing.line(paper.number, document.LONGEST_NUMBER)
    title = writing.line(paper.title, document.LONGEST_TITLE)
    assert paper.kind and paper.dated  # or there was a problem
    return Document(
        client_id=client_id,
        kind=paper.kind,
        number=number,
        title=title,
        sought=writing.folded(f"{number} {title}"),
        dated=paper.dated,
        name=file.name,
        mime=file.mime,
        size=file.size,
        sha256=file.sha256,
        added_by_id=desk.user.id,
        at=desk.now,
    )
