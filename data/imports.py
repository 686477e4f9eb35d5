"""Brings tickets in from files: all rows are read and put aside first, then the good ones are written in steps."""

from collections.abc import Callable, Iterator

from data.core.desk import OpenDesk, Steps, long_command, query
from data.core.exchange import guichet, guichet_filing, servicenow, servicenow_filing, ticket_imports
from data.core.exchange.batch import Batch, Part, Preset
from models.permission import Permission

_READERS = {Preset.SERVICENOW: servicenow.spooled, Preset.GUICHET: guichet.spooled}
_PARTS: dict[Preset, Callable[[Steps, Batch], Iterator[Part]]] = {
    Preset.SERVICENOW: servicenow_filing.parts,
    Preset.GUICHET: guichet_filing.parts,
}


@query(Permission.IMPORT)
def read(_desk: OpenDesk, batch: Batch) -> None:
    """Put the good rows of the file aside and reject the bad ones. Raises Refused for a file of another shape."""
    batch.spool.fill(_READERS[batch.preset](batch))


@long_command(Permission.IMPORT)
def write(steps: Steps, batch: Batch) -> None:
    """File the tickets that were read; those that are there already stay as they are.

    A ticket is written with all that belongs to it or not at all. What was written before a stop stays, and the same
    file goes on from there: the desk is then as after an import that was never stopped.
    """
    sha256, done = ticket_imports.digest(batch), 0
    with steps.command() as desk:
        import_id = ticket_imports.begin(desk, batch, sha256)
    for rows, write_part in _PARTS[batch.preset](steps, batch):
        done += rows
        if write_part:
            with steps.command() as desk:
                ticket_imports.advance(desk, import_id, done)
                write_part(desk)
        batch.progress(done, len(batch.spool))
    with steps.command() as desk:
        ticket_imports.finish(desk, batch, import_id)
