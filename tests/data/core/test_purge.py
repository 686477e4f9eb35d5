"""What is removed when nobody needs it any more, and what is not. On both databases."""

import logging
import os
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlmodel import Session, col, func, select

from data import attachments, documents, drafts, editorial, form_drafts, tickets
from data.core import clock, files, known_browsers, one_time_links, purge, sign_in
from data.core.settings import settings
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.article import ArticleKind
from models.attachment import Attachment
from models.audit import AuditEntry
from models.base import Table
from models.document import DocumentKind, Paper
from models.message import FormDraft
from models.ticket import Kind
from models.user import AccountNotice, LinkPurpose, NoticeKind, OneTimeLink, SignInBrake
from tests.data.test_articles import MP4, manuscript

SECOND = timedelta(seconds=1)


def left(world, table) -> int:
    with Session(world.engine) as session:
        return session.exec(select(func.count()).select_from(table)).one()


def a_draft(world):
    reference = tickets.file(world.desk(world.contact), TicketForm(kind=Kind.REQUEST, subject="S", description="D"))
    drafts.save(world.desk(world.technician), reference, "typed")


def an_open_ticket(world):
    reference = tickets.file(world.desk(world.contact), TicketForm(kind=Kind.REQUEST, subject="S", description="D"))
    drafts.look_in(world.desk(world.technician), reference)


def a_session_that_was_ended(world):
    session_id, _ = sign_in.open_session(world.engine, world.manager.id, "", "", world.now)
    sign_in.end_session(world.engine, session_id, world.now)


def a_session_that_expired(world):
    sign_in.open_session(world.engine, world.manager.id, "", "", world.now - sign_in.LIFETIME)


def a_link_that_was_withdrawn(world):
    with Session(world.engine.execution_options(writes=True)) as session:
        session.add(
            OneTimeLink(
                user_id=world.manager.id,
                purpose=LinkPurpose.RESET,
                token_hash="x",
                created_at=world.now,
                expires_at=world.now,
            )
        )
        session.commit()


def a_known_browser(world):
    session_id, _ = sign_in.open_session(world.engine, world.manager.id, "", "", world.now, announce=False)
    known_browsers.remember(world.engine, session_id, "", world.now)


def a_notice(world):
    with Session(world.engine.execution_options(writes=True)) as session:
        session.add(AccountNotice(user_id=world.manager.id, kind=NoticeKind.SHUT_OUT, at=world.now))
        session.commit()


@pytest.mark.parametrize(
    ("made", "name", "kept"),
    [
        (a_draft, "drafts of answers", purge.DRAFTS),
        (lambda world: form_drafts.begin(world.desk(world.contact), "new"), "drafts of forms", purge.DRAFTS),
        (a_session_that_was_ended, "sessions", purge.SESSIONS),
        (a_session_that_expired, "sessions", purge.SESSIONS),
        (a_link_that_was_withdrawn, "links", purge.LINKS),
        (
            lambda world: sign_in.account(world.engine, "a@b.example", "", world.now),
            "tries at the sign-in",
            purge.TRIES,
        ),
        (an_open_ticket, "open tickets' readers", purge.PRESENCE),
        (a_known_browser, "known browsers", known_browsers.LIFETIME),
        (a_notice, "notices", purge.NOTICES),
    ],
)
def test_a_row_is_removed_when_its_time_is_over_and_not_a_second_before(world, made, name, kept):
    made(world)
    table = next(rule.table for rule in purge.RULES if rule.name == name)
    before = left(world, table)
    assert before
    assert purge.purge(world.engine, world.now + kept - SECOND)[name] == 0
    assert purge.purge(world.engine, world.now + kept + SECOND)[name] == before
    assert left(world, table) == 0


def test_a_session_that_goes_on_and_a_link_that_can_be_followed_stay(world):
    session_id, _ = sign_in.open_session(world.engine, world.contact.id, "", "", world.now)
    token = one_time_links.first_run(world.engine, world.now)
    purge.purge(world.engine, world.now + timedelta(hours=11))
    assert sign_in.desk_of_session(world.engine, session_id, world.now + timedelta(hours=11))
    assert one_time_links.look(world.engine, token, world.now + timedelta(hours=11))


def test_many_rows_go_in_short_transactions(world, monkeypatch):
    monkeypatch.setattr(purge, "AT_A_TIME", 10)
    monkeypatch.setattr(purge, "PAUSE", 0)
    for number in range(35):
        sign_in.account(world.engine, f"{number}@guichet.example", f"192.0.2.{number}", world.now)
    tries = left(world, SignInBrake)
    assert tries > 35
    assert purge.purge(world.engine, world.now + timedelta(days=2))["tries at the sign-in"] == tries


def test_who_comes_second_finds_nothing(world):
    a_draft(world)
    later = world.now + timedelta(days=200)
    assert sum(purge.purge(world.engine, later).values()) > 0
    assert sum(purge.purge(world.engine, later).values()) == 0


def test_what_was_removed_is_told_in_one_line_and_on_the_trail(world, caplog):
    form_drafts.begin(world.desk(world.contact), "new")
    with caplog.at_level(logging.INFO, "guichet"):
        purge.purge(world.engine, world.now + timedelta(days=200))
        purge.purge(world.engine, world.now + timedelta(days=200))
    assert [record.message for record in caplog.records] == ["Purged: 1 drafts of forms"]
    with Session(world.engine) as session:
        [entry] = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "purge.purge"))
    assert entry.after == {"drafts of forms": 1}


# ------------------------------------------------------------------ files


def age(path: Path, days: float) -> None:
    then = path.stat().st_mtime - days * 24 * 3600
    os.utime(path, (then, then))


def stored() -> dict[str, Path]:
    """All files of the store, by name."""
    root = Path(settings().files_url.removeprefix("file://"))
    return {path.name: path for path in root.rglob("*") if path.is_file()}


def test_files_that_something_refers_to_stay_and_others_go_after_a_day(world):
    contact, sales, technician = (world.desk(one) for one in (world.contact, world.sales, world.technician))
    form = TicketForm(kind=Kind.REQUEST, subject="S", description="D")
    tickets.file(contact, form, store([Upload("a.txt", b"attached")]))
    paper = Paper(DocumentKind.INVOICE, "1", "T", world.now.date())
    documents.add(sales, world.acme.id, paper, *store([Upload("p.pdf", b"%PDF-1.4 paper")]))
    film = editorial.begin(technician, manuscript(world, kind=ArticleKind.VIDEO, title="Film"))
    editorial.keep_video(technician, film.id, *store([Upload("film.mp4", MP4)]), seen=film.version)
    wanted = set(stored())
    assert len(wanted) == 3
    digest, _ = files.keep("o.txt", b"orphan")
    fresh, _ = files.keep("f.txt", b"stored a moment ago")
    for name, path in stored().items():
        if name != fresh:
            age(path, 2)
    folder = stored()[digest].parent
    (folder / "x.part").write_bytes(b"half")
    age(folder / "x.part", 2)
    (folder / "y.part").write_bytes(b"on its way")
    (folder / "README").write_bytes(b"not ours")
    age(folder / "README", 2)
    assert purge.purge(world.engine, clock.now())["files"] == 2
    assert set(stored()) == wanted | {fresh, "y.part", "README"}
    with Session(world.engine) as session:
        kept = session.exec(select(Attachment.id)).one()
    assert attachments.content(contact, kept).stream.read() == b"attached"


def test_a_file_that_is_stored_once_more_is_a_new_one(world):
    digest, _ = files.keep("o.txt", b"orphan")
    age(stored()[digest], 2)
    assert files.keep("o.txt", b"orphan")[0] == digest
    assert purge.purge(world.engine, clock.now())["files"] == 0


def test_a_file_that_is_stored_once_more_while_it_is_being_removed_stays(world, monkeypatch):
    digest, _ = files.keep("o.txt", b"orphan")
    age(stored()[digest], 2)
    looked, stored_before = [], purge._stored_before

    def and_then_it_is_stored(system, path, moment) -> bool:
        found = stored_before(system, path, moment)
        looked.append(path)
        if len(looked) == 2:  # once more before the removal
            files.keep("o.txt", b"orphan")
        return found

    monkeypatch.setattr(purge, "_stored_before", and_then_it_is_stored)
    assert purge.remove_files(world.engine, clock.now()) == 0
    assert set(stored()) == {digest}
    with files.read(digest) as stream:
        assert stream.read() == b"orphan"


def test_what_a_killed_check_of_the_storage_left_is_removed(world):
    files.keep("f.txt", b"file")
    root = Path(settings().files_url.removeprefix("file://"))
    for name, days in (("1.probe", 2), ("2.probe", 0), ("README", 2)):
        (root / name).write_bytes(b"Guichet")
        age(root / name, days)
    assert purge.remove_files(world.engine, clock.now()) == 1
    assert {"2.probe", "README"} < set(stored()) and "1.probe" not in stored()


def test_where_no_file_was_ever_stored_there_is_nothing_to_remove(world):
    assert purge.remove_files(world.engine, clock.now()) == 0


def test_every_column_that_names_a_file_is_known_to_the_purge():
    named = {
        f"{table.name}.{column.name}"
        for table in Table.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("sha256")
    }
    named.discard("ticket_import.sha256")  # of a file that is read where it lies, and not stored
    assert named == {f"{column.class_.__tablename__}.{column.key}" for column in purge.REFERENCES}


def test_a_thread_purges_as_long_as_the_desk_runs(world, monkeypatch):
    form_drafts.begin(world.desk(world.contact), "new")
    with Session(world.engine.execution_options(writes=True)) as session:
        session.exec(select(FormDraft)).one().saved_at = clock.now() - timedelta(days=200)
        session.commit()
    done, real = Event(), purge.purge

    def seen(*given, **wanted):
        removed = real(*given, **wanted)
        done.set()
        return removed

    monkeypatch.setattr(purge, "purge", seen)
    with purge.purging(world.engine):
        assert done.wait(20)
    assert left(world, FormDraft) == 0
