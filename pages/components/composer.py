"""Where one writes on a ticket: a reply, a question, a note, or the solution. The text is kept until it is sent."""

from dataclasses import dataclass
from html import escape

import streamlit as st

from data import conversation, drafts, tickets
from data.core.desk import Desk
from data.core.uploads import Upload, store
from models.errors import Refused
from models.sheet import TicketSheet
from pages.components.attempt import attempt
from pages.components.draft_keeper import keep_draft
from pages.components.markdown import safe
from pages.components.text import _
from pages.components.uploads import pick_files


@dataclass(frozen=True)
class Written:
    text: str
    files: list[Upload]
    sent: bool
    asked: bool
    noted: bool
    resolving: bool


def composer(desk: Desk, sheet: TicketSheet, seen: int) -> None:
    """`seen` is the last message that was drawn when the writer wrote: nobody answers what they have not read."""
    reference = sheet.reference
    above = st.container()  # what is said of it stands where it is seen, and cannot stand in the form
    written = _form(desk, reference)
    with above:
        _do(desk, sheet, seen, written)
    # Last: what was sent has begun a new run by now, and what was refused is saved.
    keep_draft(desk, f"/drafts/{reference}", **keys(reference))


def _do(desk: Desk, sheet: TicketSheet, seen: int, written: Written) -> None:
    reference = sheet.reference
    if written.sent or written.asked:
        done = _("Sent. The ticket waits for the client now.") if written.asked else _("Sent.")
        with attempt(done):
            conversation.reply(desk, reference, written.text, store(written.files), ask=written.asked, seen=seen)
            begin_anew(reference)
    elif written.noted:
        with attempt(_("The note is kept. The client does not see it.")):
            conversation.note(desk, reference, written.text, store(written.files))
            begin_anew(reference)
    elif written.resolving and written.text.strip() and not sheet.is_resolved:
        st.session_state["solving"] = reference
    elif written.resolving:
        with attempt():
            tickets.resolve(desk, reference, written.text)  # refused, in words
    if st.session_state.get("solving") == reference:
        _confirm(desk, reference, written)


def leftover(desk: Desk, reference: str) -> None:
    """What had been typed on a ticket that was resolved before it was sent."""
    text = drafts.saved(desk, reference)
    if text:
        with st.expander(_("What you had written and not sent"), icon=":material/draft:"):
            st.code(text, language=None, wrap_lines=True)


def _form(desk: Desk, reference: str) -> Written:
    form = keys(reference)["form"]
    # The form's own Ctrl+Enter would race with the button's Ctrl+Shift+Enter, and send without asking.
    with st.form(form, border=False, enter_to_submit=False), st.container(key=f"{form}_box"):
        text, chosen = message(desk, reference)
        row = st.container(horizontal=True, gap="xsmall", key=f"{form}_buttons")
        sent = row.form_submit_button(
            _("Reply"), type="primary", icon=":material/send:", shortcut="Ctrl+Enter", key=f"{form}_send"
        )
        asked = row.form_submit_button(
            _("Reply and ask"),
            icon=":material/contact_support:",
            shortcut="Ctrl+Shift+Enter",
            help=_("The ticket waits for the client, and the resolution clock stands still."),
            key=f"{form}_ask",
        )
        noted = row.form_submit_button(
            _("Internal note"),
            icon=":material/lock:",
            shortcut="Alt+Enter",
            help=_("Only the desk sees it."),
            key=f"{form}_note",
        )
        resolving = row.form_submit_button(
            _("Resolve…"),
            icon=":material/task_alt:",
            shortcut="Alt+Shift+Enter",
            help=_("What is written becomes the solution. You see it once more before."),
            key=f"{form}_resolve",
        )
    return Written(text, chosen, sent, asked, noted, resolving)


def message(desk: Desk, reference: str) -> tuple[str, list[Upload]]:
    """Where one writes, with the draft in it, and the files that go with it. To be drawn in a form."""
    area, files, _form = keys(reference).values()
    if area not in st.session_state:
        st.session_state[area] = drafts.saved(desk, reference)
    text = st.text_area(
        _("Your message"),
        key=area,
        height=150,
        placeholder=_("Write here (E). Markdown is drawn; files can be pasted or dropped."),
        label_visibility="collapsed",
    )
    return text or "", pick_files(_("Files"), files)


def _confirm(desk: Desk, reference: str, written: Written) -> None:
    """Resolved is final: the solution is shown as the client will read it, before it is."""
    with st.container(border=True, key="solving_box"):
        title = escape(_("Solution"))
        st.html(
            f'<section class="solution"><header><b>{title}</b></header>'
            f'<div class="text">{safe(written.text)}</div></section>'
        )
        st.caption(_("The client reads this first. Resolved is final, for everybody: no reply, no reopening."))
        row = st.container(horizontal=True)
        if row.button(_("Resolve for good"), type="primary", icon=":material/task_alt:", shortcut="Alt+Y", key="solve"):
            with attempt(_("{reference} is resolved.", reference=reference)):
                _resolve(desk, reference, written)
        if row.button(_("Keep it open"), key="solve_not"):
            del st.session_state["solving"]
            st.rerun()


def _resolve(desk: Desk, reference: str, written: Written) -> None:
    if written.files:
        raise Refused("A solution carries no files: send them with a reply first.")
    tickets.resolve(desk, reference, written.text)
    del st.session_state["solving"]
    st.session_state.pop("open_ticket", None)


def keys(reference: str) -> dict[str, str]:
    """Of the text area, the file chooser and the form: others after each sending, and so empty."""
    times = st.session_state.get(f"sent_{reference}", 0)
    return {name: f"{name}_{reference}_{times}" for name in ("area", "files", "form")}


def begin_anew(reference: str) -> None:
    st.session_state[f"sent_{reference}"] = st.session_state.get(f"sent_{reference}", 0) + 1
    st.session_state.pop("solving", None)
