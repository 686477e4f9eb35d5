"""The pages, on the test's database."""

from collections.abc import Iterator

import pytest

from data.core import clock, database
from data.core import settings as settings_module


@pytest.fixture
def served(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pages stand on the test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    settings_module.settings.cache_clear()
    database.engine.cache_clear()
    yield
    database.engine().dispose()
    database.engine.cache_clear()


@pytest.fixture
def desk(served, world):
    """The test's world as the pages see it, at this moment."""
    world.now = clock.now()
    return world
