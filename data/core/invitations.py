"""Makes the invitation links of many contacts: a few statements for five hundred of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, update
from sqlmodel import col

from data.core import audit, one_time_links, scope
from data.core.desk import OpenDesk
from data.core.exchange.spool import batches
from data.core.exchange.sums import Progress
from models.client import Client
from models.invitation import Invited, Whom
from models.permission import Role
from models.user import LinkPurpose, OneTimeLink, User

AT_A_TIME = 500


def uninvited(desk: OpenDesk, whom: Whom) -> list[ColumnElement[bool]]:
    """Conditions on a contact who has no password yet. An address that an import invented takes no mail."""
    conditions: list[ColumnElement[bool]] = [
        col(User.role) == Role.CONTACT,
        col(User.active).is_(True),
        col(User.password_hash).is_(None),
        col(User.email).not_like("%.invalid"),
    ]
    if whom.client_id is not None:
        conditions.append(col(User.client_id) == scope.client(desk, whom.client_id).id)
    if whom.created_at is not None:
        conditions.append(col(User.created_at) == whom.created_at)
    return conditions


def has_link(desk: OpenDesk) -> ColumnElement[bool]:
    """Has the contact a link that still opens?"""
    valid = one_time_links.unused(desk.now).where(col(OneTimeLink.user_id) == col(User.id))
    return valid.with_only_columns(col(OneTimeLink.id)).exists()


def make(desk: OpenDesk, people: Sequence[Row[Any]], progress: Progress) -> list[Invited]:
    """For rows of id, name, e-mail address, language and client. The links before these open no more."""
    found: list[Invited] = []
    expires_at = desk.now + one_time_links.LIFETIME[LinkPurpose.INVITATION]
    for some in batches(people, AT_A_TIME):
        ids = [person.id for person in some]
        clients = _clients(desk, {person.client_id for person in some})
        theirs = col(OneTimeLink.user_id).in_(ids)
        unused = col(OneTimeLink.used_at).is_(None), col(OneTimeLink.expires_at) > desk.now
        former = update(OneTimeLink).where(theirs, *unused)
        desk.session.execute(former.values(expires_at=desk.now), execution_options={"synchronize_session": False})
        tokens = [one_time_links.new_token() for _ in some]
        rows = [
            {
                "user_id": person_id,
                "purpose": LinkPurpose.INVITATION,
                "token_hash": token_hash,
                "created_at": desk.now,
                "expires_at": expires_at,
            }
            for person_id, (_, token_hash) in zip(ids, tokens, strict=True)
        ]
        desk.session.execute(insert(OneTimeLink), rows)
        found += [
            Invited(*clients[person.client_id], person.name, person.email, person.language, token, expires_at)
            for person, (token, _) in zip(some, tokens, strict=True)
        ]
        progress(len(found), len(people))
    audit.batch(desk.session, str(OneTimeLink.__tablename__), invited=len(found))
    return sorted(found, key=lambda one: (one.client.casefold(), one.name.casefold(), one.email))


def _clients(desk: OpenDesk, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    columns = scope.clients(desk).with_only_columns(col(Client.id), col(Client.name), col(Client.number))
    rows = desk.session.execute(columns.where(col(Client.id).in_(ids)))
    return {row.id: (row.name, row.number or "") for row in rows}
