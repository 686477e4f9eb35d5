"""The fields of a new ticket, numbered as the client's guide numbers them, and what may answer it already."""

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.core.desk import Desk
from data.core.uploads import Upload
from data.filing import Offer, Promised
from data.tickets import SUBJECT_LONGEST
from models.message import LONGEST
from models.ticket import Kind, Urgency
from pages.components.draft_keeper import keep_draft
from pages.components.form_state import FormState
from pages.components.lookalikes import lookalikes
from pages.components.text import _, deadline, word
from pages.components.uploads import pick_files
from pages.components.words import N_

_SUBJECT = {
    Kind.INCIDENT: N_("1- State the subject of the problem"),
    Kind.REQUEST: N_("1- State the subject of your request"),
    Kind.ENQUIRY: N_("1- State the subject of your message"),
}
_EXAMPLE = {
    Kind.INCIDENT: N_("e.g. problem downloading data, no access…"),
    Kind.REQUEST: N_("e.g. reinstalling software, further settings, specific development…"),
    Kind.ENQUIRY: N_("e.g. a delivery, an invoice, an order…"),
}
_DESCRIPTION = {
    Kind.INCIDENT: N_("2- Describe your problem in detail"),
    Kind.REQUEST: N_("2- Describe your question in detail"),
    Kind.ENQUIRY: N_("2- Write your message"),
}
_FILES = {
    Kind.INCIDENT: N_("4- If need be, attach screenshots or other documents that describe the problem"),
    Kind.REQUEST: N_("3- If need be, attach screenshots or other documents that specify your request"),
    Kind.ENQUIRY: N_("3- If need be, attach documents"),
}
_MEANING = {
    Urgency.NONE: N_("Nobody is held up, and there is no hurry."),
    Urgency.LOW: N_("A nuisance; work goes on all the same."),
    Urgency.SERIOUS: N_("Part of the work is held up, or several people are."),
    Urgency.CRITICAL: N_("Work stands still, or data is being lost."),
}
# The hints stand beside the form and over nothing; on a telephone they follow the subject.
_STYLE = """<style>
.stColumn:has(> div .st-key-lookalikes) { position: relative; }
@media (min-width: 641px) { .st-key-lookalikes { position: absolute; inset: 0 0 auto; z-index: 1; } }
.lookalikes { display: grid; gap: 0.35rem; padding: 0.8rem 1rem 0.9rem; border-left: 3px solid #2A8396;
  background: color-mix(in srgb, #2A8396 8%, transparent); font-size: 0.9rem; line-height: 1.45; }
.lookalikes + .lookalikes { margin-top: 0.8rem; }
.lookalikes ul { margin: 0; padding: 0 !important; list-style: none; display: grid; gap: 0.5rem; }
.lookalikes li { margin: 0; font-size: inherit; overflow-wrap: anywhere; }
.lookalikes a { color: light-dark(#17697a, #7cc9d7); font-size: inherit; }
.lookalikes small, .lookalikes p { margin: 0; opacity: 0.75; font-size: 0.82rem; }
</style>"""


@dataclass(frozen=True)
class Written:
    """`sent`: everything that is needed is there. `place` is where to say why it could not be sent: at the button."""

    subject: str
    description: str
    urgency: Urgency
    files: list[Upload]
    sent: bool
    place: DeltaGenerator


def ticket_form(form: FormState, kind: Kind, offer: Offer, product_id: int | None, *, able: bool = True) -> Written:
    """`able`: whether it could be sent at all; what is typed is kept in any case."""
    st.html(_STYLE)
    first, beside = st.columns([2.2, 1], gap="large")
    with first:
        subject = st.text_input(
            _(_SUBJECT[kind]),
            live="400ms",
            placeholder=_(_EXAMPLE[kind]),
            key=form.field("subject"),
        )
        subject = (subject or "")[:LONGEST]  # the field cuts nothing: a text that is pasted stays whole
        _count(subject)
    with beside, st.container(key="lookalikes"):
        lookalikes(form.desk, subject, offer.client_id, product_id)
    area, files, box = form.field("description"), f"files_{form.key}", f"sending_{form.key}"
    with st.columns([2.2, 1], gap="large")[0], st.container(key=f"{box}_box"):
        pasted = _("Screenshots and files can be pasted or dropped here.")
        description = st.text_area(_(_DESCRIPTION[kind]), height=200, placeholder=pasted, key=area)
        urgency = _urgency(form, offer) if kind == Kind.INCIDENT else Urgency.NONE
        missing = list(_missing(subject, description or "", urgency))
        chosen = pick_files(_(_FILES[kind]), files, labelled=True)
        place = st.container()
        icon = ":material/send:"
        sent = st.button(_("Send"), type="primary", icon=icon, shortcut="Ctrl+Enter", disabled=not able, key="send")
    keep_draft(form.desk, f"/form-drafts/{form.key}/description", area=area, files=files, form=box)
    chosen_urgency = urgency.name.lower() if urgency is not None and kind == Kind.INCIDENT else ""
    form.keep(subject=subject, description=description or "", urgency=chosen_urgency)
    if sent and missing:
        place.error("  \n".join(missing), icon=":material/error:")
    ready = sent and able and not missing
    return Written(subject, description or "", urgency or Urgency.NONE, chosen, ready, place)


def _count(subject: str) -> None:
    """How much room is left, once it gets short."""
    length = len(subject.strip())
    if length > SUBJECT_LONGEST:
        st.error(_too_long(length))
    elif length > SUBJECT_LONGEST * 3 // 4:
        st.caption(_("{count} of {most} characters", count=length, most=SUBJECT_LONGEST))


def _too_long(length: int) -> str:
    return _(
        "The subject is too long: {count} characters of {most} at most. Shorten it; the details belong into the"
        " description.",
        count=length,
        most=SUBJECT_LONGEST,
    )


def _missing(subject: str, description: str, urgency: Urgency | None) -> Iterator[str]:
    """Everything that keeps the ticket from being created, at once."""
    if not subject.strip():
        yield _("Give the ticket a subject.")
    elif len(subject.strip()) > SUBJECT_LONGEST:
        yield _too_long(len(subject.strip()))
    if not description.strip():
        yield _("Describe the matter: the more we know, the sooner we can help.")
    if urgency is None:
        yield _("Choose how urgent the incident is.")


def _urgency(form: FormState, offer: Offer) -> Urgency | None:
    """What each means, and what it is promised here and now; None until one is chosen."""
    named = {urgency.name.lower(): urgency for urgency in Urgency}
    words = {name: word(urgency) for name, urgency in named.items()}
    promised = {one.urgency: f" {promise_said(form.desk, one)}" for one in offer.promises}
    chosen = st.radio(
        _("3- Define how urgent your incident is (none, low, serious or critical)"),
        list(words),
        index=None,
        format_func=words.__getitem__,
        captions=[urgency_meaning(urgency) + promised.get(urgency, "") for urgency in named.values()],
        key=form.field("urgency", None),
    )
    return named.get(chosen or "")


def urgency_meaning(urgency: Urgency) -> str:
    return _(_MEANING[urgency])


def promise_said(desk: Desk, promised: Promised) -> str:
    due, span = deadline(promised.first_response_due_at, desk.now), promised.resolution
    return _("First response before {due}, resolution within {span} of opening.", due=due, span=span)
