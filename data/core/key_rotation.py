"""Replaces the secret key: all live codes are kept under the new one afterwards, and the old one reads nothing.

While it lasts both keys are known, and the database says which one holds: all codes change in one transaction. So a
rotation that is killed, at whatever moment, leaves a desk that reads its codes, and can be run again.
"""

from sqlalchemy import Engine, bindparam, update
from sqlmodel import col, select

from data.core import audit, codes, keys
from data.core.desk import SYSTEM, Desk, OpenDesk, opened
from models.access_code import AccessCode, CodeKey


def rotate(engine: Engine) -> int:
    """How many live codes changed; none when the newest key held already. Raises ValueError without a new key."""
    if not keys.in_environment():
        keys.add_new()
    elif len(keys.ring()) == 1:
        raise ValueError(
            "GUICHET_SECRET_KEY holds one key only. Put a new one before it, with a comma between them (new,old), and "
            "restart every process with both; then run this again, also with both."
        )
    with opened(Desk(SYSTEM, engine), "key_rotation.rotate", writes=True, alone=True) as desk:
        rekeyed = _rekey(desk)
    if not keys.in_environment():
        keys.forget_old()
    return rekeyed


def replace_lost(engine: Engine) -> int:
    """For a secret key that is lost for good: ends all live codes, and issues new ones under a new key; how many.

    Raises ValueError where the key is known, and nothing is lost.
    """
    with opened(Desk(SYSTEM, engine), "key_rotation.replace_lost", writes=True, alone=True) as desk:
        keys.put_damaged_aside()
        new = keys.first()
        held = desk.session.exec(select(CodeKey.fingerprint)).first()
        if held in {None, *(key.fingerprint for key in keys.ring())}:
            raise ValueError("The secret key of this database is not lost: this process knows it.")
        live = desk.session.exec(select(AccessCode).where(col(AccessCode.ended_at).is_(None))).all()
        for code in live:
            code.ended_at, code.ended_by_id = desk.now, desk.user.id
            code.lookup = code.cipher = None
            desk.session.add(code)
        desk.session.flush()
        desk.session.connection().execute(update(CodeKey).values(fingerprint=new.fingerprint, since=desk.now))
        codes.issue_first(desk, [code.client_id for code in live])
        return len(live)


def _rekey(desk: OpenDesk) -> int:
    new, old = keys.ring()[0], codes.in_use(desk.session)
    if new.fingerprint == old.fingerprint:
        return 0
    live = select(AccessCode.id, AccessCode.client_id, AccessCode.cipher).where(col(AccessCode.ended_at).is_(None))
    changed = []
    for code_id, client_id, cipher in desk.session.exec(live):
        plain = old.decrypt(cipher or "", codes.owner(client_id))
        changed.append(
            {"this": code_id, "lookup": new.lookup(plain), "cipher": new.encrypt(plain, codes.owner(client_id))}
        )
    connection = desk.session.connection()
    if changed:
        table = AccessCode.__table__  # type: ignore[attr-defined]
        connection.execute(update(table).where(table.c.id == bindparam("this")), changed)
    connection.execute(update(CodeKey).values(fingerprint=new.fingerprint, since=desk.now))
    audit.batch(desk.session, "access_code", rekeyed=len(changed))
    return len(changed)
