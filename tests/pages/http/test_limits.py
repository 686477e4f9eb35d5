"""How much one address, one person and all strangers together may ask for."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.http import gate, limits, peers, sockets, tabs
from pages.http.limits import Places, Rate, TokenBuckets, Turns
from pages.http.sockets import Socket, Traffic
from tests.pages.http.wire import clicked, rerun


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test moves; whoever waits moves it, too."""

    class Clock:
        now = 100.0

        def monotonic(self) -> float:
            return self.now

        async def sleep(self, seconds: float) -> None:
            self.now += seconds

    moved = Clock()
    for module in (limits, sockets):
        monkeypatch.setattr(module, "monotonic", moved.monotonic)
    monkeypatch.setattr(sockets.asyncio, "sleep", moved.sleep)
    return moved


# ------------------------------------------------------------------ buckets and places


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate(clock):
    bucket = TokenBuckets(Rate(per_second=2, burst=3))
    assert [bucket.take("a") for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    assert bucket.take("b") == 0 and bucket.is_empty("a") and not bucket.is_empty("b")
    clock.now += 100
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_who_is_refused_pays_nothing(clock):
    bucket = TokenBuckets(Rate(per_second=1, burst=1))
    bucket.take("a")
    assert {bucket.take("a", patience=0.5) for _ in range(50)} == {1.0}
    clock.now += 1
    assert bucket.take("a", patience=0.5) == 0


def test_a_bucket_does_not_grow_with_the_addresses_that_come(clock):
    bucket = TokenBuckets(Rate(per_second=1, burst=1))
    for key in range(limits.REMEMBERED + 10):
        bucket.take(key)
    assert len(bucket._levels) == limits.REMEMBERED


@given(st.lists(st.floats(0, 5), max_size=200))
def test_nobody_gets_more_than_burst_and_rate_together(pauses):
    with pytest.MonkeyPatch.context() as patch:
        now = 0.0
        patch.setattr(limits, "monotonic", lambda: now)
        bucket, taken = TokenBuckets(Rate(per_second=2, burst=5)), 0
        for pause in pauses:
            now += pause
            taken += bucket.take("a", patience=0) == 0
            assert taken <= 5 + 2 * now + 1e-6


def test_places_are_limited_by_key_and_in_all():
    places = Places(per_key=2, in_all=3)
    assert [places.enter(key) for key in "aaabb"] == [True, True, False, True, False]
    places.leave("a")
    assert places.enter("b") and not places.enter("a")
    for key in "abb":
        places.leave(key)
    assert places._total == 0 and not places._open


def test_the_tabs_that_are_remembered_do_not_grow_without_end():
    for number in range(tabs.REMEMBERED + 10):
        tabs.remember(f"tab {number}", number)
    assert len(tabs._owners) == tabs.REMEMBERED and tabs.owner("tab 0", unknown=-1) == -1


# ------------------------------------------------------------------ sockets

FINISHED = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY).SerializeToString()


def opened(traffic: Traffic, host: str = "192.0.2.1", session_id: int | None = None, frames=(), key="key") -> Socket:
    waiting = [{"type": "websocket.receive", "bytes": frame} for frame in frames]

    async def receive():
        return waiting.pop(0) if waiting else {"type": "websocket.disconnect", "code": 1000}

    async def send(message):
        sent.append(message)

    sent: list[object] = []
    scope = {"type": "websocket", "client": (host, 1), "headers": [(b"sec-websocket-key", key.encode())]}
    return Socket(scope, receive, send, session_id, traffic)


def heard(socket: Socket) -> int:
    """How many messages pass."""

    async def read() -> int:
        passed = 0
        while (await socket.receive())["type"] == "websocket.receive":
            passed += 1
            await socket.send({"type": "websocket.send", "bytes": FINISHED})
        return passed

    return asyncio.run(read())


def test_an_address_has_so_many_sockets_and_strangers_take_none_from_the_signed_in():
    traffic = Traffic()
    first = [opened(traffic) for _ in range(sockets.SOCKETS_OF_AN_ADDRESS)]
    assert all(socket.enter() for socket in first)
    assert not opened(traffic).enter() and opened(traffic, "192.0.2.2").enter()
    assert opened(traffic, session_id=7).enter()
    first[0].leave()
    assert opened(traffic).enter()


def test_an_ipv6_visitor_is_one_however_many_addresses_they_have():
    traffic = Traffic()
    for number in range(sockets.SOCKETS_OF_AN_ADDRESS):
        assert opened(traffic, f"2001:db8::{number:x}").enter()
    assert not opened(traffic, "2001:db8::ffff:1").enter()
    assert opened(traffic, "2001:db8:0:1::1").enter()


def test_all_strangers_together_have_so_many_sockets_and_one_session_has():
    traffic = Traffic()
    assert all(opened(traffic, f"192.0.2.{n % 250}").enter() for n in range(sockets.SOCKETS_OF_STRANGERS))
    assert not opened(traffic, "198.51.100.1").enter()
    assert all(opened(traffic, session_id=7).enter() for _ in range(sockets.SOCKETS_OF_A_SESSION))
    assert not opened(traffic, session_id=7).enter() and opened(traffic, session_id=8).enter()


def test_new_sessions_of_strangers_are_limited_by_address_and_in_all(clock):
    def begins(host: str) -> bool:
        return asyncio.run(guarded._may_begin({"type": "websocket", "client": (host, 1), "headers": []}))

    guarded, began = gate.Gate(None), clock.now
    burst = gate.NEW_SESSIONS_OF_AN_ADDRESS.burst
    assert all(begins("192.0.2.1") for _ in range(burst)) and clock.now == began
    assert begins("192.0.2.1") and clock.now == pytest.approx(began + 0.1)  # it waits for its turn
    began = clock.now
    for number in range(gate.NEW_SESSIONS_IN_ALL.burst):
        assert begins(f"198.51.100.{number % 250}")
    assert began < clock.now < began + 2


def test_a_new_session_that_would_wait_too_long_is_refused_and_pays_nothing(clock, monkeypatch):
    async def no_time_passes(_seconds: float) -> None:
        pass

    monkeypatch.setattr(gate.asyncio, "sleep", no_time_passes)
    guarded, scope = gate.Gate(None), {"type": "websocket", "client": ("192.0.2.1", 1), "headers": []}
    allowed = [asyncio.run(guarded._may_begin(scope)) for _ in range(300)]
    rate = gate.NEW_SESSIONS_OF_AN_ADDRESS
    assert sum(allowed) == rate.burst + rate.per_second * sockets.LONGEST_WAIT


def test_who_signs_in_in_this_very_tab_is_no_stranger_any_more(clock):
    traffic = Traffic()
    socket = opened(traffic, frames=[rerun().SerializeToString()], key="promoted")
    assert socket.enter()
    tabs.remember("promoted", 7)
    assert heard(socket) == 1
    assert traffic.strangers._total == 0 and traffic.signed_in._open == {7: 1}
    socket.leave()
    assert traffic.signed_in._total == 0


def test_a_stranger_s_messages_are_slowed_down_and_none_is_lost(clock):
    frames = [rerun().SerializeToString()] * 120
    began = clock.now
    assert heard(opened(Traffic(), frames=frames)) == 120
    assert clock.now - began == pytest.approx((120 - sockets.MESSAGES_OF_A_TAB.burst) / 5)


def test_clicks_of_strangers_are_rarer_for_each_may_cost_the_check_of_a_password(clock):
    frames, traffic = [rerun(clicked("$$ID-x")).SerializeToString()] * 20, Traffic()
    began = clock.now
    for key in ("one", "two", "three"):  # another socket is no way around it
        assert heard(opened(traffic, frames=frames, key=key)) == 20
    assert clock.now - began >= 40 / sockets.CLICKS_OF_AN_ADDRESS.per_second - 1


def test_a_stranger_s_tab_runs_once_at_a_time_and_an_address_three_times():
    """Streamlit begins a thread for each message that comes while another is still run."""

    async def ask() -> None:
        frames, traffic = [rerun().SerializeToString()] * 2, Traffic()
        first, *others = (opened(traffic, frames=frames, key=f"run {number}") for number in range(5))
        await first.receive()
        again = asyncio.create_task(first.receive())
        for other in others[:2]:
            await other.receive()
        more = [asyncio.create_task(other.receive()) for other in others[2:]]
        await asyncio.wait([again, *more], timeout=0.02)
        assert not again.done() and not any(task.done() for task in more)
        assert (await opened(traffic, "192.0.2.2", frames=frames).receive())["type"] == "websocket.receive"
        await others[0].send({"type": "websocket.send", "bytes": FINISHED})
        await more[0]
        assert not more[1].done()
        first.leave()
        await asyncio.wait([again, more[1]], return_when=asyncio.FIRST_COMPLETED)
        for task in (again, more[1]):
            task.cancel()

    asyncio.run(ask())


def test_one_password_of_an_address_is_checked_at_a_time():
    async def ask() -> None:
        click, traffic = [rerun(clicked("$$ID-x")).SerializeToString()], Traffic()
        first, second = (opened(traffic, frames=click, key=f"click {number}") for number in range(2))
        await first.receive()
        waiting = asyncio.create_task(second.receive())
        await asyncio.wait([waiting], timeout=0.02)
        assert not waiting.done()
        await opened(traffic, frames=[rerun().SerializeToString()], key="looks").receive()
        await first.send({"type": "websocket.send", "bytes": FINISHED})
        assert (await waiting)["type"] == "websocket.receive"

    asyncio.run(ask())


def test_a_turn_that_is_not_taken_any_more_is_given_to_the_next():
    async def ask() -> None:
        turns = Turns(per_key=1, in_all=2)
        assert await turns.take("a", 1) and not await turns.take("a", 0.001)
        gone, waiting = asyncio.create_task(turns.take("a", 9)), asyncio.create_task(turns.take("a", 9))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
        assert await turns.take("b", 1)
        turns.give_back("a")
        assert await waiting
        turns.give_back("a")
        turns.give_back("b")
        assert turns._places._total == 0 and not turns._waiting

    asyncio.run(ask())


def test_a_run_that_never_ends_gives_its_turn_back(monkeypatch):
    monkeypatch.setattr(sockets, "LONGEST_RUN", 0.001)
    frames = [rerun().SerializeToString()] * 4
    socket = opened(Traffic(), frames=frames)

    async def read() -> None:
        for _ in frames:
            assert (await socket.receive())["type"] == "websocket.receive"

    asyncio.run(read())


def test_what_a_browser_that_is_gone_had_sent_is_not_done_any_more():
    async def gone(message):
        raise OSError

    frames = [rerun().SerializeToString()] * 20
    socket = opened(Traffic(), frames=frames)
    socket._send = gone

    async def read() -> list[str]:
        first = await socket.receive()
        with pytest.raises(OSError):
            await socket.send({"type": "websocket.send", "bytes": b""})
        return [first["type"], (await socket.receive())["type"]]

    assert asyncio.run(read()) == ["websocket.receive", "websocket.disconnect"]


def test_a_tab_that_would_wait_too_long_is_closed(clock, monkeypatch):
    monkeypatch.setattr(sockets, "LONGEST_WAIT", 0.1)
    frames = [rerun().SerializeToString()] * 30
    assert heard(opened(Traffic(), frames=frames)) == sockets.MESSAGES_OF_A_TAB.burst


def test_a_hundred_people_of_one_office_sign_in_within_a_minute_and_a_half(clock):
    traffic, began = Traffic(), clock.now
    for person in range(100):
        visit = [rerun(), rerun(), rerun(clicked("$$ID-sign-in"))]
        socket = opened(traffic, frames=[message.SerializeToString() for message in visit], key=str(person))
        assert socket.enter() and heard(socket) == 3
    assert clock.now - began < 90


def test_somebody_who_works_fast_does_not_wait(clock):
    frames = [rerun(clicked("$$ID-x")).SerializeToString()] * sockets.MESSAGES_OF_A_SESSION.burst
    began = clock.now
    assert heard(opened(Traffic(), session_id=7, frames=frames)) == len(frames) and clock.now == began


@pytest.mark.parametrize("kind", ["load_git_info", "clear_cache", "set_run_on_save", "debug_shutdown_runtime"])
def test_what_no_page_needs_does_not_pass_and_counts(clock, kind):
    message = rerun()
    setattr(message, kind, True)
    began = clock.now
    assert heard(opened(Traffic(), frames=[message.SerializeToString()] * 70)) == 0 and clock.now > began
    assert heard(opened(Traffic(), session_id=7, frames=[message.SerializeToString()])) == 0


def test_a_session_that_has_ended_loses_its_frames_within_seconds(clock, monkeypatch):
    asked = []

    def is_live(session_id: int) -> bool:
        asked.append(session_id)
        return not ended

    monkeypatch.setattr(sockets, "_is_live", is_live)
    ended = False
    large = rerun(page_name="x" * 100_000).SerializeToString()
    socket = opened(Traffic(), session_id=7, frames=[large] * 5)
    for _ in range(2):
        assert asyncio.run(socket.receive())["type"] == "websocket.receive"
    assert not asked  # the handshake has just asked
    clock.now += sockets.CHECKED_AGAIN_AFTER + 1
    assert asyncio.run(socket.receive())["type"] == "websocket.receive" and asked == [7]
    ended = True
    clock.now += sockets.CHECKED_AGAIN_AFTER + 1
    assert asyncio.run(socket.receive()) == {"type": "websocket.disconnect", "code": 1009}


# ------------------------------------------------------------------ peers


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::", "2001:db8:1:2::"),
        ("unix", "unix"),
    ],
)
def test_one_visitor_is_an_ipv4_address_or_an_ipv6_network(host, network):
    assert peers.network_of({"client": (host, 1)}) == network
    assert peers.network_of({"client": None}) == ""


@pytest.mark.parametrize(
    ("client", "host", "local"),
    [
        ("127.0.0.1", "localhost:8501", True),
        ("::1", "[::1]:8501", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "rebound.example:8501", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "[", False),
        ("192.168.1.7", "localhost:8501", False),
        ("192.168.1.7", "192.168.1.1", False),
    ],
)
def test_a_browser_is_local_on_this_machine_and_under_a_name_of_this_machine(client, host, local):
    assert peers.is_local({"client": (client, 1), "headers": [(b"host", host.encode())]}) is local


@pytest.mark.parametrize("value", ["*", "10.0.0.1, *", "0.0.0.0/0", "::/0"])
def test_nobody_is_made_to_believe_everybody(value):
    with pytest.raises(ValueError, match="believes anybody"):
        peers.trusted_proxies({"FORWARDED_ALLOW_IPS": value})


def arrived(client: str, forwarded: str, proxies: str) -> str:
    """The address that is seen at last."""
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["client"][0])

    scope = {"type": "http", "scheme": "http", "client": (client, 1), "headers": []}
    if forwarded:
        scope["headers"] = [(b"x-forwarded-for", forwarded.encode())]
    asyncio.run(peers.VisitorAddress(app, proxies)(scope, None, None))
    return seen[0]


@pytest.mark.parametrize(
    ("client", "forwarded", "proxies", "seen"),
    [
        ("10.0.0.5", "203.0.113.9", "10.0.0.5", "203.0.113.9"),
        ("::ffff:10.0.0.5", "203.0.113.9", "10.0.0.5", "203.0.113.9"),
        ("::ffff:10.0.0.5", "203.0.113.9", "10.0.0.0/8", "203.0.113.9"),
        ("::ffff:10.0.0.5", "::ffff:203.0.113.9", "10.0.0.5", "203.0.113.9"),
        ("10.0.0.5", "127.0.0.1, 203.0.113.9", "10.0.0.5", "203.0.113.9"),  # what the visitor sent is not believed
        ("10.0.0.5", "203.0.113.9, 10.0.0.6", "10.0.0.5,10.0.0.6", "203.0.113.9"),
        ("198.51.100.1", "203.0.113.9", "10.0.0.5", "198.51.100.1"),
        ("::ffff:198.51.100.1", "", "10.0.0.5", "198.51.100.1"),
        ("2001:db8::1", "203.0.113.9", "2001:db8::1", "203.0.113.9"),
    ],
)
def test_a_named_proxy_is_believed_in_either_spelling_and_nobody_else(client, forwarded, proxies, seen):
    assert arrived(client, forwarded, proxies) == seen


def test_a_proxy_that_was_forgotten_is_told_once(caplog):
    async def app(scope, receive, send):
        pass

    layer = peers.VisitorAddress(app, "127.0.0.1")
    for client in ("127.0.0.1", "198.51.100.1", "198.51.100.2"):
        scope = {"type": "http", "scheme": "http", "client": (client, 1), "headers": [(b"x-forwarded-for", b"1.2.3.4")]}
        asyncio.run(layer(scope, None, None))
    assert [record.getMessage()[:15] for record in caplog.records] == ["'198.51.100.1' "]
