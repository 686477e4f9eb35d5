"""Words that differ by a typing mistake or two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.spelling import close, distance, letters, mistakes_forgiven

WORDS = st.text("abcé", max_size=9)


@pytest.mark.parametrize(
    ("one", "other", "mistakes"),
    [
        ("carte", "carte", 0),
        ("carte", "crate", 1),
        ("carte", "cartes", 1),
        ("carte", "care", 1),
        ("carte", "tarte", 1),
        ("carte", "tarot", 3),
        ("", "ab", 2),
    ],
)
def test_mistakes_are_counted_letter_by_letter(one, other, mistakes):
    assert distance(one, other, 3) == distance(other, one, 3) == mistakes


@given(WORDS, WORDS, st.integers(0, 4))
def test_more_than_what_is_asked_about_is_one_more(one, other, most):
    assert distance(one, other, most) == min(distance(one, other, 99), most + 1)


@given(WORDS, WORDS)
def test_words_with_other_letters_need_no_comparison(one, other):
    assert (letters(one) ^ letters(other)).bit_count() <= 2 * distance(one, other, 99)


def test_the_nearest_words_are_given_and_short_ones_none():
    known = [(word, letters(word)) for word in ("conducteur", "conducteurs", "conductrice", "carte")]
    assert close("conducteru", known, lambda word: True) == ["conducteur"]
    assert close("conducteru", known, lambda word: word != "conducteur") == ["conducteurs"]
    assert close("crte", known, lambda word: True) == []
    assert [mistakes_forgiven("x" * length) for length in (4, 5, 7, 8)] == [0, 1, 1, 2]
