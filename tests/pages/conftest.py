"""The pages, on the test's database."""

from collections.abc import Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner

from data.core import clock, database
from data.core import settings as settings_module

# Each AppTest reads the metadata of every installed package for components: four fifths of its time. Once is enough.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


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
