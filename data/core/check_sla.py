"""Runs published service-level cases against our arithmetic, and the rules of arithmetic against our calendars.

A file is a list of cases. What a case is, its keys tell: `expected_due` a deadline, `expected_seconds` or
`expected_minutes` a time taken, `expected` a count backwards, `expected_local` a local time that does not exist.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session, col, select

from data.core import calendars, sla_rules
from data.core.settings import ROOT
from models.calendar import Calendar, Span, moment
from models.service_level import CalendarVersion

PUBLISHED = ROOT / "tests" / "cases"

Case = Mapping[str, Any]
Answer = datetime | timedelta


@dataclass(frozen=True)
class Finding:
    """How many checks of the published cases, or of one version of a calendar, passed and failed.

    `lines` tell of each failure, in English: it is a fault of the program, for whoever mends it.
    """

    passed: int
    failed: int
    calendar: str = ""  # none: the published cases
    since: datetime | None = None
    moments: int = 0  # how many the rules were tried at
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.calendar:
            told = f"Published cases: {self.passed + self.failed}, {self.passed} hold"
        else:
            told = f"Calendar {self.calendar}, from {self.since:%Y-%m-%d %H:%M} UTC: {self.moments} moments, "
            told += f"{self.passed} rules hold, {self.failed} do not"
        return "\n".join((told, *(f"  {line}" for line in self.lines)))


@dataclass(frozen=True)
class Report:
    """What was found, and how many checks passed and failed in all."""

    findings: tuple[Finding, ...]

    @property
    def passed(self) -> int:
        return sum(finding.passed for finding in self.findings)

    @property
    def failed(self) -> int:
        return sum(finding.failed for finding in self.findings)

    def __str__(self) -> str:
        sums = f"{self.passed + self.failed} checks, {self.passed} passed, {self.failed} failed"
        return "\n".join((*map(str, self.findings), sums))


def check_installation(session: Session, now: datetime) -> Report:
    """The published cases, and every rule on each version of each calendar of this desk."""
    return Report((_published(), *_calendars(session, now)))


def _published() -> Finding:
    paths = sorted(PUBLISHED.glob("*.json"))
    if not paths:
        return Finding(0, 1, lines=(f"No published cases in {PUBLISHED}",))
    files = [(path, _read(path)) for path in paths]
    failures = [failure for path, cases in files for failure in _failures(path, cases)]
    return Finding(sum(len(cases) for _, cases in files) - len(failures), len(failures), lines=tuple(failures))


def _calendars(session: Session, now: datetime) -> Iterator[Finding]:
    known: dict[Calendar, Finding] = {}  # versions that say the same are one calendar
    for version in session.exec(select(CalendarVersion).order_by(col(CalendarVersion.name), col(CalendarVersion.id))):
        try:
            calendar = calendars.calendar(session, version.id)
            if calendar not in known:
                known[calendar] = _try(calendar, now)
            found = known[calendar]
        except (ValueError, TypeError, AttributeError) as error:
            found = Finding(0, 1, lines=(f"cannot be used: {error}",))
        yield replace(found, calendar=version.name, since=version.valid_from)


def _try(calendar: Calendar, now: datetime) -> Finding:
    """Each rule at every moment; of one that does not hold, the first sample that breaks it."""
    broken, samples = [], sla_rules.samples(calendar, now)
    rules = sla_rules.rules(calendar, samples)
    for rule, holds in rules.items():
        if breaking := [sample for sample in samples if not holds(sample)]:
            broken.append(f"broken {len(breaking)} times: {rule}; {_told(breaking[0])}")
    return Finding(len(rules) - len(broken), len(broken), moments=len(samples), lines=tuple(broken))


def _told(sample: sla_rules.Sample) -> str:
    return f"first from {_shown(sample.start)} with {_shown(sample.target)} and {_shown(sample.more)} more"


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
        failures = _failures(path, cases)
        for failure in failures:
            out(failure)
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


def _failures(path: Path, cases: Sequence[Any]) -> list[str]:
    told = (_failure(case, number) for number, case in enumerate(cases, 1))
    return [f"{path.name}: {failure}" for failure in told if failure]


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
