"""A desk on which everybody has something that is not for the others."""

import pytest
from sqlmodel import Session

from data import access_codes, conversation, documents, drafts, editorial, form_drafts, hotline, tickets
from data.core import sign_in
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.article import ArticleKind
from models.document import DocumentKind, Paper
from models.product import Ownership, Product
from models.ticket import Kind, Service, Urgency
from tests.data.test_articles import MP4, manuscript
from tests.pages.access.names import ACCOUNTING_NOTE, COMPANY, OWN_DRAFT, TECHNICAL_NOTE, UNPUBLISHED, Named


@pytest.fixture
def theirs(desk) -> Named:
    """All that the five-star client has, and the other has not; notes, drafts and a call of the staff."""
    with Session(desk.engine.execution_options(writes=True), expire_on_commit=False) as session:
        product = Product(name=f"{COMPANY} product")
        session.add(product)
        session.flush()
        session.add(Ownership(client_id=desk.acme.id, product_id=product.id))
        session.commit()
    contact, technician, sales, manager = (
        desk.desk(one) for one in (desk.contact, desk.technician, desk.sales, desk.manager)
    )
    about = {"subject": f"{COMPANY} matter", "description": COMPANY, "product_id": product.id, "form_key": "sent"}
    upload = store([Upload("a.txt", COMPANY.encode())])
    form = form_drafts.begin(contact, "incident-1-")
    form_drafts.save(contact, form.key, {"subject": COMPANY})
    ticket = tickets.file(contact, TicketForm(kind=Kind.INCIDENT, urgency=Urgency.CRITICAL, **about), upload)
    conversation.reply(technician, ticket, COMPANY, store([Upload("b.txt", COMPANY.encode())]))
    conversation.note(
        technician, ticket, TECHNICAL_NOTE, store([Upload(f"{TECHNICAL_NOTE}.txt", TECHNICAL_NOTE.encode())])
    )
    drafts.save(contact, ticket, COMPANY)
    drafts.save(desk.desk(desk.colleague), ticket, OWN_DRAFT)
    question = TicketForm(kind=Kind.ENQUIRY, service=Service.ACCOUNTING, subject=COMPANY, description=COMPANY)
    enquiry = tickets.file(contact, question)
    conversation.note(manager, enquiry, ACCOUNTING_NOTE, store([Upload("d.txt", ACCOUNTING_NOTE.encode())]))
    over = tickets.file(contact, TicketForm(kind=Kind.REQUEST, **about | {"form_key": "over"}))
    tickets.resolve(technician, over, COMPANY)
    paper = Paper(DocumentKind.INVOICE, f"{COMPANY}-1", COMPANY, desk.now.date())
    thread, of_enquiry = conversation.thread(technician, ticket), conversation.thread(manager, enquiry)
    message, note = [one.files[0].id for one in thread.entries if isinstance(one, conversation.Said)]
    [enquiry_note] = [one.files[0].id for one in of_enquiry.entries if isinstance(one, conversation.Said)]
    film = written_film(desk, technician, COMPANY, product.id)
    hidden = written_film(desk, technician, UNPUBLISHED, None)
    text = editorial.begin(technician, manuscript(desk, product_id=product.id, title=COMPANY, body=COMPANY))
    code = access_codes.issue(manager, desk.acme.id)
    return Named(
        ticket=ticket,
        enquiry=enquiry,
        resolved=over,
        attachment=thread.files[0].id,
        of_message=message,
        of_note=note,
        of_enquiry_note=enquiry_note,
        document=documents.add(
            sales, desk.acme.id, paper, *store([Upload("paper.pdf", b"%PDF-1.4 " + COMPANY.encode())])
        ),
        article=editorial.publish(technician, text.id, seen=text.version).id,
        film=editorial.publish(technician, film.id, seen=film.version).id,
        unpublished_film=hidden.id,
        client=desk.acme.id,
        contact=desk.contact.id,
        staff=desk.technician.id,
        product=product.id,
        session=sign_in.open_session(desk.engine, desk.contact.id, "192.0.2.1", COMPANY, desk.now)[0],
        call=hotline.look_up(desk.desk(desk.colleague), code),
        key=form.key,
        code=code,
    )


def written_film(world, technician, title: str, product_id: int | None) -> editorial.Draft:
    """A draft of an article with a video."""
    text = manuscript(world, product_id=product_id, kind=ArticleKind.VIDEO, title=title)
    film = editorial.begin(technician, text)
    return editorial.keep_video(technician, film.id, *store([Upload("film.mp4", MP4)]), seen=film.version)
