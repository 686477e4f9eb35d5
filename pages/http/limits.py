"""Token buckets, places and turns: how much one address, one person and all strangers together may ask for.

Not for threads: the event loop alone uses them.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from math import inf
from time import monotonic

REMEMBERED = 10_000  # keys of a bucket; the one asked least recently is forgotten first


@dataclass(frozen=True)
class Rate:
    """`burst` at once, then `per_second` in the long run."""

    per_second: float
    burst: int


class TokenBuckets:
    """One bucket for each key."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # tokens, and when they were counted

    def take(self, key: Hashable, patience: float = inf) -> float:
        """Takes one token, on credit if there is none. Returns the seconds to wait until it is paid back.

        Takes nothing where that would be longer than `patience`.
        """
        now = monotonic()
        tokens = self._tokens(key, now) - 1
        wait = max(-tokens / self.rate.per_second, 0.0)
        if wait <= patience:
            self._levels[key] = (tokens, now)
            self._levels.move_to_end(key)
            if len(self._levels) > REMEMBERED:
                self._levels.popitem(last=False)
        return wait

    def is_empty(self, key: Hashable) -> bool:
        return self._tokens(key, monotonic()) < 1

    def _tokens(self, key: Hashable, now: float) -> float:
        tokens, counted_at = self._levels.get(key, (float(self.rate.burst), now))
        return min(tokens + (now - counted_at) * self.rate.per_second, self.rate.burst)


class Places:
    """Counts what is open now, by key and in all."""

    def __init__(self, per_key: int, in_all: int) -> None:
        self.per_key, self.in_all = per_key, in_all
        self._open: Counter[Hashable] = Counter()
        self._total = 0

    def enter(self, key: Hashable) -> bool:
        """Takes a place; False if there is none left."""
        if self._total >= self.in_all or self._open[key] >= self.per_key:
            return False
        self._open[key] += 1
        self._total += 1
        return True

    def leave(self, key: Hashable) -> None:
        self._total -= 1
        self._open[key] -= 1
        if not self._open[key]:
            del self._open[key]


class Turns:
    """Lets so many go on at a time, by key and in all. The others wait, and whoever came first goes first."""

    def __init__(self, per_key: int, in_all: int) -> None:
        self._places = Places(per_key, in_all)
        self._waiting: deque[tuple[Hashable, asyncio.Future[None]]] = deque()

    async def take(self, key: Hashable, patience: float) -> bool:
        """False if there was no turn within so many seconds."""
        if self._places.enter(key):
            return True
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, turn))
        try:
            await asyncio.wait_for(turn, patience)
        except TimeoutError:
            return False
        finally:
            if turn.cancelled():
                self._waiting.remove((key, turn))
        return True

    def give_back(self, key: Hashable) -> None:
        self._places.leave(key)
        for waiting, turn in list(self._waiting):
            if self._places.enter(waiting):
                self._waiting.remove((waiting, turn))
                turn.set_result(None)
                return
