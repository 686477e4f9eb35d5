"""Adding papers to a client's: everything that is wrong with them first, by row, then all of them or none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from data.core import files, scope
from data.core.days import day_of
from data.core.desk import OpenDesk
from data.core.uploads import Upload, plain_name
from models import document, writing
from models.document import Document, Paper
from models.errors import Refused

MOST = 200  # files at a time: the answer to "which of them is wrong" must fit a screen

Pairs = Sequence[tuple[Paper, Upload]]


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a row from being added; `row` counts from 0."""

    row: int
    why: Refused


def problems(desk: OpenDesk, client_id: int, pairs: Pairs) -> tuple[Problem, ...]:
    """All of them, by row; two queries, however many files. Raises Refused for more than `MOST`."""
    if len(pairs) > MOST:
        raise Refused("{count} files at a time are enough.", count=MOST)
    return tuple(_problems(desk, scope.client(desk, client_id).id, pairs))


def add(desk: OpenDesk, client_id: int, pairs: Pairs) -> list[Document]:
    """Raises Refused with the first problem, and whatever it was, nothing is added."""
    for problem in problems(desk, client_id, pairs):
        raise problem.why
    added = [_document(desk, client_id, paper, upload) for paper, upload in pairs]
    desk.session.add_all(added)
    try:
        desk.session.flush()
    except IntegrityError as race:
        raise Refused("Somebody has just added one of these documents. Look at the list, then try again.") from race
    return added


def _problems(desk: OpenDesk, client_id: int, pairs: Pairs) -> Iterator[Problem]:
    today = day_of(desk.now)
    digests = [files.hash_of(upload.content) for _, upload in pairs]
    there = _there(desk, client_id, digests)
    seen: set[tuple[str, str]] = set()
    for row, ((paper, upload), digest) in enumerate(zip(pairs, digests, strict=True)):
        yield from (Problem(row, why) for why in document.problems(paper, today))
        name = plain_name(upload.name)
        try:
            files.require_fit(name, upload.content)
        except Refused as why:
            yield Problem(row, why)
        once = " ".join(paper.number.split()), digest  # what makes two of a client's papers the same one
        if once in there:
            yield Problem(row, Refused("The client has {number} already, with this very file.", number=once[0]))
        elif once in seen and once[0]:
            yield Problem(row, Refused("{number} stands here twice, with the same file.", number=once[0]))
        seen.add(once)


def _there(desk: OpenDesk, client_id: int, digests: Sequence[str]) -> set[tuple[str, str]]:
    found = scope.documents(desk, client_id).where(col(Document.sha256).in_(digests))
    return {(one.number, one.sha256) for one in desk.session.exec(found)}


def _document(desk: OpenDesk, client_id: int, paper: Paper, upload: Upload) -> Document:
    name = plain_name(upload.name)
    digest, mime = files.keep(name, upload.content)
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
        name=name,
        mime=mime,
        size=len(upload.content),
        sha256=digest,
        added_by_id=desk.user.id,
        at=desk.now,
    )
