"""What a client subscribed to: tried out, and changed from now on, with the promises of its running tickets."""

from sqlmodel import col

from data.core import calendars, previews, promised_terms, redated_rows, scope, subscriptions
from data.core.desk import OpenDesk, command, query
from data.core.redating import Asked
from models.client import StarLevel
from models.permission import Permission
from models.preview import Preview
from models.target import Target
from models.ticket import Ticket


@query(Permission.READ_CLIENTS)
def level(desk: OpenDesk, client_id: int) -> StarLevel:
    """What the client has now. Raises NotFound."""
    return subscriptions.star_level(desk.session, scope.client(desk, client_id).id, desk.now)


@query(Permission.MANAGE_CLIENTS)
def preview(desk: OpenDesk, client_id: int, star_level: StarLevel) -> Preview:
    """What changing the level would do to the client's running tickets. Raises NotFound."""
    client = scope.client(desk, client_id)
    if subscriptions.star_level(desk.session, client.id, desk.now) == star_level:
        return Preview()
    return previews.preview(desk, _asked(desk, client.id, star_level))


@command(Permission.MANAGE_CLIENTS, alone=True)
def change_level(desk: OpenDesk, client_id: int, star_level: StarLevel) -> int:
    """End the running subscription now and begin one of this level, none with NONE: how many tickets moved.

    All running tickets take the new stars. Nothing is done when the client has this level. Raises NotFound.
    """
    client = scope.client(desk, client_id)
    if subscriptions.star_level(desk.session, client.id, desk.now) == star_level:
        return 0
    subscriptions.change(desk.session, client.id, star_level, desk.now)
    return redated_rows.save(desk, _asked(desk, client.id, star_level))


def _asked(desk: OpenDesk, client_id: int, star_level: StarLevel) -> Asked:
    grid = map(Target.of, calendars.service_levels(desk.session, desk.now))
    return promised_terms.asked(desk, col(Ticket.client_id) == client_id, grid, star_level)
