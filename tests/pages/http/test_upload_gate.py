"""Files go to a tab of the sender's own session, and are counted as they arrive."""

import asyncio
import errno
from collections import OrderedDict
from datetime import timedelta

import pytest

from data.core import clock, database, sign_in
from data.core.settings import settings
from models.quota import UploadQuota
from pages.http import tabs, upload_gate
from pages.http.headers import Doors
from pages.http.visitor import COOKIE
from tests.pages.tab import tab


class Streamlit:
    """Takes all that is sent, and keeps it."""

    def __init__(self) -> None:
        self.kept: list[int] = []

    async def __call__(self, scope, receive, send) -> None:
        await self.take(receive, send)

    async def take(self, receive, send) -> None:
        received, more = 0, True
        while more:
            message = await receive()
            received += len(message.get("body", b""))
            more = message.get("more_body", False)
        self.kept.append(received)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Door:
    """The gate before Streamlit, and browsers before the gate."""

    def __init__(self) -> None:
        self.streamlit = Streamlit()
        self.doors = Doors(self.streamlit)

    def put(self, path, token, *chunks, method="PUT", length=None) -> tuple[int, str]:
        """The status and the words of the answer; `length` is what the request says of itself, if anything."""
        headers = [(b"cookie", f"{COOKIE}={token}".encode()), (b"host", b"desk.example")]
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": headers,
            "query_string": b"",
            "scheme": "http",
        }
        waiting, answers = list(chunks), []

        async def receive():
            body = waiting.pop(0) if waiting else b""
            return {"type": "http.request", "body": body, "more_body": bool(waiting)}

        async def send(message):
            answers.append(message)

        asyncio.run(self.doors(scope, receive, send))
        return answers[0]["status"], b"".join(one.get("body", b"") for one in answers).decode()


@pytest.fixture
def door() -> Door:
    return Door()


def signed_in(user) -> tuple[int, str]:
    """A session of somebody, and the token of its cookie."""
    now = clock.now()
    session_id, ticket = sign_in.open_session(database.engine(), user.id, "", "", now)
    token = sign_in.redeem(database.engine(), ticket, now)
    assert token
    return session_id, token


def upload(tab_: str, file: str = "file") -> str:
    return f"/_stcore/upload_file/{tab_}/{file}"


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(upload_gate, "UPLOADS_OF_A_CONTACT", UploadQuota(files=3, megabytes=1))
    monkeypatch.setattr(upload_gate, "UPLOADS_OF_THE_STAFF", UploadQuota(files=100, megabytes=10))


def test_a_file_goes_to_a_tab_of_ones_own_session_and_to_no_other(desk, door):
    (mine, my_token), (theirs, their_token) = signed_in(desk.contact), signed_in(desk.stranger)
    tabs.remember("my-tab", mine)
    tabs.remember("their-tab", theirs)
    assert door.put(upload("my-tab"), my_token, b"x")[0] == 204
    assert door.put(upload("their-tab"), their_token, b"x")[0] == 204
    refused = [
        door.put(upload("their-tab"), my_token, b"x"),
        door.put(upload("their-tab"), my_token, method="DELETE"),
        door.put(upload("nobodys-tab"), my_token, b"x"),
        door.put(upload("my-tab"), "", b"x"),
        door.put(upload("my-tab"), "forged", b"x"),
        door.put("/_stcore/upload_file/my-tab", my_token, b"x"),
        door.put("/_stcore/upload_file//my-tab/file/more", my_token, b"x"),
    ]
    assert set(refused) == {(404, "Not found.")} and len(door.streamlit.kept) == 2
    assert door.put("//_stcore//upload_file/my-tab/file", my_token, b"x")[0] == 204
    assert door.put(upload("my-tab"), my_token, method="DELETE")[0] == 204


def test_a_tab_of_another_session_of_the_same_person_is_another(desk, door):
    first, _ = signed_in(desk.contact)
    _, token = signed_in(desk.contact)
    tabs.remember("first-tab", first)
    assert door.put(upload("first-tab"), token, b"x")[0] == 404


def test_a_page_says_which_tab_it_runs_in_until_nobody_is_signed_in(desk, monkeypatch):
    noted = {}
    monkeypatch.setattr(tabs, "remember", noted.__setitem__)
    app = tab("", desk.contact)
    [(name, session_id)] = noted.items()
    assert session_id == app.session_state["session_id"] and name


def test_the_tabs_that_ran_longest_ago_are_forgotten(monkeypatch):
    monkeypatch.setattr(tabs, "REMEMBERED", 2)
    monkeypatch.setattr(tabs, "_owners", OrderedDict())
    for name in ("one", "two", "one", "three"):
        tabs.remember(name, 7)
    assert [tabs.owner(name) for name in ("one", "two", "three")] == [7, None, 7]
    tabs.remember("one", None)
    assert tabs.owner("one") is None


def test_a_person_sends_so_many_files_within_an_hour_and_is_told_when_it_goes_on(desk, door, small, monkeypatch):
    session_id, token = signed_in(desk.contact)
    tabs.remember("tab", session_id)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    for number in range(3):
        assert door.put(upload("tab", f"{number}"), token, b"x")[0] == 204
    status, words = door.put(upload("tab", "more"), token, b"x")
    assert status == 429 and "3 files and 1 MB at most. You can send more at " in words
    now += timedelta(hours=1)
    assert door.put(upload("tab", "more"), token, b"x")[0] == 204
    assert len(door.streamlit.kept) == 4


def test_a_person_cannot_pass_the_limit_by_another_tab_or_session(desk, door, small):
    for name in ("one", "two"):
        session_id, token = signed_in(desk.contact)
        tabs.remember(name, session_id)
        assert door.put(upload(name), token, b"x" * 900_000)[0] == (204 if name == "one" else 429)
    session_id, token = signed_in(desk.stranger)
    tabs.remember("three", session_id)
    assert door.put(upload("three"), token, b"x" * 900_000)[0] == 204


def test_bytes_are_counted_as_they_arrive_whatever_the_request_says(desk, door, small):
    session_id, token = signed_in(desk.contact)
    tabs.remember("tab", session_id)
    chunks = [b"x" * 100_000] * 20
    assert door.put(upload("tab"), token, *chunks)[0] == 429
    assert door.streamlit.kept == []
    assert door.put(upload("tab", "small"), token, b"x")[0] == 429


@pytest.mark.parametrize("length", [2_000_000, "9" * 18])
def test_what_says_that_it_is_too_large_is_refused_before_it_is_sent(desk, door, small, length):
    session_id, token = signed_in(desk.contact)
    tabs.remember("tab", session_id)
    assert door.put(upload("tab"), token, b"x", length=length)[0] == 429
    assert door.put(upload("tab"), token, b"x", length=1)[0] == 204


@pytest.mark.parametrize("length", ["x", "-1", "", "9" * 5_000])
def test_a_length_that_is_none_is_not_believed(desk, door, small, length):
    session_id, token = signed_in(desk.contact)
    tabs.remember("tab", session_id)
    assert door.put(upload("tab"), token, *[b"x" * 100_000] * 20, length=length)[0] == 429


def test_the_staff_sends_far_more(desk, door, small):
    session_id, token = signed_in(desk.sales)
    tabs.remember("tab", session_id)
    for number in range(10):
        assert door.put(upload("tab", f"{number}"), token, b"x" * 500_000)[0] == 204


def test_a_file_is_refused_in_words_while_the_disk_has_too_little_room(desk, door, monkeypatch):
    session_id, token = signed_in(desk.contact)
    tabs.remember("my-tab", session_id)
    monkeypatch.setenv("GUICHET_KEEP_FREE_MB", "999999999")
    settings.cache_clear()
    status, words = door.put(upload("my-tab"), token, b"x")
    assert (status, "too little disk space" in words) == (507, True) and door.streamlit.kept == []
    assert door.put(upload("my-tab"), token, method="DELETE")[0] == 204
    monkeypatch.setenv("GUICHET_KEEP_FREE_MB", "0")
    settings.cache_clear()
    assert door.put(upload("my-tab"), token, b"x")[0] == 204


def test_a_file_is_refused_in_words_when_the_temporary_folder_is_full(desk, door, monkeypatch):
    session_id, token = signed_in(desk.contact)
    tabs.remember("my-tab", session_id)

    async def spool(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(door.streamlit, "take", spool)
    assert door.put(upload("my-tab"), token, b"x")[0] == 507
