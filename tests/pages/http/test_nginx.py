"""deploy/nginx.conf, run by a real nginx before the desk."""

import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlmodel import Session, col, select
from websockets.exceptions import InvalidMessage

from models.user import UserSession
from tests.browser.driver import free_port
from tests.pages.http.conftest import PASSWORD, Desk, serving
from tests.pages.http.wire import Tab, answer, handshake, tab

HOUSE = Path(__file__).parents[3]
NAME = "desk.example.org"
OURS = f"https://{NAME}"
VISITOR = "127.0.0.7"
TRUSTING = ssl._create_unverified_context()

MAIN = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/guichet.conf;
}}
"""


@pytest.fixture(scope="module")
def nginx() -> str:
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        problem = "NO NGINX ON THIS MACHINE: deploy/nginx.conf was not tested. Install the package 'nginx'."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(problem)
    return str(found)


@pytest.fixture(scope="module")
def proxied(nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk as its visitors reach it: `url` is nginx's."""
    with (
        serving(tmp_path_factory.mktemp("var"), STREAMLIT_BROWSER_SERVER_ADDRESS=NAME) as desk,
        behind(nginx, desk, tmp_path_factory.mktemp("nginx")) as url,
    ):
        yield Desk(url, desk.engine, desk.world, desk.var)


@contextmanager
def behind(nginx: str, desk: Desk, folder: Path) -> Iterator[str]:
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={NAME}"]
    subprocess.run(
        [*certificate, "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True,
        capture_output=True,
    )
    plain, secure = free_port(), free_port()
    ours = (HOUSE / "deploy" / "nginx.conf").read_text()
    for written, here in (
        ("127.0.0.1:8501", desk.url.removeprefix("http://").replace("localhost", "127.0.0.1")),
        ("listen 80", f"listen {plain}"),
        ("listen [::]:80;", ""),
        ("listen 443", f"listen {secure}"),
        ("listen [::]:443 ssl http2;", ""),
        (f"/etc/letsencrypt/live/{NAME}/fullchain.pem", str(folder / "cert.pem")),
        (f"/etc/letsencrypt/live/{NAME}/privkey.pem", str(folder / "key.pem")),
    ):
        assert written in ours
        ours = ours.replace(written, here)
    (folder / "guichet.conf").write_text(ours)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    subprocess.run([nginx, "-t", "-q", "-c", str(folder / "nginx.conf")], check=True)
    process = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf")])
    try:
        wait_for(f"https://127.0.0.1:{secure}")
        yield f"https://127.0.0.1:{secure}"
    finally:
        process.terminate()
        process.wait(20)


def wait_for(url: str) -> None:
    deadline = monotonic() + 20
    while True:
        try:
            answer(url, path="/healthz", secure=TRUSTING, Host=NAME)
            return
        except OSError:
            assert monotonic() < deadline, "nginx did not come up"
            sleep(0.05)


@contextmanager
def visiting(proxied: Desk, **options: str) -> Iterator[Tab]:
    asked = {"origin": OURS, "name": NAME, "source": VISITOR} | options
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(tab(proxied.url, secure=TRUSTING, **asked))  # type: ignore[arg-type]
        except InvalidMessage:  # on a busy machine nginx may close a connection unanswered: browsers connect again
            opened = stack.enter_context(tab(proxied.url, secure=TRUSTING, **asked))  # type: ignore[arg-type]
        yield opened


def ask(proxied: Desk, method: str = "GET", path: str = "/", body: bytes = b"", **headers: str):
    given = {"Host": NAME, "Origin": OURS} | headers
    return answer(proxied.url, method, path, body, source=VISITOR, secure=TRUSTING, **given)


def test_the_pages_come_by_https_and_say_so(proxied):
    page = ask(proxied, Accept="text/html")
    assert page.status == 200 and "<title>" in page.body
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    assert re.fullmatch(
        r"guichet_visitor=[0-9a-f]{32}; Path=/; HttpOnly; Secure; SameSite=Lax", page.headers["set-cookie"]
    )
    assert "set-cookie" not in ask(proxied, path="/favicon.png", Accept="image/*").headers
    assert "set-cookie" not in ask(proxied, Accept="text/html", Cookie="guichet_visitor=me").headers


def test_one_signs_in_through_it_with_a_secure_cookie_and_the_address_of_one_s_own(proxied):
    with visiting(proxied, X_Forwarded_For="203.0.113.9") as opened:  # what a visitor says of himself is dropped
        opened.run().signs_in("manager@guichet.example", PASSWORD)
        [ticket] = [words for words in opened.words if '"ticket"' in words]
        body = ('{"ticket"' + ticket.split('"ticket"')[1]).encode()
        welcome = ask(proxied, "POST", "/auth/session", body)
    assert welcome.status == 200 and "Secure" in welcome.headers["set-cookie"]
    with Session(proxied.engine) as session:
        newest = select(UserSession.address).order_by(col(UserSession.id).desc())
        assert session.exec(newest).first() == VISITOR
    cookie, _, token = welcome.headers["set-cookie"].split(";")[0].partition("=")
    with visiting(proxied, cookie=cookie, token=token, resume=opened.id) as again:
        assert again.run().reads("Sign out") and again.id == opened.id


@pytest.mark.parametrize("origin", ["https://evil.example", f"http://{NAME}", f"https://{NAME}:8443", "null"])
def test_a_page_of_another_address_opens_no_socket_through_it(proxied, origin):
    headers = {"Host": NAME, "Origin": origin}
    assert handshake(proxied.url, source=VISITOR, secure=TRUSTING, **headers) == 403
    assert handshake(proxied.url, source=VISITOR, secure=TRUSTING, Host=NAME, Origin=OURS) == 101
    assert ask(proxied, "POST", "/auth/sign-out", b"{}", Origin=origin).status == 403


def test_a_body_has_a_limit_before_it_reaches_the_desk(proxied):
    announced = {"Content-Length": str(27 * 1024 * 1024)}
    assert ask(proxied, "PUT", "/_stcore/upload_file/a/b", b"", **announced).status == 413


def test_it_warns_of_no_proxy_that_was_forgotten(proxied):
    ask(proxied)
    assert "sends X-Forwarded-For" not in proxied.log
