"""One page of the clients, from an index: its cost knows how many are shown, not how many there are."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, func, true, tuple_, type_coerce
from sqlmodel import col, select

from data.core import finding, scope
from data.core.desk import OpenDesk
from models import writing
from models.access_code import AccessCode
from models.client import DIRECT_LINE_FROM, Client, StarLevel
from models.client_list import ClientFilters, ClientLine, Only, Sort
from models.product import Ownership
from models.ticket import OPEN, Ticket


class Walk(NamedTuple):
    """An order, and the index that has it: both keys rise together, or fall."""

    key: Any
    falling: bool = False


def ids(desk: OpenDesk, filters: ClientFilters, sort: Sort, after: int | None, limit: int) -> list[int]:
    """The clients after that one in this order, or the first.

    Those whose names begin as was typed come first. The others, where they are few, by name, too; where they are
    many, by what the word goes on to: nobody reads a thousand lines, and to put them all in order would take longer
    than to type another letter.
    """
    listed, walk = scope.clients(desk).where(*_conditions(desk, filters, sort)), _walk(filters, sort)
    anchor = _anchor(desk, walk, after)
    text, sought = writing.folded(filters.text), finding.words(filters.text)
    if not sought:
        return _walked(desk, listed, walk, anchor, limit)
    few = finding.few(desk.session, sought)
    if few == []:
        return []
    fitting = listed.where(*finding.having(sought), col(Client.id).in_(few) if few else true())
    if sort != Sort.NAME:
        return _walked(desk, fitting, walk, anchor, limit)
    begins, found = finding.begins(col(Client.name_key), text), list[int]()
    if anchor is None or anchor[0].startswith(text):
        found, anchor = _walked(desk, fitting.where(begins), walk, anchor, limit), None
    left = limit - len(found)
    if left and few:
        found += _walked(desk, fitting.where(~begins), walk, anchor, left)
    elif left:
        first, *others = sought
        listed = listed.where(*finding.having(others), ~begins)
        place = finding.place(desk.session, anchor[1], first) if anchor else None
        found += desk.session.scalars(finding.by_word(listed, first, place).limit(left))
    return found


def lines(desk: OpenDesk, client_ids: Sequence[int]) -> list[ClientLine]:
    """In this order. Three queries."""
    wanted = col(Client.id).in_(client_ids)
    names = Client.id, Client.name, Client.number, Client.star_level, Client.subscribed_until, Client.last_contact_at
    shown = scope.clients(desk).where(wanted).with_only_columns(*map(col, names), col(Client.phone))
    rows = desk.session.execute(shown)
    running = scope.tickets(desk).where(scope.in_words(OPEN), col(Ticket.client_id).in_(client_ids))
    counted = running.with_only_columns(col(Ticket.client_id), func.count()).group_by(col(Ticket.client_id))
    counts = dict(desk.session.execute(counted).all())
    live = select(AccessCode.client_id).where(col(AccessCode.client_id).in_(client_ids), _live())
    codes = set(desk.session.exec(live))
    found = {
        one: ClientLine(one, name, number or "", level, until, counts.get(one, 0), heard, one in codes, phone)
        for one, name, number, level, until, heard, phone in rows
    }
    return [found[one] for one in client_ids if one in found]


def _conditions(desk: OpenDesk, filters: ClientFilters, sort: Sort) -> list[ColumnElement[bool]]:
    level: Any = col(Client.star_level)
    until = col(Client.subscribed_until)
    if filters.text and desk.engine.dialect.name == "sqlite":
        level = type_coerce(level, Integer) + 0  # no column, and so no index: the words are to be asked first
    found: list[ColumnElement[bool]] = []
    if filters.star_level is not None:
        found.append(level == filters.star_level)
    if filters.product is not None:
        owners = select(Ownership.client_id).where(col(Ownership.product_id) == filters.product)
        found.append(col(Client.id).in_(owners))
    if filters.only is Only.EXPIRED:
        found += [level == StarLevel.NONE, until <= desk.now]
    elif filters.only is Only.WITHOUT_CODE:
        live = select(AccessCode.id).where(col(AccessCode.client_id) == col(Client.id), _live())
        found += [level >= DIRECT_LINE_FROM, ~live.exists()]
    elif filters.only is not None and filters.only.within is not None:
        found += [level > StarLevel.NONE, until > desk.now, until <= desk.now + filters.only.within]
    if sort == Sort.UNTIL:
        found.append(until.is_not(None))
    elif sort == Sort.CONTACT:
        found.append(col(Client.last_contact_at).is_not(None))
    return found


def _live() -> ColumnElement[bool]:
    return col(AccessCode.ended_at).is_(None)


def _walk(filters: ClientFilters, sort: Sort) -> Walk:
    match sort:
        case Sort.UNTIL:
            return Walk(col(Client.subscribed_until), falling=filters.only is Only.EXPIRED)
        case Sort.CONTACT:
            return Walk(col(Client.last_contact_at), falling=True)
        case _:
            return Walk(col(Client.name_key))


def _anchor(desk: OpenDesk, walk: Walk, after: int | None) -> tuple[Any, int] | None:
    """Where a client stands in this order; None for no client, or one that is not in it."""
    if after is None:
        return None
    key = desk.session.execute(scope.clients(desk).where(col(Client.id) == after).with_only_columns(walk.key)).scalar()
    return None if key is None else (key, after)


def _walked(desk: OpenDesk, listed: Select[Any], walk: Walk, anchor: tuple[Any, int] | None, limit: int) -> list[int]:
    keys = walk.key, col(Client.id)
    if anchor is not None:
        past = tuple_(*keys) < tuple_(*anchor) if walk.falling else tuple_(*keys) > tuple_(*anchor)
        listed = listed.where(past)
    order = [key.desc() if walk.falling else key.asc() for key in keys]
    return list(desk.session.scalars(listed.with_only_columns(col(Client.id)).order_by(*order).limit(limit)))
