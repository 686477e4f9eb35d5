"""Damaged tickets and histories: found, repaired where it is certain, left alone where it is not. On both databases."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import text

from data import _check_command, metrics
from data.core import fresh_facts
from data.core.integrity import clock_rules, history_rules, repair, ticket_rules
from data.core.integrity.findings import Job
from models.errors import DeskError, Refused
from tests.data.integrity.desk import audited, damage, figures, lively, look, problems, repaired, rows, said, undone


def entry(desk, reference: str, change: str, place: int) -> int:
    with desk.engine.connect() as connection:
        listed = (
            "SELECT h.id FROM history_entry h JOIN ticket t ON t.id = h.ticket_id "
            "WHERE t.reference = :reference AND h.change = :change ORDER BY h.at, h.id"
        )
        found = connection.execute(text(listed), {"reference": reference, "change": change})
        return found.scalars().all()[place]


def test_nothing_is_wrong_with_it(desk):
    assert problems(look(desk)) == set(), said(look(desk))


CERTAIN = [
    (0, "urgency", 0, "after", "the next change"),
    (0, "urgency", 1, "after", "the ticket"),
    (0, "urgency", 1, "before", "the one before"),
    (0, "status", 1, "after", "the next change"),
    (0, "status", -1, "after", "the ticket"),
    (0, "status", 0, "before", "nothing is before new"),
    (0, "star_level", 0, "before", "the subscription"),
    (0, "star_level", 0, "after", "the ticket"),
    (1, "kind", 0, "before", "the reference"),
    (1, "kind", 0, "after", "the ticket"),
    (1, "service", 0, "before", "the kind"),
]


def test_a_value_that_no_ticket_can_have_is_taken_from_what_determines_it(desk):
    before, shown = rows(desk.engine), figures(desk)
    for ticket, change, place, side, by in CERTAIN:
        number, trail = entry(desk, desk.references[ticket], change, place), audited(desk.engine, "repair.tickets")
        damage(desk.engine, f"UPDATE history_entry SET {side} = 'bogus' WHERE id = {number}")
        found = look(desk)
        assert problems(found) == {history_rules.UNKNOWN_VALUE} and found.wrong == found.repairable == 1, by
        assert f"entry {number}" in said(found) and "“bogus”" in said(found)
        assert repaired(desk) == 1
        assert rows(desk.engine) == before, by
        [trail_entry, _] = audited(desk.engine, "repair.tickets")[len(trail) :]
        assert (trail_entry.user_id, trail_entry.table_name, trail_entry.row_id) == (None, "history_entry", str(number))
        assert trail_entry.before == {side: "bogus"} and trail_entry.after[side] != "bogus"
    assert problems(look(desk, "Tickets", "Days")) == set()
    assert figures(desk) == shown


def test_figures_are_refused_in_words_until_then(desk):
    number = entry(desk, desk.references[0], "urgency", 0)
    with desk.engine.connect() as connection:
        listed = "SELECT before FROM history_entry WHERE id = :id"
        was = connection.scalar(text(listed), {"id": number})
    damage(desk.engine, f"UPDATE history_entry SET before = 'bogus' WHERE id = {number}")
    damage(desk.engine, "DELETE FROM day_seal")
    for counted in (lambda: figures(desk), lambda: metrics.seal(desk.desk())):
        with pytest.raises(DeskError, match=f"{desk.references[0]} has a value .* “python -m data check”"):
            counted()
    [days] = look(desk, "Days").sections
    assert days.scope == "0 days"
    assert repaired(desk) == 0, "the first urgency of an incident is nobody's to guess"
    repair.answer(desk.desk(), number, "before", was)
    assert problems(look(desk)) == set()
    while metrics.seal(desk.desk()):
        pass
    assert figures(desk)


def test_stars_that_nobody_has_are_refused_by_the_figures(desk):
    number = entry(desk, desk.references[0], "star_level", 0)
    damage(desk.engine, "DELETE FROM day_seal")
    for bad in ("bogus", "", "low", "7", "' --", "é" * 400):
        damage(desk.engine, f"UPDATE history_entry SET before = :bad WHERE id = {number}", bad=bad)
        fresh_facts.clear()
        with pytest.raises(DeskError, match="value that no ticket can have"):
            figures(desk)
        repaired(desk)
        assert figures(desk)
    assert problems(look(desk)) == set()


def test_what_nothing_determines_is_asked_for_and_answered(desk):
    first = entry(desk, desk.references[0], "urgency", 0)
    second = entry(desk, desk.references[0], "urgency", 1)
    before = rows(desk.engine)
    for number, side in ((first, "before"), (first, "after"), (second, "before")):
        damage(desk.engine, f"UPDATE history_entry SET {side} = 'bogus' WHERE id = {number}")
    damaged = rows(desk.engine)
    found = look(desk)
    assert found.wrong == 3 and found.repairable == 0
    assert said(found).count("What was it?") == 3 and "--answer" in said(found)
    assert repaired(desk) == 0 and rows(desk.engine) == damaged
    asking = desk.desk()
    for number, side, value in (
        (first, "before", "urgent"),
        (first, "reason", "low"),
        (second, "after", "low"),
        (10**17, "after", "low"),
        (entry(desk, desk.references[0], "assignee", 0), "after", "low"),
    ):
        with pytest.raises(Refused):
            repair.answer(asking, number, side, value)
    assert rows(desk.engine) == damaged
    repair.answer(asking, first, "before", "serious")
    repair.answer(asking, first, "after", "critical")
    assert repaired(desk) == 1, "the neighbour follows from one answer"
    assert rows(desk.engine) == before
    [trail, *_] = audited(desk.engine, "repair.answer")
    assert (trail.before, trail.after) == ({"before": "bogus"}, {"before": "serious"})


COLUMNS = [
    (0, "urgency", "9"),
    (0, "star_level", "7"),
    (0, "status", "'bogus'"),
    (1, "kind", "'bogus'"),
    (2, "kind", "'bogus'"),
    (2, "service", "'bogus'"),
    (0, "resolution", "'bogus'"),
    (0, "resolution", "NULL"),
    (0, "resolved_at", "NULL"),
    (0, "first_responded_at", "NULL"),
    (0, "first_responded_at", "resolved_at"),
]


def test_a_column_of_a_ticket_is_read_from_its_history_and_messages(desk):
    before, shown = rows(desk.engine), figures(desk)
    for ticket, column, bad in COLUMNS:
        reference, trail = desk.references[ticket], audited(desk.engine, "repair.tickets")
        damage(desk.engine, f"UPDATE ticket SET {column} = {bad} WHERE reference = '{reference}'")
        found = look(desk)
        assert found.wrong >= 1 and reference in said(found)
        assert repaired(desk) >= 1
        assert rows(desk.engine) == before, (column, bad)
        entries = [one for one in audited(desk.engine, "repair.tickets")[len(trail) :] if one.row_id]
        assert {one.table_name for one in entries} == {"ticket"} and column in entries[0].after
    while metrics.seal(desk.desk()):
        pass
    assert problems(look(desk, "Tickets", "Days")) == set() and figures(desk) == shown


def test_deadlines_are_computed_again(desk):
    before = rows(desk.engine)
    for column, bad in product(clock_rules.COLUMNS, ("NULL", "filed_at")):
        damage(desk.engine, f"UPDATE ticket SET {column} = {bad}")
        found = look(desk)
        assert problems(found) == {clock_rules.OTHER_DEADLINE} and found.wrong == found.repairable
        assert repaired(desk) == found.wrong
        assert rows(desk.engine) == before, column


def test_a_lost_beginning_is_written_again(desk):
    number = entry(desk, desk.references[2], "status", 0)
    before = rows(desk.engine)["history_entry"]
    damage(desk.engine, f"DELETE FROM history_entry WHERE id = {number}")
    assert problems(look(desk)) == {history_rules.NO_BEGINNING}
    assert repaired(desk) == 1 and problems(look(desk)) == set()
    assert len(rows(desk.engine)["history_entry"]) == len(before)


def test_a_history_that_is_lost_whole_is_found_but_may_have_never_been_there_after_an_import(desk):
    damage(desk.engine, "DELETE FROM history_entry WHERE change = 'status'")
    assert problems(look(desk)) == {history_rules.NO_HISTORY}
    damage(desk.engine, "UPDATE audit_entry SET action = 'imports.write' WHERE action = 'tickets.file'")
    found = look(desk)
    assert found.wrong == 0 and "3 × ticket without a history of its status (1 repairable)" in said(found)
    assert repaired(desk) == 1, "a ticket that is new has only begun"


CHANGED = {  # what is only reported: nobody can know which of two is right
    "a change that was lost": (
        "DELETE FROM history_entry WHERE id = (SELECT min(id) FROM history_entry WHERE after = 'waiting')",
        history_rules.BROKEN_CHAIN,
    ),
    "another urgency": ("UPDATE ticket SET urgency = 2 WHERE id = 1", history_rules.OTHER_END),
    "another subject": (
        "UPDATE history_entry SET before = 'x', change = 'subject', after = 'y' WHERE id = "
        "(SELECT max(id) FROM history_entry WHERE change = 'assignee')",
        history_rules.OTHER_END,
    ),
    "open, and resolved": ("UPDATE ticket SET resolved_at = changed_at WHERE id = 3", ticket_rules.RESOLVED),
    "another moment": (
        "UPDATE ticket SET resolved_at = first_response_due_at WHERE id = 1",
        ticket_rules.RESOLVED,
    ),
    "another holder": ("UPDATE ticket SET assignee_id = 1 WHERE id = 3", ticket_rules.HOLDER),
    "an earlier answer": ("UPDATE ticket SET first_responded_at = filed_at WHERE id = 3", ticket_rules.ANSWERED),
    "no such colleague": (
        "UPDATE history_entry SET assignee_id = 999 WHERE change = 'assignee' AND ticket_id = 3",
        ticket_rules.NO_COLLEAGUE,
    ),
    "another client's contact": (
        "UPDATE ticket SET contact_id = (SELECT id FROM \"user\" WHERE name = 'Stranger') WHERE id = 3",
        ticket_rules.NO_COLLEAGUE,
    ),
    "held by a contact": (
        "UPDATE ticket SET assignee_id = (SELECT id FROM \"user\" WHERE name = 'Contact') WHERE id = 2",
        ticket_rules.NO_COLLEAGUE,
    ),
    "a duplicate of itself": ("UPDATE ticket SET duplicate_of_id = id WHERE id = 3", ticket_rules.RELATED),
    "no promise": ("UPDATE ticket SET resolution_target = NULL WHERE id = 3", ticket_rules.PROMISE),
    "created later": ("UPDATE ticket SET filed_at = changed_at WHERE id = 1", ticket_rules.TOO_EARLY),
}


def test_what_is_not_certain_is_left_to_people(desk):
    for what, (statement, problem) in CHANGED.items():
        with undone(desk.engine):
            damage(desk.engine, statement)
            damaged = rows(desk.engine)
            found = look(desk)
            assert problem in problems(found), (what, said(found))
            assert found.repairable == 0 and "What to do: " in said(found), (what, said(found))
            assert repaired(desk) == 0 and rows(desk.engine) == damaged, what
    assert problems(look(desk)) == set()


def test_moments_of_the_future_are_found(desk):
    later = desk.now + timedelta(days=400)
    damage(
        desk.engine,
        "UPDATE history_entry SET at = :at WHERE ticket_id = 3 AND change = 'assignee'",
        at=_stored(desk, later),
    )
    assert problems(look(desk)) == {ticket_rules.FUTURE}
    assert repaired(desk) == 0


def test_a_clock_that_was_set_back_is_mentioned_and_nothing_is_wrong(desk):
    """What was written later has an earlier moment."""
    first, last = entry(desk, desk.references[0], "urgency", 0), entry(desk, desk.references[0], "urgency", 1)
    damage(
        desk.engine,
        f"UPDATE history_entry SET at = (SELECT filed_at FROM ticket WHERE id = ticket_id) WHERE id = {last}",
    )
    found = look(desk)
    assert found.wrong == 0 and "clock of the server was set back" in said(found), (first, said(found))


def test_the_holder_that_an_older_import_read_from_after_the_resolution_is_repaired(desk):
    before, shown = rows(desk.engine), figures(desk)
    damage(desk.engine, "UPDATE ticket SET source = 'servicenow', source_id = 'INC1' WHERE id = 1")
    right = rows(desk.engine)
    damage(desk.engine, f"UPDATE ticket SET assignee_id = {desk.manager.id} WHERE id = 1")
    found = look(desk)
    assert problems(found) == {ticket_rules.HOLDER} and found.repairable == 1
    assert repaired(desk) == 1 and rows(desk.engine) == right != before
    while metrics.seal(desk.desk()):
        pass
    assert figures(desk) == shown


def test_a_repair_is_many_short_transactions_and_others_write_in_between(desk, monkeypatch):
    monkeypatch.setattr("data._check_command.AT_A_TIME", 1)
    damage(desk.engine, "UPDATE ticket SET next_warning_at = filed_at")
    open_at_once = []

    def saw(done: int, total: int) -> None:
        damage(desk.engine, "UPDATE client SET phone = '1' WHERE id = 1")  # would wait for a minute, and fail
        open_at_once.append(done)

    assert _check_command.repair_all(Job(desk.engine, clock=lambda: desk.now), saw) == 3
    assert open_at_once and len([one for one in audited(desk.engine, "repair.tickets") if not one.row_id]) == 3


def test_as_many_statements_for_many_tickets_as_for_few(desk, count_queries):
    look(desk, "Tickets")
    count_queries()
    look(desk, "Tickets")
    few = count_queries()
    for _ in range(2):
        lively(desk)
    count_queries()
    look(desk, "Tickets")
    assert count_queries() == few


def _stored(desk, at):
    return at.strftime("%Y-%m-%d %H:%M:%S.%f") if desk.engine.dialect.name == "sqlite" else at
