"""The quotes, orders and invoices of the demo world: small PDFs that say on their face that they are made up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from sqlalchemy import Engine

from data import documents
from data.core.days import day_of
from data.core.desk import Desk
from data.core.settings import settings
from data.core.uploads import Upload, store
from data.demo import pdf
from data.demo.cast import Cast, Company
from models.document import DocumentKind, Paper
from models.permission import Role
from models.user import Language

_YEAR = timedelta(days=365)
_LETTERS = {DocumentKind.QUOTE: "DEV", DocumentKind.ORDER: "CDE", DocumentKind.INVOICE: "FAC"}
_SAID = {
    Language.FRENCH: {
        DocumentKind.QUOTE: "Devis",
        DocumentKind.ORDER: "Commande",
        DocumentKind.INVOICE: "Facture",
        "programme": "Programme {stars} étoiles",
        "renewal": "Programme {stars} étoiles, année {year}",
        "training": "Formation {product}, une journée",
        "demo": "DOCUMENT DE DÉMONSTRATION : tout y est inventé, rien n’est dû.",
        "total": "Total TTC",
    },
    Language.ENGLISH: {
        DocumentKind.QUOTE: "Quote",
        DocumentKind.ORDER: "Order",
        DocumentKind.INVOICE: "Invoice",
        "programme": "{stars} star programme",
        "renewal": "{stars} star programme, year {year}",
        "training": "Training on {product}, one day",
        "demo": "DEMONSTRATION ONLY: everything here is made up, nothing is due.",
        "total": "Total incl. VAT",
    },
}


@dataclass(frozen=True)
class Deal:
    """A paper of the demo world before it has its number."""

    company: Company
    kind: DocumentKind
    dated: date
    title: str
    euros: int


def file(engine: Engine, cast: Cast, now: datetime) -> None:
    """Through the command that sales use, in order of date; numbered by kind and year, as books are kept."""
    rng, zone = Random("papers"), settings().zone
    today = now.astimezone(zone).date()
    deals = [deal for company in cast.companies for deal in _deals(company, rng) if deal.dated <= today]
    given: Counter[tuple[DocumentKind, int]] = Counter()
    for deal in sorted(deals, key=lambda one: (one.dated, one.company.name)):
        given[deal.kind, deal.dated.year] += 1
        number = f"{_LETTERS[deal.kind]}-{deal.dated.year}-{given[deal.kind, deal.dated.year]:04}"
        at = min(datetime.combine(deal.dated, time(10), zone), now)
        desk = Desk(rng.choice(cast.staff[Role.SALES]), engine, clock=lambda at=at: at)  # type: ignore[misc]
        paper = Paper(deal.kind, number, deal.title, deal.dated)
        upload = Upload(f"{_SAID[deal.company.language][deal.kind]} {number}.pdf", _sheet(deal, number))
        documents.add(desk, deal.company.client_id, paper, *store([upload]))


def _deals(company: Company, rng: Random) -> Iterator[Deal]:
    """What was offered, ordered and paid for each programme, its renewals, and a day of training."""
    said = _SAID[company.language]
    begins = [day_of(start) for start, _ in company.programme]
    for (_, level), start, end in zip(company.programme, begins, [*begins[1:], date.max], strict=True):
        if not level:
            continue
        euros, stars = 400 * level + rng.randrange(0, 900, 50), int(level)
        yield from _sale(company, start, said["programme"].format(stars=stars), euros)
        for year in count(2):
            renewed = start + (year - 1) * _YEAR
            if renewed >= end or year > 5:
                break
            title = said["renewal"].format(stars=stars, year=year)
            yield Deal(company, DocumentKind.INVOICE, renewed, title, euros + 40 * (year - 1))
    product = rng.choice(company.products)
    learnt = begins[0] + timedelta(days=rng.randint(30, 120))
    yield from _sale(company, learnt, said["training"].format(product=product), 980)


def _sale(company: Company, at: date, title: str, euros: int) -> Iterator[Deal]:
    for kind, days in ((DocumentKind.QUOTE, -24), (DocumentKind.ORDER, -9), (DocumentKind.INVOICE, 0)):
        yield Deal(company, kind, at + timedelta(days=days), title, euros)


def _sheet(deal: Deal, number: str) -> bytes:
    said = _SAID[deal.company.language]
    name = f"{said[deal.kind]} {number}"
    return pdf.page(
        [
            (60, 70, 20, True, "Guichet"),
            (60, 130, 16, True, name),
            (60, 152, 11, False, f"{deal.dated:%d/%m/%Y}"),
            (340, 130, 11, True, deal.company.name),
            (60, 230, 12, False, deal.title),
            (440, 230, 12, False, f"{deal.euros},00 EUR"),
            (60, 270, 12, True, said["total"]),
            (440, 270, 12, True, f"{deal.euros},00 EUR"),
            (60, 780, 10, True, said["demo"]),
        ],
        name,
    )
