"""Attacks by somebody who is signed in, on a running server: `make attack`. What others notice is timed beside.

The times are of a machine that other things use as well: they are compared with the usual ones of the same minute.
"""

import http.client
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from urllib.parse import urlsplit

import pytest
from sqlmodel import Session, select
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from data import tickets
from data.core import clock, sign_in, start
from data.core.database import open_engine
from data.tickets import TicketForm
from models.message import LONGEST, Message
from models.quota import MEGABYTE, UPLOADS_OF_A_CONTACT
from models.ticket import Kind, Ticket
from models.user import User
from tests.browser import driver
from tests.conftest import World

pytestmark = pytest.mark.attack
HEALTHY = 0.1  # seconds
FINISHED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


@dataclass
class Attacked:
    url: str
    world: World
    var: Path

    @property
    def place(self) -> str:
        return urlsplit(self.url).netloc

    def token(self, user: User) -> str:
        _, ticket = sign_in.open_session(self.world.engine, user.id or 0, "", "", clock.now())
        token = sign_in.redeem(self.world.engine, ticket, clock.now())
        assert token
        return token

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes, str]:
        """The status, the body and the cookies of the answer."""
        connection = http.client.HTTPConnection(self.place, timeout=300)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers.get("set-cookie", "")

    @property
    def memory(self) -> float:
        """MiB that the server has."""
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                opened = (status.parent / "fd" / "1").readlink()
            except OSError:
                continue
            if opened == self.var / "server.log":
                return int(re.findall(r"VmRSS:\s+(\d+)", status.read_text())[0]) / 1024
        raise AssertionError("the server is not running")

    @contextmanager
    def tab(self, token: str) -> Iterator[ClientConnection]:
        address = f"ws://{self.place}/_stcore/stream"
        headers = {"Cookie": f"guichet_session={token}"}
        with connect(address, additional_headers=headers, origin=self.url, max_size=None) as opened:  # type: ignore[arg-type]
            yield opened


def drawn(opened: ClientConnection, page: str, query: str) -> tuple[str, int]:
    """The tab's id and how many bytes the page takes."""
    message = BackMsg()
    message.rerun_script.query_string, message.rerun_script.page_name = query, page
    opened.send(message.SerializeToString())
    tab, size = "", 0
    while True:
        frame = opened.recv(timeout=120)
        assert isinstance(frame, bytes)
        size += len(frame)
        said = ForwardMsg.FromString(frame)
        if said.WhichOneof("type") == "new_session":
            tab = said.new_session.initialize.session_id
        if said.WhichOneof("type") == "script_finished" and said.script_finished in FINISHED:
            return tab, size


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    var = tmp_path_factory.mktemp("var")
    engine = open_engine(f"sqlite:///{var / 'guichet.db'}")
    start.migrate(engine)
    world = World(engine)
    with driver.serving(var) as url:
        yield Attacked(url, world, var)
    engine.dispose()


@contextmanager
def watched(desk: Attacked) -> Iterator[list[float]]:
    """How long `/healthz` takes, asked all the time."""
    over, times = Event(), []

    def watch() -> None:
        while not over.wait(0.02):
            begun = perf_counter()
            assert desk.ask("GET", "/healthz")[0] == 200
            times.append(perf_counter() - begun)

    thread = Thread(target=watch)
    thread.start()
    try:
        yield times
    finally:
        over.set()
        thread.join()


def usual(desk: Attacked) -> float:
    with watched(desk) as times:
        Event().wait(2)
    return sorted(times)[len(times) * 9 // 10]


def test_uploads_do_not_fill_the_memory(attacked):
    token = attacked.token(attacked.world.contact)
    xsrf = re.findall(r"_streamlit_xsrf=\"?([^;\"]+)", attacked.ask("GET", "/_stcore/health")[2])[0]
    headers = {
        "Cookie": f"guichet_session={token}; _streamlit_xsrf={xsrf}",
        "X_Xsrftoken": xsrf,
        "Origin": attacked.url,
        "Content_Type": "multipart/form-data; boundary=x",
    }
    file = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        + bytes(24_000_000)
        + b"\r\n--x--\r\n"
    )
    before, normal = attacked.memory, usual(attacked)
    with attacked.tab(token) as opened, watched(attacked) as times:
        mine, _ = drawn(opened, "", "")
        answers = [attacked.ask("PUT", f"/_stcore/upload_file/{mine}/{n}", file, **headers)[0] for n in range(40)]
        other = attacked.token(attacked.world.stranger)
        with attacked.tab(other) as theirs:
            foreign = attacked.ask("PUT", f"/_stcore/upload_file/{drawn(theirs, '', '')[0]}/x", b"x", **headers)[0]
    accepted = answers.count(204)
    assert accepted == UPLOADS_OF_A_CONTACT.megabytes * MEGABYTE // len(file)
    assert set(answers[accepted:]) == {429} and foreign == 404
    assert attacked.memory - before < 2 * UPLOADS_OF_A_CONTACT.megabytes
    assert sorted(times)[len(times) * 9 // 10] < HEALTHY + 2 * normal


@pytest.fixture(scope="module")
def poison(attacked: Attacked) -> str:
    """A ticket of a thousand of the longest messages, each of thousands of links."""
    form = TicketForm(kind=Kind.INCIDENT, subject="Poison", description=("a.co " * LONGEST)[: LONGEST - 1])
    reference = tickets.file(attacked.world.desk(attacked.world.contact), form)
    body = ("a.co " * LONGEST)[:LONGEST]
    with Session(attacked.world.engine.execution_options(writes=True)) as session:
        ticket_id = session.exec(select(Ticket.id).where(Ticket.reference == reference)).one()
        author = attacked.world.contact.id
        session.add_all(
            Message(ticket_id=ticket_id, at=clock.now(), author_id=author, body=f"{n} {body}"[:LONGEST])
            for n in range(1_000)
        )
        session.commit()
    return reference


@pytest.mark.parametrize("role", ["technician", "contact"])
def test_a_poisoned_ticket_is_a_page_like_others(attacked, poison, role):
    token, normal = attacked.token(getattr(attacked.world, role)), usual(attacked)
    with attacked.tab(token) as opened, watched(attacked) as times:
        begun = perf_counter()
        _, size = drawn(opened, "ticket", f"ref={poison}")
        assert perf_counter() - begun < 10
    assert size < 2_000_000
    assert sorted(times)[len(times) * 9 // 10] < HEALTHY + 2 * normal


def test_many_prints_of_a_poisoned_ticket_hold_nobody_up(attacked, poison):
    token, before, normal = attacked.token(attacked.world.contact), attacked.memory, usual(attacked)
    cookie = f"guichet_session={token}"
    with watched(attacked) as times, ThreadPoolExecutor(30) as pool:
        prints = pool.map(lambda _: attacked.ask("GET", f"/tickets/{poison}/print", Cookie=cookie)[:2], range(30))
        sizes = [len(body) for status, body in prints if status == 200]
    assert len(sizes) == 30 and max(sizes) < 3_000_000
    assert attacked.memory - before < 200
    assert sorted(times)[len(times) * 9 // 10] < HEALTHY + 2 * normal
