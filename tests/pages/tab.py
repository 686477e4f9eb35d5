"""A browser's tab before a page, as the server sees it, and a ticket to show on it."""

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from data import tickets
from data.core import clock, database, sign_in
from data.tickets import TicketForm
from models.ticket import Kind, Urgency
from models.user import User

MAIN = Path(__file__).parents[2] / "pages" / "main.py"


def tab(path: str = "", user: User | None = None, *, announce: bool = False, **query: str) -> AppTest:
    """At that address: a stranger's, or somebody's who is signed in; `announce`d as the sign-in of a new browser."""
    app = AppTest.from_file(MAIN, default_timeout=30)
    app.context = {"locale": "en-GB", "url": f"http://desk.example/{path}"}
    for name, value in query.items():
        app.query_params[name] = value
    if user is not None:
        session_id, _ = sign_in.open_session(
            database.engine(), user.id, "192.0.2.1", "Firefox/1 Linux", clock.now(), announce=announce
        )
        app.session_state["session_id"] = session_id
    app._page_hash = calc_hash(path)  # what a browser sends for an address; switch_page() knows files only
    return app.run()


def go(app: AppTest, path: str, **query: str) -> AppTest:
    """The same tab at another address."""
    app.query_params.clear()
    for name, value in query.items():
        app.query_params[name] = value
    app._page_hash = calc_hash(path)
    return app.run()


def incident(world: Any, subject: str = "Printer", urgency: Urgency = Urgency.LOW, client: Any = None) -> str:
    """The reference of one filed now; for the five-star client without another."""
    form = TicketForm(
        kind=Kind.INCIDENT,
        subject=subject,
        description="It does not print.",
        client_id=(client or world.acme).id,
        product_id=world.product.id,
        urgency=urgency,
    )
    return tickets.file(world.desk(), form)
