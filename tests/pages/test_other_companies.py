"""Whatever a contact asks for by another company's id, it is told what it would be told of an id that does not exist.

Every way in is counted here: each function of `data/` that a contact may call, each address served beside the screens,
each screen. A new one has to be put into these tables before the tests pass.
"""

import importlib
import inspect
import json
import re
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any
from urllib.parse import quote_plus

import pytest
from sqlmodel import Session

from data import (
    access_codes,
    articles,
    attachments,
    conversation,
    documents,
    drafts,
    editorial,
    filing,
    followed,
    form_drafts,
    queue,
    sheets,
    tickets,
    videos,
)
from data import account as own_account
from data.core import sign_in
from data.core.desk import Desk
from data.core.uploads import Upload
from data.tickets import TicketForm
from models.article import ArticleKind
from models.document import DocumentKind, Paper
from models.errors import DeskError, NotFound
from models.followed import Followed
from models.permission import GRANTED, Role
from models.product import Ownership, Product
from models.ticket import Kind, Urgency
from models.user import Language, User
from pages.components.navigation import CLIENT_SPACE, DESTINATIONS
from pages.http.routes import ROUTES
from tests.data.test_articles import MP4, manuscript
from tests.pages.http.asking import ask
from tests.pages.tab import tab
from tests.pages.test_portal import said
from tests.test_house import DESKS

SECRET = "Unheard-of"  # in every text of the other company


@dataclass(frozen=True)
class Named:
    """The ids of what one company has; or, of nobody's, ids that were never given."""

    ticket: str
    resolved: str
    attachment: int
    of_message: int
    of_note: int
    document: int
    article: int
    film: int
    client: int
    contact: int
    product: int
    session: int
    key: str
    code: str


NOBODYS = Named("INC-2026-999999", "REQ-2026-999998", *range(900_001, 900_011), key="0" * 32, code="AAAA AAAA")

# What a contact may call, with everything by which it names something. Several ways to name it: several calls.
Call = Callable[[Desk, Named], object]
CALLS: dict[str, list[Call]] = {
    "account.end_session": [lambda desk, of: own_account.end_session(desk, of.session)],
    "articles.about": [lambda desk, of: articles.about(desk, of.product, Language.ENGLISH)],
    "articles.read": [lambda desk, of: articles.read(desk, [of.article])],
    "articles.search": [lambda desk, of: articles.search(desk, of.product, SECRET)],
    "articles.similar": [
        lambda desk, of: articles.similar(desk, SECRET, of.product),
        lambda desk, of: articles.similar(desk, SECRET, None),
    ],
    "articles.vote": [lambda desk, of: articles.vote(desk, of.article, True)],
    "attachments.content": [
        lambda desk, of: attachments.content(desk, of.attachment),
        lambda desk, of: attachments.content(desk, of.of_message),
        lambda desk, of: attachments.content(desk, of.of_note),
    ],
    "conversation.reply": [lambda desk, of: conversation.reply(desk, of.ticket, "Hello")],
    "conversation.thread": [lambda desk, of: conversation.thread(desk, of.ticket)],
    "documents.content": [lambda desk, of: documents.content(desk, of.document)],
    "documents.counts": [lambda desk, of: documents.counts(desk, of.client)],
    "documents.search": [
        lambda desk, of: documents.search(desk, of.client),
        lambda desk, of: documents.search(desk, desk.user.client_id or 0, after=(date(2100, 1, 1), of.document)),
    ],
    "drafts.save": [lambda desk, of: drafts.save(desk, of.ticket, "Hello")],
    "drafts.saved": [lambda desk, of: drafts.saved(desk, of.ticket)],
    "filing.alike": [lambda desk, of: filing.alike(desk, SECRET, of.client)],
    "filing.offer": [lambda desk, of: filing.offer(desk, Kind.INCIDENT, of.client)],
    "followed.page": [
        lambda desk, of: followed.page(desk, Followed(product=of.product)),
        lambda desk, of: followed.page(desk, after=of.ticket),
        lambda desk, of: followed.page(desk, before=of.ticket),
    ],
    "followed.pulse": [lambda desk, of: followed.pulse(desk, of.ticket)],
    "followed.seen": [lambda desk, of: followed.seen(desk, of.ticket, desk.now)],
    "form_drafts.save": [lambda desk, of: form_drafts.save(desk, of.key, {"subject": "Hello"})],
    "queue.place": [lambda desk, of: queue.place(desk, of.ticket)],
    "sheets.sheet": [lambda desk, of: sheets.sheet(desk, of.ticket)],
    "tickets.file": [
        lambda desk, of: tickets.file(desk, form(follows=of.resolved)),
        lambda desk, of: tickets.file(desk, form(follows=of.ticket)),
        lambda desk, of: tickets.file(desk, form(product_id=of.product)),
        lambda desk, of: tickets.file(desk, form(client_id=of.client, contact_id=of.contact)),
        lambda desk, of: tickets.file(desk, form(form_key=of.key)),
    ],
    "tickets.withdraw": [lambda desk, of: tickets.withdraw(desk, of.ticket)],
    "videos.content": [lambda desk, of: videos.content(desk, of.film)],
}
NAMING_NOTHING = {  # what these are given, if anything, are one's own words
    "access_codes.mine",
    "account.agree_password",
    "account.change_password",
    "account.end_other_sessions",
    "account.phone",
    "account.sessions",
    "account.update",
    "articles.shelves",
    "followed.front",
    "followed.years",
    "form_drafts.begin",
    "form_drafts.renew",
    "programme.ask_for_code",
    "programme.every",
    "programme.mine",
}
IDS = re.compile(r"reference|key|after|before|client|contact|product|wanted|.*_id|.*_ids")  # as parameters are called

ADDRESSES: dict[str, list[Callable[[Named], str]]] = {
    "/attachments/{id}": [
        lambda of: f"/attachments/{of.attachment}",
        lambda of: f"/attachments/{of.of_message}",
        lambda of: f"/attachments/{of.of_note}",
    ],
    "/videos/{id}": [lambda of: f"/videos/{of.film}"],
    "/documents/{id}": [lambda of: f"/documents/{of.document}"],
    "/tickets/{reference}/print": [lambda of: f"/tickets/{of.ticket}/print"],
    "/drafts/{reference}": [lambda of: f"/drafts/{of.ticket}"],
    "/form-drafts/{key}/{field}": [lambda of: f"/form-drafts/{of.key}/subject"],
}
SCREENS: dict[str, list[Callable[[Named], dict[str, str]]]] = {
    "": [],
    "assistance": [],
    "tickets": [
        lambda of: {"product": str(of.product)},
        lambda of: {"after": of.ticket},
        lambda of: {"before": of.ticket},
        lambda of: {"q": of.code},
    ],
    "ticket": [lambda of: {"ref": of.ticket}, lambda of: {"ref": of.resolved}],
    "new": [
        lambda of: {"kind": "incident", "product": str(of.product)},
        lambda of: {"kind": "request", "product": "none", "follows": of.resolved},
        lambda of: {"filed": of.ticket},
    ],
    "contact": [
        lambda of: {"service": "sales", "follows": of.resolved},
        lambda of: {"service": "sales", "filed": of.ticket},
    ],
    "documents": [],
    "programme": [],
    "help": [lambda of: {"product": str(of.product)}, lambda of: {"product": "1", "at": f"article-{of.article}"}],
    "profile": [],
    "welcome": [],
}


def form(**changed: Any) -> TicketForm:
    return TicketForm(kind=Kind.REQUEST, subject="Mine", description="My own", **changed)


def functions() -> dict[str, Any]:
    """What a contact may call, by the name of its module and its own."""
    found = {}
    for path in DESKS:
        module = importlib.import_module(f"data.{path.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            granted = getattr(function, "permission", None) in GRANTED[Role.CONTACT]
            if granted and function.__module__ == module.__name__:
                found[f"{path.stem}.{name}"] = function
    return found


@pytest.fixture
def theirs(desk) -> Named:
    """All that the five-star client has, and the other, who asks here, has not."""
    with Session(desk.engine.execution_options(writes=True), expire_on_commit=False) as session:
        product = Product(name=f"{SECRET} product")
        session.add(product)
        session.flush()
        session.add(Ownership(client_id=desk.acme.id, product_id=product.id))
        session.commit()
    contact, technician, sales = (desk.desk(one) for one in (desk.contact, desk.technician, desk.sales))
    about = {"subject": f"{SECRET} matter", "description": SECRET, "product_id": product.id, "form_key": "sent"}
    upload = [Upload("a.txt", SECRET.encode())]
    kept = form_drafts.begin(contact, "incident-1-")
    form_drafts.save(contact, kept.key, {"subject": SECRET})
    ticket = tickets.file(contact, TicketForm(kind=Kind.INCIDENT, urgency=Urgency.CRITICAL, **about), upload)
    conversation.reply(technician, ticket, SECRET, [Upload("b.txt", SECRET.encode())])
    conversation.note(technician, ticket, SECRET, [Upload("c.txt", SECRET.encode())])
    drafts.save(contact, ticket, SECRET)
    over = tickets.file(contact, TicketForm(kind=Kind.REQUEST, **about | {"form_key": "over"}))
    tickets.resolve(technician, over, SECRET)
    paper = Paper(DocumentKind.INVOICE, f"{SECRET}-1", SECRET, date(2026, 3, 1))
    files = conversation.thread(technician, ticket)
    said_files = [one.files[0].id for one in files.entries if isinstance(one, conversation.Said)]
    film = editorial.begin(technician, manuscript(desk, product_id=product.id, kind=ArticleKind.VIDEO, title=SECRET))
    film = editorial.keep_video(technician, film.id, Upload("film.mp4", MP4), seen=film.version)
    text = editorial.begin(technician, manuscript(desk, product_id=product.id, title=SECRET, body=SECRET))
    return Named(
        ticket,
        over,
        files.files[0].id,
        *said_files,
        documents.add(sales, desk.acme.id, paper, Upload("paper.pdf", b"%PDF-1.4 " + SECRET.encode())),
        editorial.publish(technician, text.id, seen=text.version).id,
        editorial.publish(technician, film.id, seen=film.version).id,
        desk.acme.id,
        desk.contact.id,
        product.id,
        sign_in.open_session(desk.engine, desk.contact.id, "192.0.2.1", SECRET, desk.now)[0],
        kept.key,
        access_codes.issue(desk.desk(desk.manager), desk.acme.id),
    )


def told(text: object, of: Named) -> str:
    """With every id that was asked for called the same, and every other number, too: references are counted."""
    for one in sorted(map(str, astuple(of)), key=len, reverse=True):
        text = re.sub(rf"(?<!\w)({re.escape(one)}|{re.escape(quote_plus(one))})(?!\w)", "#", str(text))
    return re.sub(r"[0-9a-f]{32}|\d+(,\d+)*", "#", str(text))


def outcome(call: Call, desk: Desk, of: Named) -> str:
    try:
        return told(repr(call(desk, of)), of)
    except DeskError as refusal:
        return f"{type(refusal).__name__}: {told(refusal, of)} {told(refusal.message, of)}"


def kept(world: Any, of: Named) -> str:
    """What the other company sees of its own."""
    desk = world.desk(world.contact)
    sheet, thread = sheets.sheet(desk, of.ticket), conversation.thread(desk, of.ticket)
    facts = sheet.status, sheet.subject, thread, drafts.saved(desk, of.ticket)
    ours = [one.line.reference for one in followed.page(desk).lines], documents.counts(desk, of.client)
    return repr((facts, ours, form_drafts.begin(desk, "incident-1-"), len(own_account.sessions(desk))))


def test_every_function_that_a_contact_may_call_is_tried_here_or_names_nothing():
    callable_ = functions()
    assert set(CALLS) | NAMING_NOTHING == set(callable_) and not set(CALLS) & NAMING_NOTHING
    for name in NAMING_NOTHING:
        named = [one for one in list(inspect.signature(callable_[name]).parameters)[1:] if IDS.fullmatch(one)]
        assert not named, f"{name} takes {named}: try it"


@pytest.mark.parametrize("name", CALLS)
def test_a_call_with_another_companys_id_ends_as_with_nobodys(desk, theirs, name):
    stranger, before = desk.desk(desk.stranger), kept(desk, theirs)
    for call in CALLS[name]:
        answer = outcome(call, stranger, theirs)
        assert answer == outcome(call, stranger, NOBODYS)
        assert SECRET not in answer
    assert kept(desk, theirs) == before


def test_the_same_calls_reach_what_is_ones_own(desk, theirs):
    """Or the tests above would prove nothing."""
    contact = desk.desk(desk.contact)
    asked = ("sheets.sheet", "conversation.thread", "attachments.content", "documents.content", "documents.search")
    for name in (*asked, "drafts.saved", "followed.pulse", "queue.place", "articles.about", "videos.content"):
        call = CALLS[name][0]
        call(contact, theirs)
        with pytest.raises(NotFound):
            call(desk.desk(desk.stranger), theirs)
    with pytest.raises(NotFound):  # a note's file is nobody's but the staff's
        CALLS["attachments.content"][2](contact, theirs)


def answered(path: str, method: str, user: User) -> tuple[int, str]:
    """What a browser signed in as this user is told."""
    body = json.dumps({"body": "Hello"}).encode() if method == "POST" else b""
    answer = ask(path, user, method, body)
    return answer.status, answer.body.decode("utf-8", "replace")


def test_every_address_that_names_something_answers_for_another_company_as_for_nobody(desk, theirs):
    assert set(ADDRESSES) == {route.path for route in ROUTES if "{" in route.path}
    for route in ROUTES:
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        for address in ADDRESSES.get(route.path, []):
            status, body = answered(address(theirs), method, desk.stranger)
            assert (status, told(body, theirs)) == (
                (answer := answered(address(NOBODYS), method, desk.stranger))[0],
                told(answer[1], NOBODYS),
            )
            assert SECRET not in body and (status == 404 or route.path.startswith("/form-drafts"))


def test_the_same_addresses_give_one_ones_own(desk, theirs):
    for path in (f"/attachments/{theirs.attachment}", f"/documents/{theirs.document}", f"/videos/{theirs.film}"):
        assert answered(path, "GET", desk.contact)[0] == 200
    assert SECRET in answered(f"/tickets/{theirs.ticket}/print", "GET", desk.contact)[1]


def shown(app: Any, of: Named) -> str:
    """The page's text, what its components were given, and where it led to."""
    assert not app.exception
    parts = [said(app), *(error.value for error in app.error)]
    parts += [one.proto.json for one in app.get("bidi_component") if one.proto.component_name != "guichet_chrome"]
    parts += [f"{one.label}={one.value}" for kind in (app.text_input, app.selectbox) for one in kind]
    return told("\n".join(parts).replace("\\", ""), of)


def test_every_screen_of_the_client_space_is_in_the_table():
    open_to_contacts = GRANTED[Role.CONTACT]
    theirs = {one.path for one in DESTINATIONS if one.permission is None or one.permission in open_to_contacts}
    assert set(SCREENS) == theirs | {CLIENT_SPACE.path}


@pytest.mark.parametrize("path", SCREENS)
def test_a_screen_shows_of_another_companys_id_what_it_shows_of_nobodys(desk, theirs, path):
    assert SECRET not in shown(tab(path, desk.stranger), theirs)
    for query in SCREENS[path]:
        page = shown(tab(path, desk.stranger, **query(theirs)), theirs)
        assert page == shown(tab(path, desk.stranger, **query(NOBODYS)), NOBODYS)
        assert SECRET not in page


@pytest.mark.parametrize(("path", "query"), [("new", {"kind": "request", "product": "none"}), ("contact", {})])
def test_another_companys_reference_typed_into_a_form_is_not_there(desk, theirs, path, query):
    own = tickets.file(desk.desk(desk.stranger), form())
    tickets.resolve(desk.desk(desk.technician), own, "Done.")
    refusals = []
    for of in (theirs, NOBODYS):
        app = tab(path, desk.stranger, follows=own, **query | ({"service": "sales"} if path == "contact" else {}))
        app.text_input[0].input(of.resolved).run()
        app.text_area[0].input("On with it.").run()
        app.button(key="send").click().run()
        refusals.append([told(error.value.replace("\\", ""), of) for error in app.error])
    assert refusals[0] == refusals[1] == ["There is no ticket #."]
