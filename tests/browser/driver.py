"""A server on a database of its own, and a browser's page that knows when Streamlit has drawn."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Playwright
from sqlalchemy import Engine
from sqlmodel import Session, select
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from data.core import clock, sign_in
from data.demo import PASSWORD
from models.user import User

HOUSE = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
FINISHED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def launch(playwright: Playwright, path: str) -> Browser:
    return playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)


def open_host(browser: Browser, url: str, options: dict[str, Any]) -> Page:
    """A page in a new context that others are opened from: they share its process, and Streamlit's code in it.

    In a process of its own a page takes twice as long to come up.
    """
    host = browser.new_context(**options).new_page()
    host.goto(f"{url}/healthz")
    return host


def open_page(host: Page) -> Page:
    with host.expect_popup() as opened:
        host.evaluate("() => { window.open('about:blank') }")
    return opened.value


def forget(host: Page) -> None:
    """Make its context that of somebody who has never been here."""
    for page in host.context.pages:
        if page is not host:
            page.close()
    host.context.unroute_all()
    host.context.clear_cookies()
    host.context.clear_permissions()
    host.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")


@contextmanager
def serving(
    var: Path, app: str = "app.py", port: int | None = None, under: Sequence[str] = (), **environment: str
) -> Iterator[str]:
    """The address of a server on the database in `var`; no trace may be in its log when it ends.

    `under` is a command that runs it, such as a tracer.
    """
    port, log = port or free_port(), var / "server.log"
    command = [*under, sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port)]
    variables = os.environ | {"GUICHET_VAR": str(var), "GUICHET_DEMO": "0"} | environment
    variables.pop("DATABASE_URL", None)
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=HOUSE, env=variables, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://localhost:{port}/healthz", server, log)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(20)
    assert "Traceback" not in log.read_text(), log.read_text()[-9000:]


class App:
    """A page that knows when Streamlit has finished a run.

    The page's own state is not enough: right after a click it still says "notRunning". The server's
    script_finished messages on the websocket are counted instead.
    """

    def __init__(self, page: Page, url: str, engine: Engine | None = None) -> None:
        self.page, self.url, self.engine, self.finished = page, url, engine, 0
        self.errors: list[str] = []
        page.on("websocket", lambda socket: socket.on("framereceived", self._received))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    def _received(self, frame: bytes | str) -> None:
        if isinstance(frame, bytes):
            message = ForwardMsg.FromString(frame)
            if message.WhichOneof("type") == "script_finished" and message.script_finished in FINISHED:
                self.finished += 1

    def goto(self, path: str = "/") -> None:
        self.after(lambda: self.page.goto(self.url + path))

    def after(self, action: Callable[[], object], timeout: float = 20) -> None:
        """Do something, then wait until a complete run was received and drawn."""
        target = self.finished + 1
        action()
        deadline = time.monotonic() + timeout
        while self.finished < target:
            assert time.monotonic() < deadline, "the script run did not finish"
            self.page.wait_for_timeout(20)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_function(
            """() => {
                const app = document.querySelector('[data-testid="stApp"]');
                return app && app.dataset.testScriptState === 'notRunning'
                    && !document.documentElement.classList.contains('guichet-drawing')
                    && !document.querySelector('[data-stale="true"]');
            }"""
        )

    def alert(self) -> Locator:
        """What the page itself says; notices about one's account stand in the sidebar."""
        return self.page.get_by_role("main").get_by_role("alert")

    def key(self, key: str) -> Locator:
        """The container of the element with that Streamlit key."""
        return self.page.locator(f".st-key-{key}")

    def attach(self, path: Path) -> None:
        """Choose a file, and wait until it has arrived."""
        self.page.locator("input[type=file]").set_input_files(path)
        self.page.get_by_role("button", name=f"Retirer {path.name}").wait_for()

    def sign_in(self, email: str = "manager@guichet.example", password: str = "", path: str = "/") -> None:
        """By the form where a password is given or the database is not known; or else with the cookie of a session."""
        if self.engine is not None and not password:
            self._take_cookie(self.engine, email)
            self.goto(path)
            return
        self.goto(path)
        self.page.get_by_role("textbox", name="Adresse e-mail", exact=True).fill(email)
        self.page.get_by_role("textbox", name="Mot de passe", exact=True).fill(password or PASSWORD)
        self.after(lambda: self.page.get_by_role("button", name="Se connecter").click())
        self.wait_for_cookie()

    def _take_cookie(self, engine: Engine, email: str) -> None:
        with Session(engine) as session:
            user_id = session.exec(select(User.id).where(User.email == email)).one()
        assert user_id
        _, ticket = sign_in.open_session(engine, user_id, "127.0.0.1", "Chromium", clock.now())
        token = sign_in.redeem(engine, ticket, clock.now())
        assert token
        self.page.context.add_cookies(
            [{"name": "guichet_session", "value": token, "url": self.url, "httpOnly": True, "sameSite": "Lax"}]
        )

    def wait_for_cookie(self, name: str = "guichet_session", seconds: float = 5) -> dict[str, object]:
        """It is set by a fetch() after the page is drawn, and no script can read it: the context can."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for cookie in self.page.context.cookies():
                if cookie.get("name") == name:
                    return dict(cookie)
            self.page.wait_for_timeout(20)
        raise AssertionError(f"cookie {name} was not set")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the server died:\n{log.read_text()}")
        try:
            urllib.request.urlopen(address, timeout=1)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server did not come up:\n{log.read_text()}")
