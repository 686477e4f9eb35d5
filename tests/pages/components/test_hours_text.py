"""What people type for opening hours and for lengths of time."""

from datetime import timedelta

import pytest

from models.errors import Refused
from pages.components import hours_text, span_text

USUAL = [["09:00", "12:30"], ["13:30", "18:00"]]
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr("streamlit.session_state", {"language": "en"})


@pytest.mark.parametrize(
    "text",
    [
        "09:00–12:30, 13:30–18:00",
        "9:00-12:30,13:30-18:00",
        " 9h - 12h30 ; 13h30 - 18h ",
        "9h à 12h30 et 13h30 à 18h",
        "9 to 12.30 and 13.30 to 18",
        "0900-1230 1330-1800",
        "09:00 → 12:30 / 13:30 → 18:00",
    ],
)
def test_hours_are_read_however_they_are_separated(text):
    assert hours_text.read("Monday", text) == USUAL


@pytest.mark.parametrize("text", ["", "  ", "–", "closed", "Fermé"])
def test_nothing_or_a_word_for_it_is_a_closed_day(text):
    assert hours_text.read("Monday", text) == []


@pytest.mark.parametrize(
    "text", ["morning", "09:00", "09:00, 12:30–18:00", "09:00–12:30 or so", "9-12-14", "12:300–14:00"]
)
def test_what_is_no_interval_is_refused_by_its_row(text):
    with pytest.raises(Refused) as refusal:
        hours_text.read("Tuesday", text)
    assert refusal.value.facts == {"row": "Tuesday", "text": text}


@pytest.mark.parametrize("text", ["09:00–25:00", "09:61–10:00", "08:00–24:30"])
def test_a_time_that_no_day_has_is_refused_by_its_row(text):
    with pytest.raises(Refused) as refusal:
        hours_text.read("Tuesday", text)
    assert refusal.value.facts["row"] == "Tuesday"


def test_what_is_written_is_read_back():
    nights = [["00:00", "02:00"], ["22:00", "06:00"]]
    assert hours_text.read("Friday", hours_text.written(nights)) == nights
    assert hours_text.read("Friday", "20-24") == [["20:00", "24:00"]]


def test_an_opening_past_midnight_is_told_in_words():
    assert hours_text.told(USUAL) == f"8{NBSP}h"
    assert hours_text.told([["09:00", "12:00"], ["22:00", "06:00"]]) == f"11{NBSP}h · 22:00 until 06:00 the next day"
    assert hours_text.told([["18:00", "24:00"]]) == f"6{NBSP}h"
    assert hours_text.told([["00:00", "24:00"]]) == f"24{NBSP}h"
    assert hours_text.told([]) == "closed"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("4", 240),
        ("4 h", 240),
        ("4h", 240),
        ("1 h 30", 90),
        ("1h30", 90),
        ("1:30", 90),
        ("1,5", 90),
        ("1.5 h", 90),
        ("90 min", 90),
        ("45min", 45),
        ("2 heures", 120),
        ("2 hours", 120),
        ("1 h 05 min", 65),
    ],
)
def test_a_length_of_time_is_read_with_or_without_its_unit(text, minutes):
    assert span_text.read("row", text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "0", "0 min", "soon", "-4", "4 days", "1 h 75", "4 h 4 h"])
def test_what_is_no_length_of_time_is_refused_by_its_row(text):
    with pytest.raises(Refused) as refusal:
        span_text.read("Critical", text)
    assert refusal.value.facts == {"row": "Critical", "text": text}


@pytest.mark.parametrize("minutes", [1, 45, 60, 65, 90, 4800])
def test_a_written_length_of_time_is_read_back(minutes):
    span = timedelta(minutes=minutes)
    assert span_text.read("row", span_text.written(span)) == span
