"""Telephone numbers as people write them."""

import pytest

from models import telephone
from models.errors import Refused


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("01 99 00 12 34", "tel:0199001234"),
        ("01.99.00.12.34", "tel:0199001234"),
        ("+33 1 99 00 12 34", "tel:+33199001234"),
        ("+33 (0)1 99 00 12 34", "tel:+33199001234"),
        ("(01) 99-00-12-34", "tel:0199001234"),
        ("3611", "tel:3611"),
    ],
)
def test_a_number_is_shown_as_written_and_dialled_without_its_signs(written, dialled):
    assert telephone.number(f"  {written} ") == written
    assert telephone.link(written) == dialled


@pytest.mark.parametrize("wrong", ["abc", "12", "1" * 16, "+1+2345", "01;ext=2", "javascript:1234", "٠١٢٣٤", "1" * 41])
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(Refused):
        telephone.number(wrong)


def test_nothing_stays_nothing():
    assert telephone.number(" \x00 ") == ""
