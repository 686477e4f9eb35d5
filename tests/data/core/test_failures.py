"""What fails for a reason that has words is said in words; a bug keeps its trace."""

import logging
import socket
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError, TimeoutError

from data.core import database
from data.core.database import open_engine
from data.core.failures import OutagesInWords, in_words, is_outage
from models.errors import Refused


def failure_of(url: str, statement: str = "SELECT 1") -> SQLAlchemyError:
    engine = open_engine(url)
    try:
        with pytest.raises(SQLAlchemyError) as raised, engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
    return raised.value


@pytest.fixture
def silent_port():
    """A server that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def test_a_server_that_refuses_or_never_answers_is_an_outage(silent_port, monkeypatch):
    monkeypatch.setitem(database.PATIENCE, "connect_timeout", "2")
    for port, why in ((1, "Connection refused"), (silent_port, "timeout")):
        error = failure_of(f"postgresql+psycopg://desk:secret@127.0.0.1:{port}/desk")
        assert is_outage(error)
        words = in_words(error)
        assert why in words and "Check DATABASE_URL" in words and "secret" not in words and "\n" not in words


def test_a_wait_that_the_url_asks_for_counts_more(silent_port, monkeypatch):
    monkeypatch.setitem(database.PATIENCE, "connect_timeout", "600")
    assert is_outage(failure_of(f"postgresql+psycopg://127.0.0.1:{silent_port}/desk?connect_timeout=2"))


def test_a_database_that_another_process_has_locked_is_an_outage(tmp_path):
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    one, other = open_engine(url), open_engine(url)
    with one.execution_options(writes=True).begin(), other.connect() as waiting:
        waiting.connection.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(SQLAlchemyError) as raised:
            waiting.exec_driver_sql("BEGIN IMMEDIATE")
    assert is_outage(raised.value) and "Try again" in in_words(raised.value)
    one.dispose()
    other.dispose()


def test_a_mistake_of_ours_and_a_damaged_file_are_no_outages(database_url, tmp_path):
    assert not is_outage(failure_of(database_url, "SELECT nothing FROM nowhere"))
    (tmp_path / "damaged.db").write_bytes(b"no database" * 1000)
    error = failure_of(f"sqlite:///{tmp_path / 'damaged.db'}")
    assert not is_outage(error) and "Restore a backup" in in_words(error)


def test_too_few_connections_are_an_outage():
    assert is_outage(TimeoutError("QueuePool limit")) and not is_outage(ValueError()) and not is_outage(None)


def test_refusals_and_files_are_said_and_bugs_are_not():
    assert in_words(Refused("Too large: {size}.", size=3)) == "Too large: 3."
    assert in_words(ValueError("GUICHET_ZONE must be…")) == "GUICHET_ZONE must be…"
    assert in_words(PermissionError(13, "Permission denied", "/x")) == "/x cannot be used (Permission denied)."
    assert in_words(OSError(28, "No space left on device")) == "The system refuses: [Errno 28] No space left on device."
    assert in_words(MemoryError()) and not in_words(KeyError("bug")) and not in_words(RecursionError())


def test_the_log_has_one_line_for_an_outage_and_the_trace_of_a_bug(caplog):
    log = logging.getLogger("guichet.test")
    log.addFilter(OutagesInWords())
    for error in (failure_of("postgresql+psycopg://127.0.0.1:1/desk"), KeyError("bug")):
        try:
            raise error
        except (SQLAlchemyError, KeyError):
            log.exception("An answer failed: %s", "/queue")
    outage, bug = caplog.records
    assert outage.getMessage().startswith("An answer failed: /queue: The database refuses: ") and not outage.exc_info
    assert bug.getMessage() == "An answer failed: /queue" and bug.exc_info
