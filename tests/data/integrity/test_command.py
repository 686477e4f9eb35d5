"""`python -m data check`, as one types it, and desks that were imported."""

import pytest
from sqlalchemy import text

from data.core import database, settings, sla_rules
from data.core.integrity import repair
from tests.data.integrity.desk import break_page, damage, lively, look, problems, said
from tests.data.random_desk import Life
from tests.data.test_exports import back, empty, out
from tests.test_command_line import import_servicenow, line, log

__all__ = ["empty", "line", "log"]  # fixtures


@pytest.fixture(autouse=True)
def few_samples(monkeypatch):
    """The arithmetic of calendars has tests of its own, and takes most of the time of a check."""
    every = sla_rules.samples
    monkeypatch.setattr(sla_rules, "samples", lambda calendar, now: every(calendar, now)[::50])


@pytest.fixture
def typed(line, database_url, monkeypatch):
    """On the database of the test."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    settings.settings.cache_clear()
    database.engine.cache_clear()
    return line


def test_a_desk_on_which_all_is_right(typed):
    code, output, _ = typed("check")
    assert code == 0 and output.endswith("All right.\n")
    assert [one.partition(":")[0] for one in output.splitlines() if not one.startswith(" ")][:-1] == [
        "Database",
        "Values",
        "Files",
        "Tickets and their history",
        "References",
        "Stored days of the figures",
        "Clients, people and codes",
        "Service-level arithmetic",
    ]
    assert typed("check", "--quick", "--repair")[0] == 0


def test_what_is_wrong_is_told_then_repaired_then_told_again(world, typed):
    one, *_ = lively(world)
    damage(world.engine, "UPDATE history_entry SET after = 'bogus' WHERE change = 'urgency' AND ticket_id = 1")
    damage(world.engine, "UPDATE ticket SET next_late_at = NULL WHERE id = 2")
    code, output, _ = typed("check")
    assert code == 1 and f"{one}, entry " in output and "after is “bogus” → " in output
    assert output.endswith("5 wrong, 3 repairable: python -m data check --repair\n")
    code, output, _ = typed("check", "--repair")
    assert code == 0 and "Repairing 3 of these" in output and "3 rows repaired" in output
    assert output.index("“bogus”") < output.index("Repairing") < output.index("All right.")
    assert typed("check")[0] == 0


def test_what_cannot_be_repaired_stays_and_is_answered_for(world, typed):
    lively(world)
    first = "change = 'urgency' AND before = 'serious' AND ticket_id = 1"
    damage(world.engine, f"UPDATE history_entry SET before = 'bogus' WHERE {first}")
    code, output, _ = typed("check", "--repair")
    assert code == 1 and "Repairing" not in output and ".before= one of: critical, low, none, serious" in output
    number = output.partition("entry ")[2].partition(" ")[0]
    for wrong in ("nonsense", "x.before=low", f"{number}.middle=low", f"{'9' * 40}.before=low", f"{number}.before=no"):
        assert typed("check", "--repair", "--answer", wrong)[0] == 2
    assert typed("check", "--answer", f"{number}.before=serious")[0] == 2, "only with --repair"
    assert typed("check", "--repair", "--answer", f"{number}.before=serious")[0] == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_all_of_it_is_named_when_asked_for(world, typed):
    for _ in range(9):
        lively(world)
    damage(world.engine, "UPDATE ticket SET next_late_at = filed_at")
    assert "… and 7 more: --all names them" in typed("check")[1]
    output = typed("check", "--all")[1]
    assert " more: " not in output and output.count("next_late_at is ") == 27


def test_what_cannot_be_checked_is_told_in_a_line_and_changes_nothing(typed, engine, tmp_path, monkeypatch):
    damage(engine, "UPDATE alembic_version SET version_num = '0001'")
    code, output, complaint = typed("check")
    assert code == 2 and not output and "python -m data migrate" in complaint
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001"
    for url in (f"sqlite:///{tmp_path / 'none' / 'guichet.db'}", "postgresql://nobody@127.0.0.1:1/none"):
        monkeypatch.setenv("DATABASE_URL", url)
        settings.settings.cache_clear()
        database.engine.cache_clear()
        code, output, complaint = typed("check")
        assert code == 2 and not output and complaint.startswith("Not checked. ")
    assert not (tmp_path / "none" / "guichet.db").exists()


def test_a_repair_that_is_stopped_keeps_what_it_has_done(world, typed, monkeypatch):
    lively(world)
    damage(world.engine, "UPDATE ticket SET next_warning_at = filed_at")
    damage(world.engine, "UPDATE client SET name_key = 'x'")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(repair, "clients", stop)
    code, output, _ = typed("check", "--repair")
    assert code == 1 and output.endswith("run it again for the rest.\n")
    assert problems(look(world, "Tickets")) == set() != problems(look(world, "Clients"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_is_repaired_in_a_damaged_database(world, typed):
    lively(world)
    damage(world.engine, "UPDATE client SET name_key = 'x'")
    break_page(world.engine)
    code, output, _ = typed("check", "--repair")
    assert code == 1 and "2 × client or ticket that a search does not find (all repairable)" in output
    assert output.count("Database: ") == 1 and "Nothing was repaired: the database itself is damaged" in output


def test_an_imported_event_log_is_all_right(line, log):
    assert import_servicenow(line, log)[0] == 0
    assert line("seal")[0] == 0 and line("check")[0] == 0


def test_a_desk_that_came_in_from_an_export_is_all_right(world, empty, tmp_path):
    Life(world, 5).go_on(40)
    out(world.engine, tmp_path / "out.csv")
    back(empty, tmp_path / "out.csv")
    world.engine = empty
    found = look(world, "Tickets", "References", "Clients", "Values", "Database")
    assert problems(found) == set(), said(found)
