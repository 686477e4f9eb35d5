"""How many promises are expected to be missed, and how far such forecasts were right."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Outlook:
    """An opening day to come: the promises due in it that are in time now, and how many of them are expected to be
    missed; None where too few were decided lately to tell. See `data/core/breach_forecast.py`."""

    day: date
    first_responses: int
    first_responses_missed: float | None
    resolutions: int
    resolutions_missed: float | None


@dataclass(frozen=True, slots=True)
class PastForecast:
    """The forecast of a past week beside what happened: of so many promises `due` in its opening days, how many were
    expected to be missed, and how many were."""

    begins: date
    due: int
    expected: float
    missed: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the opening days to come are expected to bring, from how many promises decided in the last four weeks, and
    the same forecast of past weeks, the oldest first."""

    days: tuple[Outlook, ...]
    responses_decided: int
    resolutions_decided: int
    past: tuple[PastForecast, ...]
