"""The direct line: who calls, by the access code or by name, and what becomes of the call."""

from dataclasses import replace
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from data import conversation, tickets
from data.core import codes, direct_line, life, queue_lines, scope, subscriptions
from data.core.desk import OpenDesk, command, query
from data.core.products import IN_ORDER
from data.tickets import TicketForm
from models import access_code, writing
from models.errors import NotFound, Refused
from models.hotline import (
    LONGEST_CALL,
    OPEN_SHOWN,
    RECENT,
    RESOLVED_SHOWN,
    TRIES,
    WITHIN,
    Caller,
    Contact,
    HotlineCall,
)
from models.permission import Permission
from models.product import Ownership, Product
from models.queue import Line
from models.ticket import OPEN, RESOLVED, Channel, Ticket
from models.user import LONGEST_NAME, LONGEST_PHONE, User

CONTACTS_SHOWN = 50


@command(Permission.USE_HOTLINE)
def look_up(desk: OpenDesk, code: str) -> int | None:
    """The number of the call of the client whose live code this is; None for anything else, in the same way.

    Every try is kept and on the audit trail, without the code. Raises Refused after ten in an hour that were nobody's:
    counted one after the other, so many made side by side find no more.
    """
    _require_tries_left(desk)
    found = codes.find(desk.session, access_code.signs(code))
    call = _called(desk, found.client_id if found else None, verified=found is not None)
    return call.id if found else None


@command(Permission.USE_HOTLINE)
def call_by_name(desk: OpenDesk, client_id: int) -> int:
    """The number of the call of somebody who has no code at hand: not verified, whoever they say they are."""
    return _called(desk, scope.client(desk, client_id).id, verified=False).id


@query(Permission.USE_HOTLINE)
def caller(desk: OpenDesk, call_id: int) -> Caller:
    """Raises NotFound for a call that is over, somebody else's, or never was."""
    call, client_id = _call(desk, call_id)
    client = scope.client(desk, client_id)
    level = subscriptions.star_level(desk.session, client_id, desk.now)
    contacts = select(User.id, User.name, User.email, User.phone).where(
        col(User.client_id) == client_id, col(User.active)
    )
    products = (
        select(Product.id, Product.name)
        .join(Ownership)
        .where(col(Ownership.client_id) == client_id, col(Product.active))
    )
    theirs = scope.tickets(desk).where(col(Ticket.client_id) == client_id)
    opened = _latest(desk, theirs.where(scope.in_words(OPEN)), col(Ticket.filed_at), OPEN_SHOWN)
    resolved = theirs.where(scope.in_words(RESOLVED), col(Ticket.resolved_at) > desk.now - RECENT)
    became = _became(desk, call)
    return Caller(
        call_id=call.id,
        at=call.at,
        verified=call.verified,
        client_id=client_id,
        client=client.name,
        phone=client.phone,
        star_level=level,
        line=direct_line.line(desk.session, level, desk.now),
        contacts=tuple(
            Contact(*row)
            for row in desk.session.exec(contacts.order_by(col(User.name), col(User.id)).limit(CONTACTS_SHOWN))
        ),
        products=tuple((one, name) for one, name in desk.session.exec(products.order_by(*IN_ORDER))),
        open=opened,
        resolved=_latest(desk, resolved, col(Ticket.resolved_at), RESOLVED_SHOWN),
        workable=frozenset(line.reference for line in opened if desk.user.works(line.service)),
        ticket=became.reference if became else "",
    )


@command(Permission.USE_HOTLINE)
def file(desk: OpenDesk, call_id: int, form: TicketForm, *, caller_name: str = "", caller_phone: str = "") -> str:
    """Make the call a ticket of its client's and give the reference; both say who called, where it was no contact.

    Raises Refused as filing does, and where the call is a ticket already.
    """
    call, client_id = _call(desk, call_id)
    became = _became(desk, call)
    if became is not None and became.channel == Channel.PHONE and became.filed_at >= call.at:
        raise Refused("This call is ticket {reference} already.", reference=became.reference)
    reference = tickets.file(desk, replace(form, client_id=client_id, channel=Channel.PHONE))
    ticket = scope.ticket(desk, reference)
    ticket.caller_verified, call.ticket_id = call.verified, ticket.id
    _name(call, caller_name, caller_phone)
    ticket.caller_name, ticket.caller_phone = call.caller_name, call.caller_phone
    return reference


@command(Permission.USE_HOTLINE)
def note(
    desk: OpenDesk, call_id: int, reference: str, text: str, *, caller_name: str = "", caller_phone: str = ""
) -> None:
    """Tell of the call on an open ticket of the same client. Raises NotFound for another's."""
    call, client_id = _call(desk, call_id)
    ticket = scope.ticket(desk, reference)
    if ticket.client_id != client_id:
        raise NotFound("There is no ticket {reference}.", reference=reference)
    _name(call, caller_name, caller_phone)
    conversation.note(desk, reference, text, caller_verified=call.verified)
    if call.ticket_id is None:
        call.ticket_id = ticket.id


def _require_tries_left(desk: OpenDesk) -> None:
    desk.session.exec(select(User.id).where(col(User.id) == desk.me).with_for_update()).one()
    failed = col(HotlineCall.client_id).is_(None) & (col(HotlineCall.at) > desk.now - WITHIN)
    count, first = desk.session.exec(
        select(func.count(), func.min(HotlineCall.at)).where(col(HotlineCall.user_id) == desk.me, failed)
    ).one()
    if count >= TRIES:
        raise Refused(
            "{count} codes within an hour were nobody’s. Codes can be tried again at {at}; find the caller by name.",
            count=TRIES,
            at=first + WITHIN,
        )


def _called(desk: OpenDesk, client_id: int | None, *, verified: bool) -> HotlineCall:
    call = HotlineCall(at=desk.now, user_id=desk.me, client_id=client_id, verified=verified)
    if client_id is not None:
        call.star_level = subscriptions.star_level(desk.session, client_id, desk.now)
    desk.session.add(call)
    desk.session.flush()
    if client_id is not None:
        life.heard(desk, client_id)
    return call


def _name(call: HotlineCall, name: str, phone: str) -> None:
    """What the caller said last; an empty field takes nothing back."""
    call.caller_name = writing.line(name, LONGEST_NAME) or call.caller_name
    call.caller_phone = writing.line(phone, LONGEST_PHONE) or call.caller_phone


def _call(desk: OpenDesk, call_id: int) -> tuple[HotlineCall, int]:
    """My call, not over yet, and whose it is; locked where something becomes of it."""
    refusal = NotFound("This call is over. Ask for the code again.")
    if not 0 < call_id < 2**31:
        raise refusal
    mine = select(HotlineCall).where(
        col(HotlineCall.id) == call_id,
        col(HotlineCall.user_id) == desk.me,
        col(HotlineCall.at) > desk.now - LONGEST_CALL,
    )
    call = desk.session.exec(mine.with_for_update() if desk.writes else mine).first()
    if call is None or call.client_id is None:
        raise refusal
    return call, call.client_id


def _became(desk: OpenDesk, call: HotlineCall) -> Ticket | None:
    return desk.session.exec(scope.tickets(desk).where(col(Ticket.id) == call.ticket_id)).first()


def _latest(desk: OpenDesk, found: SelectOfScalar[Ticket], order: Any, most: int) -> tuple[Line, ...]:
    listed = queue_lines.shown(found).order_by(order.desc(), col(Ticket.id).desc()).limit(most)
    return tuple(queue_lines.line(desk, row) for row in desk.session.execute(listed))
