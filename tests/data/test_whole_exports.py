"""A desk that goes out whole and comes in again as it was, on both databases; and what does not go along."""

import csv
import shutil
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlmodel import Session, select

from data import access_codes, demo, exports, hotline, metrics, service_levels
from data.core import codes, files, settings, shelf, turn_of_time
from data.core.database import open_engine
from data.core.desk import SYSTEM, Desk
from data.core.exchange import outgoing_calls, shape
from data.core.exchange.carried import CARRIED, COMPUTED, NOT_CARRIED
from models.article import Article
from models.attachment import Attachment
from models.base import Table
from models.client import Client, StarLevel
from models.document import Document
from models.errors import Refused
from models.hotline import HotlineCall
from models.metrics import Filters
from models.period import Period
from models.product import Product
from models.service_level import CalendarYear
from models.ticket import Ticket, Urgency
from models.user import User
from tests.conftest import NOON, World
from tests.data.random_desk import MARCH, PARIS, Life, filed
from tests.data.test_exports import back, rewritten
from tests.data.whole_desk import contents, something_of_everything

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def whole(new_desk) -> World:
    return something_of_everything(World(new_desk()))


def out(world, path):
    return exports.tickets(world.desk(), path)


def assert_moved(source, target, folder: Path, now=None) -> None:
    """Into an empty desk, and out again: the same rows, the same files, the same file."""
    desks = [Desk(SYSTEM, engine, **({"clock": lambda: now} if now else {})) for engine in (source, target)]
    exports.tickets(desks[0], folder / "one.csv")
    sums = back(target, folder / "one.csv", desks[1])
    assert not sums.rejected
    assert contents(target) == contents(source)
    exports.tickets(desks[1], folder / "two.csv")
    assert (folder / "two.csv").read_bytes() == (folder / "one.csv").read_bytes()
    first, second = ({one.name for one in (folder / f"{name}.csv.files").glob("*")} for name in ("one", "two"))
    assert first == second


# ------------------------------------------------------------------ what goes along, and what does not


def columns_of(names) -> set[str]:
    """Every `table.column` of these, of which some are whole tables."""
    tables = Table.metadata.tables
    return {
        column
        for name in names
        for column in ([f"{name}.{one.name}" for one in tables[name].c] if name in tables else [name])
    }


def test_somebody_has_decided_of_every_table_and_column_whether_it_goes_along():
    """A new table or column fails here until it is in one list of data/core/exchange/carried.py."""
    every = {f"{table.name}.{column.name}" for table in Table.metadata.sorted_tables for column in table.c}
    numbers = {f"{table.name}.id" for table in Table.metadata.sorted_tables if "id" in table.c}
    lists = [
        {f"{table}.{column}" for table, columns in CARRIED.items() for column in columns},
        columns_of(COMPUTED) - numbers,
        *(columns_of(left.names) - numbers for left in NOT_CARRIED),
    ]
    assert sum(map(len, lists)) == len(set().union(*lists)), "one is in two lists"
    assert set().union(*lists) == every - numbers


def test_the_desk_of_these_tests_has_something_in_every_column_that_goes_along(whole):
    """Or a column that is lost on the way would not be missed."""
    with whole.engine.connect() as connection:
        for name, columns in CARRIED.items():
            rows = connection.execute(select(Table.metadata.tables[name])).mappings().all()
            for column in columns:
                assert any(row[column] not in (None, "", False, 0, [], {}) for row in rows), f"{name}.{column}"


def test_the_export_names_what_it_does_not_carry(whole, tmp_path):
    written = out(whole, tmp_path / "desk.csv")
    assert {left.what: count for count, left in written.left_out}.items() >= {"access codes": 1, "passwords": 1}.items()
    with (tmp_path / "desk.csv").open(newline="", encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    assert (first["record"], first["format"]) == ("export", str(shape.FORMAT))
    assert all(left.what in first["not_carried"] for left in NOT_CARRIED)


def test_readme_names_what_is_not_carried():
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert not [left.what for left in NOT_CARRIED if left.what not in " ".join(readme.split())]


# ------------------------------------------------------------------ there and back


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_desk_with_something_of_everything_is_the_same_elsewhere(whole, engine, tmp_path):
    assert_moved(whole.engine, engine, tmp_path, whole.now)


def test_from_either_database(world, new_desk, tmp_path):
    something_of_everything(world)
    assert_moved(world.engine, new_desk(), tmp_path, world.now)


@pytest.fixture(scope="module")
def demo_desk(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    engine = open_engine(f"sqlite:///{shutil.copy(sqlite_template, folder / 'guichet.db')}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUICHET_VAR", str(folder))
        settings.settings.cache_clear()
        demo.seed(engine, NOON, 44)
    settings.settings.cache_clear()
    yield engine, folder
    engine.dispose()


def test_the_demo_is_the_same_elsewhere(demo_desk, engine, tmp_path, monkeypatch):
    source, folder = demo_desk
    monkeypatch.setenv("GUICHET_FILES", f"file://{folder / 'files'}")
    settings.settings.cache_clear()
    assert_moved(source, engine, tmp_path, NOON)


def test_a_desk_of_random_weeks_keeps_its_promises_and_figures_elsewhere(world, new_desk, tmp_path):
    life = Life(world, seed=1)
    life.go_on(50)
    held = service_levels.grid(world.desk())
    service_levels.save(world.desk(), [replace(one, resolution=one.resolution * 2) for one in held])
    life.go_on(50)
    target = new_desk()
    assert_moved(world.engine, target, tmp_path, world.now)
    today = world.now.astimezone(PARIS).date()
    for period, narrowed in product((MARCH, Period(date(2026, 3, 20), today)), ({}, {"urgency": Urgency.CRITICAL})):
        pages = []
        for engine in (world.engine, target):
            shelf.clear()
            desk = Desk(SYSTEM, engine, clock=lambda: world.now)
            pages.append(metrics.page(desk, period, Filters(**narrowed)))
        assert pages[0] == pages[1]


def test_into_a_desk_that_has_it_already_it_changes_nothing(whole, new_desk, tmp_path):
    out(whole, tmp_path / "desk.csv")
    target = new_desk()
    back(target, tmp_path / "desk.csv")
    for engine in (target, whole.engine):
        before = contents(engine)
        sums = back(engine, tmp_path / "desk.csv")
        assert (sums.imported, sums.bad) == (0, 0)
        assert contents(engine) == before


def test_public_holidays_that_were_counted_are_counted_elsewhere(whole, new_desk, tmp_path):
    """Whatever the library of the new desk's machine knows; a desk with tickets keeps its own, and says so."""
    shown = {"2026-03-04": "Un jour chômé"}
    with Session(whole.engine.execution_options(writes=True)) as session:
        for one in session.exec(select(CalendarYear)):
            one.holidays = shown
        session.commit()
    out(whole, tmp_path / "desk.csv")
    target, used = new_desk(), new_desk()
    back(target, tmp_path / "desk.csv")
    assert set(contents(target)["calendar_year"]) >= set(contents(whole.engine)["calendar_year"])
    world = World(used)
    filed(world)
    with pytest.raises(Refused, match="public holidays of 2026"):
        back(used, tmp_path / "desk.csv")


def test_a_document_that_was_removed_since_does_not_come_back(whole, new_desk, tmp_path):
    out(whole, tmp_path / "desk.csv")
    back(target := new_desk(), tmp_path / "desk.csv")
    with Session(target.execution_options(writes=True)) as session:
        for one in session.exec(select(Document)):
            one.removed_at, one.removed_because = one.removed_at or whole.now, "Une erreur"
        session.commit()
    assert back(target, tmp_path / "desk.csv").documents == 0


def test_what_was_due_while_the_desk_moved_happens_at_its_moment(world, new_desk, tmp_path):
    """The programme of a client changes after the export: its running tickets are dated by that in both desks."""
    something_of_everything(world)
    world.now -= timedelta(hours=1)
    out(world, tmp_path / "desk.csv")
    back(target := new_desk(), tmp_path / "desk.csv")  # by the clock of today
    with Session(target) as session:
        due = session.exec(select(Client.next_change_at).where(Client.name == world.other.name)).one()
    assert due is not None and due < Desk(SYSTEM, target).now
    for engine in (world.engine, target):
        turn_of_time.catch_up(Desk(SYSTEM, engine))
    assert contents(target) == contents(world.engine)
    with Session(target) as session:
        assert session.exec(select(Client.star_level).where(Client.name == world.other.name)).one() == StarLevel.FOUR


# ------------------------------------------------------------------ access codes


def test_no_code_goes_along_and_how_many_are_new_is_told(whole, new_desk, tmp_path):
    code = access_codes.issue(whole.desk(whole.sales), whole.acme.id)
    out(whole, tmp_path / "desk.csv")
    assert code not in (tmp_path / "desk.csv").read_text(encoding="utf-8")
    target = new_desk()
    assert back(target, tmp_path / "desk.csv", Desk(SYSTEM, target, clock=lambda: whole.now)).codes == 1
    with Session(target) as session:
        client = session.exec(select(Client).where(Client.name == whole.acme.name)).one()
        assert codes.read(session, client.id) not in {code, None}
        technician = session.exec(select(User).where(User.email == whole.technician.email)).one()
    assert hotline.look_up(World.desk(AtThat(target, whole.now), technician), code) is None


class AtThat:
    def __init__(self, engine, now):
        self.engine, self.now = engine, now


# ------------------------------------------------------------------ formats


def test_an_export_of_the_first_format_comes_in(engine, tmp_path):
    for path in FIXTURES.glob("export-format-1.csv*"):
        (shutil.copytree if path.is_dir() else shutil.copy)(path, tmp_path / path.name)
    sums = back(engine, tmp_path / "export-format-1.csv")
    assert (sums.bad, sums.tickets, sums.clients, sums.codes) == (0, 7, 1, 1)
    assert back(engine, tmp_path / "export-format-1.csv").imported == 0


def test_a_newer_format_is_refused_before_anything_is_written(whole, new_desk, tmp_path):
    out(whole, tmp_path / "desk.csv")
    newer = {"format": str(shape.FORMAT + 1)}
    rewritten(tmp_path / "desk.csv", lambda row: row | (newer if row["record"] == "export" else {}))
    target = new_desk()
    with pytest.raises(Refused, match="newer Guichet"):
        back(target, tmp_path / "desk.csv")
    assert not contents(target)["client"]


# ------------------------------------------------------------------ files


def damage(digest: str) -> None:
    """One byte of the stored file is another one, as after a bad sector."""
    path = Path(settings.settings().files_url.removeprefix("file://")) / digest[:2] / digest
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_damaged_and_missing_files_are_named_and_the_rest_goes_out(whole, tmp_path):
    whole_folder = out(whole, tmp_path / "whole.csv").files
    with Session(whole.engine) as session:
        document = session.exec(select(Document).order_by(Document.id)).first()
        film = session.exec(select(Article).where(Article.video_name != "")).one()
    damage(document.sha256)
    damage(film.video_sha256)
    lost = next(path for path in (tmp_path / "var" / "files").rglob("*") if ticket_of(whole, path.name))
    owner = ticket_of(whole, lost.name)
    lost.unlink()
    written = out(whole, tmp_path / "desk.csv")
    assert written.lost == 3 and written.files == whole_folder - 3
    told = {one.owner: (one.name, one.why) for one in written.named}
    assert told[document_owner(whole, document)] == (document.name, "damaged")
    assert told["Film"] == ("film.mp4", "damaged")
    assert told[owner][1] == "missing"
    names = {path.name for path in (tmp_path / "desk.csv.files").iterdir()}
    assert names == {path.name for path in (tmp_path / "whole.csv.files").iterdir()} - {
        document.sha256,
        film.video_sha256,
        lost.name,
    }


def ticket_of(world, digest) -> str | None:
    attached = select(Ticket.reference).join(Attachment, Attachment.ticket_id == Ticket.id)
    with Session(world.engine) as session:
        return session.exec(attached.where(Attachment.sha256 == digest)).first()


def document_owner(world, document) -> str:
    with Session(world.engine) as session:
        return session.get_one(Client, document.client_id).name


def test_an_export_that_is_killed_leaves_nothing_under_its_names(whole, tmp_path, monkeypatch):
    def killed(_desk):
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr(outgoing_calls, "calls", killed)
    with pytest.raises(KeyboardInterrupt):
        out(whole, tmp_path / "desk.csv")
    assert not list(tmp_path.glob("desk.csv*"))


def test_what_a_killed_export_has_left_is_cleared_by_the_next_one(whole, tmp_path):
    left = tmp_path / "desk.csv.files.part"
    left.mkdir()
    (left / ("0" * 64)).write_bytes(b"half")
    out(whole, tmp_path / "desk.csv")
    assert not left.exists() and not (tmp_path / "desk.csv.files" / ("0" * 64)).exists()


def test_a_former_export_stays_whole_until_the_next_one_is(whole, new_desk, tmp_path, monkeypatch):
    out(whole, tmp_path / "desk.csv")
    former = (tmp_path / "desk.csv").read_bytes()
    monkeypatch.setattr(files, "read", lambda _digest: (_ for _ in ()).throw(FileNotFoundError))
    monkeypatch.setattr(outgoing_calls, "seen", lambda _desk: iter([("call", {"at": None, "edition": "x" / 1})]))
    with pytest.raises(TypeError):
        out(whole, tmp_path / "desk.csv")
    assert (tmp_path / "desk.csv").read_bytes() == former
    monkeypatch.undo()
    assert not back(new_desk(), tmp_path / "desk.csv").bad


# ------------------------------------------------------------------ one moment, bounded work


def test_all_of_it_is_of_one_moment(world, tmp_path, monkeypatch):
    """What is saved while the export is under way is not in it, or later rows would name what earlier ones lack."""
    something_of_everything(world)
    honest = outgoing_calls.calls

    def meanwhile(desk):
        hotline.call_by_name(world.desk(world.technician), world.acme.id)
        yield from honest(desk)

    before = len(contents(world.engine)["hotline_call"])
    monkeypatch.setattr(outgoing_calls, "calls", meanwhile)
    out(world, tmp_path / "desk.csv")
    with (tmp_path / "desk.csv").open(newline="", encoding="utf-8") as file:
        assert sum(row["record"] == "call" for row in csv.DictReader(file)) == before
    assert len(contents(world.engine)["hotline_call"]) == before + 1


def test_the_number_of_queries_does_not_grow_with_the_rows(world, tmp_path, count_queries):
    something_of_everything(world)
    count_queries()
    out(world, tmp_path / "few.csv")
    few = count_queries()
    with Session(world.engine.execution_options(writes=True)) as session:
        for number in range(20):
            at = {"at": world.now + timedelta(seconds=number)}
            session.add(HotlineCall(user_id=world.technician.id, client_id=world.acme.id, star_level=5, **at))
            session.add(Client(name=f"Client {number}", created_at=world.now))
            session.add(Product(name=f"Logiciel {number}"))
            session.flush()
        session.commit()
    count_queries()
    out(world, tmp_path / "many.csv")
    assert count_queries() == few


# ------------------------------------------------------------------ rows that nobody should believe

FUTURE, NEW_YEAR, FEBRUARY = "2099-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
CONTACT, TECHNICIAN = "contact@guichet.example", "technician@guichet.example"
NO_AUTHOR = "an author who is no colleague"
CLOSED, OVERLAP = "{}", '{"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}'
HOSTILE = [
    ("export", {"format": "x"}, "unreadable format"),
    ("export", {"format": "-1"}, "unreadable format"),
    ("export", {"format": "9" * 5000}, "unreadable format"),
    ("export", {"not_carried": "[" * 100_000}, "unreadable not_carried"),
    ("desk", {"direct_line_number": "call me"}, "no telephone number"),
    ("desk", {"checklist_closed_at": FUTURE}, "a moment in the future"),
    ("header", {"header": ""}, "a column without name"),
    ("header", {"meaning": "x" * 41}, "meaning is too long"),
    ("calendar", {"calendar_from": FEBRUARY, "edition": "3"}, "one of the same moment is missing before it"),
    ("calendar", {"edition": "0"}, "unreadable edition"),
    ("calendar", {"edition": "1000"}, "unreadable edition"),
    ("calendar", {"calendar_from": FEBRUARY, "hours": CLOSED}, "no calendar"),
    ("calendar", {"calendar_from": FEBRUARY, "hours": OVERLAP}, "no calendar"),
    ("calendar", {"calendar_from": FEBRUARY, "hours": "[]"}, "no calendar"),
    ("calendar", {"calendar_from": FEBRUARY, "zone": "Mars/X"}, "no calendar"),
    ("calendar", {"calendar_from": FEBRUARY, "exceptions": '{"2026-05-04": {"x": NaN}}'}, "no calendar"),
    ("calendar_year", {"calendar": "lunar"}, "unknown calendar"),
    ("calendar_year", {"year": "1"}, "unreadable year"),
    ("calendar_year", {"holidays": "[]"}, "unreadable holidays"),
    ("calendar_year", {"holidays": '{"1999-01-01": "x"}'}, "unreadable holidays"),
    ("calendar_year", {"holidays": '{"2026-01-32": "x"}'}, "unreadable holidays"),
    ("calendar_year", {"holidays": '{"2026-01-01": 1}'}, "unreadable holidays"),
    ("calendar_year", {"known_at": FUTURE}, "a moment in the future"),
    ("service_level", {"valid_from": FUTURE}, "a moment in the future"),
    ("service_level", {"valid_from": FEBRUARY, "first_response_target": "0"}, "a target that nobody can keep"),
    ("service_level", {"valid_from": FEBRUARY, "resolution_target": "36000001"}, "a target that nobody can keep"),
    ("service_level", {"valid_from": FEBRUARY, "resolution_target": "1"}, "a target that nobody can keep"),
    ("service_level", {"valid_from": FEBRUARY, "calendar": "lunar"}, "unknown calendar"),
    ("service_level", {"valid_from": FEBRUARY, "star_level": "0"}, "a target of no ticket"),
    ("service_level", {"kind": "request", "urgency": "low"}, "a target of no ticket"),
    ("product", {"product": ""}, "no product"),
    ("product", {"product": "x" * 121}, "product is too long"),
    ("product", {"product": "Autre", "position": "-1"}, "unreadable position"),
    ("product", {"product": "Autre", "position": "1000000"}, "unreadable position"),
    ("product", {"product": "Autre", "active": "perhaps"}, "unreadable active"),
    ("ownership", {"client": "Nobody"}, "unknown client"),
    ("ownership", {"product": "Nothing"}, "unknown product"),
    ("subscription", {"cuts_short": "no", "former_ends_at": FUTURE}, "a subscription that cuts nothing short"),
    ("document", {"client": "Nobody"}, "unknown client"),
    ("document", {"number": ""}, "a document without number, or of an impossible date"),
    ("document", {"number": "x" * 61}, "number is too long"),
    ("document", {"title": "x" * 201}, "title is too long"),
    ("document", {"dated": "1066-10-14"}, "a document without number, or of an impossible date"),
    ("document", {"dated": "2999-01-01"}, "a document without number, or of an impossible date"),
    ("document", {"dated": "yesterday"}, "unreadable dated"),
    ("document", {"kind": "gossip"}, "unreadable kind"),
    ("document", {"removed_at": FEBRUARY}, "a document is removed at a moment and for a reason, or not at all"),
    ("document", {"removed_at": FEBRUARY, "reason": "Non"}, "something happened before it was added"),
    ("document", {"author_email": CONTACT}, NO_AUTHOR),
    ("document", {"number": "N", "sha256": "../../etc/passwd"}, "unreadable sha256"),
    ("document", {"number": "N", "sha256": "0" * 64}, "the attached file is not in the folder beside the export"),
    ("article", {"article": "0"}, "unreadable article"),
    ("article", {"article": "100001"}, "unreadable article"),
    ("article", {"article": "1"}, "an article told twice"),
    ("article", {"article": "50", "subject": ""}, "an article without title"),
    ("article", {"article": "50", "body": "x" * 100_001}, "body is too long"),
    ("article", {"article": "50", "body": ""}, "a published article with nothing to show"),
    ("article", {"article": "50", "link": "javascript:alert(1)"}, "a link that is no https address"),
    ("article", {"article": "50", "position": "1000"}, "unreadable position"),
    ("article", {"article": "50", "version": "0"}, "unreadable version"),
    ("article", {"article": "50", "published_at": FUTURE}, "a moment in the future"),
    ("article", {"article": "50", "published_at": NEW_YEAR}, "something happened before it was created"),
    ("article", {"article": "50", "product": "Nothing"}, "unknown product"),
    ("article", {"article": "50", "author_email": CONTACT}, NO_AUTHOR),
    ("article", {"article": "50", "subject": "Un mot", "sha256": "0" * 64, "size": "1"}, "the attached file is not in"),
    ("article_read", {"article": "99"}, "unknown article"),
    ("article_read", {"email": TECHNICIAN}, "a reader who is no contact"),
    ("article_read", {"decided_at": FUTURE}, "unreadable decided_at"),
    ("article_read", {"day": "2026-01-01"}, "unreadable day"),
    ("article_read", {"reference": "INC-1"}, "no reference"),
    ("article_read", {"email": "stranger@guichet.example"}, "unknown ticket"),
    ("article_vote", {"article": "99"}, "unknown article"),
    ("article_vote", {"helpful": "perhaps"}, "unreadable helpful"),
    ("article_vote", {"email": "nobody@guichet.example"}, "a reader who is no contact"),
    ("call", {"author_email": CONTACT}, "a call that no colleague took"),
    ("call", {"client": "", "caller_verified": "yes"}, "a call of nobody"),
    ("call", {"client": "Nobody", "star_level": "5"}, "unknown client"),
    ("call", {"client": "Acme (démo)", "star_level": ""}, "unreadable star_level"),
    ("call", {"edition": "9"}, "one of the same moment is missing before it"),
    ("call", {"caller_verified": ""}, "unreadable caller_verified"),
    ("call", {"caller_phone": "1" * 41}, "caller_phone is too long"),
    ("seen", {"reference": "INC-2026-999999"}, "unknown ticket"),
    ("seen", {"email": TECHNICIAN}, "a reader who is no contact"),
    ("seen", {"at": FUTURE}, "a moment in the future"),
]


def test_no_bad_row_leaves_a_trace_and_each_is_rejected_with_its_reason(whole, engine, tmp_path):
    out(whole, tmp_path / "desk.csv")
    with (tmp_path / "desk.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    first = {row["record"]: row for row in reversed(rows)}
    with (tmp_path / "desk.csv").open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, shape.COLUMNS).writerows(first[record] | changes for record, changes, _ in HOSTILE)
    sums = back(engine, tmp_path / "desk.csv", Desk(SYSTEM, engine, clock=lambda: whole.now))
    with (tmp_path / "desk.rejects.csv").open(newline="", encoding="utf-8") as file:
        found = sorted(list(csv.reader(file))[1:], key=lambda row: int(row[0]))
    told = [(record, changes, reason) for (_, reason, record, *_), (_, changes, _) in zip(found, HOSTILE, strict=True)]
    assert [one for one, case in zip(told, HOSTILE, strict=True) if one[0] != case[0] or case[2] not in one[2]] == []
    assert sums.bad == len(HOSTILE)
    assert contents(engine) == contents(whole.engine)
