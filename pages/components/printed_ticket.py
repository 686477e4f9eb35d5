"""A ticket as a page of its own, to be printed or kept as PDF by the browser: no script, nothing from elsewhere."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape

from data import conversation, sheets
from data.conversation import Changed, Said, Thread
from data.core.desk import Desk
from models.client import StarLevel
from models.sheet import TicketSheet
from models.ticket import CLIENT_SEES, Urgency
from pages.components.assets import asset
from pages.components.clocks import clock_html
from pages.components.conversation import description_html, solution_html, thread_html
from pages.components.markdown import escaped
from pages.components.text import _, language, moment, plural, speaking, word

MOST = 1000  # messages: some 300 pages


def printed(desk: Desk, reference: str, *, notes: bool = True) -> str:
    """In the user's language, what the user may read; without `notes`, what the client may. Raises NotFound."""
    with speaking(desk.user.language):
        sheet, thread = sheets.sheet(desk, reference), conversation.thread(desk, reference, MOST)
        has_notes = any(isinstance(entry, Said) and entry.internal for entry in thread.entries)
        if not notes:
            thread = replace(thread, entries=tuple(filter(_for_the_client, thread.entries)))
        told = (_hint(sheet, has_notes=has_notes, notes=notes), _head(sheet), _promises(sheet), _said(sheet, thread))
        title = escaped(f"{sheet.reference} {sheet.subject}")
        foot = _("Printed on {at} by {name}", at=desk.now, name=desk.user.name)
        return (
            f'<!doctype html><html lang="{language().value}"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta name="viewport" content="width=device-width"><style>{asset("printed_ticket.css")}</style></head>'
            f"<body><main>{''.join(told)}</main><footer>Guichet · {escaped(foot)}</footer></body></html>"
        )


def _for_the_client(entry: Said | Changed) -> bool:
    return not entry.internal if isinstance(entry, Said) else entry.change in CLIENT_SEES


def _hint(sheet: TicketSheet, *, has_notes: bool, notes: bool) -> str:
    """For the screen: how to print. What has notes in it says so on paper, too."""
    how = escape(_("Print it, or keep it as PDF, with the browser: Ctrl+P, or ⌘P on a Mac."))
    hint = f'<p class="hint">{how}</p>'
    if not has_notes:
        return hint
    address = f"/tickets/{escape(sheet.reference)}/print"
    if not notes:
        whole = escape(_("With the internal notes"))
        return f'{hint}<p class="hint"><a href="{address}">{whole}</a></p>'
    warning = escape(_("For the desk only: this copy holds internal notes."))
    without = escape(_("The copy for the client"))
    return f'{hint}<p class="warning">{warning} <a href="{address}?notes=no">{without}</a></p>'


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


def _said(sheet: TicketSheet, thread: Thread) -> str:
    left_out = plural("{count} earlier message is left out.", "{count} earlier messages are left out.", thread.earlier)
    earlier = f'<p class="changed">{escape(left_out)}</p>' if thread.earlier else ""
    return solution_html(sheet) + description_html(sheet, thread) + earlier + thread_html(thread)
