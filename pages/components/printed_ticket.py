"""A ticket as a page of its own, to be printed or kept as PDF by the browser: no script, nothing from elsewhere."""

from collections.abc import Iterator
from html import escape
from urllib.parse import urlencode

from data import conversation, sheets
from data.core.desk import Desk
from models.client import StarLevel
from models.sheet import TicketSheet
from models.thread import MESSAGES_READ, File, Outline
from models.ticket import Urgency
from pages.components.assets import asset
from pages.components.clocks import clock_html
from pages.components.conversation import description_html, entry_html, solution_html
from pages.components.markdown import escaped
from pages.components.text import _, language, moment, plural, speaking, word


def printed(desk: Desk, reference: str, *, notes: bool = False, before: int = 0) -> Iterator[str]:
    """The page in the user's language, piece by piece: what the client may read and, with `notes`, what the user may.

    A long conversation takes several: each holds the latest messages, or those before the one of the id `before`.
    Raises NotFound at once, before the first piece is taken.
    """
    with speaking(desk.user.language):
        sheet = sheets.sheet(desk, reference)
        outline = conversation.outline(desk, reference, notes=notes, before=before)
        hint = _hint(sheet, has_notes=conversation.has_notes(desk, reference), notes=notes)
    return _pieces(desk, sheet, outline, hint, notes=notes)


def _pieces(desk: Desk, sheet: TicketSheet, outline: Outline, hint: str, *, notes: bool) -> Iterator[str]:
    """No more of the conversation is in memory than one of them. Each may be taken in another thread."""
    with speaking(desk.user.language):
        begun = _begun(sheet, outline, hint, conversation.thread(desk, sheet.reference, 1).files, notes=notes)
        foot = _("Printed on {at} by {name}", at=desk.now, name=desk.user.name)
    yield begun
    for begin in range(0, max(len(outline.places), 1), MESSAGES_READ):
        with speaking(desk.user.language):
            entries = conversation.part(desk, sheet.reference, outline, begin, notes=notes)
        for entry in entries:
            with speaking(desk.user.language):
                drawn = entry_html(entry)
            yield drawn
    yield f"</main><footer>Guichet · {escaped(foot)}</footer></body></html>"


def _begun(sheet: TicketSheet, outline: Outline, hint: str, files: tuple[File, ...], *, notes: bool) -> str:
    title = escaped(f"{sheet.reference} {sheet.subject}")
    return (
        f'<!doctype html><html lang="{language().value}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{asset("printed_ticket.css")}</style></head>'
        f"<body><main>{hint}{_head(sheet)}{_promises(sheet)}"
        f"{solution_html(sheet)}{description_html(sheet, files)}{_earlier(sheet, outline, notes=notes)}"
    )


def _earlier(sheet: TicketSheet, outline: Outline, *, notes: bool) -> str:
    if not outline.earlier:
        return ""
    said = plural("{count} earlier message is left out.", "{count} earlier messages are left out.", outline.earlier)
    asked = {"before": outline.places[0].id} | ({"notes": "yes"} if notes else {})
    address, link = f"/tickets/{sheet.reference}/print?{urlencode(asked)}", escape(_("Print them"))
    return f'<p class="changed">{escape(said)} <a href="{escape(address)}">{link}</a></p>'


def _hint(sheet: TicketSheet, *, has_notes: bool, notes: bool) -> str:
    """For the screen: how to print. What has notes in it says so on paper, too."""
    how = escape(_("Print it, or keep it as PDF, with the browser: Ctrl+P, or ⌘P on a Mac."))
    hint = f'<p class="hint">{how}</p>'
    if not has_notes:
        return hint
    address = f"/tickets/{escape(sheet.reference)}/print"
    if not notes:
        whole = escape(_("With the internal notes"))
        return f'{hint}<p class="hint"><a href="{address}?notes=yes">{whole}</a></p>'
    warning = escape(_("For the desk only: this copy holds internal notes."))
    without = escape(_("The copy for the client"))
    return f'{hint}<p class="warning">{warning} <a href="{address}">{without}</a></p>'


def _head(sheet: TicketSheet) -> str:
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escaped(told)}</dd>" for name, told in _facts(sheet))
    return (
        f'<header class="head"><p class="reference">{escape(sheet.reference)}</p><h1>{escaped(sheet.subject)}</h1>'
        f'<dl class="facts">{facts}</dl></header>'
    )


def _facts(sheet: TicketSheet) -> Iterator[tuple[str, str]]:
    """What a client may know; what is not known is left out."""
    yield _("Client"), f"{sheet.client} {sheet.star_level.stars if sheet.star_level != StarLevel.NONE else ''}"
    if sheet.contact:
        yield _("Contact"), sheet.contact
    elif sheet.caller_name:
        yield _("Called by"), sheet.caller_name
    if sheet.product:
        yield _("Product"), sheet.product
    yield _("Kind"), word(sheet.kind)
    if sheet.urgency != Urgency.NONE:
        yield _("Urgency"), word(sheet.urgency)
    yield _("Status"), word(sheet.status)
    yield _("Service"), word(sheet.service)
    yield _("Filed"), f"{moment(sheet.filed_at)} · {word(sheet.channel)}"
    if sheet.follows:
        yield _("Follows"), sheet.follows.reference
    if sheet.followed_by:
        yield _("Followed by"), ", ".join(one.reference for one in sheet.followed_by)


def _promises(sheet: TicketSheet) -> str:
    clocks = (_("First response"), sheet.first_response), (_("Resolution"), sheet.resolution_clock)
    return f'<section class="promises">{"".join(clock_html(title, shown) for title, shown in clocks)}</section>'
