"""The server: the screens, the few plain routes beside them, what every answer carries, start and stop.

`streamlit run app.py` starts it, and so does `uvicorn app:app`.
"""

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from data.core import clock, one_time_links, passwords, private_files, purge, sign_in, start, turn_of_time
from data.core.database import engine
from data.core.desk import SYSTEM, Desk
from data.core.failures import OutagesInWords, is_outage
from data.core.settings import settings, unknown_names
from models.errors import DeskError
from pages.components.outage import one_moment
from pages.components.text import _, told
from pages.http.gate import Gate
from pages.http.headers import Doors, SecurityHeaders
from pages.http.parsers import limit_parsers
from pages.http.peers import VisitorAddress, trusted_proxies
from pages.http.routes import ROUTES
from pages.http.shell import Shell
from pages.http.startup import StartInWords

log = logging.getLogger("guichet")
private_files.restrict_new_files()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    _speak()
    for warning in unknown_names():
        log.warning(warning)
    await run_in_threadpool(start.prepare, settings(), _seed)
    await run_in_threadpool(passwords.nobodys_hash)  # made now, or the first unknown name would take twice the time
    await run_in_threadpool(_greet)
    with turn_of_time.turning(Desk(SYSTEM, engine())), purge.purging(engine()):
        yield
    engine().dispose()


def on_script_error(error: Exception) -> bool:
    """In words, without a trace; Streamlit has written it to the log."""
    if isinstance(error, DeskError):
        st.error(told(error), icon=":material/block:")
    elif is_outage(error):
        one_moment()
    else:
        st.error(_("Something went wrong. It has been noted; please try again."), icon=":material/error:")
    return True


def _seed(empty: Engine) -> None:
    from data.demo import seed  # not needed, nor read, by a desk that is no demo

    seed(empty)


def _greet() -> None:
    address = _address()
    log.info("Guichet is open%s", f" at {address}" if address else "")
    if start.is_demo(engine()):
        from data.demo import ACCOUNTS, PASSWORD

        accounts = "\n".join(f"  {email:<30} {role}" for email, role in ACCOUNTS)
        log.info("This is a demo. All its accounts have the password %s:\n%s", PASSWORD, accounts)
    elif not sign_in.anybody(engine()):
        token = one_time_links.first_run(engine(), clock.now())
        log.info(
            "Nobody has an account yet. Create the first manager here, within a day:\n  %s/welcome#%s", address, token
        )


def _address() -> str:
    """Where we are served, if `streamlit run app.py` serves us: another server says so itself."""
    if Path(sys.argv[0]).name != Path(__file__).name:
        return ""
    return f"http://{st.get_option('browser.serverAddress')}:{st.get_option('server.port')}"


def _speak() -> None:
    """To the console, whichever server runs us."""
    if not log.handlers:
        log.addHandler(logging.StreamHandler())
    log.setLevel(logging.INFO)
    for name in ("guichet", "streamlit.error_util"):
        logging.getLogger(name).addFilter(OutagesInWords())
    # A forged state of a component is left out, and anybody can send one: no trace in the log for each.
    logging.getLogger("streamlit.components.v2.bidi_component.serialization").setLevel(logging.ERROR)


try:
    PROXIES = trusted_proxies()
except ValueError as refusal:
    sys.exit(str(refusal))
limit_parsers()

# Each sees what the one before lets pass; the headers come first, for the gate's own answers carry them, too.
MIDDLEWARE = [
    Middleware(StartInWords),
    Middleware(VisitorAddress, PROXIES),
    Middleware(SecurityHeaders),
    Middleware(Gate),
    Middleware(Doors),
    Middleware(Shell),
]

app = st.App(
    "pages/main.py",
    lifespan=lifespan,
    routes=ROUTES,
    middleware=MIDDLEWARE,
    on_script_error=on_script_error,
)
