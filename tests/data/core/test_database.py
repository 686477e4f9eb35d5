"""The engine: what its errors say, and that what it has committed is on the disk."""

import logging
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from data.core import disk
from data.core.database import open_engine, require_writable
from data.core.desk import opened
from models.message import Message
from models.user import User

SECRET = "the-hash-of-a-password"


def test_an_error_names_no_value(world, caplog):
    """Neither the parameters of the statement nor the row that PostgreSQL quotes."""
    double = world.contact.email
    try:
        with opened(world.desk(), "test", writes=True) as desk:
            same = User(email=double, name="Zoé", role="contact", created_at=world.now, password_hash=SECRET)
            desk.session.add(same)
            desk.session.flush()
    except IntegrityError:
        logging.getLogger("guichet").exception("It failed.")
    assert "IntegrityError" in caplog.text and "user" in caplog.text
    assert SECRET not in caplog.text and double not in caplog.text and "Zoé" not in caplog.text


def test_an_error_about_a_whole_row_names_no_value(world):
    with Session(world.engine.execution_options(writes=True)) as session:
        session.add(Message(ticket_id=999_999, at=world.now, body=SECRET))
        with pytest.raises(IntegrityError) as failure:
            session.flush()
    assert SECRET not in str(failure.value) and "999999" not in str(failure.value)
    assert SECRET not in str(failure.value.orig) and "999999" not in str(failure.value.orig)


def test_a_null_where_none_may_be_quotes_no_row(world):
    insert = text("INSERT INTO product (name) SELECT name FROM product UNION ALL SELECT NULL")
    with world.engine.execution_options(writes=True).connect() as connection, pytest.raises(IntegrityError) as failure:
        connection.execute(insert)
    assert "Comptoir" not in str(failure.value)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_long_import_that_fails_gives_the_disk_back(world):
    log = Path(f"{world.engine.url.database}-wal")
    with world.engine.execution_options(writes=True).connect() as connection:
        connection.exec_driver_sql("CREATE TABLE rows_of_an_import (content BLOB)")
        connection.exec_driver_sql("INSERT INTO rows_of_an_import VALUES (zeroblob(90000000))")
        connection.rollback()
    assert log.stat().st_size > 75_000_000
    for _ in range(3):
        pooled = world.engine.raw_connection()
        pooled.driver_connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        pooled.close()
        require_writable(world.engine)
    assert log.stat().st_size <= 64 * disk.MEGABYTE


def test_a_commit_is_on_the_disk_before_it_returns(tmp_path):
    """On PostgreSQL the server decides, and does by default. tests/faults cuts the power."""
    made = open_engine(f"sqlite:///{tmp_path / 'guichet.db'}")
    with made.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    made.dispose()
