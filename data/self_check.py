"""Checks the arithmetic of the promises on this installation's own calendars."""

from data.core import check_sla
from data.core.check_sla import Report
from data.core.desk import OpenDesk, query
from models.permission import Permission


@query(Permission.MANAGE_SERVICE_LEVELS)
def run(desk: OpenDesk) -> Report:
    """The published cases, and the rules of arithmetic on every version of every calendar. It takes seconds."""
    return check_sla.check_installation(desk.session, desk.now)
