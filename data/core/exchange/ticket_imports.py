"""Remembers which import of tickets is under way and how far it is, so that everybody knows of one that was stopped."""

import hashlib
from datetime import datetime

from sqlmodel import Session, col, select

from data.core import audit
from data.core.desk import OpenDesk
from data.core.exchange.batch import Batch
from data.core.uploads import plain_name
from models.ticket_import import REMEMBERED_FOR, STOPPED_AFTER, TicketImport, UnfinishedImport

TABLE = "ticket"  # what the audit trail says an import is of


def digest(batch: Batch) -> str:
    """The same for the same file, read in the same way."""
    with batch.path.open("rb") as content:
        found = hashlib.file_digest(content, "sha256")
    found.update(batch.preset.encode())
    return found.hexdigest()


def begin(desk: OpenDesk, batch: Batch, sha256: str) -> int:
    """The id of its row: the former one where the same file was stopped."""
    rows = len(batch.spool)
    former = select(TicketImport).where(col(TicketImport.sha256) == sha256, col(TicketImport.finished_at).is_(None))
    found = desk.session.exec(former.order_by(col(TicketImport.id).desc()).limit(1)).first()
    if found is None:
        name = plain_name(batch.path.name)
        found = TicketImport(file=name, sha256=sha256, rows=rows, begun_at=desk.now, written_at=desk.now)
    else:
        batch.stopped_at = found.written_at
    desk.session.add(found)
    desk.session.flush()
    audit.deed(desk.session, TABLE, "", after={"file": found.file, "begun": rows})
    return found.id


def advance(desk: OpenDesk, import_id: int, rows: int) -> None:
    """So many rows are written. Meanwhile the same file waits where it is imported elsewhere at this moment."""
    found = _locked(desk.session, import_id)
    found.written_rows, found.written_at = max(found.written_rows, rows), desk.now


def finish(desk: OpenDesk, batch: Batch, import_id: int) -> None:
    found = _locked(desk.session, import_id)
    found.written_rows, found.written_at, found.finished_at = found.rows, desk.now, desk.now
    sums = batch.sums
    audit.batch(desk.session, TABLE, read=sums.read, imported=sums.imported, rejected=sums.bad)


def unfinished(session: Session, now: datetime) -> UnfinishedImport | None:
    """The latest one that is under way, or was stopped lately."""
    open_ones = select(TicketImport).where(
        col(TicketImport.finished_at).is_(None), col(TicketImport.written_at) > now - REMEMBERED_FOR
    )
    found = session.exec(open_ones.order_by(col(TicketImport.written_at).desc()).limit(1)).first()
    if found is None:
        return None
    return UnfinishedImport(found.file, found.begun_at, now - found.written_at > STOPPED_AFTER)


def _locked(session: Session, import_id: int) -> TicketImport:
    return session.exec(select(TicketImport).where(col(TicketImport.id) == import_id).with_for_update()).one()
