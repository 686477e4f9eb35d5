"""A desk on which nothing is wrong has no findings, whatever happened on it."""

from datetime import timedelta

import pytest

from data.core.integrity import check
from data.core.integrity.findings import Job
from tests.data.random_desk import Life, seal_all
from tests.data.test_demo import MOMENTS, make


def told(job: Job) -> str:
    return "\n".join(line for section in check.check(job).sections for line in section.lines())


@pytest.mark.parametrize("seed", range(2))
def test_a_desk_on_which_anything_happened_is_all_right(world, seed):
    life = Life(world, seed)
    for _ in range(3):
        life.go_on(25)
        seal_all(world)
    report = check.check(Job(world.engine, clock=lambda: world.now))
    assert report.wrong == 0, told(Job(world.engine, clock=lambda: world.now))
    assert not [problem for section in report.sections for problem in section.found if "checksums" not in problem.title]


def test_the_demo_is_all_right(engine):
    now = MOMENTS["a weekday at noon"]
    make(engine, now)
    report = check.check(Job(engine, clock=lambda: now + timedelta(minutes=1)))
    assert report.wrong == 0, told(Job(engine, clock=lambda: now + timedelta(minutes=1)))
