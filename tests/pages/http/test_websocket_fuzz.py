"""Forged messages over a real websocket: the server lives, tells nothing of others, and changes nothing of theirs.

Some seconds with the other tests; `make fuzz` goes on for ten (FUZZ_SECONDS).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from sqlalchemy import inspect, text
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed

import data.core.desk
from data import conversation, tickets
from data.core import users
from data.tickets import TicketForm
from models.ticket import Kind
from models.user import User
from tests.pages.http.conftest import Desk, serving
from tests.pages.http.wire import Tab, answer, rerun, tab

SECONDS = float(os.environ.get("FUZZ_SECONDS", "12"))
QUIET = 0.15
SECRETS = ("AnotherClientsSecret", "SecretOfTheDesk")  # another client's ticket, and what the desk notes on one's own
PAGES = ("", "queue", "clients", "client", "users", "hotline", "metrics", "tickets", "ticket", "new", "profile", "help")
MADE_BY_SIGNING_IN = {"user_session", "sign_in_brake", "audit_entry"}


@dataclass
class Known:
    """What an attacker may have seen over the shoulder of a colleague: the widgets and fragments of every page."""

    widgets: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with serving(tmp_path_factory.mktemp("var")) as served:
        yield served


@pytest.fixture(scope="module")
def known(desk: Desk) -> Known:
    world = desk.world
    own = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Rien.", product_id=world.product.id)
    other = TicketForm(kind=Kind.INCIDENT, subject=SECRETS[0], description=SECRETS[0], product_id=world.product.id)
    found = Known(
        references=[tickets.file(_desk(desk, world.contact), own), tickets.file(_desk(desk, world.stranger), other)]
    )
    for reference in found.references:
        conversation.note(_desk(desk, world.technician), reference, SECRETS[1])
    shown: set[str] = set()
    for user in (world.manager, world.technician, world.sales, world.contact, world.stranger):
        token = desk.token(user)
        for page in PAGES:
            for query in [f"ref={reference}" for reference in found.references] if page == "ticket" else [""]:
                with tab(desk.url, page, token=token) as seen:
                    seen.run(query_string=query)
                    found.widgets += seen.widgets.values()
                    found.fragments += seen.fragments
                    shown |= {secret for secret in SECRETS if seen.reads(secret)}
    assert shown == set(SECRETS)  # those who may read them are sent them in these very words
    assert len(found.widgets) > 100 and len(found.fragments) > 5
    return found


def _desk(desk: Desk, user: User) -> data.core.desk.Desk:
    return data.core.desk.Desk(users.actor(user), desk.engine)


def states(known: Known) -> SearchStrategy[WidgetState]:
    """Any widget of any page, with any value, also of another type than it has."""
    words = st.one_of(st.text(max_size=30), st.sampled_from([*known.references, "1", "-1", "\0", "null", '{"id": 1}']))
    numbers = st.integers(-(2**53), 2**53)
    values = st.one_of(
        st.tuples(st.just("trigger_value"), st.booleans()),
        st.tuples(st.just("bool_value"), st.booleans()),
        st.tuples(st.sampled_from(["string_value", "json_value", "json_trigger_value"]), words),
        st.tuples(st.just("int_value"), numbers),
        st.tuples(st.just("double_value"), st.floats()),
        st.tuples(st.just("bytes_value"), st.binary(max_size=30)),
        st.tuples(st.just("string_trigger_value"), words.map(lambda data: {"data": data})),
        st.tuples(st.just("string_array_value"), st.lists(words, max_size=4).map(lambda data: {"data": data})),
        st.tuples(st.just("int_array_value"), st.lists(numbers, max_size=4).map(lambda data: {"data": data})),
        st.tuples(
            st.just("file_uploader_state_value"),
            words.map(lambda name: {"uploaded_file_info": [{"file_id": name, "name": name, "size": 3}]}),
        ),
    )
    ids = st.one_of(st.sampled_from(known.widgets), st.text(max_size=20).map(lambda key: f"$$ID-{key}"))
    return st.builds(lambda widget, value: WidgetState(id=widget, **{value[0]: value[1]}), ids, values)


def messages(known: Known) -> SearchStrategy[bytes]:
    queries = st.one_of(
        st.sampled_from([f"ref={reference}" for reference in known.references]), st.text(max_size=20), st.just("id=1")
    )
    hashes = st.text("0123456789abcdef", max_size=32)
    fields = st.fixed_dictionaries(
        {"page_name": st.one_of(st.sampled_from(PAGES), st.text(max_size=10))},
        optional={
            "fragment_id": st.sampled_from(known.fragments),
            "page_script_hash": hashes,
            "query_string": queries,
            "is_auto_rerun": st.booleans(),
            "is_history_navigation": st.booleans(),
        },
    )
    runs = st.builds(lambda given, fields: rerun(*given, **fields), st.lists(states(known), max_size=6), fields)
    others = st.sampled_from(["stop_script", "app_heartbeat", "clear_cache", "load_git_info", "set_run_on_save"])
    files = st.lists(st.text(max_size=10), max_size=60).map(
        lambda names: BackMsg(file_urls_request={"request_id": "x", "file_names": names})
    )
    operations = st.binary(max_size=40).map(lambda junk: b"\x5a" + bytes([len(junk)]) + junk)  # any backend operation
    return st.one_of(
        runs.map(BackMsg.SerializeToString),
        runs.map(BackMsg.SerializeToString),
        others.map(lambda kind: BackMsg(**{kind: True}).SerializeToString()),
        files.map(BackMsg.SerializeToString),
        operations,
        st.binary(max_size=60),
    )


def everything_but(desk: Desk, mine: User | None) -> dict[str, list[Any]]:
    """All rows that the sender may not change: a stranger none, a contact none but their own client's."""
    with desk.engine.connect() as connection:
        rows = {}
        for table in sorted(set(inspect(desk.engine).get_table_names()) - MADE_BY_SIGNING_IN):
            condition = "1=1"
            if mine is not None:
                condition = _OTHERS.get(table, "1=1").format(user=mine.id, client=mine.client_id)
            rows[table] = sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table}" WHERE {condition}'))))
        return rows


_TICKETS = "ticket_id IN (SELECT id FROM ticket WHERE client_id != {client})"
_OTHERS = {
    "ticket": "client_id != {client}",
    "message": f"{_TICKETS} OR internal",
    "history_entry": _TICKETS,
    "attachment": _TICKETS,
    "ticket_link": _TICKETS,
    "ticket_seen": "user_id != {user}",
    "draft": "user_id != {user}",
    "form_draft": "user_id != {user}",
    "article_read": "user_id != {user}",
    "article_vote": "user_id != {user}",
    "presence": "user_id != {user}",
    "account_notice": "user_id != {user}",
    "user": "id != {user}",
    "reference_counter": "1=0",
    "day_seal": "1=0",
}


@pytest.mark.parametrize("sender", ["stranger", "contact"])
def test_forged_messages_reach_nothing_of_others_and_break_nothing(desk, known, sender):
    user = desk.world.contact if sender == "contact" else None
    before, until, examples = everything_but(desk, user), monotonic() + SECONDS / 2, count()

    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(messages(known), min_size=1, max_size=8), st.sampled_from(PAGES), st.booleans())
    def send(frames: list[bytes], page: str, drawn_first: bool) -> None:
        if monotonic() > until:
            return
        number = next(examples)
        token = desk.token(user) if user else ""
        with tab(desk.url, page, token=token, source=f"127.0.1.{number % 250 + 1}") as forged:
            read = listened(forged, frames, drawn_first)
        for secret in SECRETS:
            assert secret.encode() not in read
        assert answer(desk.url, path="/healthz").status == 200

    while monotonic() < until:
        send()
        assert everything_but(desk, user) == before
    assert next(examples) > 5
    assert "Traceback" not in desk.log, desk.log[-3000:]


def listened(forged: Tab, frames: list[bytes], drawn_first: bool) -> bytes:
    """All that the server says to these frames, until it has said nothing for a while."""
    heard, finished = bytearray(), False
    try:
        if drawn_first:
            forged.run()
        for frame in frames:
            forged.socket.send(frame)
        forged.ask()
        while True:
            frame = forged.socket.recv(timeout=QUIET if finished else 5)
            assert isinstance(frame, bytes)
            heard += frame
            finished = finished or ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished"
    except (ConnectionClosed, TimeoutError):
        return bytes(heard)
