"""Damaged files, references, stored days, clients, codes and databases: found, and what is certain is repaired."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from data import access_codes, conversation, documents, metrics
from data.core import files, purge, settings
from data.core.integrity import database, parties, references, stored_days, stored_files
from data.core.uploads import Upload, store
from models.document import DocumentKind, Paper
from tests.data.integrity.desk import audited, break_page, damage, look, problems, repaired, rows, said
from tests.data.random_desk import filed

# ------------------------------------------------------------------ files


def stored() -> list[Path]:
    return [path for path in (settings.settings().var / "files").rglob("*") if path.is_file()]


@pytest.fixture
def attached(desk) -> Path:
    """A file that a message and a document of the client have in common."""
    [file] = store([Upload("devis.txt", b"the very same bytes")])
    conversation.reply(desk.desk(desk.contact), desk.references[2], "Voilà", [file])
    paper = Paper(kind=DocumentKind.QUOTE, number="D-1", dated=desk.now.date())
    documents.add(desk.desk(desk.manager), desk.acme.id, paper, file)
    return next(path for path in stored() if path.name == file.sha256)


def test_every_file_that_is_there_is_right(attached, desk):
    found = look(desk, "Files")
    assert found.wrong == 0 and "2 files of 0.0 MB (every byte), and 0 unused" in said(found)


@pytest.mark.parametrize("quick", [False, True])
def test_a_file_that_is_missing_or_shorter_is_found(attached, desk, quick):
    attached.write_bytes(b"the very")
    found = look(desk, "Files", quick=quick)
    assert problems(found) == {stored_files.DAMAGED}
    attached.unlink()
    found = look(desk, "Files", quick=quick)
    assert problems(found) == {stored_files.MISSING}
    output = said(found)
    assert f"{attached.name[:2]}/{attached.name}" in output and "Put the file back from a backup" in output
    assert desk.references[2] in output and "“devis.txt”" in output and "document “D-1” of Acme" in output
    assert repaired(desk) == 0


def test_a_file_of_which_one_byte_is_another_is_found_unless_only_sizes_are_asked_for(attached, desk):
    attached.write_bytes(b"the very sane bytes")
    assert problems(look(desk, "Files")) == {stored_files.DAMAGED}
    assert problems(look(desk, "Files", quick=True)) == set()


def test_a_file_that_is_sent_again_is_right_again(attached, desk):
    attached.unlink()
    store([Upload("devis.txt", b"the very same bytes")])
    assert problems(look(desk, "Files")) == set()


def test_a_row_that_names_no_file_or_another_size_is_found(attached, desk):
    damage(desk.engine, "UPDATE attachment SET size = 7 WHERE name = 'devis.txt'")
    damage(desk.engine, "UPDATE attachment SET sha256 = '../../../etc/passwd' WHERE name = 'a.txt'")
    assert problems(look(desk, "Files")) == {stored_files.OTHER_SIZE, stored_files.BAD_NAME}


def test_a_folder_in_the_place_of_a_file_or_no_store_at_all_is_told(attached, desk, monkeypatch):
    attached.unlink()
    attached.mkdir()
    assert look(desk, "Files").wrong == 1
    monkeypatch.setenv("GUICHET_FILES", "nosuch://x")
    settings.settings.cache_clear()
    assert problems(look(desk, "Files")) == {stored_files.NO_STORE}


def test_what_no_row_names_is_mentioned_once_a_purge_would_take_it_and_left_to_the_purge(desk):
    files.keep("a.txt", b"no row names it")
    unfinished = stored()[0].with_name(f"{'a' * 64}.part")
    unfinished.write_bytes(b"half")
    assert "0 unused" in said(look(desk, "Files")), "a command under way may still name it"
    long_ago = (desk.now - files.FRESH - timedelta(minutes=1)).timestamp()
    for path in stored():
        os.utime(path, (long_ago, long_ago))
    found = look(desk, "Files")
    assert found.wrong == 0 and "2 × file that no row names" in said(found) and unfinished.name in said(found)
    repaired(desk)
    assert len(stored()) == 3
    assert purge.remove_files(desk.engine, desk.now) == 2


# ------------------------------------------------------------------ references


def test_a_counter_that_would_give_a_number_twice_is_raised(desk):
    before = rows(desk.engine)
    damage(desk.engine, "UPDATE reference_counter SET last = 1")
    found = look(desk)
    assert problems(found) == {references.BEHIND} and found.repairable == 1
    assert repaired(desk) == 1 and rows(desk.engine) == before
    [trail] = audited(desk.engine, "repair.counters")
    assert (trail.row_id, trail.before, trail.after) == ("incident,2026", {"last": 1}, {"last": 3})
    damage(desk.engine, "DELETE FROM reference_counter")
    assert repaired(desk) == 1 and rows(desk.engine) == before


def test_lost_tickets_leave_gaps_that_are_found(desk):
    for table in ("history_entry", "attachment", "message", "ticket_words"):
        damage(desk.engine, f"DELETE FROM {table} WHERE ticket_id IN (1, 3)")
    damage(desk.engine, "DELETE FROM ticket WHERE id IN (1, 3)")
    found = look(desk)
    assert problems(found) == {references.GAP, references.AHEAD}, said(found)
    assert "INC-2026: 1 of 2 numbers have no ticket" in said(found)
    damage(desk.engine, "UPDATE audit_entry SET action = 'imports.write' WHERE action = 'tickets.file'")
    assert problems(look(desk)) == {references.AHEAD}, "an import brings numbers along"


def test_a_reference_that_is_none_is_found(desk):
    damage(desk.engine, "UPDATE ticket SET reference = 'INC-26-1' WHERE id = 3")
    assert references.BAD_REFERENCE in problems(look(desk))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_sequence_that_would_give_an_id_twice_is_raised(desk):
    damage(desk.engine, "SELECT setval(pg_get_serial_sequence('ticket', 'id'), 1)")
    assert problems(look(desk)) == {references.SEQUENCE}
    assert repaired(desk) == 1 and problems(look(desk)) == set()
    filed(desk)


# ------------------------------------------------------------------ stored days


def test_days_that_are_not_what_their_tickets_come_to_are_found(desk):
    assert problems(look(desk, "Days")) == set()
    damage(desk.engine, "UPDATE ticket SET assignee_id = NULL WHERE id = 1")
    found = look(desk, "Days")
    assert problems(found) == {stored_days.OTHER_FACTS}
    assert desk.references[0] in said(found) and "seal --again" in said(found)
    assert problems(look(desk, "Days", quick=True)) == set()


def test_a_day_that_is_missing_damaged_or_not_over_is_found(desk):
    while metrics.seal(desk.desk()):
        pass
    for _ in range(3):
        desk.now += timedelta(days=1)
        metrics.seal(desk.desk())
    with desk.engine.connect() as connection:
        days = connection.scalars(text("SELECT day FROM day_seal ORDER BY day")).all()
    assert len(days) >= 4
    damage(desk.engine, "UPDATE day_seal SET digest = 'x' WHERE day = :day", day=days[0])
    assert problems(look(desk, "Days", quick=True)) == {stored_days.DAMAGED}
    damage(desk.engine, "DELETE FROM day_seal WHERE day = :day", day=days[1])
    assert problems(look(desk, "Days")) == {stored_days.DAMAGED, stored_days.NO_DAY}
    desk.now -= timedelta(days=2)
    assert stored_days.NOT_OVER in problems(look(desk, "Days"))


def test_days_that_cannot_be_counted_are_told_in_words(desk):
    damage(desk.engine, "UPDATE history_entry SET before = 'bogus' WHERE change = 'urgency' AND ticket_id = 1")
    found = look(desk, "Days")
    assert problems(found) == {stored_days.UNCOUNTED} and desk.references[0] in said(found)


# ------------------------------------------------------------------ clients, people, codes


def test_what_a_client_has_is_read_from_its_subscriptions_again(desk):
    before = rows(desk.engine)
    damage(desk.engine, "UPDATE client SET star_level = 3, subscribed_until = created_at, name_key = 'x' WHERE id = 1")
    damage(desk.engine, "DELETE FROM client_word WHERE client_id = 2")
    found = look(desk, "Clients")
    assert problems(found) >= {parties.STANDING, parties.NOT_FOUND} and found.wrong == found.repairable
    assert repaired(desk) >= 2
    assert rows(desk.engine) == before and problems(look(desk, "Clients")) == set()
    trail = [one for one in audited(desk.engine, "repair.clients") if one.table_name == "client"]
    assert [(one.before["star_level"], one.after["star_level"]) for one in trail] == [(3, 4)]


def test_a_code_stays_what_the_client_knows_by_heart(desk):
    known = access_codes.issue(desk.desk(desk.manager), desk.acme.id)
    damage(desk.engine, "UPDATE client SET star_level = 3 WHERE id = 1")
    assert parties.ENDED_CODE in problems(look(desk, "Clients"))
    repaired(desk)
    assert access_codes.reveal(desk.desk(desk.manager), desk.acme.id) == known


def test_a_code_below_four_stars_ends(desk):
    access_codes.issue(desk.desk(desk.manager), desk.acme.id)
    damage(desk.engine, "UPDATE subscription SET star_level = 3 WHERE client_id = 1 AND ends_at IS NULL")
    assert problems(look(desk, "Clients")) == {parties.STANDING}
    repaired(desk)
    assert problems(look(desk, "Clients")) == set()
    with desk.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM access_code WHERE ended_at IS NULL")) == 0


def test_codes_that_cannot_be_read_are_found(desk, monkeypatch):
    access_codes.issue(desk.desk(desk.manager), desk.acme.id)
    assert problems(look(desk, "Clients")) == set()
    damage(desk.engine, "UPDATE access_code SET lookup = 'x' WHERE ended_at IS NULL")
    found = look(desk, "Clients")
    assert problems(found) == {parties.UNREADABLE_CODE} and "Acme" in said(found)
    damage(desk.engine, "UPDATE access_code SET cipher = 'AAAA' WHERE ended_at IS NULL")
    assert problems(look(desk, "Clients")) == {parties.UNREADABLE_CODE}
    monkeypatch.setenv("GUICHET_SECRET_KEY", "another key, which is long enough to be one")
    settings.settings.cache_clear()
    assert problems(look(desk, "Clients")) == {parties.NO_KEY}


def test_people_files_and_links_that_belong_nowhere_are_found(desk):
    damage(desk.engine, "UPDATE \"user\" SET client_id = NULL WHERE email LIKE 'contact@%'")
    damage(desk.engine, "UPDATE \"user\" SET client_id = 1, email = 'Sales@Guichet.example' WHERE email LIKE 'sales@%'")
    damage(desk.engine, "UPDATE attachment SET ticket_id = 2")
    damage(
        desk.engine, "INSERT INTO ticket_link (ticket_id, other_id, at) SELECT 3, 1, filed_at FROM ticket WHERE id = 1"
    )
    found = look(desk, "Clients")
    assert problems(found) == {parties.PERSON, parties.MIXED_UP} and found.wrong == 5, said(found)


def test_tickets_that_no_search_finds_are_found_by_it_again(desk):
    before = _words(desk)
    damage(desk.engine, "DELETE FROM ticket_words")
    assert problems(look(desk, "Clients")) == {parties.NOT_FOUND}
    assert repaired(desk) == 3 and problems(look(desk, "Clients")) == set() and _words(desk) == before


def _words(desk) -> list[set[str]]:
    with desk.engine.connect() as connection:
        return [
            set(one.split()) for one in connection.scalars(text("SELECT words FROM ticket_words ORDER BY ticket_id"))
        ]


# ------------------------------------------------------------------ the database and its values


def test_values_that_no_model_has_are_found_in_every_table(desk):
    assert problems(look(desk, "Values", "Database")) == set()
    damage(desk.engine, "UPDATE history_entry SET change = 'bogus' WHERE id = (SELECT max(id) FROM history_entry)")
    damage(desk.engine, "UPDATE \"user\" SET language = 'klingon' WHERE email LIKE 'sales@%'")
    damage(desk.engine, "UPDATE client SET star_level = 6 WHERE id = 2")
    found = look(desk, "Values")
    assert problems(found) == {database.BAD_VALUE} and found.wrong == 3
    assert "star_level is “6”" in said(found) and "language is “klingon”" in said(found)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_takes_anything_anywhere_and_the_rest_is_checked_all_the_same(desk):
    damage(desk.engine, "UPDATE ticket SET filed_at = 'yesterday' WHERE id = 3")
    damage(desk.engine, "UPDATE history_entry SET at = 7 WHERE id = 1")
    damage(desk.engine, "UPDATE ticket SET resolution_target = 'long' WHERE id = 2")
    damage(desk.engine, "UPDATE calendar SET hours = '{' WHERE id = 1")
    damage(desk.engine, "UPDATE client SET number = :text WHERE id = 1", text="x" * 100)
    found = look(desk, "Values")
    assert problems(found) == {database.BAD_VALUE, database.TOO_LONG} and found.wrong == 5, said(found)
    everything = look(desk, "Database", "Values", "Files", "Tickets", "References", "Days", "Clients", "Arithmetic")
    assert len(everything.sections) == 8 and "Traceback" not in said(everything)
    assert repaired(desk) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_row_that_belongs_to_none_and_a_damaged_page_are_found(desk):
    damage(desk.engine, "UPDATE message SET ticket_id = 999")
    assert problems(look(desk, "Database")) == {database.NO_PARENT}
    break_page(desk.engine)
    for quick in (True, False):
        found = look(desk, "Database", "Values", "Tickets", "References", "Clients", quick=quick)
        assert database.DAMAGED in problems(found) and "Traceback" not in said(found)
        assert "put the last good backup back" in said(found)
