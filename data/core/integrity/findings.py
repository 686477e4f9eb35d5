"""What a check finds: how often, where (the first examples), and what to do. In English, as all of the command line."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from data.core import clock
from data.core.desk import SYSTEM, Desk
from models.errors import DeskError

EXAMPLES = 20  # of each problem
_LONGEST = 60  # characters of a value that is shown


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of thing that can be wrong, and what to do about it. One that is `harmless` is only mentioned."""

    title: str
    advice: str = ""
    harmless: bool = False


@dataclass(frozen=True, slots=True)
class Repair:
    """A change of one row that follows from other rows, as columns before and after. No `row_id`: a new row."""

    table: str
    row_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    why: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with a row, and how it is repaired where that is certain."""

    problem: Problem
    text: str
    repairs: tuple[Repair, ...] = ()


@dataclass
class Section:
    """The findings of one part of the check; `scope` is how much was looked at."""

    name: str
    scope: str = ""
    found: Counter[Problem] = field(default_factory=Counter)
    repairable: Counter[Problem] = field(default_factory=Counter)
    examples: dict[Problem, list[str]] = field(default_factory=dict)
    most: int | None = EXAMPLES

    def add(self, problem: Problem, text: str, *, repair: str = "", count: int = 1) -> None:
        """`repair` says what `--repair` makes of it."""
        self.found[problem] += count
        if repair:
            self.repairable[problem] += count
        if self.wants(problem):
            self.examples.setdefault(problem, []).append(f"{text} → {repair}" if repair else text)

    def wants(self, problem: Problem) -> bool:
        """Will another example of it be shown? One that costs much is not worth making otherwise."""
        return self.most is None or len(self.examples.get(problem, ())) < self.most

    @property
    def wrong(self) -> int:
        return sum(count for problem, count in self.found.items() if not problem.harmless)

    def lines(self) -> list[str]:
        state = f"{self.wrong} wrong" if self.wrong else "all right"
        lines = [f"{self.name}: {', '.join(filter(None, (state, self.scope)))}"]
        for problem, count in self.found.items():
            can = self.repairable[problem]
            ending = f" ({'all' if can == count else can} repairable)" if can else ""
            lines.append(f"  {'·' if problem.harmless else '✗'} {count} × {problem.title}{ending}")
            shown = self.examples.get(problem, [])
            lines += [f"      {text}" for text in shown]
            if count > len(shown) and self.most is not None:
                lines.append(f"      … and {count - len(shown)} more: --all names them")
            if problem.advice and can < count:
                lines.append(f"    What to do: {problem.advice}")
        return lines


@dataclass(frozen=True)
class Report:
    sections: tuple[Section, ...]

    @property
    def wrong(self) -> int:
        return sum(section.wrong for section in self.sections)

    @property
    def repairable(self) -> int:
        return sum(sum(section.repairable.values()) for section in self.sections)


Progress = Callable[[int, int], None]


def unwatched(_done: int, _total: int) -> None:
    """Nobody looks at the progress."""


@dataclass(frozen=True)
class Job:
    """What is checked, and how thoroughly: `quick` reads no file and counts no day again."""

    engine: Engine
    quick: bool = False
    most: int | None = EXAMPLES  # examples of each problem; None: all
    progress: Progress = unwatched
    clock: Callable[[], datetime] = clock.now

    @property
    def desk(self) -> Desk:
        """The command line, which sees everything."""
        return Desk(SYSTEM, self.engine, clock=self.clock)

    def section(self, name: str) -> Section:
        return Section(name, most=self.most)


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def quoted(value: object) -> str:
    """A value as the database holds it, on one line and not too long."""
    text = "".join(character if character.isprintable() else "�" for character in str(value))
    return f"“{text[:_LONGEST]}…”" if len(text) > _LONGEST else f"“{text}”"


def reason(error: Exception) -> str:
    """The first line of what went wrong."""
    text = str(error if isinstance(error, DeskError) else getattr(error, "orig", None) or error)
    return text.partition("\n")[0] or type(error).__name__
