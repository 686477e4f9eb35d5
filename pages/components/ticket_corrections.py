"""The forms that correct a ticket and hand it over to another service; the row of actions opens them."""

from collections.abc import Sequence

import streamlit as st

from data import corrections, lookups
from data.core.desk import Desk
from data.corrections import Choices, Correction
from data.tickets import SUBJECT_LONGEST
from models.sheet import TicketSheet
from models.ticket import Kind, Service, Urgency
from pages.components.attempt import attempt
from pages.components.queue_filters import named
from pages.components.text import _, plain, plural, word

_SEEN = "correction_seen"


def begin() -> None:
    """What a form is opened on, it takes from then."""
    st.session_state.pop(_SEEN, None)


def correct(desk: Desk, sheet: TicketSheet) -> None:
    reference = sheet.reference
    found = corrections.choices(desk, reference)
    if st.session_state.get(_SEEN, ("",))[0] != reference:
        st.session_state[_SEEN] = (reference, found.present)
    seen: Correction = st.session_state[_SEEN][1]
    wanted = _fields(reference, found, seen)
    if wanted is None or wanted.kind != seen.kind:
        st.caption(_recomputed())
    if st.button(_("Save"), type="primary", disabled=wanted is None, key="correct_save") and wanted:
        with attempt(_("The ticket is corrected.")):
            corrections.correct(desk, reference, wanted, seen)
            _close()


def _fields(reference: str, found: Choices, seen: Correction) -> Correction | None:
    """None as long as something is not chosen yet."""
    subject = st.text_input(_("Subject"), seen.subject, max_chars=SUBJECT_LONGEST, key=f"correct_subject_{reference}")
    left, right = st.columns(2)
    with left:
        product = _one_of(_("Product"), found.products, seen.product_id, f"correct_product_{reference}")
        kind = seen.kind
        if len(found.kinds) > 1:
            kind = _kind(found.kinds, seen.kind, f"correct_kind_{reference}")
    urgency: Urgency | None = seen.urgency
    with right:
        contact = _one_of(_("Contact"), found.contacts, seen.contact_id, f"correct_contact_{reference}")
        if kind == Kind.INCIDENT != seen.kind:
            urgency = _urgency(f"correct_urgency_{reference}")
    if urgency is None:
        return None
    return Correction(subject=subject, kind=kind, product_id=product, contact_id=contact, urgency=urgency)


def hand_over(desk: Desk, sheet: TicketSheet) -> None:
    reference = sheet.reference
    others = [service for service in Service if service != sheet.service]
    service = st.segmented_control(
        _("To which service?"), others, format_func=word, key=f"hand_over_to_{reference}", width="stretch"
    )
    kind = Kind.ENQUIRY
    urgency: Urgency | None = Urgency.NONE
    if service == Service.TECHNICAL:
        kind = _kind((Kind.INCIDENT, Kind.REQUEST), Kind.INCIDENT, f"hand_over_kind_{reference}")
        if kind == Kind.INCIDENT:
            urgency = _urgency(f"hand_over_urgency_{reference}")
    note = st.text_area(_("Note for them, which the client does not see"), height=80, key=f"hand_over_note_{reference}")
    if service:
        st.caption(f"{_who_is_next(desk, service)} {_what_changes(sheet, service)}")
    able = service is not None and urgency is not None
    if st.button(_("Hand over"), type="primary", disabled=not able, key="hand_over_save") and service and able:
        with attempt(_("{reference} is handed over: {service}.", reference=reference, service=service)):
            corrections.hand_over(desk, reference, service, kind=kind, urgency=urgency or Urgency.NONE, note=note)
            _close()


def _who_is_next(desk: Desk, service: Service) -> str:
    found = corrections.next_readers(desk, service)
    names = ", ".join(map(plain, found.names))
    more = found.count - len(found.names)
    if more:
        names = plural("{names} and {count} other", "{names} and {count} others", more, names=names)
    if not found.own:
        return _("Nobody looks after this service: only managers see it next ({names}).", names=names)
    return _("Next it is seen by {names}, with its internal notes.", names=names)


def _what_changes(sheet: TicketSheet, service: Service) -> str:
    if Service.TECHNICAL not in {service, sheet.service}:
        return ""
    if service == Service.TECHNICAL:
        return _recomputed()
    return _("It becomes an enquiry.") + " " + _recomputed()


def _recomputed() -> str:
    return _(
        "The deadlines that still run are recomputed from the moment the ticket was created. The reference stays as it "
        "is."
    )


def _one_of(label: str, options: Sequence[lookups.Option], present: int | None, key: str) -> int | None:
    names: dict[str | None, str] = {None: _("None")} | named(options)
    ids = list(names)
    at = ids.index(str(present)) if present is not None and str(present) in names else 0
    chosen = st.selectbox(label, ids, at, format_func=names.__getitem__, key=key)
    return int(chosen) if chosen else None


def _kind(kinds: Sequence[Kind], present: Kind, key: str) -> Kind:
    chosen = st.segmented_control(_("Kind"), kinds, default=present, required=True, format_func=word, key=key)
    return Kind(chosen or present)


def _urgency(key: str) -> Urgency | None:
    """Asked, never guessed."""
    return st.selectbox(
        _("Urgency"), list(reversed(Urgency)), None, format_func=word, placeholder=_("Choose the urgency."), key=key
    )


def _close() -> None:
    st.session_state["action"] = None
