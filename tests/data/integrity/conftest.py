"""The desk that the tests damage."""

import pytest

from data.core import fresh_facts, shelf
from tests.data.integrity.desk import lively


@pytest.fixture
def desk(world):
    shelf.clear()
    fresh_facts.clear()
    world.references = lively(world)
    return world
