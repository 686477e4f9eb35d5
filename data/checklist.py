"""What a new desk still needs, as its managers see it until all is done, or until one of them hides it."""

from sqlmodel import col, select

from data.core import scope, services
from data.core.desk import OpenDesk, command, query
from models.checklist import CONFIRMABLE, Checklist, Step
from models.client import Client
from models.errors import Refused
from models.installation import Installation
from models.permission import STAFF, Permission
from models.product import Product
from models.service_level import CalendarVersion, ServiceLevel
from models.user import User


@query(Permission.MANAGE_SERVICE_LEVELS)
def read(desk: OpenDesk) -> Checklist | None:
    """None where there is nothing to show: on a demo, and for good once it was whole or hidden. That is one row read;
    before that it is three queries."""
    installation = desk.session.get_one(Installation, 1)
    if installation.demo or installation.checklist_closed_at is not None:
        return None
    return Checklist(frozenset(_done(desk, installation)))


@command(Permission.MANAGE_SERVICE_LEVELS)
def confirm(desk: OpenDesk, step: Step) -> None:
    """The calendars or the targets suit this desk as they are. Raises Refused for a step that is done otherwise."""
    if step not in CONFIRMABLE:
        raise Refused("This step is done where its link leads.")
    installation = desk.session.get_one(Installation, 1)
    if step == Step.CALENDARS:
        installation.calendars_confirmed_at = installation.calendars_confirmed_at or desk.now
    else:
        installation.targets_confirmed_at = installation.targets_confirmed_at or desk.now
    desk.session.add(installation)


@command(Permission.MANAGE_SERVICE_LEVELS)
def close(desk: OpenDesk) -> None:
    """It is whole, or a manager does not want it: it shows no more, to no manager."""
    installation = desk.session.get_one(Installation, 1)
    installation.checklist_closed_at = installation.checklist_closed_at or desk.now
    desk.session.add(installation)


def _done(desk: OpenDesk, installation: Installation) -> set[Step]:
    since = installation.created_at
    colleagues = col(User.id) != desk.user.id, col(User.active).is_(True), col(User.role).in_(STAFF)
    found = {
        Step.PRODUCTS: select(Product.id).where(col(Product.active).is_(True)).exists(),
        Step.PEOPLE: select(User.id).where(*colleagues).exists(),
        Step.CALENDARS: select(CalendarVersion.id).where(col(CalendarVersion.valid_from) > since).exists(),
        Step.TARGETS: select(ServiceLevel.id).where(col(ServiceLevel.valid_from) > since).exists(),
        Step.CLIENTS: scope.clients(desk).with_only_columns(col(Client.id)).exists(),
    }
    row = desk.session.execute(select(*found.values())).one()
    done = {step for step, holds in zip(found, row, strict=True) if holds}
    if not services.unattended(desk.session):
        done.add(Step.SERVICES)
    if installation.calendars_confirmed_at:
        done.add(Step.CALENDARS)
    if installation.targets_confirmed_at:
        done.add(Step.TARGETS)
    return done
