"""A moment to come, as people say it of a promise."""

from datetime import UTC, datetime

import pytest
import streamlit as st

from models.user import Language
from pages.components import text

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday, 18:00 in Paris


@pytest.mark.parametrize(
    ("at", "french", "english"),
    [
        (datetime(2026, 11, 23, 17, 30, tzinfo=UTC), "aujourd’hui 18 h 30", "today 18:30"),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), "demain 0 h", "tomorrow 00:00"),
        (datetime(2026, 11, 24, 9, 30, tzinfo=UTC), "demain 10 h 30", "tomorrow 10:30"),
        (datetime(2026, 11, 29, 9, 5, tzinfo=UTC), "dimanche 10 h 05", "Sunday 10:05"),
        (datetime(2026, 11, 30, 9, 30, tzinfo=UTC), "lundi 30 novembre 10 h 30", "Monday 30 November 10:30"),
        (datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "vendredi 20 novembre 10 h 30", "Friday 20 November 10:30"),
    ],
)
def test_a_deadline_is_a_day_and_a_time_and_a_date_where_the_day_alone_could_mislead(monkeypatch, at, french, english):
    for spoken, said in ((Language.FRENCH, french), (Language.ENGLISH, english)):
        monkeypatch.setattr(st, "session_state", {"language": spoken.value})
        assert text.deadline(at, NOW).replace("\N{NO-BREAK SPACE}", " ") == said
