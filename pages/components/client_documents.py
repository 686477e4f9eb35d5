"""A client's papers for the staff: everybody looks, sales and managers add and remove."""

from functools import partial

import streamlit as st

from data import documents as papers
from data.core.desk import Desk
from data.core.document_lists import guess
from data.core.settings import settings
from data.core.uploads import Upload, store
from data.documents import DocumentLine
from models.document import LONGEST_NUMBER, LONGEST_REASON, LONGEST_TITLE, DocumentKind, Paper
from models.permission import Permission
from pages.components.attempt import attempt
from pages.components.document_folder import add_folder
from pages.components.document_list import document_list
from pages.components.file_limits import file_limits
from pages.components.session import current_desk
from pages.components.text import _, plain, word

_OPEN = "documents_form"  # which form is open: (client, "one" or "folder"), or (client, the id of what is removed)
_TRIES = "documents_tries"  # counted up when a form has done its work, so that the next one begins empty


def documents(desk: Desk, client_id: int) -> None:
    """The section on the client's page. Raises NotFound."""
    if not desk.may(Permission.MANAGE_CLIENTS):
        document_list(desk, client_id)
        return
    with st.container(horizontal=True, gap="small", key="documents_actions"):
        _opener(_("Add a document"), ":material/note_add:", client_id, "one")
        _opener(_("Add a folder"), ":material/drive_folder_upload:", client_id, "folder")
    with st.container():  # always there, so that what stands below stays the same to the browser
        match st.session_state.get(_OPEN):
            case (held, "one") if held == client_id:
                _add_one(client_id)
            case (held, "folder") if held == client_id:
                with st.container(border=True, key="documents_folder"):
                    add_folder(current_desk(), client_id, _tries(), _done)
    document_list(desk, client_id, partial(_line, client_id))


def _opener(label: str, icon: str, client_id: int, form: str) -> None:
    if st.button(label, icon=icon, type="tertiary", key=f"documents_open_{form}"):
        _toggle(client_id, form)


def _toggle(client_id: int, form: str | int) -> None:
    chosen = (client_id, form)
    st.session_state[_OPEN] = None if st.session_state.get(_OPEN) == chosen else chosen


def _tries() -> int:
    return int(st.session_state.get(_TRIES, 0))


def _done() -> None:
    """What was asked for is done: its form begins anew."""
    st.session_state[_TRIES] = _tries() + 1


def _add_one(client_id: int) -> None:
    """The file first: its name fills in the rest as far as it can be guessed."""
    with st.container(border=True, key="documents_one"):
        file = st.file_uploader(_("The file"), max_upload_size=settings().max_file_mb, key=f"documents_file_{_tries()}")
        file_limits(f"documents_file_{_tries()}", 1)
        if file is None:
            st.caption(_("What the name of the file says, such as “Invoice FA-2026-001 2026-03-01.pdf”, is filled in."))
            return
        paper = _fields(guess(file.name), f"{_tries()}_{file.file_id}")
        if st.button(_("Add"), type="primary", key="documents_add"):
            with attempt(_("{number} is added.", number=plain(paper.number))):
                papers.add(current_desk(), client_id, paper, *store([Upload(file.name, file)]))
                _done()


def _fields(guessed: Paper, key: str) -> Paper:
    kinds = list(DocumentKind)
    left, middle, right = st.columns([1, 1.4, 1])
    kind = left.selectbox(
        _("Kind"),
        kinds,
        kinds.index(guessed.kind) if guessed.kind else None,
        format_func=word,
        placeholder=_("Choose"),
        key=f"documents_kind_of_{key}",
    )
    number = middle.text_input(
        _("Number"), guessed.number[:LONGEST_NUMBER], max_chars=LONGEST_NUMBER, key=f"documents_number_{key}"
    )
    dated = right.date_input(
        _("Date on the document"),
        guessed.dated,
        format="DD/MM/YYYY",
        key=f"documents_dated_{key}",
    )
    title = st.text_input(
        _("Title (may be empty)"), guessed.title[:LONGEST_TITLE], max_chars=LONGEST_TITLE, key=f"documents_title_{key}"
    )
    return Paper(kind, number, title, dated)


def _line(client_id: int, line: DocumentLine, html: str) -> None:
    """The paper, a button to remove it and, once that is clicked, the question why."""
    name = plain(line.number)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"document_{line.id}"):
        st.html(html)
        st.button(
            "",
            icon=":material/delete:",
            type="tertiary",
            help=_("Remove {number}", number=name),
            on_click=_toggle,
            args=(client_id, line.id),
            key=f"documents_remove_{line.id}",
        )
    if st.session_state.get(_OPEN) != (client_id, line.id):
        return
    with st.form("documents_removal"):
        reason = st.text_input(
            _("Why is {number} removed? The audit trail keeps it.", number=name),
            max_chars=LONGEST_REASON,
            key=f"documents_reason_{line.id}",
        )
        buttons = st.container(horizontal=True)
        if buttons.form_submit_button(_("Remove"), type="primary", key="documents_remove"):
            with attempt(_("{number} is removed.", number=name)):
                papers.remove(current_desk(), line.id, reason)
                st.session_state[_OPEN] = None
        if buttons.form_submit_button(_("Keep it"), type="tertiary", key="documents_keep"):
            st.session_state[_OPEN] = None
            st.rerun()
