"""Which pages there are, at which addresses, and for whom."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data.core import sign_in
from data.core.database import engine
from data.core.desk import Desk
from models.errors import NotAllowed
from models.permission import Permission
from pages.components.text import _
from pages.components.words import N_

PAGES = Path(__file__).parents[1]
SIGN_IN, FIRST_RUN = "account/sign_in.py", "account/first_run.py"


@dataclass(frozen=True)
class Destination:
    """`permission` None is for whoever is signed in; an `open` page is for strangers, too."""

    path: str
    file: str
    title: str
    icon: str
    permission: Permission | None = None
    listed: bool = True
    open: bool = False


# The first address of everybody is "/": a manager's day, the way to the queue for other staff, the client space.
MANAGERS_HOME = Destination("", "desk/home.py", N_("Home"), ":material/home:", Permission.WORK_TICKETS)
STAFF_HOME = replace(MANAGERS_HOME, listed=False)
CLIENT_SPACE = Destination("", "portal/home.py", N_("Your client space"), ":material/home:")
DESTINATIONS = (
    Destination("queue", "desk/queue.py", N_("Queue"), ":material/format_list_numbered:", Permission.WORK_TICKETS),
    Destination("ticket", "desk/ticket.py", N_("Ticket"), ":material/label:", Permission.WORK_TICKETS, listed=False),
    Destination("metrics", "office/metrics.py", N_("Figures"), ":material/monitoring:", Permission.READ_METRICS),
    Destination("stars", "sales/stars.py", N_("Star levels"), ":material/star:", Permission.MANAGE_CLIENTS),
    Destination(
        "service-levels",
        "office/service_levels.py",
        N_("Service levels"),
        ":material/timer:",
        Permission.MANAGE_SERVICE_LEVELS,
    ),
    Destination(
        "calendars",
        "office/calendars.py",
        N_("Calendars"),
        ":material/calendar_month:",
        Permission.MANAGE_SERVICE_LEVELS,
    ),
    Destination("users", "office/users.py", N_("People"), ":material/group:", Permission.MANAGE_USERS),
    Destination("profile", "account/profile.py", N_("My account"), ":material/account_circle:"),
    Destination("welcome", "account/welcome.py", N_("Welcome"), ":material/key:", listed=False, open=True),
)


def destinations(desk: Desk | None) -> list[StreamlitPage]:
    """All of them, always; what lies behind each depends on who asks."""
    home = _home(desk)
    stranger = SIGN_IN if desk or sign_in.anybody(engine()) else FIRST_RUN
    return [_page(there, desk, stranger, default=there is home) for there in (home, *DESTINATIONS)]


def _home(desk: Desk | None) -> Destination:
    if desk is None or not desk.may(Permission.WORK_TICKETS):
        return CLIENT_SPACE if desk else STAFF_HOME
    return MANAGERS_HOME if desk.may(Permission.MANAGE_SERVICE_LEVELS) else STAFF_HOME


def open_home() -> None:
    """Whatever home is for whoever has just signed in."""
    st.switch_page(st.Page(_refuse, title="Guichet", default=True))


def _page(there: Destination, desk: Desk | None, stranger: str, *, default: bool) -> StreamlitPage:
    allowed = desk is not None and (there.permission is None or desk.may(there.permission))
    body: Path | Callable[[], None] = PAGES / there.file
    title = there.title
    if not there.open and desk is None:
        body, title = PAGES / stranger, N_("Sign in")
    elif not there.open and not allowed:
        body = _refuse
    return st.Page(
        body,
        title=_(title),
        icon=there.icon,
        url_path=there.path,
        default=default,
        visibility="visible" if allowed and there.listed else "hidden",
    )


def _refuse() -> None:
    raise NotAllowed("This page is not for your role.")
