"""A real server on a small demo world, and a real browser before it."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import Engine

from data import checklist
from data.core import settings as settings_module
from data.core import start
from data.core.database import open_engine
from data.core.desk import SYSTEM, Desk
from data.demo import seed
from tests.browser import driver
from tests.browser.driver import App

expect.set_options(timeout=10_000)
TRACED = bool(os.environ.get("TRACE"))  # a trace of each test that fails, for `playwright show-trace`: twice the time


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = driver.chromium()
    if found is None:
        problem = "NO CHROMIUM ON THIS MACHINE: the browser tests did not run. Install the package 'chromium'."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(problem)
    return str(found)


@pytest.fixture(scope="session")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="session")
def served(var: Path) -> Iterator[Engine]:
    """The database behind the server: a small demo world."""
    engine = open_engine(f"sqlite:///{var / 'guichet.db'}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUICHET_VAR", str(var))
        settings_module.settings.cache_clear()
        start.migrate(engine)
        seed(engine, tickets=80)
        checklist.close(Desk(SYSTEM, engine))  # the set-up of this desk is over
    settings_module.settings.cache_clear()
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def url(var: Path, served: Engine) -> Iterator[str]:
    with driver.serving(var) as address:
        yield address


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = driver.launch(playwright, chromium)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def idle(browser: Browser) -> dict[str, list[Page]]:
    """The pages that tests open theirs from and that no test uses now, by the options of their contexts."""
    return defaultdict(list)


@pytest.fixture
def new_app(
    browser: Browser, url: str, served: Engine, idle: dict[str, list[Page]], request: pytest.FixtureRequest
) -> Iterator[Callable[..., App]]:
    """Opens another browser of its own: another person, or the same one elsewhere."""
    taken: list[tuple[str, Page]] = []

    def opened(**options: object) -> App:
        wanted = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "viewport": {"width": 1400, "height": 900}}
        wanted |= {"reduced_motion": "reduce"} | options
        alike = repr(sorted(wanted.items()))
        host = idle[alike].pop() if idle[alike] else driver.open_host(browser, url, wanted)
        taken.append((alike, host))
        if TRACED:
            host.context.tracing.start(screenshots=True, snapshots=True)
        return App(driver.open_page(host), url, served)

    failed_before = request.session.testsfailed
    yield opened
    failed = request.session.testsfailed > failed_before
    for number, (alike, host) in enumerate(taken):
        if TRACED:
            host.context.tracing.stop(path=f"trace-{request.node.name}-{number}.zip" if failed else None)
        elif failed:
            host.context.pages[-1].screenshot(path=f"failed-{request.node.name}-{number}.png")
        driver.forget(host)
        idle[alike].append(host)


@pytest.fixture
def app(new_app: Callable[..., App]) -> App:
    return new_app()
