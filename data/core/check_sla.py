"""Runs published service-level cases against our arithmetic.

A file is a list of cases. What a case is, its keys tell: `expected_due` a deadline, `expected_seconds` or
`expected_minutes` a time taken, `expected` a count backwards, `expected_local` a local time that does not exist.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.calendar import Calendar, Span, moment

Case = Mapping[str, Any]
Answer = datetime | timedelta


def check(paths: Sequence[Path], out: Callable[[str], None]) -> int:
    """Tell each case that fails, then the counts. 0 when all hold, 1 when one fails, 2 when a file cannot be read."""
    total = failed = unread = 0
    for path in paths:
        try:
            cases = _read(path)
        except (OSError, ValueError) as error:
            out(f"{path}: cannot be read: {error}")
            unread += 1
            continue
        failures = [failure for number, case in enumerate(cases, 1) if (failure := _failure(case, number))]
        for failure in failures:
            out(f"{path.name}: {failure}")
        total += len(cases)
        failed += len(failures)
    out(f"{total} cases, {total - failed} hold, {failed} fail")
    return 2 if unread else 1 if failed else 0


def _read(path: Path) -> list[Any]:
    try:
        cases = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(cases, list):
        raise ValueError("not a list of cases")
    return cases


def _failure(case: Any, number: int) -> str | None:
    """What is wrong with the case, or None when it holds."""
    if not isinstance(case, Mapping):
        return f"case {number}: malformed: not an object"
    name = f"{case.get('id', f'case {number}')} ({case.get('source', 'no source')})"
    try:
        expected, got = _judge(case)
    except ZoneInfoNotFoundError as error:
        return f"{name}: malformed: {error.args[0]}"
    except KeyError as error:
        return f"{name}: malformed: no {error.args[0]!r}"
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        return f"{name}: malformed: {error}"
    return None if expected == got else f"{name}: expected {_shown(expected)}, got {_shown(got)}"


def _judge(case: Case) -> tuple[Answer, Answer]:
    """What is expected and what we say. KeyError, ValueError or TypeError for a case that is no good."""
    if "expected_local" in case:
        zone = ZoneInfo(case["timezone"])
        return datetime.fromisoformat(case["expected_local"]), _local(case["local"], zone)
    if "expected_due" in case or "due_if_closing_instant" in case:
        expected = case["due_if_closing_instant"] if case.get("boundary") else case["expected_due"]
        return _moment(expected), _calendar(case).due(_moment(case["start"]), _amount(case), _pauses(case))
    if "expected_seconds" in case or "expected_minutes" in case:
        taken = _calendar(case).elapsed(_moment(case["start"]), _moment(case["end"]), _pauses(case))
        return _amount(case, "expected_"), taken
    if "expected" in case:
        return _moment(case["expected"]), _calendar(case).back(_moment(case["start"]), -_amount(case))
    raise ValueError("it expects nothing that we know of")


def _calendar(case: Case) -> Calendar:
    holidays = frozenset(map(date.fromisoformat, case.get("holidays", [])))
    return Calendar.parse(case["timezone"], case["hours"], holidays)


def _pauses(case: Case) -> list[Span]:
    return [Span(_moment(start), _moment(end)) for start, end in case.get("pauses", [])]


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no UTC offset")
    return at


def _local(text: str, zone: ZoneInfo) -> datetime:
    return moment(datetime.fromisoformat(text), zone).astimezone(zone).replace(tzinfo=None)


def _amount(case: Case, prefix: str = "") -> timedelta:
    """The exact seconds where given, else the minutes, which may be a fraction."""
    seconds = case.get(f"{prefix}seconds")
    return timedelta(minutes=case[f"{prefix}minutes"]) if seconds is None else timedelta(seconds=seconds)


def _shown(answer: Answer) -> str:
    if isinstance(answer, timedelta):
        return f"{answer / timedelta(seconds=1):g} s" if answer.microseconds else f"{answer // timedelta(seconds=1)} s"
    return answer.isoformat().replace("+00:00", "Z")
