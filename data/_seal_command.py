"""`python -m data seal`: what it is called with, what it does, and what it prints."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

from data import metrics
from data.core.desk import Desk
from data.core.exchange.sums import Progress
from models.seal import DayChange

Bar = Callable[..., AbstractContextManager[list[Progress]]]

_KINDS = {
    "filed": "created",
    "came": "changed",
    "responded": "answered",
    "responded_in_time": "answered in time",
    "response_broken": "answers missed",
    "resolved": "resolved",
    "resolved_in_time": "resolved in time",
    "resolution_broken": "resolutions missed",
}


def describe(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Counts what happened on each day that is over, once, so that the figures are quick at their first sight, too; "
        "the page of figures does it by itself where nobody did. Run it each night, or after an import. With --again, "
        "days that were counted already are counted again, and each day that comes out otherwise is printed."
    )
    command.add_argument(
        "--again",
        nargs="*",
        metavar="DAY",
        type=_day,
        help="count again: all days, those from the first DAY on (2026-03-01), or those up to the second, too",
    )


def run(desk: Desk, asked: argparse.Namespace, bar: Bar, say: Callable[[str], None]) -> None:
    """Raises ValueError for days that make no sense."""
    if asked.again is not None:
        _again(desk, asked.again, say)
    days = left = metrics.days_to_seal(desk)
    with bar("Sealing") as (sealing,):
        while left:
            left = metrics.seal(desk)
            sealing(days - left, days)
    say(f"{days} days sealed")


def _again(desk: Desk, bounds: list[date], say: Callable[[str], None]) -> None:
    if len(bounds) > 2 or bounds != sorted(bounds):
        raise ValueError("--again takes no day, a first day, or a first and a last day.")
    first, last = (*bounds, None, None)[:2]
    days, changed = 0, 0
    while True:
        done = metrics.seal_again(desk, first, last)
        days, changed, first = days + done.days, changed + len(done.changed), done.following
        for one in done.changed:
            say(_changed(one))
        if first is None:
            break
    say(f"{days} days counted again, {changed} came out otherwise")


def _changed(one: DayChange) -> str:
    told = [
        f"{name} {one.before[kind]} → {one.after[kind]}"
        for kind, name in _KINDS.items()
        if one.before[kind] != one.after[kind]
    ]
    return f"  {one.day}: {', '.join(told) or 'the same numbers, of other tickets or times'}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-03-31") from None
