"""A text cut to the passage that answers, its answering words told apart: what is shown is text, never HTML."""

from collections.abc import Collection
from dataclasses import dataclass

from models.search import words

LENGTH = 180  # signs
BEFORE = 50


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    hit: bool


def pieces(text: str, hits: Collection[str]) -> tuple[Piece, ...]:
    """The whole text, in pieces that join to it again; `hits` are folded words."""
    found, at = [], 0
    for word in words(text):
        if word.folded in hits:
            if word.start > at:
                found.append(Piece(text[at : word.start], False))
            found.append(Piece(text[word.start : word.end], True))
            at = word.end
    return (*found, Piece(text[at:], False)) if at < len(text) else tuple(found)


def excerpt(text: str, hits: Collection[str]) -> tuple[Piece, ...]:
    """The passage around the first answering word, or the beginning."""
    first = next((word.start for word in words(text) if word.folded in hits), 0)
    start = 0 if first <= BEFORE else text.find(" ", first - BEFORE, first) + 1 or first
    end = len(text) if len(text) - start <= LENGTH else max(text.rfind(" ", start, start + LENGTH), start + LENGTH // 2)
    cut = pieces(text[start:end], hits)
    before, after = (Piece("… ", False),) if start else (), (Piece(" …", False),) if end < len(text) else ()
    return (*before, *cut, *after)
