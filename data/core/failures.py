"""Says in words why something failed, where it is no bug: on the console, in the log and on pages."""

import logging

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError, TimeoutError

from models.errors import DeskError

_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_CLOSED = ("SQLITE_CANTOPEN", "SQLITE_READONLY")
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def is_outage(error: BaseException | None) -> bool:
    """Does the database not answer, or is it busy for too long? It may answer again in a moment."""
    if isinstance(error, TimeoutError):  # more people than connections
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = _sqlite_code(error)
    if code:
        return code.startswith(_BUSY)
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def in_words(error: BaseException) -> str:
    """One line for whoever reads the console, and what to do; empty for a bug, whose trace is needed."""
    match error:
        case DeskError() | ValueError():
            return str(error)
        case SQLAlchemyError():
            return f"The database refuses: {_first_line(error)}. {_advice(error)}".rstrip()
        case OSError() if error.filename:
            return f"{error.filename} cannot be used ({error.strerror})."
        case OSError():
            return f"The system refuses: {error}."
        case MemoryError():
            return "There is not enough memory."
        case _:
            return ""


class OutagesInWords(logging.Filter):
    """While the database does not answer, each request would log the same trace: it logs a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and is_outage(error):
            record.msg, record.args = f"{record.getMessage()}: {in_words(error)}", ()
            record.exc_info = record.exc_text = None
        return True


def _advice(error: SQLAlchemyError) -> str:
    if not isinstance(error, DBAPIError):
        return ""
    code = _sqlite_code(error)
    if code.startswith(_DAMAGED):
        return "It is damaged, or not a database. Restore a backup, or check DATABASE_URL and GUICHET_VAR."
    if code.startswith(_CLOSED):
        return "Check that the user who starts Guichet may write the database and its folder."
    if code.startswith(_BUSY):
        return "Try again when whoever uses it has finished."
    return "Check DATABASE_URL, and that the database server runs." if is_outage(error) else ""


def _sqlite_code(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlite_errorname", "")


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0].rstrip(".")
