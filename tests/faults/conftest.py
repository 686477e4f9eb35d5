"""What records a desk, and what opens one after a fault."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data.core import settings, start
from data.core.database import open_engine

Opening = Callable[[Path], AbstractContextManager[Engine]]


@pytest.fixture(scope="session")
def strace() -> None:
    found = shutil.which("strace")
    if found is None or subprocess.run([found, "-o", os.devnull, "true"], check=False).returncode:
        problem = "NO STRACE HERE, OR IT MAY NOT TRACE: power cuts were not tested. Install the package 'strace'."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(problem)


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch) -> Opening:
    """Opens the desk whose GUICHET_VAR is a folder, as a server does; the settings are that desk's from then on."""

    @contextmanager
    def opened(var: Path) -> Iterator[Engine]:
        monkeypatch.setenv("GUICHET_VAR", str(var))
        monkeypatch.setenv("GUICHET_DEMO", "0")
        settings.settings.cache_clear()
        start.prepare(settings.settings(), lambda _: None)
        engine = open_engine(settings.settings().database_url)
        try:
            yield engine
        finally:
            engine.dispose()

    return opened
