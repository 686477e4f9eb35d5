"""What other desks published holds here; `tests/cases/README.md` says where it comes from."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.calendar import Calendar, Span, moment

CASES = Path(__file__).parents[1] / "cases"


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in json.loads((CASES / name).read_text())]


def calendar(case: dict[str, Any]) -> Calendar:
    return Calendar.parse(case["timezone"], case["hours"], frozenset(map(date.fromisoformat, case["holidays"])))


def pauses(case: dict[str, Any]) -> list[Span]:
    return [Span(at(start), at(end)) for start, end in case.get("pauses", [])]


at = datetime.fromisoformat


@pytest.mark.parametrize("case", cases("sla_cases.json"))
def test_the_deadline_is_the_published_one(case):
    expected = case["due_if_closing_instant"] if case.get("boundary") else case["expected_due"]
    target = timedelta(seconds=case["seconds"])
    assert calendar(case).due(at(case["start"]), target, pauses(case)) == at(expected)


@pytest.mark.parametrize("case", cases("sla_cases.json"))
def test_the_published_deadline_took_the_target(case):
    taken = calendar(case).elapsed(at(case["start"]), at(case["expected_due"]), pauses(case))
    assert taken == timedelta(seconds=case["seconds"])


@pytest.mark.parametrize("case", cases("sla_elapsed_cases.json"))
def test_the_time_taken_is_the_published_one(case):
    taken = calendar(case).elapsed(at(case["start"]), at(case["end"]), pauses(case))
    assert taken == timedelta(seconds=case["expected_seconds"])


@pytest.mark.parametrize("case", [case for case in cases("sla_other_cases.json") if "minutes" in case.values[0]])
def test_counting_backwards_arrives_at_the_published_moment(case):
    assert calendar(case).back(at(case["start"]), timedelta(minutes=-case["minutes"])) == at(case["expected"])


@pytest.mark.parametrize("case", [case for case in cases("sla_other_cases.json") if "local" in case.values[0]])
def test_a_local_time_that_does_not_exist_moves_forward_by_the_gap(case):
    zone = ZoneInfo(case["timezone"])
    assert moment(at(case["local"]), zone).astimezone(zone).replace(tzinfo=None) == at(case["expected_local"])


def test_no_case_is_missing():
    names = {"sla_cases.json": 53, "sla_elapsed_cases.json": 28, "sla_other_cases.json": 4}
    assert {name: len(cases(name)) for name in names} == names
