"""What an import of clients has done: in figures, the rows that it left out as a file, and the way to the links."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import streamlit as st

from data import client_imports
from data.client_imports import Choice
from data.core import workbooks
from data.core.desk import Desk
from models.client_import import Outcome, Problem
from pages.components.client_import import told
from pages.components.navigation import open_page
from pages.components.text import _, plural, word

_KEPT = "import_done"


def keep(desk: Desk, choice: Choice, outcome: Outcome) -> None:
    """To be shown until another file is checked."""
    kept: dict[str, Any] = {"said": told(outcome), "contacts": outcome.contacts, "rows": outcome.bad_rows}
    if outcome.contacts and outcome.at:
        kept["since"] = outcome.at.isoformat().replace("+00:00", "Z")  # a plus is a blank in an address
    if outcome.problems:
        kept |= _rejects(desk, choice, outcome.problems)
    st.session_state[_KEPT] = kept


def forget() -> None:
    st.session_state.pop(_KEPT, None)


def show() -> None:
    kept: dict[str, Any] | None = st.session_state.get(_KEPT)
    if not kept:
        return
    st.success(kept["said"], icon=":material/check_circle:")
    if "since" in kept:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_("They cannot sign in yet: a contact needs a link to choose a password."), width="content")
            count = kept["contacts"]
            label = plural("Invite the new contact", "Invite the {count} new contacts", count)
            if st.button(label, icon=":material/person_add:", key="import_invite"):
                open_page("invitations", since=kept["since"])
    if "content" in kept:
        count = kept["rows"]
        st.warning(
            plural("{count} row was not imported.", "{count} rows were not imported.", count)
            + " "
            + _("Correct it in this file, whose first column says what is wrong, then import the file."),
            icon=":material/rule:",
        )
        st.download_button(
            plural("File of {count} row", "File of {count} rows", count),
            kept["content"],
            kept["name"],
            kept["mime"],
            icon=":material/download:",
            type="primary",
            on_click="ignore",
            key="import_rejects",
        )


def _rejects(desk: Desk, choice: Choice, problems: Sequence[Problem]) -> dict[str, Any]:
    """A file like the one that was imported, CSV or XLSX."""
    heading = _("Problem")
    header, rows = client_imports.rejected(desk, choice, problems)
    first = 1 if header[0] == heading else 0  # the file may itself be one of rows to correct
    lines = [["\n".join(map(_words, row.problems)), *row.cells[first:]] for row in rows]
    xlsx = choice.upload.content.startswith(b"PK")
    write, mime, ending = (workbooks.xlsx, workbooks.XLSX, "xlsx") if xlsx else (workbooks.csv, workbooks.CSV, "csv")
    name = _("{name}-to-correct", name=PurePath(choice.upload.name).stem[:100])
    return {"content": write([heading, *header[first:]], lines), "name": f"{name}.{ending}", "mime": mime}


def _words(problem: Problem) -> str:
    """With the row of the first file, for other problems may speak of it."""
    why = _(problem.why.message, **problem.why.facts)
    if problem.column is None:
        return _("Row {row}: {problem}", row=str(problem.line), problem=why)
    return _("Row {row}, {column}: {problem}", row=str(problem.line), column=word(problem.column), problem=why)
