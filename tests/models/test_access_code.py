"""The signs of an access code: what the check sign catches, and how a code is read and spoken."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import access_code
from models.access_code import ALPHABET, SIGNS

CODES = st.text(ALPHABET, min_size=SIGNS - 1, max_size=SIGNS - 1).map(access_code.complete)


def test_no_sign_can_be_taken_for_another():
    assert len(ALPHABET) == len(set(ALPHABET)) == 31
    assert not set(ALPHABET) & set("0O1IL")


@given(CODES)
def test_a_code_is_one(code):
    assert access_code.is_code(code)


@given(CODES)
def test_one_wrong_sign_is_caught_wherever_it_is_and_whatever_it_is(code):
    for place in range(SIGNS):
        for wrong in set(ALPHABET) - {code[place]}:
            assert not access_code.is_code(code[:place] + wrong + code[place + 1 :])


@given(CODES)
def test_two_signs_that_have_changed_places_are_caught_wherever_they_are(code):
    for one, other in combinations(range(SIGNS), 2):
        swapped = list(code)
        swapped[one], swapped[other] = code[other], code[one]
        assert access_code.is_code("".join(swapped)) == (code[one] == code[other])


def test_every_pair_of_signs_is_caught_at_every_pair_of_places():
    for one, other in combinations(range(SIGNS - 1), 2):
        for first, second in combinations(ALPHABET, 2):
            signs = ["2"] * (SIGNS - 1)
            signs[one], signs[other] = first, second
            checked = access_code.complete("".join(signs))[-1]
            signs[one], signs[other] = second, first
            assert access_code.complete("".join(signs))[-1] != checked


@pytest.mark.parametrize(
    "typed", ["abcd efgq", " ABCD-EFGQ ", "AbCdEfGq", "a b c d e f g q", "ABCD\u00a0EFGQ", "ABCD–EFGQ"]
)
def test_it_may_be_typed_in_any_case_with_or_without_spaces_and_dashes(typed):
    assert access_code.signs(typed) == "ABCDEFGQ"


@pytest.mark.parametrize("other", ["", "ABCDEFG", "ABCDEFGQQ", "ABCD EFGQ", "OBCDEFGQ", "ÀBCDEFGQ", "abcdefgq"])
def test_anything_else_is_none(other):
    assert not access_code.is_code(other)


def test_it_is_spoken_in_two_groups_of_four():
    assert access_code.spoken("ABCDEFGQ") == "ABCD EFGQ"
