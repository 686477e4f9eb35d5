"""Every function of `data/` × every role × rows that are not theirs.

`table.py` names each function, who may call it, and what they reach through it. A function without a row there makes
the tests fail.
"""

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from data import (
    conversation,
    hotline,
)
from data.core import sign_in
from data.core.desk import Desk
from models.errors import DeskError, NotAllowed, NotFound, NotSignedIn
from tests.pages.access.names import (
    ACCOUNTING_NOTE,
    HIDDEN,
    NOBODY,
    TECHNICAL_NOTE,
    Named,
    neutral,
)
from tests.pages.access.table import FUNCTIONS, LETTERS, OF_A_ROW, Call
from tests.test_house import DESKS


def functions() -> dict[str, Any]:
    """Every function that a page may call, by the name of its module and its own."""
    found = {}
    for path in DESKS:
        module = importlib.import_module(f"data.{path.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if hasattr(function, "permission") and function.__module__ == module.__name__:
                found[f"{path.stem}.{name}"] = function
    return found


def people(desk) -> dict[str, Desk]:
    """Who asks. The contact is of the other company, and all others are those to whom nothing was given."""
    users = {"M": desk.manager, "T": desk.technician, "S": desk.sales, "C": desk.stranger}
    return {letter: desk.desk(user) for letter, user in users.items()}


def outcome(call: Call, desk: Desk, of: Named) -> str:
    try:
        return neutral(repr(call(desk, of)), of)
    except DeskError as refusal:
        return f"{type(refusal).__name__}: {neutral(refusal, of)} {neutral(refusal.message, of)}"


@pytest.fixture
def rows(desk) -> Callable[[], dict[tuple[str, Any], Any]]:
    """Reads every row of every table but those that count for everybody, by its table and key."""
    metadata = MetaData()
    metadata.reflect(desk.engine)
    ours = {"reference_counter", "sign_in_brake", "alembic_version"}
    tables = [(table.name, select(table)) for table in metadata.sorted_tables if table.name not in ours]
    keys = {table.name: itemgetter(*(column.name for column in table.primary_key)) for table in metadata.sorted_tables}

    def read() -> dict[tuple[str, Any], Any]:
        found = {}
        with desk.engine.connect() as connection:
            for name, query in tables:
                for row in connection.execute(query).mappings():
                    found[name, keys[name](row)] = repr(row)
        return found

    return read


def test_every_function_is_in_the_table():
    assert set(FUNCTIONS) == set(functions())


def test_a_function_that_names_a_row_says_of_every_role_which_rows_are_not_theirs():
    unsaid = []
    for name, function in functions().items():
        row = FUNCTIONS[name]
        named = [one for one in list(inspect.signature(function).parameters)[1:] if OF_A_ROW.fullmatch(one)]
        if (named or row.reached()) and set(row.reached()) != set(row.roles):
            unsaid.append(f"{name} takes {named}: say what {row.roles} reach by it")
    assert not unsaid


def test_a_function_refuses_every_role_that_the_table_does_not_name(desk):
    for letter, asker in people(desk).items():
        for name, function in functions().items():
            if letter not in FUNCTIONS[name].roles:
                with pytest.raises(NotAllowed):
                    function(asker)


def test_every_function_refuses_whose_session_has_ended(desk):
    session_id, _ = sign_in.open_session(desk.engine, desk.manager.id, "", "", desk.now)
    late = replace(desk.desk(desk.manager), session_id=session_id)
    sign_in.end_session(desk.engine, session_id, desk.now)
    for function in functions().values():
        with pytest.raises(NotSignedIn):
            function(late)


@pytest.mark.parametrize("letter", LETTERS)
def test_a_row_that_is_not_theirs_is_neither_shown_nor_changed(desk, theirs, rows, letter):
    asker = people(desk)[letter]
    own = {("client", asker.user.client_id)}
    offenders, before = [], rows()
    for name, row in FUNCTIONS.items():
        answers = [repr(call(asker, theirs)) for call in of_letter(row.partly, letter)]
        for call in of_letter(row.foreign, letter):
            answers.append(answer := outcome(call, asker, theirs))
            if answer != outcome(call, asker, NOBODY) and (letter == "C" or not answer.startswith("NotAllowed: ")):
                offenders.append(f"{name} does not answer as for a row of nobody: {answer}")
        shown = {word for answer in answers for word in HIDDEN[letter] if word in answer}
        offenders += [f"{name} shows {word}" for word in shown]
        after = rows() if answers else before
        changed = [key for key, was in before.items() if after.get(key) != was and key not in own]
        offenders += [f"{name} changed {key}: {before[key]} to {after.get(key)}" for key in changed]
        before = after
    assert not offenders


def of_letter(calls: Mapping[str, Sequence[Call]], letter: str) -> list[Call]:
    return [call for letters, named in calls.items() if letter in letters for call in named]


def test_the_same_calls_reach_what_is_ones_own(desk, theirs):
    """Or the tests above would prove nothing."""
    contact, stranger = desk.desk(desk.contact), desk.desk(desk.stranger)
    asked = ("sheets.sheet", "conversation.thread", "attachments.content", "documents.content", "documents.search")
    for name in (*asked, "drafts.saved", "followed.pulse", "queue.place", "articles.about", "videos.content"):
        call = FUNCTIONS[name].foreign["C"][0]
        call(contact, theirs)
        with pytest.raises(NotFound):
            call(stranger, theirs)
    with pytest.raises(NotFound):  # a note's file is the staff's alone
        FUNCTIONS["attachments.content"].foreign["C"][2](contact, theirs)
    assert hotline.caller(desk.desk(desk.colleague), theirs.call).client_id == theirs.client
    assert TECHNICAL_NOTE in repr(conversation.thread(desk.desk(desk.technician), theirs.ticket))
    assert ACCOUNTING_NOTE in repr(conversation.thread(desk.desk(desk.manager), theirs.enquiry))
