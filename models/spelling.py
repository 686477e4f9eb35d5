"""Words that differ by a typing mistake or two."""

from collections.abc import Callable, Iterable

_SHORTEST, _LONG = 5, 8  # letters; from the second on two mistakes are forgiven


def mistakes_forgiven(word: str) -> int:
    return 0 if len(word) < _SHORTEST else 1 if len(word) < _LONG else 2


def letters(word: str) -> int:
    """Which letters a word has, as bits: words of different letters need not be compared."""
    found = 0
    for character in word:
        found |= 1 << (ord(character) % 61)
    return found


def close(word: str, known: Iterable[tuple[str, int]], wanted: Callable[[str], bool]) -> list[str]:
    """Those of the known words (each with its letters) that are wanted and differ least from this one, within what is
    forgiven."""
    most = mistakes_forgiven(word)
    own, size = letters(word), len(word)
    nearest: list[str] = []
    for other, theirs in known if most else ():
        if abs(len(other) - size) > most or (own ^ theirs).bit_count() > 2 * most or not wanted(other):
            continue
        mistakes = distance(word, other, most)
        if mistakes < most:
            nearest, most = [], mistakes
        if mistakes == most:
            nearest.append(other)
    return nearest


def distance(one: str, other: str, most: int) -> int:
    """How many letters to insert, drop, replace or swap with their neighbour; more than `most` is `most` + 1."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, theirs in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)
