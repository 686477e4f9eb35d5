"""Whether the direct line is open, in words: by the calendar that holds for the client's stars."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from sqlmodel import Session

from data.core import direct_line
from data.core.calendars import build
from models.client import StarLevel
from models.direct_line import DirectLine
from models.user import Language
from pages.components.direct_line import line_said

PARIS = ZoneInfo("Europe/Paris")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
STANDARD = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in WORKDAYS}
EVERY_DAY = (*WORKDAYS, "sat", "sun")
FRENCH, ENGLISH = Language.FRENCH, Language.ENGLISH


@pytest.fixture
def speaking(monkeypatch):
    def speak(language: Language) -> None:
        monkeypatch.setattr(st, "session_state", {"language": language.value})

    return speak


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def said(now: datetime, hours=STANDARD, exceptions=None) -> str:
    calendar = build("Europe/Paris", hours, "FR", exceptions or {}, ())
    return line_said(DirectLine.of(calendar, now), now)


CASES = [  # 2026: 1 January is a Thursday, 3 March a Tuesday, 1 May a Friday
    ("2026-03-03T09:00", "yes, until 12:30", "oui, jusqu’à 12:30"),
    ("2026-03-03T12:30", "no, opens at 13:30", "non, ouvre à 13:30"),
    ("2026-03-03T13:30", "yes, until 18:00", "oui, jusqu’à 18:00"),
    ("2026-03-03T18:00", "no, opens tomorrow at 09:00", "non, ouvre demain à 09:00"),
    ("2026-03-03T07:59", "no, opens at 09:00", "non, ouvre à 09:00"),
    ("2026-03-06T18:30", "no, opens Monday 09:00", "non, ouvre lundi à 09:00"),
    ("2026-03-08T23:30", "no, opens tomorrow at 09:00", "non, ouvre demain à 09:00"),
    ("2026-04-30T18:30", "no, opens Monday 09:00", "non, ouvre lundi à 09:00"),  # the first of May
    ("2026-12-24T19:00", "no, opens Monday 09:00", "non, ouvre lundi à 09:00"),  # Christmas, then a weekend
]


@pytest.mark.parametrize(("now", "english", "french"), CASES)
def test_it_is_said_as_one_says_it_on_the_telephone(speaking, now, english, french):
    speaking(ENGLISH)
    assert said(at(now)) == english
    speaking(FRENCH)
    assert said(at(now)) == french


def test_a_special_day_has_its_own_hours(speaking):
    speaking(ENGLISH)
    eve = {"2026-12-24": {"hours": [["09:00", "12:00"]]}, "2026-03-04": {"hours": []}}
    assert said(at("2026-12-24T10:00"), exceptions=eve) == "yes, until 12:00"
    assert said(at("2026-03-03T18:00"), exceptions=eve) == "no, opens Thursday 09:00"


def test_more_than_a_week_away_it_opens_on_a_date(speaking):
    holidays = {f"2026-08-{day:02}": {"hours": []} for day in range(3, 22)}
    speaking(ENGLISH)
    assert said(at("2026-07-31T19:00"), exceptions=holidays) == "no, opens on 24 Aug 2026 at 09:00"
    speaking(FRENCH)
    assert said(at("2026-07-31T19:00"), exceptions=holidays) == "non, ouvre le 24 août 2026 à 09:00"


def test_a_day_in_a_week_is_named_by_its_date_for_it_would_be_taken_for_today(speaking):
    speaking(ENGLISH)
    mondays = {"mon": [["09:00", "10:00"]]}
    assert said(at("2026-03-02T10:00"), mondays) == "no, opens on 9 Mar 2026 at 09:00"


def test_a_line_that_never_closes_is_open_day_and_night(speaking):
    speaking(ENGLISH)
    calendar = build("Europe/Paris", {day: [["00:00", "24:00"]] for day in EVERY_DAY}, "", {}, ())
    now = at("2026-03-03T03:00")
    assert line_said(DirectLine.of(calendar, now), now) == "yes, day and night"


def test_one_that_never_opens_again_says_no(speaking):
    speaking(FRENCH)
    assert line_said(DirectLine(False), at("2026-03-03T03:00")) == "non"


@pytest.mark.parametrize(
    ("hours", "now", "words"),
    [
        ([["18:00", "02:00"]], "2026-03-03T19:00", "yes, until Wednesday 02:00"),
        ([["18:00", "02:00"]], "2026-03-04T01:00", "yes, until 02:00"),
        ([["18:00", "24:00"]], "2026-03-03T19:00", "yes, until midnight"),
    ],
)
def test_one_that_closes_in_the_night_says_in_which(speaking, hours, now, words):
    speaking(ENGLISH)
    assert said(at(now), {"tue": hours}) == words


def test_it_is_open_longer_for_five_stars_than_for_four_and_not_at_all_for_three(speaking, world):
    speaking(ENGLISH)

    def answer(stars: StarLevel, now: str) -> str:
        return line_said(direct_line.line(session, stars, at(now)), at(now))

    with Session(world.engine) as session:
        assert answer(StarLevel.FOUR, "2026-03-03T13:00") == "no, opens at 13:30"
        assert answer(StarLevel.FIVE, "2026-03-03T13:00") == "yes, until 20:00"
        assert answer(StarLevel.FIVE, "2026-03-07T10:00") == "yes, until 13:00"
        assert answer(StarLevel.FOUR, "2026-03-07T10:00") == "no, opens Monday 09:00"
        for stars in (StarLevel.THREE, StarLevel.NONE):
            assert answer(stars, "2026-03-03T10:00") == "no: the direct line is for four and five stars"
