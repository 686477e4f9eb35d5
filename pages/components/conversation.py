"""What was said on a ticket and what became of it, in order, as one piece of HTML."""

from datetime import datetime
from enum import StrEnum
from html import escape

from data.conversation import Changed, Said, Thread
from models.sheet import TicketSheet
from models.ticket import Change, Kind, Service, Status, Urgency
from pages.components.clocks import terms_said
from pages.components.markdown import escaped, safe
from pages.components.text import _, moment, word
from pages.components.uploads import files_html


def solution_html(sheet: TicketSheet) -> str:
    """What the client reads first; why there is none, of a ticket that was closed without."""
    if not sheet.resolved_at or not sheet.resolution:
        return ""
    by = _("by {name}", name=sheet.resolver) if sheet.resolver else ""
    solved = bool(sheet.solution)
    head = " · ".join(filter(None, (word(sheet.resolution) if solved else "", moment(sheet.resolved_at), by)))
    body = safe(sheet.solution) if solved else ""
    if sheet.duplicate_of:
        goes_on = _("The matter goes on in {reference}.", reference=link(sheet.duplicate_of.reference))
        body = f"<p>{goes_on}</p>"
    title = escape(_("Solution") if solved else word(sheet.resolution))
    text = f'<div class="text">{body}</div>' if body else ""
    kind = "solution" if solved else "solution without"
    return f'<section class="{kind}"><header><b>{title}</b><small>{escape(head)}</small></header>{text}</section>'


def description_html(sheet: TicketSheet, thread: Thread) -> str:
    who = sheet.contact or sheet.caller_name or sheet.client
    return _bubble(
        "client", who, _("client, as filed"), sheet.filed_at, body=sheet.description, files=files_html(thread.files)
    )


def thread_html(thread: Thread) -> str:
    return "".join(_said(entry) if isinstance(entry, Said) else _changed(entry) for entry in thread.entries)


def link(reference: str) -> str:
    return f'<a href="/ticket?ref={escape(reference)}">{escape(reference)}</a>'


def _said(said: Said) -> str:
    files = files_html(said.files)
    if said.internal:
        return _bubble("note", said.author, _note(said), said.at, body=said.body, files=files)
    side, word_for = ("staff", _("desk")) if said.by_staff else ("client", _("client"))
    return _bubble(side, said.author, word_for, said.at, body=said.body, files=files)


def _note(said: Said) -> str:
    match said.caller_verified:
        case None:
            return _("internal note")
        case True:
            return _("internal note of a call · code verified")
        case False:
            return _("internal note of a call · caller not verified")


def _bubble(side: str, author: str, role: str, at: datetime, *, body: str, files: str) -> str:
    return (
        f'<article class="said" data-side="{side}"><header><span class="icon" aria-hidden="true"></span>'
        f"<b>{escaped(author or 'Guichet')}</b><span class=role>{escape(role)}</span>"
        f'<time datetime="{at.isoformat()}">{escape(moment(at))}</time></header>'
        f'<div class="text">{safe(body)}</div>{files}</article>'
    )


def _changed(changed: Changed) -> str:
    what = _what(changed)
    if not what:
        return ""
    reason = " " + _("“{reason}”", reason=escaped(changed.reason)) if changed.reason else ""
    moved = "".join(f'<span class="moved">{escape(line)}</span>' for line in _moved(changed))
    at = f'<time datetime="{changed.at.isoformat()}">{escape(moment(changed.at))}</time>'
    return f'<p class="changed"><span>{what}{reason}</span> {at}{moved}</p>'


def _what(changed: Changed) -> str:
    """In a sentence; empty for the filing, which the description tells."""
    who = f"<b>{escaped(changed.author or 'Guichet')}</b>"
    before, after = escaped(changed.before or ""), escaped(changed.after or "")
    match changed.change:
        case Change.STATUS if not before:
            return ""
        case Change.STATUS if changed.after == Status.RESOLVED:
            return _("{who} resolved it", who=who)
        case Change.STATUS:
            return _("{who}: {before} → {after}", who=who, before=_named(Status, before), after=_named(Status, after))
        case Change.URGENCY:
            before, after = _urgency(before), _urgency(after)
            return _("{who} changed the urgency: {before} → {after}", who=who, before=before, after=after)
        case Change.ASSIGNEE if not after:
            return _("{who} took it away from {before}", who=who, before=before)
        case Change.ASSIGNEE if changed.after == changed.author:
            return _("{who} took it", who=who)
        case Change.ASSIGNEE:
            return _("{who} gave it to {after}", who=who, after=f"<b>{after}</b>")
        case Change.LINK:
            return _("{who} linked it with {other}", who=who, other=link(changed.after or ""))
        case Change.STAR_LEVEL | Change.CALENDAR | Change.TARGET:
            return f"{who} · {escaped(terms_said(changed))}"
    return _corrected(changed.change, who, before, after)


def _corrected(change: Change, who: str, before: str, after: str) -> str:
    match change:
        case Change.KIND:
            before, after = _named(Kind, before), _named(Kind, after)
            return _("{who} changed the kind: {before} → {after}", who=who, before=before, after=after)
        case Change.SERVICE:
            before, after = _named(Service, before), _named(Service, after)
            return _("{who} handed it over: {before} → {after}", who=who, before=before, after=f"<b>{after}</b>")
        case Change.SUBJECT:
            return _("{who} corrected the subject: “{before}” → “{after}”", who=who, before=before, after=after)
        case Change.PRODUCT:
            before, after = before or escape(_("no product")), after or escape(_("no product"))
            return _("{who} corrected the product: {before} → {after}", who=who, before=before, after=after)
        case Change.CONTACT:
            before, after = before or escape(_("nobody")), after or escape(_("nobody"))
            return _("{who} corrected the contact: {before} → {after}", who=who, before=before, after=after)
    return ""


def _named(words: type[StrEnum], value: str) -> str:
    return escape(word(words(value))) if value in set(words) else value


def _urgency(value: str) -> str:
    named = {urgency.name.lower(): urgency for urgency in Urgency}
    return escape(word(named[value])) if value in named else value


def _moved(changed: Changed) -> list[str]:
    lines = []
    if dues := changed.first_response_due:
        lines.append(_("First response due: {before} → {after}", before=_due(dues[0]), after=_due(dues[1])))
    if dues := changed.resolution_due:
        lines.append(_("Resolution due: {before} → {after}", before=_due(dues[0]), after=_due(dues[1])))
    return lines


def _due(at: datetime | None) -> str:
    return moment(at) if at else _("none")
