"""Stretches of days, and the one before each."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.period import Period, Preset

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        (Preset.TODAY, TUESDAY, TUESDAY),
        (Preset.LAST_7_DAYS, date(2026, 11, 18), TUESDAY),
        (Preset.LAST_30_DAYS, date(2026, 10, 26), TUESDAY),
        (Preset.LAST_90_DAYS, date(2026, 8, 27), TUESDAY),
        (Preset.THIS_MONTH, date(2026, 11, 1), TUESDAY),
        (Preset.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Preset.THIS_QUARTER, date(2026, 10, 1), TUESDAY),
        (Preset.THIS_YEAR, date(2026, 1, 1), TUESDAY),
        (Preset.LAST_12_MONTHS, date(2025, 11, 25), TUESDAY),
    ],
)
def test_a_preset_means_days_that_end_with_today(preset, first, last):
    assert Period.of(preset, TUESDAY) == Period(first, last)


def test_last_month_in_january_is_december():
    assert Period.of(Preset.LAST_MONTH, date(2026, 1, 5)) == Period(date(2025, 12, 1), date(2025, 12, 31))


def test_twelve_months_to_the_last_day_of_february_begin_on_the_first_of_march():
    assert Period.of(Preset.LAST_12_MONTHS, date(2027, 2, 28)) == Period(date(2026, 3, 1), date(2027, 2, 28))


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Period(TUESDAY, TUESDAY), Period(date(2026, 11, 23), date(2026, 11, 23))),
        (Period(date(2026, 11, 18), TUESDAY), Period(date(2026, 11, 11), date(2026, 11, 17))),
        (Period(date(2026, 3, 1), date(2026, 3, 31)), Period(date(2026, 2, 1), date(2026, 2, 28))),
        (Period(date(2026, 1, 1), date(2026, 3, 31)), Period(date(2025, 10, 1), date(2025, 12, 31))),
        (Period(date(2025, 1, 1), date(2025, 12, 31)), Period(date(2024, 1, 1), date(2024, 12, 31))),
        (Period(date(2026, 11, 1), TUESDAY), Period(date(2026, 10, 8), date(2026, 10, 31))),
    ],
)
def test_before_it_are_as_many_whole_months_or_as_many_days(period, before):
    assert period.before == before


def test_the_day_on_which_the_clocks_go_forward_has_23_hours():
    begin, end = Period(date(2026, 3, 29), date(2026, 3, 29)).moments(ZoneInfo("Europe/Paris"))
    assert end.astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=23)
    assert begin == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_a_period_that_ends_before_it_begins_is_none():
    with pytest.raises(ValueError, match="lies before"):
        Period(TUESDAY, TUESDAY - timedelta(days=1))
