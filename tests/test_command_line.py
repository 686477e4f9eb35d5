"""The command line, as one types it."""

import csv
import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from data import __main__ as command_line
from data.core import calendars, clock, database, one_time_links, settings, sign_in
from data.core.database import open_engine
from data.core.desk import SYSTEM, Desk, opened
from data.core.uploads import Upload, attach, store
from models.audit import AuditEntry
from models.calendar import Calendar
from models.client import Client, StarLevel
from models.permission import Role
from models.ticket import Ticket
from models.user import AccountNotice, Language, NoticeKind, User, UserSession
from tests.conftest import NOON

HOUSE = Path(__file__).parents[1]
FIXTURE = HOUSE / "tests" / "data" / "fixtures" / "servicenow.csv"
CASES = HOUSE / "tests" / "cases" / "sla_cases.json"


@pytest.fixture
def line(monkeypatch, capsys):
    """Types a line in a machine that knows nothing yet: exit code, output, complaints."""
    database.engine.cache_clear()

    def typed(*words) -> tuple[int, str, str]:
        try:
            code = command_line.main([str(word) for word in words])
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    yield typed
    database.engine.cache_clear()


@pytest.fixture
def log(tmp_path) -> Path:
    return Path(shutil.copy(FIXTURE, tmp_path / "log.csv"))


def import_servicenow(line, path, *options):
    return line("import", "tickets", path, "--preset", "servicenow", *options)


def tickets(engine) -> int:
    with Session(engine) as session:
        return session.exec(select(func.count()).select_from(Ticket)).one()


@pytest.mark.parametrize(
    "words", [[], ["import"], ["import", "tickets"], ["export", "desk"], ["migrate"], ["seal"], ["check"]]
)
def test_help_tells_what_there_is(line, words):
    code, said, _ = line(*words, "--help")
    assert code == 0 and "usage: python -m data" in said


def test_a_misspelt_line_is_answered_with_the_usage(line, log):
    assert line()[0] == line("imprt")[0] == line("import", "tickets", log)[0] == 2
    code, _, complaint = line("import", "tickets", log, "--preset", "excel")
    assert code == 2 and "servicenow" in complaint


def test_migrate_makes_a_desk_that_is_no_demo(line, tmp_path):
    assert line("migrate")[0] == line("migrate")[0] == 0
    assert (tmp_path / "var" / "guichet.db").exists()
    with Session(database.engine()) as session:
        assert not session.exec(select(User)).first()


def test_an_import_prints_sums_that_add_up_and_what_it_cost(line, log):
    code, said, _ = import_servicenow(line, log)
    assert code == 0
    assert said.startswith("13 rows read = 2 imported + 7 merged + 4 rejected\n")
    assert "  rejected: 1 unknown state\n" in said
    assert f"  the rejected rows are in {log.with_name('log.rejects.csv')}\n" in said
    assert "new: 2 tickets, 2 clients, 2 contacts, 2 products, 2 technicians\n" in said
    assert " MiB of memory" in said
    assert "13 rows read = 0 imported + 9 merged + 4 rejected\n" in import_servicenow(line, log)[1]


def test_days_that_are_over_are_sealed_once(line, log):
    assert line("seal")[1].startswith("0 days sealed\n")
    import_servicenow(line, log)
    code, said, _ = line("seal")
    assert code == 0 and int(said.split()[0]) > 200 and " MiB of memory" in said
    assert line("seal")[1].startswith("0 days sealed\n")


def test_days_are_counted_again_and_it_is_printed_what_has_changed(line, log):
    assert line("seal", "--again")[1].startswith("0 days counted again, 0 came out otherwise\n0 days sealed\n")
    import_servicenow(line, log)
    line("seal")
    with Session(database.engine().execution_options(writes=True)) as session:
        first = session.exec(select(Ticket).order_by(Ticket.filed_at)).first()
        first.filed_at += timedelta(days=1)
        day = first.filed_at.date()
        session.add(first)
        session.commit()
    code, said, _ = line("seal", "--again", day, day)
    assert code == 0 and said.startswith(f"  {day}: created 1 → 2\n1 days counted again, 1 came out otherwise\n")
    [before, total, *_] = line("seal", "--again")[1].splitlines()
    assert before.startswith(f"  {day - timedelta(days=1)}: created 1 → 0") and ", 1 came out otherwise" in total


@pytest.mark.parametrize(
    ("days", "code", "complaint"),
    [
        (["yesterday"], 2, "'yesterday' is not a day such as 2026-03-31"),
        (["2026-03-31", "2026-03-01"], 1, "a first and a last day"),
        (["2026-03-01", "2026-03-02", "2026-03-03"], 1, "a first and a last day"),
    ],
)
def test_days_that_make_no_sense_are_not_counted_again(line, days, code, complaint):
    found = line("seal", "--again", *days)
    assert found[0] == code and complaint in found[2]


def test_stars_are_read_from_their_file(line, log, tmp_path):
    (tmp_path / "stars.csv").write_text("client,stars\nLieu 1,5\n", encoding="utf-8")
    assert import_servicenow(line, log, "--stars", tmp_path / "stars.csv")[0] == 0
    with Session(database.engine()) as session:
        levels = session.exec(select(Ticket.star_level).order_by(Ticket.id)).all()
    assert levels == [StarLevel.FIVE, StarLevel.THREE]
    code, _, complaint = line("import", "tickets", log, "--preset", "guichet", "--stars", tmp_path / "stars.csv")
    assert code == 1 and "--stars" in complaint


def test_what_is_exported_is_imported_elsewhere(line, log, tmp_path, monkeypatch):
    import_servicenow(line, log)
    code, said, _ = line("export", "desk", tmp_path / "out.csv")
    assert code == 0 and said.startswith("2 tickets in ")
    assert "not carried:\n" in said and " entries of the audit trail: they tell" in said
    for words in (["desk", tmp_path / "out.csv"], ["tickets", tmp_path / "out.csv", "--preset", "guichet"]):
        _move(monkeypatch, tmp_path / str(words[0]))
        code, said, _ = line("import", *words)
        assert code == 0 and " + 0 rejected\n" in said and "People without a password here: " in said
        assert tickets(database.engine()) == 2


def test_an_import_tells_of_access_codes_that_nobody_knows_yet(line, log, tmp_path, monkeypatch):
    (tmp_path / "stars.csv").write_text("client,stars\nLieu 1,5\n", encoding="utf-8")
    _, said, _ = import_servicenow(line, log, "--stars", tmp_path / "stars.csv")
    assert "New access codes: 1." in said
    assert "  1 access codes: they are encrypted with the key" in line("export", "desk", tmp_path / "out.csv")[1]
    assert "New access codes" not in import_servicenow(line, log)[1]
    _move(monkeypatch, tmp_path / "elsewhere")
    assert "New access codes: 1." in line("import", "desk", tmp_path / "out.csv")[1]


def test_an_export_without_all_files_says_which_tickets_and_fails(line, log, tmp_path, monkeypatch):
    import_servicenow(line, log)
    with opened(Desk(SYSTEM, database.engine()), "test", writes=True) as desk:
        ticket = desk.session.exec(select(Ticket).order_by(Ticket.id)).first()
        attach(desk, ticket, None, store([Upload("écran.png", b"un"), Upload("a\x1b[2Jb.txt", b"deux")]))
        reference = ticket.reference
    stored = [path for path in (settings.settings().var / "files").rglob("*") if path.is_file()]
    missing, damaged = sorted(stored, key=lambda path: path.read_bytes() == b"un")
    missing.unlink()
    damaged.write_bytes(b"UN")
    code, said, complaint = line("export", "desk", tmp_path / "out.csv")
    assert code == 1 and said.startswith("2 tickets in ") and (tmp_path / "out.csv").exists()
    assert "Files that are not in the export: 2." in complaint
    assert f"  {reference}: écran.png is damaged\n" in complaint
    assert "[2Jb.txt is missing\n" in complaint and "\x1b[2J" not in complaint


def _move(monkeypatch, folder: Path) -> None:
    """To another machine."""
    monkeypatch.setenv("GUICHET_VAR", str(folder))
    settings.settings.cache_clear()
    database.engine.cache_clear()


@pytest.mark.parametrize("content", [None, b"", b"a,b\n1,2\n", b"\xff\xfe\0", b"\x1f\x8b\x08\0\0\0\0\0"])
def test_a_file_that_is_no_such_file_is_refused_in_a_line(line, tmp_path, content):
    if content is not None:
        (tmp_path / "log.csv").write_bytes(content)
    for preset in ("servicenow", "guichet"):
        code, said, complaint = line("import", "tickets", tmp_path / "log.csv", "--preset", preset)
        assert code == 1 and not said and "log.csv" in complaint


@pytest.mark.parametrize("name", ["", ".", "pipe"])
def test_an_export_replaces_nothing_that_is_not_a_file(line, tmp_path, name):
    os.mkfifo(tmp_path / "pipe")
    code, _, complaint = line("export", "tickets", name and tmp_path / name)
    assert code == 1 and "is not a file" in complaint and (tmp_path / "pipe").is_fifo()


def test_a_place_or_database_that_cannot_be_reached_is_told_in_a_line(line, tmp_path, monkeypatch):
    assert line("export", "desk", tmp_path / "nowhere" / "out.csv")[0] == 1
    for url in ("postgresql://nobody@127.0.0.1:1/none", "nonsense://"):
        monkeypatch.setenv("DATABASE_URL", url)
        settings.settings.cache_clear()
        database.engine.cache_clear()
        code, _, complaint = line("migrate")
        assert code == 1 and complaint.strip()


def test_cases_are_checked(line, tmp_path):
    code, said, _ = line("check-sla", "--cases", CASES)
    assert code == 0 and " 0 fail" in said
    (tmp_path / "cases.json").write_text("nonsense", encoding="utf-8")
    assert line("check-sla", "--cases", tmp_path / "cases.json")[0] != 0


def test_without_files_the_desks_own_calendars_are_checked(line, monkeypatch):
    code, said, _ = line("check-sla")
    assert code == 0
    assert said.startswith("Published cases: 85, 85 hold\nCalendar extended, from 1970-01-01 00:00 UTC: ")
    assert said.endswith(" 0 failed\n")

    class Hasty(Calendar):
        """Forgets the last hour of what it was asked for."""

        def due(self, start, target, pauses=()):
            return super().due(start, max(target - timedelta(hours=1), timedelta()), pauses)

    monkeypatch.setattr(calendars, "Calendar", Hasty)
    calendars._build.cache_clear()
    code, said, _ = line("check-sla")
    calendars._build.cache_clear()
    assert code == 1
    assert "  broken 3" in said and "the time used up by the deadline is the target; first from " in said


KILLED_HALF_WAY = """
import os, signal, sys
from data import __main__ as line
kill = lambda done, _: done > 400 and os.kill(os.getpid(), signal.SIGKILL)
line._step = lambda _bar, name: kill if name == "Writing" else lambda *_: None
line.main(sys.argv[1:])
"""


def test_an_import_killed_in_the_middle_keeps_whole_tickets_and_a_second_run_completes_it(database_url, log, tmp_path):
    head, first, *_ = log.read_text(encoding="utf-8").splitlines()
    rows = [first.replace("INC9000001", f"INC{number}") for number in range(4000)]
    log.write_text("\n".join([head, *rows]), encoding="utf-8")
    words = ["import", "tickets", str(log), "--preset", "servicenow"]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = os.environ | {"DATABASE_URL": database_url, "TMPDIR": str(temporary)}
    place = {"cwd": HOUSE, "env": environment, "capture_output": True}
    killed = subprocess.run([sys.executable, "-c", KILLED_HALF_WAY, *words], check=False, **place)
    engine = open_engine(database_url)
    written = tickets(engine)
    assert killed.returncode == -signal.SIGKILL and 400 < written < 4000
    assert not list(temporary.iterdir())
    done = subprocess.run([sys.executable, "-m", "data", *words], check=True, **place)
    assert f"4000 rows read = {4000 - written} imported + {written} merged + 0 rejected\n".encode() in done.stdout
    assert done.stdout.startswith(b"It goes on where it stopped on ")
    assert tickets(engine) == 4000
    with Session(engine) as session:
        assert session.exec(select(func.max(Ticket.reference))).one().endswith("-004000")
    engine.dispose()


def test_the_secret_key_is_rotated_and_never_printed(line, tmp_path):
    line("migrate")
    key = settings.settings().var / "secret.key"
    before = key.read_text()
    code, said, complaints = line("rotate-key")
    assert code == 0 and "encrypted anew: 0" in said
    assert key.read_text() != before and key.read_text().strip() not in said + complaints


def test_a_key_in_the_environment_is_rotated_by_whoever_gave_it(line, monkeypatch):
    for given, code, told in (("o" * 32, 1, "new,old"), (f"{'n' * 32},{'o' * 32}", 0, "take the old key out")):
        monkeypatch.setenv("GUICHET_SECRET_KEY", given)
        settings.settings.cache_clear()
        found, said, complaints = line("rotate-key")
        assert found == code and told in said + complaints
        assert given not in said + complaints


def test_clients_come_in_from_the_command_line_once_nothing_is_wrong(line, tmp_path):
    file = tmp_path / "clients.csv"
    file.write_text("Client;Étoiles\nNeuve;9\n", encoding="utf-8")
    code, said, _ = line("import", "clients", file)
    assert code == 1 and "row 2, star_level: “9” is not a star level" in said and "nothing was imported" in said
    file.write_text("Client;Étoiles\nNeuve;4\n", encoding="utf-8")
    code, said, _ = line("import", "clients", file, "--dry-run")
    assert code == 0 and "1 rows read, 0 problems, nothing was imported: 1 new clients" in said
    code, said, _ = line("import", "clients", file)
    assert code == 0 and "imported: 1 new clients" in said and "1 access codes issued" in said
    code, said, _ = line("import", "clients", file)
    assert code == 0 and "imported: 0 new clients" in said and "restarred" not in said
    code, _, complaints = line("import", "clients", tmp_path / "missing.csv")
    assert code == 1 and "cannot be read" in complaints


# ------------------------------------------------------------------ the console


def run_in_shell(words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | variables
    words = words.replace("guichet", f"{sys.executable} -m data")
    return subprocess.run(
        ["/bin/sh", "-c", words], cwd=HOUSE, env=environment, capture_output=True, text=True, check=False
    )


def test_no_trace_whoever_reads_the_output_or_does_not(line, tmp_path):
    line("migrate")
    file = tmp_path / "clients.csv"
    file.write_text("Client;Étoiles\nÉlégance ★;9\n", encoding="utf-8")
    ended = run_in_shell("guichet users --all | head -1; guichet import tickets --help | head -1; guichet purge >&-")
    assert ended.stderr == "" and ended.stdout.startswith("Name ")
    no_accents = run_in_shell(f"guichet import clients {file}; guichet import tickets --help", PYTHONIOENCODING="ascii")
    assert "\\xc9toiles" in no_accents.stdout and "not a star level" in no_accents.stdout
    assert "Traceback" not in no_accents.stderr


@pytest.mark.parametrize(
    ("raised", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "Stopped"),
        (PermissionError(13, "Permission denied", "/x"), 1, "/x cannot be used"),
        (MemoryError(), 1, "not enough memory"),
        (ValueError("x" * 100_000), 1, "x…"),
    ],
)
def test_a_command_that_fails_or_is_stopped_says_so_in_a_line(monkeypatch, line, raised, code, words):
    def fail(_asked):
        raise raised

    monkeypatch.setattr(command_line, "_migrate", fail)
    ended, _, complaint = line("migrate")
    assert ended == code and words in complaint and complaint.count("\n") == 1 and len(complaint) < 1100


def test_a_bug_keeps_its_trace(monkeypatch, line):
    monkeypatch.setattr(command_line, "_migrate", lambda _asked: {}["bug"])
    with pytest.raises(KeyError):
        line("migrate")


def test_a_misspelt_setting_is_said_and_stops_nothing(monkeypatch, line):
    monkeypatch.setenv("GUICHET_ZON", "Europe/Paris")
    code, said, complaint = line("migrate")
    assert code == 0 and "up to date" in said and "Do you mean GUICHET_ZONE?" in complaint


@pytest.mark.parametrize("preset", ["servicenow", "guichet"])
def test_cells_of_deep_json_are_rejected(line, log, tmp_path, preset):
    import_servicenow(line, log)
    if preset == "guichet":
        log = tmp_path / "out.csv"
        line("export", "tickets", log)
    header, *rows = csv.reader(log.open(encoding="utf-8-sig", newline=""))
    kinds = {row[0]: row for row in rows} if preset == "guichet" else {"": rows[0]}
    bad = tmp_path / "deep.csv"
    with bad.open("w", encoding="utf-8", newline="") as out:
        deep = ([*row[:at], "[" * 60_000, *row[at + 1 :]] for row in kinds.values() for at in range(1, len(row)))
        csv.writer(out).writerows([header, *deep])
    code, said, _ = line("import", "tickets", bad, "--preset", preset)
    assert code == 0 and " rejected" in said


# ------------------------------------------------------------------ accounts


@pytest.fixture
def staffed(line):
    """A desk of one's own with a manager, a technician and a contact."""
    line("migrate")
    with Session(database.engine().execution_options(writes=True), expire_on_commit=False) as session:
        client = Client(name="Acme (démo)", created_at=NOON)
        session.add(client)
        session.flush()
        made = {}
        for name, role in (("anne", Role.MANAGER), ("tom", Role.TECHNICIAN), ("cleo", Role.CONTACT)):
            of = client.id if role == Role.CONTACT else None
            email, called = f"{name}@guichet.example", f"{name.capitalize()} [red]\x1b[31m"
            made[name] = User(
                email=email, name=called, role=role, client_id=of, language=Language.FRENCH, created_at=NOON
            )
        session.add_all(made.values())
        session.commit()
    return made


def test_a_link_is_printed_for_a_manager_who_is_locked_out_and_noted_on_the_trail(line, staffed):
    code, said, complaints = line("link", " Anne@Guichet.example", "--url", "https://desk.example/")
    assert (code, complaints) == (0, "")
    [address] = [word for word in said.split() if "/welcome#" in word]
    assert address.startswith("https://desk.example/welcome#") and "It works once" in said and "\x1b" not in said
    token = address.partition("#")[2]
    user_id = one_time_links.follow(database.engine(), token, "trois tasses de thé", clock.now())
    assert user_id == staffed["anne"].id
    with Session(database.engine()) as session:
        [entry] = session.exec(select(AuditEntry).where(AuditEntry.action == "users.link"))
    assert (entry.table_name, entry.user_id) == ("one_time_link", None) and token not in str(entry.model_dump())


def test_a_link_for_a_stolen_password_says_so_to_the_owner(line, staffed):
    sign_in.open_session(database.engine(), staffed["anne"].id, "", "", clock.now())
    assert line("link", "anne@guichet.example", "--shut-out")[0] == 0
    with Session(database.engine()) as session:
        assert session.exec(select(AccountNotice.kind)).one() == NoticeKind.SHUT_OUT
        assert session.exec(select(UserSession.ended_at)).one() is not None


def test_a_link_for_nobody_or_for_a_disabled_account_is_refused_in_words(line, staffed):
    assert line("link", "nobody@guichet.example") == (
        1,
        "",
        "No account has the e-mail address nobody@guichet.example.\n",
    )
    with Session(database.engine().execution_options(writes=True)) as session:
        session.get_one(User, staffed["tom"].id).active = False
        session.commit()
    code, said, complaints = line("link", "tom@guichet.example")
    assert (code, said) == (1, "") and "Enable it first" in complaints
    assert line("link", "tom@guichet.example", "--enable")[0] == 0


def test_accounts_are_listed_with_their_state_and_when_they_were_seen(line, staffed):
    sign_in.open_session(database.engine(), staffed["anne"].id, "", "", NOON)
    code, said, _ = line("users")
    header, *rows = said.splitlines()
    assert code == 0 and header.split()[:3] == ["Name", "E-mail", "Role"]
    assert [row.split()[0] for row in rows] == ["Anne", "Tom"] and "\x1b" not in said and "[red]" in said
    assert "waiting for a new password" in rows[0] and "2026-03-03 12:00" in rows[0]
    assert "invited" in rows[1] and "never" in rows[1]
    assert (
        "cleo@guichet.example" in line("users", "--all")[1] and "Acme (démo)" in line("users", "--role", "contact")[1]
    )
    assert "anne@" not in line("users", "--role", "contact")[1]


def test_the_purge_says_what_it_removed(line, staffed):
    code, said, _ = line("purge")
    assert code == 0 and "0 files" in said and "0 sessions" in said


def test_products_of_a_clients_file_are_created_when_asked_for(line, tmp_path):
    file = tmp_path / "clients.csv"
    file.write_text("Client;Produits\nNeuve;Paie, Stocks\nAutre;Paie\n", encoding="utf-8")
    code, said, _ = line("import", "clients", file)
    assert code == 1 and "2 products do not exist yet: Paie, Stocks" in said and "--create-products" in said
    code, said, _ = line("import", "clients", file, "--create-products")
    assert code == 0 and "2 new clients" in said and "3 products owned, 2 products created" in said


def test_bad_rows_of_a_clients_file_are_left_out_when_asked_for_and_come_in_once_corrected(line, tmp_path):
    file, rejects = tmp_path / "clients.csv", tmp_path / "clients.rejects.csv"
    file.write_text("Client;Étoiles\nBonne;4\n=Neuve;9\n", encoding="utf-8")
    code, said, _ = line("import", "clients", file, "--skip-bad-rows")
    assert code == 1 and "imported: 1 new clients" in said and str(rejects) in said
    header, row = rejects.read_text(encoding="utf-8-sig").splitlines()
    assert header == "problem;Client;Étoiles"
    assert row.startswith("row 3, star_level: ") and row.endswith(";'=Neuve;9")
    rejects.write_text(rejects.read_text(encoding="utf-8-sig").replace(";9", ";5"), encoding="utf-8")
    code, said, _ = line("import", "clients", rejects)
    assert code == 0 and "1 rows read, 0 problems, imported: 1 new clients" in said
