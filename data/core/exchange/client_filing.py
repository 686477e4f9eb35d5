"""Writes what a file of clients wants, within one transaction: a few statements for five hundred clients."""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlmodel import col

from data.core import audit, codes, finding, plans, products, scope, subscriptions
from data.core.desk import OpenDesk
from data.core.exchange.client_companies import IDENTITY, Company
from data.core.exchange.client_matching import Matched
from data.core.exchange.client_subscriptions import Fitted, row_of
from data.core.exchange.client_surroundings import AT_A_TIME
from data.core.exchange.directory import Directory
from data.core.exchange.spool import batches
from data.core.exchange.sums import Progress, Sums
from data.core.subscriptions import Settled
from models.client import Client
from models.client_import import Options, Outcome
from models.permission import Role
from models.subscription import Standing

Some = Sequence[tuple[Company, Fitted]]
Ids = dict[Company, int]
_ALIKE = {"render_nulls": True}  # or rows with an empty column would be a statement of their own


def write(desk: OpenDesk, matched: Matched, options: Options, progress: Progress) -> Outcome:
    """Nothing that is there already is written again. Imported contacts have no password: nobody signs in uninvited."""
    directory = Directory(desk, Sums())
    done, moved, issued, ended = 0, 0, 0, 0
    companies = matched.imported(options)
    created = _create_products(desk, matched, companies) if options.create_products else {}
    for some in batches(companies, AT_A_TIME):
        ids: Ids = {company: company.known.id for company, _ in some if company.known}
        _change(desk, {number: company for company, number in ids.items() if company.changes})
        settled = _subscribe(desk, {ids[company]: fitted for company, fitted in some if company.known})
        new = [(company, fitted) for company, fitted in some if company.known is None]
        issued += settled.issued + _begin(desk, directory, new, ids)
        moved, ended = moved + settled.moved, ended + settled.ended
        _invite(desk, directory, ids)
        directory.own((number, product) for company, number in ids.items() for product in company.products)
        directory.own((number, created[key]) for company, number in ids.items() for key in company.missing)
        done += len(some)
        progress(done, len(companies))
    sums = matched.outcome(options)
    told = {"rows": sums.rows, "new": sums.clients, "changed": sums.changed, "contacts": sums.contacts}
    audit.batch(desk.session, "client", **told, subscriptions=sums.subscriptions, products=sums.products)
    return sums.done(desk.now, moved, issued, ended)


def _create_products(desk: OpenDesk, matched: Matched, companies: Some) -> dict[str, int]:
    """Their ids by the key of their name."""
    keys = dict.fromkeys(key for company, _ in companies for key in company.missing)
    created, known = products.create(desk.session, [matched.product_names[key] for key in keys])
    return {one.name_key: one.id for one in (*created, *known)}


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


def _invite(desk: OpenDesk, directory: Directory, ids: Ids) -> None:
    directory.users(
        {
            email: contact | {"role": Role.CONTACT, "client_id": number, "active": True, "created_at": desk.now}
            for company, number in ids.items()
            for email, contact in company.contacts.items()
        }
    )
