"""The published cases hold, and a case that does not is told so that it can be found."""

import json
from pathlib import Path

import pytest

from data.core.check_sla import check

CASES = sorted((Path(__file__).parents[2] / "cases").glob("*.json"))
OFFICE = {"timezone": "Europe/Paris", "hours": {"mon": [["09:00", "17:00"]]}, "holidays": []}
DUE = {"id": "T1", "source": "here", **OFFICE, "start": "2026-05-11T07:00:00Z", "minutes": 60}


@pytest.fixture
def run(tmp_path):
    """Check these cases as one file; the exit code and what was said."""

    def run(content) -> tuple[int, list[str]]:
        path, said = tmp_path / "cases.json", []
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return check([path], said.append), said

    return run


def test_all_published_cases_hold():
    said = []
    assert check(CASES, said.append) == 0
    assert said == ["85 cases, 85 hold, 0 fail"]


def test_a_published_case_that_was_doctored_fails(run):
    cases = json.loads((CASES[0].parent / "sla_cases.json").read_text())
    cases[1]["expected_due"] = "2013-03-21T12:31:00Z"
    code, said = run(cases)
    assert code == 1
    assert said == [
        "cases.json: D007 (zammad/zammad test/unit/ticket_sla_test.rb @0d1d8651): "
        "expected 2013-03-21T12:31:00Z, got 2013-03-21T12:30:00Z",
        "53 cases, 52 hold, 1 fail",
    ]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"expected_due": "2026-05-11T08:30:00Z"}, "expected 2026-05-11T08:30:00Z, got 2026-05-11T08:00:00Z"),
        ({"end": "2026-05-11T08:00:00Z", "expected_seconds": 60}, "expected 60 s, got 3600 s"),
        ({"end": "2026-05-11T08:00:00.5Z", "expected_minutes": 60}, "expected 3600 s, got 3600.5 s"),
        ({"minutes": -60, "expected": "2026-05-11T06:00:00Z"}, "got 2026-05-04T14:00:00Z"),
        ({"local": "2026-03-29T02:30:00", "expected_local": "2026-03-29T02:30:00"}, "got 2026-03-29T03:30:00"),
    ],
)
def test_a_case_that_fails_is_told_with_its_source_and_both_answers(run, facts, says):
    code, said = run([DUE | facts, DUE | {"expected_due": "2026-05-11T08:00:00Z"}])
    assert code == 1
    assert said[0].startswith("cases.json: T1 (here): expected ")
    assert says in said[0]
    assert said[1:] == ["2 cases, 1 hold, 1 fail"]


def test_exact_seconds_go_before_minutes_and_the_closing_instant_before_the_next_opening(run):
    at_closing = {"seconds": 8 * 3600, "boundary": True, "expected_due": "2026-05-18T07:00:00Z"}
    assert run([DUE | at_closing | {"due_if_closing_instant": "2026-05-11T15:00:00Z"}])[0] == 0


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("text", "case 1: malformed: not an object"),
        ({}, "case 1 (no source): malformed: it expects nothing that we know of"),
        ({"id": "T2", "expected_due": "2026-05-11T08:00:00Z"}, "T2 (no source): malformed: no 'timezone'"),
        (DUE | {"expected_due": "soon"}, "malformed: Invalid isoformat string: 'soon'"),
        (DUE | {"expected_due": "2026-05-11T08:00:00"}, "malformed: 2026-05-11T08:00:00 has no UTC offset"),
        (DUE | {"expected_due": "2026-05-11T08:00:00Z", "minutes": "60"}, "malformed: "),
        (DUE | {"expected_due": "2026-05-11T08:00:00Z", "hours": {}}, "malformed: A calendar must open some time."),
        (DUE | {"expected_due": "2026-05-11T08:00:00Z", "hours": {"mon": [["9", "17"]]}}, "malformed: mon 9-17"),
        (DUE | {"expected_due": "2026-05-11T08:00:00Z", "timezone": "Mars"}, "malformed: Unknown time zone 'Mars'"),
        (
            {"local": "2026-03-29T02:30:00", "expected_local": "2026-03-29T02:30:00", "timezone": "Mars"},
            "malformed: No time",
        ),
        (DUE | {"expected_due": "2026-05-11T08:00:00Z", "pauses": [1]}, "malformed"),
        (DUE | {"expected_due": "2026-05-11T08:00:00Z", "minutes": 1e300}, "malformed"),
        (DUE | {"expected": "2026-05-11T08:00:00Z", "minutes": 5}, "malformed: Business time cannot be negative"),
    ],
)
def test_a_malformed_case_fails_with_a_reason(run, case, says):
    code, said = run([case])
    assert code == 1
    assert says in said[0]
    assert said[1] == "1 cases, 0 hold, 1 fail"


@pytest.mark.parametrize("content", ["not json", '{"id": "T1"}', "[" * 100_000])
def test_a_file_that_is_no_list_of_cases_cannot_be_read(run, content):
    code, said = run(content)
    assert code == 2
    assert "cases.json: cannot be read: " in said[0]


def test_a_missing_file_does_not_keep_the_others_from_being_checked(tmp_path):
    said = []
    assert check([tmp_path / "none.json", *CASES], said.append) == 2
    assert "none.json: cannot be read" in said[0]
    assert said[1] == "85 cases, 85 hold, 0 fail"
