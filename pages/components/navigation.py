"""Which pages there are, at which addresses, and for whom."""

from collections.abc import Callable, Iterable
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
CLIENT_SPACE = Destination(
    "", "portal/home.py", N_("Your client space"), ":material/home:", Permission.USE_CLIENT_SPACE
)
DESTINATIONS = (
    Destination(
        "assistance",
        "portal/assistance.py",
        N_("Technical assistance (use of the products)"),
        ":material/support:",
        Permission.USE_CLIENT_SPACE,
    ),
    Destination(
        "tickets", "portal/tickets.py", N_("Tickets"), ":material/confirmation_number:", Permission.USE_CLIENT_SPACE
    ),
    Destination(
        "ticket", "portal/ticket.py", N_("Ticket"), ":material/label:", Permission.USE_CLIENT_SPACE, listed=False
    ),
    Destination(
        "new",
        "portal/new_ticket.py",
        N_("New ticket"),
        ":material/add_circle:",
        Permission.USE_CLIENT_SPACE,
        listed=False,
    ),
    Destination("contact", "portal/contact.py", N_("Contact"), ":material/forum:", Permission.USE_CLIENT_SPACE),
    Destination(
        "documents", "portal/documents.py", N_("Documents"), ":material/folder_open:", Permission.USE_CLIENT_SPACE
    ),
    Destination(
        "programme", "portal/programme.py", N_("Star programme"), ":material/star:", Permission.USE_CLIENT_SPACE
    ),
    Destination("help", "portal/help.py", N_("Help"), ":material/menu_book:", Permission.READ_ARTICLES, listed=False),
    Destination("queue", "desk/queue.py", N_("Queue"), ":material/format_list_numbered:", Permission.WORK_TICKETS),
    Destination("file", "desk/file.py", N_("File for a client"), ":material/note_add:", Permission.WORK_TICKETS),
    Destination("hotline", "desk/hotline.py", N_("Hotline"), ":material/call:", Permission.USE_HOTLINE),
    Destination("ticket", "desk/ticket.py", N_("Ticket"), ":material/label:", Permission.WORK_TICKETS, listed=False),
    Destination("articles", "desk/articles.py", N_("Articles"), ":material/menu_book:", Permission.WRITE_ARTICLES),
    Destination("clients", "sales/clients.py", N_("Clients"), ":material/apartment:", Permission.READ_CLIENTS),
    Destination(
        "client", "sales/client.py", N_("Client"), ":material/apartment:", Permission.READ_CLIENTS, listed=False
    ),
    Destination(
        "import-clients",
        "sales/import_clients.py",
        N_("Import clients"),
        ":material/upload_file:",
        Permission.MANAGE_CLIENTS,
        listed=False,
    ),
    Destination(
        "invitations",
        "sales/invitations.py",
        N_("Invite contacts"),
        ":material/person_add:",
        Permission.MANAGE_CLIENTS,
        listed=False,
    ),
    Destination("metrics", "office/metrics.py", N_("Figures"), ":material/monitoring:", Permission.READ_METRICS),
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
    Destination(
        "products", "office/products.py", N_("Products"), ":material/deployed_code:", Permission.MANAGE_PRODUCTS
    ),
    Destination("users", "office/users.py", N_("People"), ":material/group:", Permission.MANAGE_USERS),
    Destination(
        "audit-trail", "office/audit_trail.py", N_("Audit trail"), ":material/history:", Permission.READ_AUDIT_TRAIL
    ),
    Destination("profile", "account/profile.py", N_("My account"), ":material/account_circle:"),
    Destination("welcome", "account/welcome.py", N_("Welcome"), ":material/key:", listed=False, open=True),
)


def destinations(desk: Desk | None) -> list[StreamlitPage]:
    """All of them, always; what lies behind each depends on who asks."""
    home = _home(desk)
    stranger = SIGN_IN if desk or sign_in.anybody(engine()) else FIRST_RUN
    return [_page(there, desk, stranger, default=there is home) for there in (home, *_of(desk))]


def _of(desk: Desk | None) -> Iterable[Destination]:
    """One for each address: where several share one, that which the user may open, or else the first."""
    chosen: dict[str, Destination] = {}
    for there in DESTINATIONS:
        if there.path not in chosen or (_allowed(there, desk) and not _allowed(chosen[there.path], desk)):
            chosen[there.path] = there
    return chosen.values()


def _allowed(there: Destination, desk: Desk | None) -> bool:
    return desk is not None and (there.permission is None or desk.may(there.permission))


def _home(desk: Desk | None) -> Destination:
    if desk is None or not desk.may(Permission.WORK_TICKETS):
        return CLIENT_SPACE if desk else STAFF_HOME
    return MANAGERS_HOME if desk.may(Permission.MANAGE_SERVICE_LEVELS) else STAFF_HOME


def file_at(path: str) -> Path:
    """The page at an address that only one of them has, for a link to it."""
    return PAGES / next(there.file for there in DESTINATIONS if there.path == path)


def open_page(path: str, **parameters: str) -> None:
    """Go to such an address."""
    st.switch_page(file_at(path), query_params=parameters)


def open_home() -> None:
    """Whatever home is for whoever has just signed in."""
    st.switch_page(st.Page(_refuse, title="Guichet", default=True))


def _page(there: Destination, desk: Desk | None, stranger: str, *, default: bool) -> StreamlitPage:
    allowed = _allowed(there, desk)
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
