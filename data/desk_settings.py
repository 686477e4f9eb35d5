"""What managers set for the whole desk."""

from data.core import desk_settings
from data.core.desk import OpenDesk, command, query
from models import telephone
from models.desk_settings import DeskSettings
from models.permission import Permission


@query(Permission.READ_CLIENTS)
def direct_line_number(desk: OpenDesk) -> str:
    """The telephone number that clients with four and five stars call; empty until a manager enters it."""
    return desk_settings.direct_line_number(desk.session)


@command(Permission.MANAGE_SERVICE_LEVELS)
def set_direct_line_number(desk: OpenDesk, number: str) -> None:
    """Nothing takes the number away. Raises Refused for what is no telephone number."""
    written = telephone.number(number)
    settings = desk.session.get_one(DeskSettings, 1, with_for_update=True)
    settings.direct_line_number = written
    desk.session.add(settings)
