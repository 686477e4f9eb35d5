"""Attacks on a running server, from one address: what others notice of them, with the gate and without.

`make attack`. The times are of a machine that other things use as well: each is compared with the usual time of the
same minute, and has some air.
"""

import logging
import multiprocessing
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import monotonic, perf_counter, sleep

import pytest
from sqlmodel import Session, col, select

from data import tickets
from data.tickets import TicketForm
from models.message import Message
from models.ticket import Kind, Urgency
from tests.pages.http import attackers
from tests.pages.http.conftest import PASSWORD, UNGATED, Desk, serving
from tests.pages.http.wire import answer, clicked, tab, typed

pytestmark = pytest.mark.attack
log = logging.getLogger(__name__)

BYSTANDER, PROBE = "127.0.0.7", "127.0.0.8"
HEALTHY = 0.100  # seconds
AIR = 0.15  # seconds more than twice the usual time: two cores, and the attacker has one of them
BEGUN = 4.0  # seconds until what is allowed at once has been used up
ROUNDS = 5


@dataclass
class Times:
    """What others wait for, in seconds."""

    health: float
    worst_health: float
    sign_in: float
    reply: float


@pytest.fixture(scope="module")
def attacked(tmp_path_factory) -> Iterator[Desk]:
    with serving(tmp_path_factory.mktemp("var")) as desk:
        yield desk


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory) -> Iterator[Desk]:
    """Without the gate; and where the internet is asked, nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        proxy = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with serving(tmp_path_factory.mktemp("var"), UNGATED, http_proxy=proxy, https_proxy=proxy) as desk:
            yield desk


@contextmanager
def under(attack: str, desk: Desk) -> Iterator[None]:
    process = multiprocessing.get_context("spawn").Process(target=attackers.ATTACKS[attack], args=(desk.url,))
    process.start()
    try:
        sleep(BEGUN)
        yield
        assert process.is_alive(), "the attack itself broke down"
    finally:
        process.kill()
        process.join()


@contextmanager
def watched(desk: Desk, well: tuple[int, ...] = (200,)) -> Iterator[list[float]]:
    """How long `/healthz` takes, asked all the time; in order, once it is over. `well`: the answers that may come."""
    done: Event = Event()
    answered: list[float] = []

    def watch() -> None:
        while not done.is_set():
            began = perf_counter()
            assert answer(desk.url, path="/healthz", source=PROBE).status in well
            answered.append(perf_counter() - began)
            sleep(0.03)

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield answered
    finally:
        done.set()
        watcher.join()
        answered.sort()


def times(desk: Desk, reference: str) -> Times:
    """Of a visitor who has nothing to do with it."""
    with watched(desk) as answered:
        sign_ins = [sign_in(desk) for _ in range(ROUNDS)]
        replies = list(reply(desk, reference))
    return Times(answered[len(answered) * 9 // 10], answered[-1], median(sign_ins), median(replies))


def sign_in(desk: Desk) -> float:
    """From opening the page to one's own home."""
    began = perf_counter()
    with tab(desk.url, source=BYSTANDER) as person:
        person.run().signs_in("sales@guichet.example", PASSWORD)
        assert person.reads("Sign out")
    return perf_counter() - began


def reply(desk: Desk, reference: str) -> Iterator[float]:
    token, query = desk.token(desk.world.technician), f"ref={reference}"
    with tab(desk.url, "ticket", token=token, source=BYSTANDER) as technician:
        for number in range(ROUNDS):
            widgets = technician.run(query_string=query).widgets
            began = perf_counter()
            words = typed(widgets["Your message"], f"Answer {number} {monotonic()}")
            technician.run(words, clicked(widgets["Reply"]), query_string=query)
            yield perf_counter() - began


def filed(desk: Desk) -> str:
    form = TicketForm(
        kind=Kind.INCIDENT,
        subject="Printer",
        description="It does not print.",
        client_id=desk.world.acme.id,
        product_id=desk.world.product.id,
        urgency=Urgency.LOW,
    )
    return tickets.file(desk.world.desk(), form)


def test_what_is_measured_really_happens(attacked):
    reference = filed(attacked)
    usual = times(attacked, reference)
    with Session(attacked.engine) as session:
        written = session.exec(select(Message.body).where(col(Message.body).startswith("Answer"))).all()
    assert len(written) == ROUNDS and min(usual.health, usual.sign_in, usual.reply) > 0


@pytest.mark.parametrize("attack", attackers.ATTACKS)
def test_others_hardly_notice_an_attack(attacked, attack):
    reference = filed(attacked)
    usual = times(attacked, reference)
    with under(attack, attacked):
        now = times(attacked, reference)
    log.info("%s: usually %s, now %s", attack, usual, now)
    assert now.health < HEALTHY + usual.health
    assert now.sign_in < 2 * usual.sign_in + AIR
    assert now.reply < 2 * usual.reply + AIR


@pytest.mark.parametrize(("attack", "silent_for"), [("names", 0.2), ("origins", 0.9)])
def test_without_the_gate_everybody_notices(open_to_all, attack, silent_for):
    with under(attack, open_to_all), watched(open_to_all, (200, 503)) as waited:
        sleep(3)
    assert waited[-1] > silent_for


def test_the_memory_of_the_server_stays_bounded(attacked):
    before = memory(attacked)
    for attack in ("names", "halves", "headers"):
        with under(attack, attacked):
            sleep(3)
    assert memory(attacked) - before < 300 * 1000 * 1000


def memory(desk: Desk) -> int:
    """Resident bytes of the server."""
    words = (Path("/proc") / str(desk.pid) / "statm").read_text().split()
    return int(words[1]) * resource.getpagesize()
