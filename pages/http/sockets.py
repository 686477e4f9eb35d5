"""What a browser's tab may send through its websocket, how much of it, and how fast.

A client that is too fast is slowed down, not refused: an office of a hundred people behind one address must be able to
sign in at nine o'clock. Only what no browser sends closes the socket.
"""

import asyncio
import json
from time import monotonic

from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from data.core import clock, sign_in
from data.core.database import engine
from pages.http import tabs
from pages.http.limits import Places, Rate, TokenBuckets, Turns
from pages.http.peers import network_of

KB, MB = 1000, 1000 * 1000

LARGEST_FRAME_OF_A_STRANGER = 64 * KB
LARGEST_FRAME = 2 * MB  # fifty thousand characters in the longest field, and all other fields of its page
MOST_FILES_AT_ONCE = 50

# Streamlit's page can send other kinds; our pages need these.
FOR_EVERYBODY = {"rerun_script", "stop_script", "app_heartbeat"}
FOR_THE_SIGNED_IN = {"file_urls_request", "backend_operation_request"}

SOCKETS_OF_AN_ADDRESS, SOCKETS_OF_STRANGERS = 200, 1000  # a hundred people with two tabs each
SOCKETS_OF_A_SESSION, SOCKETS_OF_THE_SIGNED_IN = 50, 5000

RUNS_OF_AN_ADDRESS, RUNS_OF_STRANGERS = 3, 6  # of its strangers, of all of them, at a time
CLICKED_RUNS_OF_AN_ADDRESS, CLICKED_RUNS_OF_STRANGERS = 1, 3  # those of them that may check a password
LONGEST_RUN = 5.0  # seconds of a stranger's: then the next may begin
MESSAGES_OF_A_TAB = Rate(5, burst=20)  # of a stranger
MESSAGES_OF_AN_ADDRESS = Rate(20, burst=60)  # of its strangers
MESSAGES_OF_STRANGERS = Rate(100, burst=200)  # of all of them
CLICKS_OF_AN_ADDRESS = Rate(1, burst=20)  # of its strangers
MESSAGES_OF_A_SESSION = Rate(10, burst=60)  # in all its tabs

LONGEST_WAIT = 10.0  # seconds: a tab that would have to wait longer is closed, and its browser tries again
CHECKED_AGAIN_AFTER = 5.0  # seconds: then a session that has ended has the limits of a stranger

POLICY_VIOLATION = 1008
_PROTOCOL_ERROR, _UNSUPPORTED_DATA, _ABNORMAL_CLOSURE, _TOO_BIG, _TRY_AGAIN_LATER = 1002, 1003, 1006, 1009, 1013
_ALL = "all"
_JSON = ("json_value", "json_trigger_value")
_LARGEST_END = 300  # bytes of the message that a run has finished


class Traffic:
    """The open sockets of this process, and how fast messages come."""

    def __init__(self) -> None:
        self.strangers = Places(SOCKETS_OF_AN_ADDRESS, SOCKETS_OF_STRANGERS)
        self.signed_in = Places(SOCKETS_OF_A_SESSION, SOCKETS_OF_THE_SIGNED_IN)
        self._tabs, self._addresses = TokenBuckets(MESSAGES_OF_A_TAB), TokenBuckets(MESSAGES_OF_AN_ADDRESS)
        self._strangers, self._clicks = TokenBuckets(MESSAGES_OF_STRANGERS), TokenBuckets(CLICKS_OF_AN_ADDRESS)
        self._sessions = TokenBuckets(MESSAGES_OF_A_SESSION)
        self._runs = Turns(RUNS_OF_AN_ADDRESS, RUNS_OF_STRANGERS)
        self._clicked_runs = Turns(CLICKED_RUNS_OF_AN_ADDRESS, CLICKED_RUNS_OF_STRANGERS)

    def wait_of_a_session(self, session_id: int) -> float:
        return self._sessions.take(session_id, LONGEST_WAIT)

    def wait_of_a_stranger(self, tab: str, place: str, *, click: bool) -> float:
        buckets = [(self._tabs, tab), (self._addresses, place), (self._strangers, _ALL)]
        if click:
            buckets.append((self._clicks, place))
        return max(bucket.take(key, LONGEST_WAIT) for bucket, key in buckets)

    async def begin_run(self, place: str, *, click: bool) -> bool:
        """Waits for a stranger's turn; False if there is none for long."""
        if click and not await self._clicked_runs.take(place, LONGEST_WAIT):
            return False
        if await self._runs.take(place, LONGEST_WAIT):
            return True
        if click:
            self._clicked_runs.give_back(place)
        return False

    def end_run(self, place: str, *, click: bool) -> None:
        self._runs.give_back(place)
        if click:
            self._clicked_runs.give_back(place)


class Socket:
    """The socket of one tab. `session_id` is the live session of the cookie that it came with."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, session_id: int | None, traffic: Traffic) -> None:
        self._receive, self._send, self._traffic = receive, send, traffic
        self._session_of_cookie, self._place = session_id, network_of(scope)
        self._key = Headers(scope=scope).get("sec-websocket-key", "")
        self._live, self._checked_at = session_id, monotonic()
        self._counted_as: int | None = None  # a session; a stranger of that address otherwise
        self._run: asyncio.TimerHandle | None = None  # of a stranger, under way; it has a turn
        self._clicked = False  # and may check a password
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = self._gone = False  # by us; by the browser

    def enter(self) -> bool:
        """Takes a place among the open sockets; False if there is none left."""
        self._counted_as = self._session_of_cookie
        if self._counted_as is None:
            return self._traffic.strangers.enter(self._place)
        return self._traffic.signed_in.enter(self._counted_as)

    def leave(self) -> None:
        self._end_run()
        if self._counted_as is None:
            self._traffic.strangers.leave(self._place)
        else:
            self._traffic.signed_in.leave(self._counted_as)

    async def receive(self) -> Message:
        """The next message that may pass; the end of the socket after one that may not."""
        while not self._gone:  # what it sent before is not done any more, then
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            frame = message.get("bytes")
            passes, code = (False, _UNSUPPORTED_DATA) if frame is None else await self._judged(frame)
            if code:
                return await self._close(code)
            if passes and not self._gone:
                return message
        return {"type": "websocket.disconnect", "code": _ABNORMAL_CLOSURE}

    async def send(self, message: Message) -> None:
        if self._run and _ends_a_run(message.get("bytes") or b""):
            self._end_run()
        if self._closed:
            return
        try:
            await self._send(message)
        except OSError:
            self._gone = True
            self._end_run()
            raise

    async def _judged(self, frame: bytes) -> tuple[bool, int]:
        """Whether it may pass, and the code to close with if it is no browser that sent it."""
        if len(frame) > LARGEST_FRAME_OF_A_STRANGER:
            if len(frame) > LARGEST_FRAME or await self._live_session() is None:
                return False, _TOO_BIG
        try:
            message = BackMsg.FromString(frame)
        except DecodeError:
            return False, _PROTOCOL_ERROR
        kind = message.WhichOneof("type")
        if kind is None or not _is_readable(message):
            return False, _PROTOCOL_ERROR
        if not await self._paced(message):
            return False, _TRY_AGAIN_LATER
        if kind in FOR_THE_SIGNED_IN:
            too_many = len(message.file_urls_request.file_names) > MOST_FILES_AT_ONCE
            refused = too_many or await self._live_session() is None
            return not refused, POLICY_VIOLATION if refused else 0
        return kind in FOR_EVERYBODY, 0

    async def _paced(self, message: BackMsg) -> bool:
        """Waits until it may go on; False if that would take too long."""
        session_id = self._session()
        click = any(state.HasField("trigger_value") for state in message.rerun_script.widget_states.widgets)
        if session_id is None:
            wait = self._traffic.wait_of_a_stranger(self._key, self._place, click=click)
        else:
            wait = self._traffic.wait_of_a_session(session_id)
            if self._counted_as is None and self._traffic.signed_in.enter(session_id):  # signed in in this very tab
                self._traffic.strangers.leave(self._place)
                self._counted_as = session_id
        if 0 < wait <= LONGEST_WAIT:
            await asyncio.sleep(wait)
        runs = session_id is None and message.WhichOneof("type") == "rerun_script"
        return wait <= LONGEST_WAIT and (not runs or await self._begin_run(click))

    async def _begin_run(self, click: bool) -> bool:
        """A stranger's tab runs once at a time: Streamlit would begin a thread for each message."""
        await self._idle.wait()
        if not await self._traffic.begin_run(self._place, click=click):
            return False
        self._idle.clear()
        self._clicked = click
        self._run = asyncio.get_running_loop().call_later(LONGEST_RUN, self._end_run)
        return True

    def _end_run(self) -> None:
        if self._run:
            self._run.cancel()
            self._run = None
            self._traffic.end_run(self._place, click=self._clicked)
            self._idle.set()

    def _session(self) -> int | None:
        """As the tab's last run found it; before the first, as the cookie says."""
        return tabs.owner(self._key, unknown=self._session_of_cookie)

    async def _live_session(self) -> int | None:
        """The session, if it is still alive; asked of the database every few seconds."""
        session_id, now = self._session(), monotonic()
        if session_id != self._live or now - self._checked_at > CHECKED_AGAIN_AFTER:
            self._live = session_id if session_id and await run_in_threadpool(_is_live, session_id) else None
            self._checked_at = now
        return self._live

    async def _close(self, code: int) -> Message:
        if not self._closed:
            self._closed = True
            await self._send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}


def _is_readable(message: BackMsg) -> bool:
    """Is what says that it is JSON? Streamlit would stop the run at anything else, with a trace in the log."""
    for state in message.rerun_script.widget_states.widgets:
        form = state.WhichOneof("value")
        if form in _JSON:
            try:
                json.loads(getattr(state, form))
            except (ValueError, RecursionError):
                return False
    return True


def _ends_a_run(frame: bytes) -> bool:
    return len(frame) <= _LARGEST_END and ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished"


def _is_live(session_id: int) -> bool:
    return sign_in.desk_of_session(engine(), session_id, clock.now()) is not None
