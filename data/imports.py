"""Brings tickets in from files: first all rows are read and put aside, then what is good of them is written at once."""

from data.core.desk import OpenDesk, command, query
from data.core.exchange import guichet, guichet_filing, servicenow, servicenow_filing
from data.core.exchange.batch import Batch, Preset
from models.permission import Permission

_READERS = {Preset.SERVICENOW: servicenow.spooled, Preset.GUICHET: guichet.spooled}
_WRITERS = {Preset.SERVICENOW: servicenow_filing.write, Preset.GUICHET: guichet_filing.write}


@query(Permission.IMPORT)
def read(_desk: OpenDesk, batch: Batch) -> None:
    """Put the good rows of the file aside and reject the bad ones. Raises Refused for a file of another shape."""
    batch.spool.fill(_READERS[batch.preset](batch))


@command(Permission.IMPORT)
def write(desk: OpenDesk, batch: Batch) -> None:
    """File the tickets that were read, all or none; those that are there already stay as they are."""
    _WRITERS[batch.preset](desk, batch)
