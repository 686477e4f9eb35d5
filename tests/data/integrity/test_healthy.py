"""A desk on which nothing is wrong has no findings, whatever happened on it."""

from datetime import timedelta

import pytest

from data.core.integrity import check, database
from data.core.integrity.findings import Job, Report
from tests.data.integrity.desk import said
from tests.data.random_desk import Life, seal_all
from tests.data.test_demo import MOMENTS, make


def checked(job: Job) -> Report:
    """But for the arithmetic, which has tests of its own."""
    check.require_checkable(job)
    return Report(tuple(check.run(part, job) for part in check.parts() if part.name != "Arithmetic"))


@pytest.mark.parametrize("seed", range(2))
def test_a_desk_on_which_anything_happened_is_all_right(world, seed):
    life = Life(world, seed)
    for _ in range(3):
        life.go_on(25)
        seal_all(world)
    report = checked(Job(world.engine, clock=lambda: world.now))
    found = {problem for section in report.sections for problem in section.found}
    assert report.wrong == 0 and found <= {database.NO_CHECKSUMS}, said(report)


def test_the_demo_is_all_right(engine):
    now = MOMENTS["a weekday at noon"]
    make(engine, now)
    report = checked(Job(engine, clock=lambda: now + timedelta(minutes=1)))
    assert report.wrong == 0, said(report)
