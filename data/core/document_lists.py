"""What is said of the files of a folder: by a list among them, CSV or XLSX, or else guessed from each one's name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from data.core.exchange import grids
from data.core.uploads import Upload
from models import writing
from models.document import DocumentKind, Paper
from models.errors import Refused

# The columns of a list and the kinds of papers, as people write them in French or English; folded.
_COLUMNS = {
    "file": {"fichier", "nom du fichier", "file", "file name", "filename"},
    "kind": {"nature", "type", "kind", "document"},
    "number": {"numero", "no", "n°", "num", "reference", "number"},
    "title": {"titre", "objet", "intitule", "libelle", "title", "subject"},
    "date": {"date", "date du document", "document date"},
}
_KINDS = {
    DocumentKind.QUOTE: {"devis", "quote", "quotation", "dev", "dv", "quo"},
    DocumentKind.ORDER: {"commande", "bon de commande", "order", "purchase order", "cmd", "bc", "cde", "po"},
    DocumentKind.INVOICE: {"facture", "invoice", "fac", "fa", "inv"},
}
_NAMED = {name: kind for kind, names in _KINDS.items() for name in names}
_JUNK = re.compile(r"(^|/)(\.|~\$|thumbs\.db$|desktop\.ini$)", re.IGNORECASE)  # what systems leave in folders
_DATE = re.compile(r"(?<![\w.-])(\d{4}([-.]?)\d{2}\2\d{2}|\d{1,2}([-.])\d{1,2}\3\d{4})(?![\w-]|\.\d)")
_ISO = re.compile(r"(\d{4})([-./]?)(\d{2})\2(\d{2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([-./ ])(\d{1,2})\2(\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Folder:
    """Every file with what is said of it; `guessed` are the rows, from 0, that no list told of.

    `problems` are those of the list itself: no correction of a row mends them.
    """

    pairs: tuple[tuple[Paper, Upload], ...]
    guessed: frozenset[int]
    listed: bool
    problems: tuple[Refused, ...] = ()


def read(uploads: Sequence[Upload]) -> Folder:
    sent = [upload for upload in uploads if not _JUNK.search(_path(upload.name))]
    lists = [(upload, rows) for upload in sent if (rows := _rows(upload)) is not None]
    if not lists:
        return Folder(tuple((guess(upload.name), upload) for upload in sent), frozenset(range(len(sent))), listed=False)
    (list_, rows), *others = lists
    told, problems = _told(list_, rows, [upload for upload in sent if upload is not list_])
    if others:
        names = ", ".join(upload.name for upload, _ in lists)
        problems.append(Refused("There is more than one list: {names}. Send one.", names=names))
    pairs = [(paper or guess(upload.name), upload) for upload, paper in told]
    guessed = frozenset(row for row, (_, paper) in enumerate(told) if paper is None)
    return Folder(tuple(pairs), guessed, listed=True, problems=tuple(problems))


def guess(name: str) -> Paper:
    """From "Facture FA-2026-001 2026-03-01.pdf", what it says; nothing where it says nothing."""
    stem = _composed(name).rpartition("/")[2].rpartition(".")[0].replace("_", " ")
    found = next((match for match in _DATE.finditer(stem) if day(match[0])), None)
    words = (f"{stem[: found.start()]} {stem[found.end() :]}" if found else stem).split()
    kind = next((one for word in words if (one := _NAMED.get(writing.folded(word)))), None)
    words = [word for word in words if writing.folded(word) not in _NAMED]
    numbered = next((word for word in words if any(sign.isdigit() for sign in word)), "")
    prefix = re.match(r"[a-z]*", writing.folded(numbered))
    kind = kind or _NAMED.get(prefix[0] if prefix else "")
    rest = [word for word in words if word is not numbered and word.strip("-–—.,;")]
    return Paper(kind, numbered.strip(",;"), " ".join(rest), day(found[0]) if found else None)


def day(text: str) -> date | None:
    """2026-03-31, 20260331, 31/03/2026, 31.3.2026: a year has four digits, and the day comes before the month."""
    said = text.strip()
    iso, day_first = _ISO.fullmatch(said), _DAY_FIRST.fullmatch(said)
    parts = iso.group(1, 3, 4) if iso else day_first.group(4, 3, 1) if day_first else None
    try:
        return date(*map(int, parts)) if parts else None
    except ValueError:
        return None


Row = tuple[int, dict[str, str]]


def _rows(upload: Upload) -> list[Row] | None:
    """The lines of a list, each by its column; None when the file is no such list, but a paper itself."""
    if not upload.name.lower().endswith((".csv", ".tsv", ".txt", ".xlsx")):
        return None
    try:
        (_, header), *rows = grids.rows(upload)
    except Refused:
        return None
    named = {name: column for column, names in _COLUMNS.items() for name in names}
    columns = [named.get(writing.folded(name)) for name in header]
    if "file" not in columns or not {"kind", "number", "date"} & set(columns):
        return None
    return [(line, {name: cell for name, cell in zip(columns, row, strict=False) if name}) for line, row in rows]


def _told(
    list_: Upload, rows: list[Row], sent: list[Upload]
) -> tuple[list[tuple[Upload, Paper | None]], list[Refused]]:
    """Each file with what the list says of it, in the list's order; then those it does not name."""
    told: list[tuple[Upload, Paper | None]] = []
    problems: list[Refused] = []
    paths = [_path(upload.name) for upload in sent]
    beside = _path(list_.name).rpartition("/")[0]
    left = dict(enumerate(sent))
    for line, row in rows:
        file = row.get("file", "")
        named = _named(_path(file), beside, paths)
        if not named:
            problems.append(Refused("Line {line}: the file “{file}” is not among those chosen.", line=line, file=file))
        elif len(named) > 1:
            problems.append(Refused("Line {line}: several files are called “{file}”.", line=line, file=file))
        elif named[0] not in left:
            problems.append(Refused("Line {line}: the file “{file}” was named before.", line=line, file=file))
        else:
            told.append((left.pop(named[0]), _paper(row)))
    return [*told, *((upload, None) for upload in left.values())], problems


def _named(asked: str, beside: str, paths: list[str]) -> list[int]:
    """Which files a list means: by its whole path, seen from the list, or else by the end of it."""
    if not asked:
        return []
    whole = {asked, f"{beside}/{asked}"}
    return [at for at, path in enumerate(paths) if path in whole] or [
        at for at, path in enumerate(paths) if path.endswith(f"/{asked}")
    ]


def _paper(row: dict[str, str]) -> Paper:
    said_kind, said_date = row.get("kind", ""), row.get("date", "")
    kind, dated = _NAMED.get(writing.folded(said_kind)), day(said_date)
    return Paper(
        kind,
        row.get("number", ""),
        row.get("title", ""),
        dated,
        said_kind="" if kind else said_kind,
        said_date="" if dated else said_date,
    )


def _path(name: str) -> str:
    """To be compared: however capitals are written."""
    return _composed(name).casefold()


def _composed(name: str) -> str:
    """With slashes and composed accents, whatever system it comes from."""
    return writing.normalized("NFC", name.strip().replace("\\", "/")).removeprefix("./")
