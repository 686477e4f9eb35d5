"""Writes what a file of clients wants: a few statements for five hundred clients, within one transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import col

from data.core import audit, codes, finding, plans, products, scope, subscriptions
from data.core.desk import OpenDesk
from data.core.exchange.client_companies import IDENTITY, Company
from data.core.exchange.client_matching import Matched
from data.core.exchange.client_subscriptions import Fitted, row_of
from data.core.exchange.directory import Directory
from data.core.exchange.sums import Sums
from data.core.subscriptions import Settled
from models.client import Client
from models.client_import import ALL_OR_NOTHING, Options
from models.permission import Role
from models.subscription import Standing

Some = Sequence[tuple[Company, Fitted]]
Ids = dict[Company, int]
_ALIKE = {"render_nulls": True}  # or rows with an empty column would be a statement of their own


def create_products(desk: OpenDesk, matched: Matched, options: Options) -> None:
    """Those that the clients to be imported own."""
    keys = dict.fromkeys(key for company, _ in matched.imported(options) for key in company.missing)
    products.create(desk.session, [matched.product_names[key] for key in keys])


def write(desk: OpenDesk, matched: Matched, at: datetime) -> Settled:
    """Some clients, whose contacts are created at that moment.

    Nothing that is there already is written again. Imported contacts have no password: nobody signs in uninvited.
    """
    directory = Directory(desk, Sums())
    ids: Ids = {company: company.known.id for company, _ in matched.companies if company.known}
    _change(desk, {number: company for company, number in ids.items() if company.changes})
    settled = _subscribe(desk, {ids[company]: fitted for company, fitted in matched.companies if company.known})
    new = [(company, fitted) for company, fitted in matched.companies if company.known is None]
    issued = _begin(desk, directory, new, ids)
    _invite(directory, ids, at)
    directory.own((number, product) for company, number in ids.items() for product in company.products)
    sums = matched.outcome(ALL_OR_NOTHING)
    told = {"rows": sums.rows, "new": sums.clients, "changed": sums.changed, "contacts": sums.contacts}
    audit.batch(desk.session, "client", **told, subscriptions=sums.subscriptions, products=sums.products)
    return settled._replace(issued=settled.issued + issued)


def _change(desk: OpenDesk, changed: dict[int, Company]) -> None:
    """Through the session, so that the audit trail tells of each what it was before."""
    if changed:
        for client in desk.session.exec(scope.clients(desk).where(col(Client.id).in_(changed))):
            for column, value in changed[client.id].changes.items():
                setattr(client, column, value)
        desk.session.flush()


def _subscribe(desk: OpenDesk, known: dict[int, Fitted]) -> Settled:
    """Of clients who are there already: with all that follows for their tickets and access codes."""
    changed = {number: fitted for number, fitted in known.items() if fitted.changes}
    for number, fitted in changed.items():
        for one, span in fitted.ends:
            _, one.ends_at = span.moments
            desk.session.add(one)
        desk.session.flush()  # what makes room, before what needs it
        desk.session.add_all(row_of(span, number) for span in fitted.new)
        if fitted.plan:
            plan, place = fitted.plan
            plans.put(desk.session, number, plan, place, desk.now)
    return subscriptions.settle(desk, list(changed))


def _begin(desk: OpenDesk, directory: Directory, new: Some, ids: Ids) -> int:
    """New clients with their subscriptions, and the access codes due to them: how many."""
    if not new:
        return 0
    held = {company: fitted.begun for company, fitted in new}
    standings = {company: Standing.of(theirs, desk.now) for company, theirs in held.items()}
    rows = [
        dict.fromkeys(IDENTITY, "")
        | company.changes
        | {"number": company.changes.get("number"), "created_at": desk.now}
        | standing._asdict()
        for company, standing in standings.items()
    ]
    desk.session.execute(insert(Client), rows, execution_options=_ALIKE)
    by_name = directory.known_clients([company.changes["name"] for company in held])
    ids |= {company: by_name[company.changes["name"]] for company in held}
    periods = [one.model_dump(exclude={"id"}) | {"client_id": ids[of]} for of, theirs in held.items() for one in theirs]
    subscriptions.add(desk, periods)
    finding.index(desk.session.connection(), [ids[company] for company in held if not company.contacts])
    entitled = [ids[company] for company, one in standings.items() if one.star_level.has_direct_line]
    codes.issue_first(desk, entitled)
    return len(entitled)


def _invite(directory: Directory, ids: Ids, at: datetime) -> None:
    directory.users(
        {
            email: contact | {"role": Role.CONTACT, "client_id": number, "active": True, "created_at": at}
            for company, number in ids.items()
            for email, contact in company.contacts.items()
        }
    )
