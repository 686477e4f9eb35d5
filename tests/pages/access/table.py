"""Who may call which function of `data/`, and which rows are not theirs: a row for each function.

Letters: Manager, Technician, Sales, Contact.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from data import (
    account,
    articles,
    attachments,
    contacts,
    conversation,
    corrections,
    documents,
    drafts,
    filing,
    followed,
    form_drafts,
    hotline,
    metrics,
    queue,
    sheets,
    tickets,
    videos,
)
from data.core.accounts import AccountForm
from data.core.desk import Desk
from data.corrections import Correction
from data.tickets import TicketForm
from models.followed import Followed
from models.metrics import Chart, Filters
from models.period import Period
from models.permission import Role
from models.queue import Filters as QueueFilters
from models.queue import Order, Tab
from models.ticket import Kind, Service, Urgency
from models.user import Language
from tests.pages.access.names import (
    COMPANY,
    UNPUBLISHED,
    Named,
)

LETTERS = {"M": Role.MANAGER, "T": Role.TECHNICIAN, "S": Role.SALES, "C": Role.CONTACT}
THIS_YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
OF_A_ROW = re.compile(r"reference|references|key|after|before|client|contact|product|wanted|filters|of|.*_id|.*_ids")

Call = Callable[[Desk, Named], object]


@dataclass(frozen=True)
class Row:
    """Who may call it, and how each of them is kept from what is not theirs.

    `every`: roles for which every row of this kind is theirs. `foreign`: calls that name a row that is not theirs and
    end as they do for a row that does not exist, or with NotAllowed. `partly`: calls that name a row which they may
    read in part; the rest is in HIDDEN. A function that names no row needs neither.
    """

    roles: str
    every: str = ""
    foreign: Mapping[str, Sequence[Call]] = field(default_factory=dict)
    partly: Mapping[str, Sequence[Call]] = field(default_factory=dict)

    def reached(self) -> str:
        return "".join(sorted(self.every + "".join({*"".join([*self.foreign, *self.partly])})))


def form(**changed: Any) -> TicketForm:
    return TicketForm(kind=Kind.REQUEST, subject="Mine", description="My own", **changed)


def works(call: Callable[[Desk, str], object]) -> Row:
    """For those who work the ticket's service: the technician not accounting's, sales not the technicians'."""
    foreign = {"T": [lambda desk, of: call(desk, of.enquiry)], "S": [lambda desk, of: call(desk, of.ticket)]}
    return Row("MTS", every="M", foreign=foreign)


def reads(call: Callable[[Desk, str], object], roles: str = "MTSC") -> Row:
    """For the staff, without the notes of services they do not work; for a contact, of the own company."""
    partly = {"M": [], "T": [lambda desk, of: call(desk, of.enquiry)], "S": [lambda desk, of: call(desk, of.ticket)]}
    partly["M"] = [lambda desk, of: call(desk, of.ticket)]
    foreign = {"C": [lambda desk, of: call(desk, of.ticket)]} if "C" in roles else {}
    return Row(roles, foreign=foreign, partly=partly)


def staff_account(call: Callable[[Desk, int], object]) -> Row:
    """Of contacts; an account of the staff is in other hands."""
    return Row("MS", foreign={"MS": [lambda desk, of: call(desk, of.staff)]})


def all_of_it(desk: Desk, reference: str) -> object:
    return conversation.part(desk, reference, conversation.outline(desk, reference, notes=True), 0, notes=True)


ACCOUNT = AccountForm(name="Another", email="another@guichet.example")
CORRECTION = Correction(subject="Another", kind=Kind.REQUEST, product_id=None, contact_id=None)
FIGURES = {
    "T": lambda of: Filters(technician=of.contact),
    "S": lambda of: Filters(technician=of.staff),
}


def figures(call: Callable[[Desk, Filters], object]) -> Row:
    """A technician's own, and for sales without who of the desk did what."""
    foreign = {role: [lambda desk, of, asked=asked: call(desk, asked(of))] for role, asked in FIGURES.items()}
    return Row("MTS", every="M", foreign=foreign)


FUNCTIONS: dict[str, Row] = {
    "access_codes.end": Row("MS", every="MS"),
    "access_codes.issue": Row("MS", every="MS"),
    "access_codes.mine": Row("MC"),
    "access_codes.reveal": Row("MS", every="MS"),
    "access_codes.state": Row("MTS", every="MTS"),
    "account.agree_password": Row("MTSC"),
    "account.change_password": Row("MTSC"),
    "account.end_other_sessions": Row("MTSC"),
    "account.end_session": Row("MTSC", foreign={"MTSC": [lambda desk, of: account.end_session(desk, of.session)]}),
    "account.phone": Row("MTSC"),
    "account.put_notices_away": Row("MTSC"),
    "account.sessions": Row("MTSC"),
    "account.shown_notices": Row("MTSC"),
    "account.update": Row("MTSC"),
    "article_list.listed": Row("MT", every="MT"),
    "articles.about": Row(
        "MTSC",
        every="MT",
        foreign={"C": [lambda desk, of: articles.about(desk, of.product, Language.ENGLISH)]},
        partly={"S": [lambda desk, of: articles.about(desk, of.product, Language.ENGLISH)]},
    ),
    "articles.read": Row("C", foreign={"C": [lambda desk, of: articles.read(desk, [of.article])]}),
    "articles.search": Row(
        "MTSC",
        every="MT",
        foreign={"C": [lambda desk, of: articles.search(desk, of.product, COMPANY)]},
        partly={"S": [lambda desk, of: articles.search(desk, of.product, UNPUBLISHED)]},
    ),
    "articles.shelves": Row("C"),
    "articles.similar": Row(
        "MTSC",
        every="MT",
        foreign={
            "C": [
                lambda desk, of: articles.similar(desk, COMPANY, of.product),
                lambda desk, of: articles.similar(desk, COMPANY, None),
            ]
        },
        partly={"S": [lambda desk, of: articles.similar(desk, UNPUBLISHED, None)]},
    ),
    "articles.vote": Row("C", foreign={"C": [lambda desk, of: articles.vote(desk, of.article, True)]}),
    "attachments.content": Row(
        "MTSC",
        every="M",
        foreign={
            "C": [
                lambda desk, of: attachments.content(desk, of.attachment),
                lambda desk, of: attachments.content(desk, of.of_message),
                lambda desk, of: attachments.content(desk, of.of_note),
            ],
            "T": [lambda desk, of: attachments.content(desk, of.of_enquiry_note)],
            "S": [
                lambda desk, of: attachments.content(desk, of.of_note),
                lambda desk, of: attachments.content(desk, of.of_enquiry_note),
            ],
        },
    ),
    "audit_trail.note_export": Row("M", every="M"),
    "audit_trail.page": Row("M", every="M"),
    "audit_trail.person": Row("M", every="M"),
    "audit_trail.staff": Row("M"),
    "calendars.all": Row("M"),
    "calendars.create": Row("M"),
    "calendars.preview": Row("M"),
    "calendars.save": Row("M"),
    "calendars.year": Row("M"),
    "checklist.close": Row("M"),
    "checklist.confirm": Row("M"),
    "checklist.read": Row("M"),
    "client_imports.look": Row("MS"),
    "client_imports.read": Row("MS"),
    "client_imports.rejected": Row("MS"),
    "client_imports.remember": Row("MS"),
    "client_imports.try_out": Row("MS"),
    "client_imports.write": Row("MS"),
    "client_tickets.page": Row("MTS", every="MTS"),
    "clients.change": Row("MS", every="MS"),
    "clients.create": Row("MS"),
    "clients.disown": Row("MS", every="MS"),
    "clients.every": Row("MTS", every="MTS"),
    "clients.own": Row("MS", every="MS"),
    "clients.products": Row("MTS", every="MTS"),
    "clients.search": Row("MTS", every="MTS"),
    "clients.sheet": Row("MTS", every="MTS"),
    "contacts.change": staff_account(lambda desk, user_id: contacts.change(desk, user_id, ACCOUNT, ACCOUNT)),
    "contacts.disable": staff_account(contacts.disable),
    "contacts.enable": staff_account(contacts.enable),
    "contacts.invite": Row("MS", every="MS"),
    "contacts.of": Row("MTS", every="MTS"),
    "contacts.reset": staff_account(contacts.reset),
    "contacts.shut_out": staff_account(contacts.shut_out),
    "conversation.has_notes": reads(conversation.has_notes),
    "conversation.note": works(lambda desk, reference: conversation.note(desk, reference, "Hello")),
    "conversation.outline": reads(lambda desk, reference: conversation.outline(desk, reference, notes=True)),
    "conversation.part": reads(all_of_it),
    "conversation.reply": replace(
        works(lambda desk, reference: conversation.reply(desk, reference, "Hello")),
        roles="MTSC",
        foreign={
            "T": [lambda desk, of: conversation.reply(desk, of.enquiry, "Hello")],
            "SC": [lambda desk, of: conversation.reply(desk, of.ticket, "Hello")],
        },
    ),
    "conversation.thread": reads(conversation.thread),
    "corrections.choices": works(corrections.choices),
    "corrections.correct": works(lambda desk, reference: corrections.correct(desk, reference, CORRECTION, CORRECTION)),
    "corrections.hand_over": works(lambda desk, reference: corrections.hand_over(desk, reference, Service.LOGISTICS)),
    "corrections.next_readers": Row("MTS"),
    "desk_settings.direct_line_number": Row("MTS"),
    "desk_settings.set_direct_line_number": Row("M"),
    "documents.add": Row("MS", every="MS"),
    "documents.add_all": Row("MS", every="MS"),
    "documents.content": Row(
        "MTSC", every="MTS", foreign={"C": [lambda desk, of: documents.content(desk, of.document)]}
    ),
    "documents.counts": Row("MTSC", every="MTS", foreign={"C": [lambda desk, of: documents.counts(desk, of.client)]}),
    "documents.problems": Row("MS", every="MS"),
    "documents.remove": Row("MS", every="MS"),
    "documents.search": Row(
        "MTSC",
        every="MTS",
        foreign={
            "C": [
                lambda desk, of: documents.search(desk, of.client),
                lambda desk, of: documents.search(
                    desk, desk.user.client_id or 0, after=(date(2100, 1, 1), of.document)
                ),
            ]
        },
    ),
    "drafts.look_in": reads(drafts.look_in, "MTS"),
    "drafts.save": Row("MTSC", every="MTS", foreign={"C": [lambda desk, of: drafts.save(desk, of.ticket, "Hello")]}),
    "drafts.saved": reads(drafts.saved),
    "editorial.begin": Row("MT"),
    "editorial.draft": Row("MT", every="MT"),
    "editorial.keep_video": Row("MT", every="MT"),
    "editorial.publish": Row("MT", every="MT"),
    "editorial.save": Row("MT", every="MT"),
    "editorial.unpublish": Row("MT", every="MT"),
    "exports.tickets": Row("M"),
    "filing.alike": Row("MTSC", every="MTS", foreign={"C": [lambda desk, of: filing.alike(desk, COMPANY, of.client)]}),
    "filing.contacts": Row("MTS", every="MTS"),
    "filing.offer": Row(
        "MTSC", every="MTS", foreign={"C": [lambda desk, of: filing.offer(desk, Kind.INCIDENT, of.client)]}
    ),
    "followed.front": Row("C"),
    "followed.page": Row(
        "C",
        foreign={
            "C": [
                lambda desk, of: followed.page(desk, Followed(product=of.product)),
                lambda desk, of: followed.page(desk, after=of.ticket),
                lambda desk, of: followed.page(desk, before=of.ticket),
            ]
        },
    ),
    "followed.pulse": Row("C", foreign={"C": [lambda desk, of: followed.pulse(desk, of.ticket)]}),
    "followed.raise_urgency": Row(
        "C",
        foreign={
            "C": [
                lambda desk, of: followed.raise_urgency(desk, of.ticket, Urgency.CRITICAL, "Work stands still"),
                lambda desk, of: followed.raise_urgency(desk, of.resolved, Urgency.CRITICAL, "Work stands still"),
            ]
        },
    ),
    "followed.seen": Row("C", foreign={"C": [lambda desk, of: followed.seen(desk, of.ticket, desk.now)]}),
    "followed.years": Row("C"),
    "forecast.will_breach": Row("MTS"),
    "form_drafts.begin": Row("MTSC"),
    "form_drafts.drop": Row("MTSC"),
    "form_drafts.renew": Row("MTSC"),
    "form_drafts.save": Row(
        "MTSC", foreign={"MTSC": [lambda desk, of: form_drafts.save(desk, of.key, {"subject": "Hello"})]}
    ),
    "hotline.call_by_name": Row("MT", every="MT"),
    "hotline.caller": Row("MT", foreign={"MT": [lambda desk, of: hotline.caller(desk, of.call)]}),
    "hotline.file": Row("MT", foreign={"MT": [lambda desk, of: hotline.file(desk, of.call, form())]}),
    "hotline.look_up": Row("MT"),
    "hotline.note": Row("MT", foreign={"MT": [lambda desk, of: hotline.note(desk, of.call, of.ticket, "Hello")]}),
    "imports.read": Row("M"),
    "imports.write": Row("M"),
    "invitations.count": Row("MS", every="MS"),
    "invitations.make": Row("MS", every="MS"),
    "lookups.client": Row("MTS", every="MTS"),
    "lookups.clients": Row("MTS"),
    "lookups.colleagues": Row("MTS", every="MTS"),  # names of staff, for whatever ticket
    "lookups.filters": Row("MTS"),
    "lookups.assignees": Row("MTS"),
    "lookups.products": Row("MTS"),
    "metrics.days_to_seal": Row("MTS"),
    "metrics.hand_out": figures(
        lambda desk, asked: metrics.hand_out(desk, Chart.FILED, THIS_YEAR, asked, take=lambda _: None)
    ),
    "metrics.options": Row("MTS"),
    "metrics.page": figures(lambda desk, asked: metrics.page(desk, THIS_YEAR, asked)),
    "metrics.rows": figures(lambda desk, asked: metrics.rows(desk, Chart.FILED, THIS_YEAR, asked)),
    "metrics.seal": Row("MTS"),
    "metrics.seal_again": Row("M"),
    "products.bring_back": Row("M", every="M"),
    "products.create": Row("M"),
    "products.create_list": Row("M"),
    "products.listed": Row("M"),
    "products.move": Row("M", every="M"),
    "products.rename": Row("M", every="M"),
    "products.retire": Row("M", every="M"),
    "products.sort_by_name": Row("M"),
    "programme.ask_for_code": Row("C"),
    "programme.every": Row("C"),
    "programme.mine": Row("C"),
    "queue.board": reads(
        lambda desk, reference: queue.board(desk, Tab.TO_DO, Order.ARRIVAL, QueueFilters(), after=reference), "MTS"
    ),
    "queue.counts": Row("MTS"),
    "queue.lines": reads(lambda desk, reference: queue.lines(desk, [reference]), "MTS"),
    "queue.newest": Row("MTS"),
    "queue.page": reads(lambda desk, reference: queue.page(desk, after=reference), "MTS"),
    "queue.place": reads(queue.place),
    "self_check.run": Row("M"),
    "service_levels.grid": Row("M"),
    "service_levels.preview": Row("M"),
    "service_levels.save": Row("M"),
    "service_received.by_quarter": Row("MTS", every="MTS"),
    "services.choose": Row("M", every="M"),
    "services.mine": Row("MTS"),
    "services.of": Row("M", every="M"),
    "services.unattended": Row("M"),
    "sheets.sheet": reads(sheets.sheet),
    "subscriptions.cancel": Row("MS", every="MS"),
    "subscriptions.history": Row("MTS", every="MTS"),
    "subscriptions.level": Row("MTS", every="MTS"),
    "subscriptions.line_change": Row("MS", every="MS"),
    "subscriptions.preview": Row("MS", every="MS"),
    "subscriptions.save": Row("MS", every="MS"),
    "tickets.assign": works(lambda desk, reference: tickets.assign(desk, reference, desk.user.id)),
    "tickets.assign_all": works(lambda desk, reference: tickets.assign_all(desk, [reference], desk.user.id)),
    "tickets.file": Row(
        "MTSC",
        every="MTS",
        foreign={
            "C": [
                lambda desk, of: tickets.file(desk, form(follows=of.resolved)),
                lambda desk, of: tickets.file(desk, form(follows=of.ticket)),
                lambda desk, of: tickets.file(desk, form(product_id=of.product)),
                lambda desk, of: tickets.file(desk, form(client_id=of.client, contact_id=of.contact)),
                lambda desk, of: tickets.file(desk, form(form_key=of.key)),
            ]
        },
    ),
    "tickets.link": works(lambda desk, reference: tickets.link(desk, reference, reference)),
    "tickets.mark_duplicate": works(lambda desk, reference: tickets.mark_duplicate(desk, reference, reference)),
    "tickets.resolve": works(lambda desk, reference: tickets.resolve(desk, reference, "Done.")),
    "tickets.set_urgency": works(
        lambda desk, reference: tickets.set_urgency(desk, reference, Urgency.LOW, "Calm again")
    ),
    "tickets.set_urgency_all": works(
        lambda desk, reference: tickets.set_urgency_all(desk, [reference], Urgency.LOW, "Calm again")
    ),
    "tickets.take": works(tickets.take),
    "tickets.take_next": Row("MTS"),
    "tickets.withdraw": Row(
        "MTSC",
        every="M",
        foreign={
            "T": [lambda desk, of: tickets.withdraw(desk, of.enquiry)],
            "SC": [lambda desk, of: tickets.withdraw(desk, of.ticket)],
        },
    ),
    "users.change": Row("M", every="M"),
    "users.change_role": Row("M", every="M"),
    "users.disable": Row("M", every="M"),
    "users.enable": Row("M", every="M"),
    "users.holds": Row("M", every="M"),
    "users.invite": Row("M"),
    "users.link": Row("M", every="M"),
    "users.people": Row("M", every="M"),
    "users.person": Row("M", every="M"),
    "users.reset": Row("M", every="M"),
    "users.shut_out": Row("M", every="M"),
    "videos.content": Row(
        "MTSC",
        every="MT",
        foreign={
            "C": [
                lambda desk, of: videos.content(desk, of.film),
                lambda desk, of: videos.content(desk, of.unpublished_film),
            ],
            "S": [lambda desk, of: videos.content(desk, of.unpublished_film)],
        },
    ),
    "what_if.compare": Row("MTS", every="MTS"),
}
