"""Issues, reads and ends access codes, within the transaction of whoever asks. A plain code is never kept."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col, select

from data.core import audit, keys, scope
from data.core.database import insert_into
from data.core.desk import OpenDesk
from data.core.keys import Key, WrongKey
from models import access_code
from models.access_code import ALPHABET, SIGNS, AccessCode, CodeKey
from models.client import Client

OTHER_KEY = (
    "The access codes of this database were encrypted with another secret key. Give every process the same: "
    "in GUICHET_SECRET_KEY, or in the file secret.key of the folder GUICHET_VAR, as it is in your backup. "
    "If it is lost for good, “python -m data replace-lost-key” ends the codes and issues new ones."
)


def issue(desk: OpenDesk, client_id: int) -> str:
    """A new code for the client; the one before it ends. Two issues at once come one after the other."""
    key = _claim(desk.session, desk.now)
    end(desk, client_id)
    plain = _new()
    while find(desk.session, plain) is not None:
        plain = _new()
    code = AccessCode(client_id=client_id, issued_at=desk.now, issued_by_id=desk.user.id)
    code.lookup, code.cipher = key.lookup(plain), key.encrypt(plain, owner(client_id))
    desk.session.add(code)
    desk.session.flush()
    return plain


def issue_first(desk: OpenDesk, client_ids: Sequence[int]) -> None:
    """To clients that this very transaction has made, many at once: nobody else knows them, and none has a code."""
    if not client_ids:
        return
    key = _claim(desk.session, desk.now)
    plain: dict[str, str] = {}  # by what it is looked up by
    while len(plain) < len(client_ids):
        code = _new()
        plain[key.lookup(code)] = code
        if len(plain) == len(client_ids):
            taken = select(AccessCode.lookup).where(col(AccessCode.lookup).in_(plain))
            for lookup in desk.session.exec(taken):
                plain.pop(lookup or "")
    issued = {"issued_at": desk.now, "issued_by_id": desk.user.id}
    rows = [
        issued | {"client_id": number, "lookup": lookup, "cipher": key.encrypt(code, owner(number))}
        for number, (lookup, code) in zip(client_ids, plain.items(), strict=True)
    ]
    desk.session.execute(insert(AccessCode), rows)
    audit.batch(desk.session, "access_code", issued=len(rows))


def end(desk: OpenDesk, client_id: int) -> bool:
    """The client's code opens nothing any more, and nobody can read it. False when there was none.

    The client's row is locked first: of two who issue at once, the second ends what the first has issued.
    """
    locked = scope.clients(desk).where(col(Client.id) == client_id).with_for_update(key_share=True)
    desk.session.exec(locked).one()
    code = live(desk.session, client_id)
    if code is None:
        return False
    code.ended_at, code.ended_by_id = desk.now, desk.user.id
    code.lookup = code.cipher = None
    desk.session.add(code)
    desk.session.flush()
    return True


def live(session: Session, client_id: int) -> AccessCode | None:
    return session.exec(
        select(AccessCode).where(col(AccessCode.client_id) == client_id, col(AccessCode.ended_at).is_(None))
    ).first()


def read(session: Session, client_id: int) -> str | None:
    """The client's live code, plain; None without one."""
    ring = keys.ring()  # first: should the keys be rotated meanwhile, these still know the old one
    found = session.exec(
        select(AccessCode.cipher, CodeKey.fingerprint)
        .join(CodeKey, col(CodeKey.id) == 1)
        .where(col(AccessCode.client_id) == client_id, col(AccessCode.ended_at).is_(None))
    ).first()
    if found is None or found[0] is None:
        return None
    return of(ring, found[1]).decrypt(found[0], owner(client_id))


def find(session: Session, plain: str) -> AccessCode | None:
    """The live code with these signs; None of anything else, in the same way whatever it is."""
    return session.exec(select(AccessCode).where(col(AccessCode.lookup) == in_use(session).lookup(plain))).first()


def in_use(session: Session) -> Key:
    """The key that live codes are kept under; as long as the database has none, ours. Raises WrongKey for another."""
    fingerprint = session.exec(select(CodeKey.fingerprint)).first()
    return keys.first() if fingerprint is None else of(keys.ring(), fingerprint)


def require_key(session: Session, now: datetime) -> None:
    """Makes our key the database's where it has none yet. Raises WrongKey where it has another one.

    So of two servers with a key each, which start on one empty database, the second is refused.
    """
    _claim(session, now)


def _claim(session: Session, now: datetime) -> Key:
    """Ours is the database's from now on, where it has none yet."""
    if session.exec(select(CodeKey.id)).first() is None:
        new = insert_into(session, CodeKey).values(id=1, fingerprint=keys.first().fingerprint, since=now)
        session.execute(new.on_conflict_do_nothing())
    return in_use(session)


def of(ring: Sequence[Key], fingerprint: str) -> Key:
    """Raises WrongKey when it is not among them."""
    for key in ring:
        if key.fingerprint == fingerprint:
            return key
    raise WrongKey(OTHER_KEY)


def _new() -> str:
    return access_code.complete("".join(secrets.choice(ALPHABET) for _ in range(SIGNS - 1)))


def owner(client_id: int) -> str:
    """A cipher is tied to its client: copied to another's row, it cannot be read."""
    return f"client {client_id}"
