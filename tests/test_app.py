"""The real server, asked by plain HTTP: the cookie, the doors, the headers, attachments and drafts."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from data import conversation, documents, drafts, form_drafts, tickets, users
from data.core import clock, known_browsers, passwords, sign_in, start
from data.core.database import open_engine
from data.core.desk import Desk
from data.core.settings import settings
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.document import DocumentKind, Paper
from models.message import Message
from models.ticket import Kind, Ticket
from models.user import Language, User, UserSession
from tests.conftest import World

HOUSE = Path(__file__).parents[1]


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Server:
    """The desk as `streamlit run app.py` serves it, and its database."""

    port: int
    engine: Engine
    world: World
    log: Path

    def ask(self, method: str, path: str, body: object = None, *, token: str = "", **headers: str) -> Answer:
        """From our own page, unless `Origin` says otherwise."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        given = {"Host": "desk.example", "Origin": "http://desk.example"} | headers
        if token:
            given["Cookie"] = f"guichet_session={token}"
        connection.request(method, path, sent, {name: value for name, value in given.items() if value})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def ticket_of(self, user: User) -> str:
        assert user.id
        return sign_in.open_session(self.engine, user.id, "", "", clock.now())[1]

    def token_of(self, user: User) -> str:
        token = sign_in.redeem(self.engine, self.ticket_of(user), clock.now())
        assert token
        return token

    def desk(self, user: User) -> Desk:
        return Desk(self.world.desk(user).user, self.engine)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    var = tmp_path_factory.mktemp("var")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"GUICHET_VAR": str(var), "GUICHET_DEMO": "0"}
    engine = open_engine(f"sqlite:///{var / 'guichet.db'}")
    start.migrate(engine)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    log = var / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=HOUSE, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(port, process, log)
        first_run = log.read_text()  # before there is anybody
        (var / "first_run.log").write_text(first_run)
        yield Server(port, engine, World(engine), log)
        assert "Traceback" not in log.read_text(), log.read_text()[-3000:]
    finally:
        process.terminate()
        process.wait(20)
        engine.dispose()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text()}")


# ------------------------------------------------------------------ the cookie


def cookie_of(answer: Answer) -> str:
    return answer.headers.get("set-cookie", "")


def test_a_ticket_is_exchanged_for_a_cookie_that_no_script_can_read(server):
    answer = server.ask("POST", "/auth/session", {"ticket": server.ticket_of(server.world.manager)})
    cookie = cookie_of(answer)
    assert answer.status == 200 and cookie.startswith("guichet_session=")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_the_cookies_belong_to_this_very_host_behind_https(server):
    """No neighbouring site can plant one of that name, and one without the prefix is none there."""
    ticket = server.ticket_of(server.world.manager)
    answer = server.ask("POST", "/auth/session", {"ticket": ticket}, Origin="https://desk.example")
    session, browser = (one.split("; ") for one in answer.headers.get_all("set-cookie"))
    assert session[0].startswith("__Host-guichet_session=") and browser[0].startswith("__Host-guichet_browser=")
    for cookie in (session, browser):
        assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie)
        assert not [part for part in cookie if part.startswith("Domain")]
    for cookie, known in ((session[0], True), (session[0].removeprefix("__Host-"), False)):
        asked = server.ask("GET", "/media/x", Cookie=cookie, Origin="https://desk.example")
        assert (asked.body != b"Not found.") is known
    gone = server.ask("POST", "/auth/sign-out", {}, Cookie=session[0], Origin="https://desk.example")
    assert '__Host-guichet_session=""' in cookie_of(gone) and "Secure" in cookie_of(gone)
    answer = server.ask("GET", "/", **{"X-Forwarded-Proto": "https"})
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def browser_cookie(answer: Answer) -> str:
    return next(one.partition(";")[0] for one in answer.headers.get_all("set-cookie") if "guichet_browser" in one)


def test_the_browser_is_known_from_its_first_sign_in_on_and_keeps_its_cookie(server):
    first = server.ask("POST", "/auth/session", {"ticket": server.ticket_of(server.world.manager)})
    known = browser_cookie(first)
    again = server.ask("POST", "/auth/session", {"ticket": server.ticket_of(server.world.manager)}, Cookie=known)
    assert browser_cookie(again) == known
    other = server.ask("POST", "/auth/session", {"ticket": server.ticket_of(server.world.sales)}, Cookie=known)
    assert browser_cookie(other) != known  # it may have been planted
    lasts = f"Max-Age={int(known_browsers.LIFETIME.total_seconds())}"
    assert lasts in next(one for one in first.headers.get_all("set-cookie") if "guichet_browser" in one)
    assert server.ask("GET", "/media/x", Cookie=known).body == b"Not found."  # it opens no session


def test_what_a_person_does_is_noted_and_is_only_theirs_to_say(server):
    token = server.token_of(server.world.technician)
    with Session(server.engine.execution_options(writes=True)) as session:
        row = session.exec(select(UserSession).where(UserSession.user_id == server.world.technician.id)).all()[-1]
        row.seen_at -= timedelta(minutes=30)
        session.commit()
        noted, id_ = row.seen_at, row.id
    assert server.ask("POST", "/auth/active", token="made up").status == 401
    assert server.ask("POST", "/auth/active", token=token, Origin="http://evil.example").status == 403
    assert server.ask("GET", "/queue", token=token).status == 200
    with Session(server.engine) as session:
        assert session.get_one(UserSession, id_).seen_at == noted
    assert server.ask("POST", "/auth/active", token=token).status == 200
    with Session(server.engine) as session:
        assert session.get_one(UserSession, id_).seen_at > noted


def test_a_ticket_is_good_once(server):
    ticket = server.ticket_of(server.world.manager)
    assert server.ask("POST", "/auth/session", {"ticket": ticket}).status == 200
    again = server.ask("POST", "/auth/session", {"ticket": ticket})
    assert again.status == 401 and not cookie_of(again)


@pytest.mark.parametrize("origin", ["", "null", "http://evil.example", "http://desk.example.evil", "http://[", "//"])
def test_only_our_own_page_may_ask_for_a_cookie_or_a_sign_out(server, origin):
    ticket, token = server.ticket_of(server.world.manager), server.token_of(server.world.manager)
    assert server.ask("POST", "/auth/session", {"ticket": ticket}, Origin=origin).status == 403
    assert server.ask("POST", "/auth/sign-out", {}, token=token, Origin=origin).status == 403
    assert server.ask("POST", "/drafts/INC-2026-000001", {"body": "x"}, token=token, Origin=origin).status == 403
    assert server.ask("POST", "/auth/session", {"ticket": ticket}).status == 200


def test_a_cookie_cannot_be_replayed_after_sign_out(server):
    token = server.token_of(server.world.manager)
    assert server.ask("GET", "/media/x", token=token).body != b"Not found."
    answer = server.ask("POST", "/auth/sign-out", {"ticket": "any"}, token=token)
    assert answer.status == 200 and 'guichet_session=""' in cookie_of(answer) and "Max-Age=0" in cookie_of(answer)
    assert server.ask("GET", "/media/x", token=token).body == b"Not found."


def test_signing_in_ends_the_session_the_browser_had_before(server):
    former = server.token_of(server.world.technician)
    assert (
        server.ask("POST", "/auth/session", {"ticket": server.ticket_of(server.world.manager)}, token=former).status
        == 200
    )
    assert server.ask("GET", "/media/x", token=former).body == b"Not found."


def test_nobody_else_on_the_machine_reads_what_the_server_writes(server):
    """Neither what an earlier start left open, the database here, nor what this one makes."""
    var = server.log.parent
    made = [path for path in var.rglob("*") if path.name not in {"server.log", "first_run.log", "guichet.db.lock"}]
    assert {"guichet.db", "start.lock", "secret.key"} <= {path.name for path in made}
    assert not var.stat().st_mode & 0o077
    assert not [path for path in made if path.stat().st_mode & 0o077]


@pytest.mark.parametrize("path", ["/auth/session", "/drafts/INC-2026-000001", "/form-drafts/key/subject"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"text"', 400),
        (b"{}", 400),
        (b'{"ticket": 1, "body": 1}', 400),
        (b'{"ticket": null, "body": {"a": 1}}', 400),
        (b'{"ticket": "\\ud800", "body": "\\ud800"}', 400),
        (b'{"ticket": "\\u0000", "body": "\\u0000"}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"ticket": "' + b"x" * 600_000 + b'"}', 413),
    ],
    ids=lambda value: repr(value[:30]) if isinstance(value, bytes) else "",
)
def test_what_cannot_be_understood_is_refused_and_breaks_nothing(server, path, body, status):
    assert server.ask("POST", path, body, token=server.token_of(server.world.manager)).status == status


@pytest.mark.parametrize(
    "path", ["/auth/session", "/auth/sign-out", "/drafts/INC-2026-000001", "/form-drafts/key/subject"]
)
def test_what_changes_something_is_never_done_by_a_link(server, path):
    token = server.token_of(server.world.manager)
    server.ask("GET", path, token=token)
    assert server.ask("GET", "/media/x", token=token).body != b"Not found."


# ------------------------------------------------------------------ headers and doors


PATHS = [
    "/",
    "/users",
    "/no/such/page",
    "/healthz",
    "/favicon.png",
    "/static/none.js",
    "/media/none",
    "/attachments/1",
    "/documents/1",
    "/tickets/INC-2026-000001/print",
]


@pytest.mark.parametrize("path", [*PATHS, "/_stcore/health", "/_stcore/metrics", "/auth/session"])
def test_every_answer_carries_the_headers(server, path):
    headers = server.ask("GET", path).headers
    for name in ("content-security-policy", "referrer-policy", "permissions-policy", "cross-origin-opener-policy"):
        assert len(headers.get_all(name, [])) == 1, name
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
    assert "strict-transport-security" not in headers


def test_the_policy_lets_run_the_two_scripts_of_the_page_and_no_other(server):
    page = server.ask("GET", "/")
    policy = page.headers["content-security-policy"]
    scripts = re.findall(rb"<script>(.*?)</script>", page.body, re.DOTALL)
    assert len(scripts) == policy.count("'sha256-") == 2  # Streamlit's and the shell's
    assert "script-src 'self' blob: 'sha256-" in policy and "frame-ancestors 'none'" in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2] and "'unsafe-eval'" not in policy


def test_files_that_pages_show_are_for_people_who_are_signed_in(server):
    assert server.ask("GET", "/media/none").body == b"Not found."
    assert server.ask("GET", "//media//none").body == b"Not found."
    assert server.ask("GET", "/media/none", token="forged").body == b"Not found."
    assert server.ask("GET", "/media/none", token=server.token_of(server.world.contact)).body != b"Not found."


def test_the_figures_of_the_server_are_for_nobody(server):
    for path in ("/_stcore/metrics", "//_stcore/metrics", "/_stcore/metrics/"):
        assert server.ask("GET", path, token=server.token_of(server.world.manager)).status == 404


def test_a_disabled_account_has_no_cookie_that_opens(server):
    token = server.token_of(server.world.colleague)
    users.disable(server.world.desk(), server.world.colleague.id)
    assert server.ask("GET", "/media/none", token=token).body == b"Not found."


def test_health_is_what_the_database_says(server):
    answer = server.ask("GET", "/healthz", Origin="")
    assert (answer.status, json.loads(answer.body)) == (200, {"status": "ok"})


# ------------------------------------------------------------------ attachments


NAME = 'Écran "1"; a\r\nb.html'


@pytest.fixture(scope="module")
def filed(server) -> tuple[str, int]:
    """A ticket of the first client with a file, and the file's id."""
    from sqlmodel import select

    from models.attachment import Attachment

    form = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Rien ne marche.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUICHET_VAR", str(server.log.parent))
        settings.cache_clear()
        reference = tickets.file(
            server.desk(server.world.contact), form, store([Upload(NAME, b"<script>alert(1)</script>")])
        )
        settings.cache_clear()
    with Session(server.engine) as session:
        return reference, session.exec(select(Attachment.id)).one()


def test_an_attachment_is_saved_and_never_shown_as_a_page_of_ours(server, filed):
    answer = server.ask("GET", f"/attachments/{filed[1]}", token=server.token_of(server.world.contact), Origin="")
    assert (answer.status, answer.body) == (200, b"<script>alert(1)</script>")
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=") and "filename*=UTF-8''%C3%89cran%20" in disposition
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_not_there_and_not_yours_and_not_signed_in_are_one_answer(server, filed):
    stranger, owner = server.token_of(server.world.stranger), server.token_of(server.world.contact)
    answers = [
        server.ask("GET", f"/attachments/{filed[1]}", token=stranger),
        server.ask("GET", f"/attachments/{filed[1]}"),
        *(server.ask("GET", f"/attachments/{it}", token=owner) for it in ("0", "999999", "9" * 5000, "x", "-1")),
        server.ask("GET", "/attachments/%D9%A1", token=owner),
    ]
    assert {(answer.status, answer.body) for answer in answers} == {
        (404, b'{"message":"There is no such attachment."}')
    }


# ------------------------------------------------------------------ documents, and tickets on paper


@pytest.fixture(scope="module")
def papers(server) -> dict[str, int]:
    """A PDF of the first client, and a page that only says it is one; by their id."""
    paper, sales = partial(Paper, DocumentKind.INVOICE, dated=date(2026, 3, 1)), server.desk(server.world.sales)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUICHET_VAR", str(server.log.parent))
        settings.cache_clear()
        ids = {
            name: documents.add(sales, server.world.acme.id, paper(name), *store([Upload("Facture é.pdf", content)]))
            for name, content in (("pdf", b"%PDF-1.4 true"), ("page", b"<script>alert(1)</script>"))
        }
        settings.cache_clear()
    return ids


def test_a_pdf_opens_in_a_tab_and_anything_else_is_saved(server, papers):
    token = server.token_of(server.world.contact)
    answer = server.ask("GET", f"/documents/{papers['pdf']}", token=token, Origin="")
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"%PDF-1.4 true", "application/pdf")
    assert answer.headers["content-disposition"].startswith("inline; filename=\"Facture _.pdf\"; filename*=UTF-8''")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = server.ask("GET", f"/documents/{papers['page']}", token=token, Origin="")
    assert page.headers["content-disposition"].startswith("attachment;")
    assert page.headers["content-security-policy"] == "default-src 'none'; sandbox"
    for one in (answer, page):
        assert one.headers["x-content-type-options"] == "nosniff" and one.headers["x-frame-options"] == "DENY"
        assert one.headers["cache-control"] == "private, no-store"


def test_a_document_that_may_not_be_had_is_not_there(server, papers):
    stranger, owner = server.token_of(server.world.stranger), server.token_of(server.world.contact)
    answers = [
        *(server.ask("GET", f"/documents/{it}", token=stranger) for it in papers.values()),
        server.ask("GET", f"/documents/{papers['pdf']}"),
        *(server.ask("GET", f"/documents/{it}", token=owner) for it in ("0", "999999", "9" * 5000, "x", "-1", "1.0")),
        server.ask("GET", "/documents/%D9%A1", token=owner),
    ]
    assert {(answer.status, answer.body) for answer in answers} == {(404, b'{"message":"There is no such document."}')}


EVIL = "<script>alert(1)</script> \u202e ![x](https://tracker.example/p.png) [y](javascript:alert(1))"


@pytest.fixture(scope="module")
def told(server) -> str:
    """A ticket of hostile words, with an answer and a note: its reference."""
    world = server.world
    form = TicketForm(kind=Kind.INCIDENT, subject=f"Panne {EVIL}", description=f"Rien {EVIL}")
    reference = tickets.file(server.desk(world.contact), form)
    technician = server.desk(world.technician)
    conversation.reply(technician, reference, f"Bonjour {EVIL}")
    conversation.note(technician, reference, "Between us <b>alone</b>")
    tickets.resolve(technician, reference, f"Fini {EVIL}")
    return reference


def paper_of(server, reference: str, user: User, query: str = "") -> str:
    answer = server.ask("GET", f"/tickets/{reference}/print{query}", token=server.token_of(user), Origin="")
    assert answer.status == 200 and answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "private, no-store"
    return answer.body.decode()


def test_a_ticket_on_paper_tells_all_of_it_and_runs_nothing(server, told):
    page = paper_of(server, told, server.world.contact)
    for part in (told, "Panne", "Rien", "Bonjour", "Fini", "Acme (démo)", "First response", "Resolution", "Printed on"):
        assert part in page
    assert "<script" not in page and "<img" not in page and 'href="javascript' not in page
    assert "&lt;script&gt;" in page and "\u202e" not in page


def test_notes_are_never_on_a_contact_s_paper_and_on_the_desk_s_only_when_it_says_so(server, told):
    for query in ("", "?notes=yes", "?notes=no", "?notes="):
        assert "Between us" not in paper_of(server, told, server.world.contact, query)
    whole = paper_of(server, told, server.world.technician, "?notes=yes")
    assert "Between us &lt;b&gt;alone" in whole and "this copy holds internal notes" in whole
    for_the_client = paper_of(server, told, server.world.technician)
    assert "Between us" not in for_the_client and "Bonjour" in for_the_client
    assert f"/tickets/{told}/print?notes=yes" in for_the_client
    assert "took it" not in for_the_client and "took it" in whole


def test_a_long_ticket_is_sent_as_it_is_drawn_and_goes_on_on_the_print_before(server):
    form = TicketForm(kind=Kind.INCIDENT, subject="Long", description="Long")
    reference = tickets.file(server.desk(server.world.contact), form)
    with Session(server.engine.execution_options(writes=True)) as session:
        ticket_id = session.exec(select(Ticket.id).where(Ticket.reference == reference)).one()
        session.add_all(
            Message(ticket_id=ticket_id, at=clock.now(), author_id=server.world.contact.id, body=f"#{n} " + "x" * 900)
            for n in range(1_200)
        )
        session.commit()
    latest = paper_of(server, reference, server.world.contact)
    assert latest.count('<article class="said"') == 1_001 and "200 earlier messages are left out." in latest
    assert latest.index("#200 ") < latest.index("#1199 ") < latest.index("Printed on")
    [before] = re.findall(r'href="/tickets/[^/]+/print(\?before=\d+)"', latest)
    earlier = paper_of(server, reference, server.world.contact, before)
    assert earlier.count('<article class="said"') == 201 and "left out" not in earlier
    for odd in ("?before=", "?before=x", "?before=-1", "?before=%D9%A1", "?before=" + "9" * 5_000, "?before=999999999"):
        assert "#1199 " in paper_of(server, reference, server.world.contact, odd)


def test_a_ticket_is_printed_in_the_language_of_whoever_prints_it(server, told):
    with Session(server.engine.execution_options(writes=True)) as session:
        user = session.get_one(User, server.world.manager.id)
        user.language = Language.FRENCH
        session.add(user)
        session.commit()
    page = paper_of(server, told, server.world.manager)
    assert '<html lang="fr">' in page and "Première réponse" in page and "First response" not in page
    assert '<html lang="en">' in paper_of(server, told, server.world.contact)


def test_a_ticket_that_may_not_be_had_has_no_paper(server, told):
    stranger = server.token_of(server.world.stranger)
    paths = [told, told.lower(), "INC-2020-999999", "%F0%9F%90%8E", "x" * 300, "%27"]
    answers = [
        *(server.ask("GET", f"/tickets/{path}/print", token=stranger) for path in paths),
        server.ask("GET", f"/tickets/{told}/print"),
        server.ask("GET", f"/tickets/{told}/print", token="forged"),
    ]
    assert {(answer.status, answer.body) for answer in answers} == {(404, b'{"message":"There is no such ticket."}')}


# ------------------------------------------------------------------ drafts


def test_a_draft_is_kept_for_whoever_types_it(server, filed):
    technician = server.world.technician
    answer = server.ask("POST", f"/drafts/{filed[0]}", {"body": "Bonjour, "}, token=server.token_of(technician))
    assert answer.status == 200 and drafts.saved(server.desk(technician), filed[0]) == "Bonjour,"


def test_a_draft_on_a_ticket_that_is_not_there_or_not_yours_is_one_answer(server, filed):
    stranger = server.token_of(server.world.stranger)
    for reference in (filed[0], "INC-2020-999999", "%F0%9F%90%8E", "x" * 300):
        assert server.ask("POST", f"/drafts/{reference}", {"body": "x"}, token=stranger).status == 404
    assert server.ask("POST", f"/drafts/{filed[0]}", {"body": "x"}).status == 401
    assert server.ask("POST", f"/drafts/{filed[0]}", {"body": "x" * 60_000}, token=stranger).status == 404
    owner = server.token_of(server.world.contact)
    assert server.ask("POST", f"/drafts/{filed[0]}", {"body": "x" * 60_000}, token=owner).status == 422


def test_what_is_typed_into_a_form_is_kept_for_whoever_types_it_and_for_nobody_else(server):
    contact, stranger = server.world.contact, server.world.stranger
    form = form_drafts.begin(server.desk(contact), "incident-1-")
    address = f"/form-drafts/{form.key}/description"
    assert server.ask("POST", address, {"body": "Plus rien"}, token=server.token_of(contact)).status == 200
    assert form_drafts.begin(server.desk(contact), "incident-1-").fields == {"description": "Plus rien"}
    # Another's key is as one that is not there: it is no news whether somebody has it.
    token = server.token_of(stranger)
    theirs, nobodys = (
        server.ask("POST", path, {"body": "x"}, token=token)
        for path in (address, f"/form-drafts/{'0' * 32}/description")
    )
    assert (theirs.status, theirs.body) == (nobodys.status, nobodys.body) and theirs.status == 404
    assert form_drafts.begin(server.desk(contact), "incident-1-").fields == {"description": "Plus rien"}
    assert server.ask("POST", address, {"body": "x"}).status == 401
    assert server.ask("POST", address, {"body": "x" * 100_001}, token=server.token_of(contact)).status == 422


# ------------------------------------------------------------------ the start


def test_an_empty_desk_prints_a_first_run_link_and_no_accounts(server):
    log = (server.log.parent / "first_run.log").read_text()
    assert re.search(r"http://localhost:\d+/welcome#[\w-]{43}\n", log)
    assert "@guichet.example" not in log


def test_no_secret_of_a_request_is_logged(server):
    token = server.token_of(server.world.manager)
    server.ask("GET", "/media/x", token=token)
    assert token not in server.log.read_text() and passwords.nobodys_hash() not in server.log.read_text()
