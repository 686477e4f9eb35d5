"""The axes of the charts."""

import pytest

from pages.components import plotting


@pytest.mark.parametrize(
    ("most", "step"), [(0, 1), (1, 1), (5, 1), (6, 2), (11, 5), (26, 10), (900, 200), (10**6, 200_000)]
)
def test_whole_numbers_have_few_whole_steps(most, step):
    assert plotting.counts(most)["dtick"] == step
