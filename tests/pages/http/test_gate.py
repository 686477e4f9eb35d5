"""The gate before a running server, over raw sockets: what each rule stops, and what happens where the gate is not.

`gated` is the desk as it is served, `ungated` the same without its gate.
"""

import socket
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from data.core import clock, sign_in
from pages.http import sockets
from tests.pages.http.conftest import PASSWORD
from tests.pages.http.wire import answer, connected, rerun, tab, typed

MANAGER = "manager@guichet.example"


def refused(url: str, **options: object) -> bool:
    try:
        with tab(url, **options):  # type: ignore[arg-type]
            return False
    except InvalidStatus as status:
        assert status.response.status_code == 403
        return True


def files(count: int) -> BackMsg:
    message = BackMsg()
    message.file_urls_request.request_id = "files"
    message.file_urls_request.file_names.extend(["a.pdf"] * count)
    return message


def large(size: int) -> BackMsg:
    """What somebody types into a field that is not there."""
    message = rerun(typed("$$ID-0-none", ""))
    message.rerun_script.widget_states.widgets[0].string_value = "x" * (size - message.ByteSize() - 16)
    assert 0 <= size - message.ByteSize() < 16
    return message


# ------------------------------------------------------------------ Origin


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "http://localhost", "http://localhost:1", "http://127.0.0.1:1", "x://{host}"],
)
def test_only_our_own_page_opens_a_socket_and_the_cookie_changes_nothing(gated, origin):
    origin = origin and origin.format(host=urlsplit(gated.url).netloc)
    assert refused(gated.url, origin=origin, token=gated.token(gated.world.manager))


@pytest.mark.parametrize("origin", [None, "http://localhost:1"])
def test_without_the_gate_any_page_of_this_machine_opens_a_socket(ungated, origin):
    with tab(ungated.url, origin=origin, token=ungated.token(ungated.world.manager)) as forged:
        assert forged.run().reads("To the queue")


def test_a_page_that_came_by_http_is_not_ours_where_we_are_asked_by_https(gated):
    secure = gated.url.replace("http:", "https:")
    assert refused(gated.url, X_Forwarded_Proto="https")
    for forwarded in ({"X_Forwarded_Proto": "https"}, {}):  # a proxy may also forget to say so
        with tab(gated.url, origin=secure, **forwarded) as ours:
            assert ours.run().reads("Se connecter")


# ------------------------------------------------------------------ what a message may be


def component_state(**value: str) -> bytes:
    """A run that says a component has this state."""
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="any", **value)
    return message.SerializeToString()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"\xff\xff\xff", 1002),
        (b"", 1002),
        ("text", 1003),
        ("é" * 40_000, 1003),
        (b"\0" * 70_000, 1009),
        (component_state(json_value="{"), 1002),
        (component_state(json_trigger_value="[" * 50_000), 1002),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_no_browser_sends_closes_the_socket_and_leaves_no_trace(gated, sent, code):
    with tab(gated.url) as forged:
        forged.socket.send(sent)
        assert forged.closed() == code
    assert "Traceback" not in gated.log


def test_a_stranger_sends_64_kb_and_whoever_is_signed_in_2_mb(gated):
    with tab(gated.url) as stranger:
        stranger.send(large(sockets.LARGEST_FRAME_OF_A_STRANGER))
        stranger.finish()
        stranger.send(large(sockets.LARGEST_FRAME_OF_A_STRANGER + 16))
        assert stranger.closed() == 1009
    with tab(gated.url, token=gated.token(gated.world.manager)) as manager:
        manager.send(large(sockets.LARGEST_FRAME - 16))
        manager.finish()
        manager.send(large(sockets.LARGEST_FRAME + 16))
        assert manager.closed() == 1009


def test_a_frame_of_more_than_4_mb_is_refused_before_any_of_it_is_received(gated):
    with tab(gated.url, token=gated.token(gated.world.manager)) as manager:
        announced = bytes([0x82, 0xFF]) + (4_000_001).to_bytes(8, "big") + b"mask"
        manager.socket.socket.sendall(announced)
        assert manager.closed() == 1009


def test_who_signs_in_in_this_very_tab_has_the_limits_of_the_signed_in(gated):
    with tab(gated.url) as manager:
        manager.run().signs_in(MANAGER, PASSWORD)
        manager.send(large(sockets.LARGEST_FRAME_OF_A_STRANGER + 16))
        assert manager.finish().reads("Sign out")
        manager.send(files(sockets.MOST_FILES_AT_ONCE))
        while (message := manager.read()).WhichOneof("type") != "file_urls_response":
            pass
        assert len(message.file_urls_response.file_urls) == sockets.MOST_FILES_AT_ONCE


def test_who_has_signed_out_has_the_limits_of_a_stranger_with_the_next_run(gated):
    session_id, token = gated.session(gated.world.manager)
    with tab(gated.url, token=token) as manager:
        assert manager.run().reads("Sign out")
        sign_in.end_session(gated.engine, session_id, clock.now())
        assert manager.run().reads("Se connecter")
        manager.send(large(sockets.LARGEST_FRAME_OF_A_STRANGER + 16))
        assert manager.closed() == 1009


def test_files_are_announced_by_the_signed_in_and_not_too_many_at_once(gated):
    with tab(gated.url) as stranger:
        stranger.send(files(1))
        assert stranger.closed() == 1008
    with tab(gated.url, token=gated.token(gated.world.contact)) as contact:
        contact.send(files(sockets.MOST_FILES_AT_ONCE + 1))
        assert contact.closed() == 1008


def test_without_the_gate_a_stranger_has_any_number_of_files_announced(ungated):
    with tab(ungated.url) as stranger:
        stranger.send(files(1000))
        assert len(stranger.read().file_urls_response.file_urls) == 1000


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("debug_disconnect_websocket", "Client tried to disconnect websocket"),
        ("debug_shutdown_runtime", "Client tried to shut down runtime"),
    ],
)
def test_messages_that_no_page_of_ours_needs_are_not_heard(gated, ungated, kind, said):
    message = BackMsg()
    setattr(message, kind, True)
    for desk in (gated, ungated):
        with tab(desk.url) as stranger:
            stranger.send(message)
            stranger.run()
    assert said in ungated.log and said not in gated.log


@pytest.mark.parametrize("opcode", [0x82, 0x89, 0x8A], ids=["messages", "pings", "pongs"])
def test_a_flood_of_empty_frames_ends_the_connection(gated, opcode):
    with tab(gated.url, token=gated.token(gated.world.manager)) as manager:
        beat = BackMsg(app_heartbeat=True).SerializeToString() if opcode == 0x82 else b""
        with pytest.raises((ConnectionError, ConnectionClosed)):
            manager.socket.socket.sendall((bytes([opcode, 0x80 | len(beat)]) + b"\0\0\0\0" + beat) * 20_000)
            while True:
                manager.read()


# ------------------------------------------------------------------ whose tab it is


def test_a_tab_is_not_taken_over_by_its_id(gated):
    with tab(gated.url, token=gated.token(gated.world.manager)) as manager:
        assert manager.run().reads("Sign out")
        for token in ("", "forged", gated.token(gated.world.contact), gated.token(gated.world.manager)):
            with tab(gated.url, resume=manager.id, token=token) as thief:
                thief.run()
                assert thief.id != manager.id
        assert manager.run().reads("Sign out")  # it was not even disturbed


def test_a_tab_that_was_closed_is_not_taken_over_by_its_id(gated):
    with tab(gated.url, token=gated.token(gated.world.manager)) as manager:
        manager.run()
    with tab(gated.url, resume=manager.id) as thief:
        assert thief.run().reads("Se connecter") and thief.id != manager.id


def test_nor_is_the_tab_of_a_stranger(gated):
    with tab(gated.url) as stranger:
        stranger.run(typed(stranger.run().widgets["Mot de passe"], "half a pass"))
    with tab(gated.url, resume=stranger.id) as other:
        other.run()
        assert other.id != stranger.id


@pytest.mark.parametrize("connected", [True, False])
def test_the_browser_itself_goes_on_in_its_tab_after_the_network_was_lost(gated, connected):
    token = gated.token(gated.world.manager)
    with tab(gated.url, token=token) as before:
        before.run()
        if connected:  # the server has not noticed yet
            with tab(gated.url, resume=before.id, token=token) as after:
                assert after.run().reads("Sign out") and after.id == before.id
            return
    with tab(gated.url, resume=before.id, token=token) as after:
        assert after.run().reads("Sign out") and after.id == before.id


def test_so_does_one_that_signed_in_in_that_tab_and_got_its_cookie_afterwards(gated):
    with tab(gated.url) as before:
        before.run().signs_in(MANAGER, PASSWORD)
        [ticket] = [words for words in before.words if '"ticket"' in words]
        token = sign_in.redeem(gated.engine, ticket.split('"ticket": "')[1].split('"')[0], clock.now())
    with tab(gated.url, resume=before.id, token=str(token)) as after:
        assert after.run().reads("Sign out") and after.id == before.id


def test_a_tab_whose_session_has_ended_is_not_gone_on_with(gated):
    session_id, token = gated.session(gated.world.manager)
    with tab(gated.url, token=token) as manager:
        manager.run()
    sign_in.end_session(gated.engine, session_id, clock.now())
    with tab(gated.url, resume=manager.id, token=token) as thief:
        assert thief.run().reads("Se connecter") and thief.id != manager.id


def test_without_the_gate_the_id_gives_the_tab_but_the_pages_still_ask_for_the_cookie(ungated):
    """A second lock: also where the gate is missing, a tab shows nothing to a socket that did not sign in."""
    token = ungated.token(ungated.world.manager)
    with tab(ungated.url, "queue", token=token) as manager:
        assert manager.run().reads("Sign out") and manager.fragments
    with tab(ungated.url, "queue", resume=manager.id, token=token) as browser:
        assert browser.run().reads("Sign out") and browser.id == manager.id
    with tab(ungated.url, "queue", resume=manager.id) as thief:
        for fragment in manager.fragments:
            assert not thief.run(fragment_id=fragment).reads("Sign out")
            assert thief.reads("Se connecter") or not thief.words
        assert thief.run().reads("Se connecter") and thief.id == manager.id
        assert not thief.reads("Sign out")


# ------------------------------------------------------------------ HTTP


def test_headers_have_a_limit(gated):
    assert answer(gated.url, Cookie="x" * 30_000).status == 200
    assert answer(gated.url, Cookie="x" * 33_000).status == 431


def test_a_head_without_an_end_is_not_received_for_ever(gated):
    place = urlsplit(gated.url)
    with socket.create_connection(("127.0.0.1", place.port), timeout=20) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises(OSError, match=r"reset|pipe"):
            for _ in range(5000):  # 20 MB
                raw.sendall(b"X-Header: " + b"x" * 4000 + b"\r\n")


def test_a_head_and_a_large_body_in_one_piece_are_received_and_the_next_on_the_same_connection(gated):
    connection = connected(gated.url)
    headers = {"Cookie": f"guichet_session={gated.token(gated.world.contact)}"}
    for _ in range(2):
        connection.request("POST", "/auth/session", b"x" * 300_000, headers)
        assert connection.getresponse().read() == b'{"message":"This request came from elsewhere."}'
    connection.close()


def test_a_stranger_s_body_has_a_limit_and_says_its_length(gated):
    origin, body = gated.url, b"x" * 65_000
    assert answer(gated.url, "POST", "/auth/session", body[:60_000], Origin=origin).status == 400
    assert answer(gated.url, "POST", "/auth/session", body, Origin=origin).status == 413
    token = gated.token(gated.world.contact)
    cookie = f"guichet_session={token}"
    assert answer(gated.url, "POST", "/auth/session", body, Origin=origin, Cookie=cookie).status == 400
    with socket.create_connection(("localhost", urlsplit(gated.url).port)) as raw:
        raw.sendall(b"POST /auth/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        assert raw.recv(20).startswith(b"HTTP/1.1 411")


def test_the_gate_s_own_answers_carry_the_headers_of_every_answer(gated):
    assert "content-security-policy" in answer(gated.url, Cookie="x" * 33_000).headers
