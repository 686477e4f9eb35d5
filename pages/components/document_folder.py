"""Many papers at once: chosen, told of by a list or guessed at from their names, corrected in a table, then added."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data import documents
from data.core import workbooks
from data.core.desk import Desk
from data.core.document_lists import Folder, read
from data.core.papers import MOST
from data.core.settings import settings
from data.core.uploads import Upload, store
from models.document import LONGEST_NUMBER, LONGEST_TITLE, DocumentKind, Paper
from models.errors import DeskError
from pages.components.attempt import attempt
from pages.components.file_limits import file_limits
from pages.components.text import _, plain, plural, told, word

_SHOWN = 30  # problems at a time

Rows = dict[int, tuple[Paper, Upload]]  # by the number that the table shows


def add_folder(desk: Desk, client_id: int, tries: int, done: Callable[[], None]) -> None:
    """`tries` begins anew where it changes; `done` is called once the papers are added."""
    uploads = _chosen(tries)
    if not uploads:
        st.caption(
            _(
                "A list among the files, CSV or Excel, can say what each one is: the columns file, kind, number, title "
                "and date. Without one it is guessed from the names, such as “Invoice FA-2026-001 2026-03-01.pdf”, "
                "and you correct it before anything is added."
            )
        )
        return
    folder = read(uploads)
    if not folder.pairs:
        st.info(_("There are no documents among these files."), icon=":material/folder_off:")
        return
    _say_where_from(folder)
    rows = _corrected(folder, f"{tries}_{hash(tuple(upload.name for upload in uploads))}")
    pairs = list(rows.values())
    problems = [*map(told, folder.problems), *_problems(desk, client_id, rows)]
    if problems:
        more = len(problems) - _SHOWN
        rest = [plural("and {count} more", "and {count} more", more)] if more > 0 else []
        lines = "\n".join(f"- {line}" for line in [*problems[:_SHOWN], *rest])
        head = plural("One thing to correct first:", "{count} things to correct first:", len(problems))
        st.warning(f"**{head}**\n{lines}")
    buttons = st.container(horizontal=True, vertical_alignment="center", key="documents_buttons")
    count = len(pairs)
    label = plural("Add {count} document", "Add {count} documents", count)
    if buttons.button(label, type="primary", disabled=bool(problems) or not pairs, key="documents_add_all"):
        with attempt(plural("{count} document is added.", "{count} documents are added.", count)):
            stored = store([upload for _, upload in pairs], MOST)
            documents.add_all(desk, client_id, [(paper, file) for (paper, _), file in zip(pairs, stored, strict=True)])
            done()
    buttons.download_button(
        _("Save this as a list"),
        lambda: _list(pairs),
        _("list.csv"),
        workbooks.CSV,
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key="documents_list",
    )


def _chosen(tries: int) -> list[Upload]:
    ways = {"directory": _("A whole folder"), "files": _("Several files")}
    way: str = st.segmented_control(
        _("What to add"),
        list(ways),
        default="directory",
        required=True,
        format_func=ways.__getitem__,
        key="documents_way",
    )
    files = st.file_uploader(
        ways[way],
        accept_multiple_files="directory" if way == "directory" else True,
        max_upload_size=settings().max_file_mb,
        label_visibility="collapsed",
        key=f"documents_{way}_{tries}",
    )
    file_limits(f"documents_{way}_{tries}", MOST)
    return list(map(_hashed, files))


def _hashed(file: UploadedFile) -> Upload:
    """The table asks at each rerun whether the client has this file already: its bytes are read the first time."""
    known: dict[str, str] = st.session_state.setdefault("documents_hashes", {})
    if file.file_id not in known:
        known[file.file_id] = Upload(file.name, file).sha256
    return Upload(file.name, file, known[file.file_id])


def _say_where_from(folder: Folder) -> None:
    if not folder.listed:
        st.caption(_("Guessed from the names of the files. Correct what is wrong in the table."))
    elif folder.guessed:
        names = ", ".join(plain(folder.pairs[row][1].name) for row in sorted(folder.guessed)[:5])
        st.warning(
            plural(
                "The list does not tell of {count} file, guessed from its name: {names}",
                "The list does not tell of {count} files, guessed from their names: {names}",
                len(folder.guessed),
                names=names,
            ),
            icon=":material/help:",
        )
    else:
        st.caption(_("As the list says. Correct what is wrong in the table."))


def _corrected(folder: Folder, key: str) -> Rows:
    """The table, in which every cell but the file's name can be corrected and a row be left out."""
    kinds = {word(kind): kind for kind in DocumentKind}
    table = pd.DataFrame(
        {
            "file": upload.name,
            "kind": word(paper.kind) if paper.kind else None,
            "number": paper.number,
            "title": paper.title,
            "date": paper.dated,
        }
        for paper, upload in folder.pairs
    )
    table.index = pd.RangeIndex(1, len(table) + 1)
    edited = st.data_editor(
        table,
        num_rows="delete",
        disabled=["file"],
        column_config={
            "file": st.column_config.TextColumn(_("File")),
            "kind": st.column_config.SelectboxColumn(_("Kind"), options=list(kinds)),
            "number": st.column_config.TextColumn(_("Number"), max_chars=LONGEST_NUMBER),
            "title": st.column_config.TextColumn(_("Title"), max_chars=LONGEST_TITLE),
            "date": st.column_config.DateColumn(_("Date"), format="DD/MM/YYYY"),
        },
        placeholder="",
        alt=_("The documents to add"),
        key=f"documents_table_{key}",
    )
    rows = {}
    for number, row in zip(map(int, edited.index), edited.to_dict("records"), strict=True):
        before, upload = folder.pairs[number - 1]
        rows[number] = _paper(row, kinds, before), upload
    return rows


def _paper(row: dict[Any, Any], kinds: dict[str, DocumentKind], before: Paper) -> Paper:
    kind, dated = kinds.get(row["kind"] or ""), row["date"]
    dated = dated.date() if isinstance(dated, pd.Timestamp) else dated if isinstance(dated, date) else None
    return Paper(kind, row["number"] or "", row["title"] or "", dated, before.said_kind, before.said_date)


def _problems(desk: Desk, client_id: int, rows: Rows) -> Sequence[str]:
    numbers, pairs = list(rows), list(rows.values())
    try:
        found = documents.problems(desk, client_id, pairs)
    except DeskError as refusal:
        return [told(refusal)]
    return [
        _("Row {row}, {file}: {why}", row=numbers[one.row], file=plain(pairs[one.row][1].name), why=told(one.why))
        for one in found
    ]


def _list(pairs: Sequence[tuple[Paper, Upload]]) -> bytes:
    rows = [
        (upload.name, word(paper.kind) if paper.kind else "", paper.number, paper.title, paper.dated)
        for paper, upload in pairs
    ]
    return workbooks.csv([_("File"), _("Kind"), _("Number"), _("Title"), _("Date")], rows)
