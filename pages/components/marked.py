"""Words that answered a search, marked in what is shown."""

import re
from collections.abc import Collection, Iterable
from html import escape, unescape

from data.core.excerpts import Piece, pieces

_TAG = re.compile(r'(<(?:[^<>"]|"[^"]*")*>)')


def marked(pieces_: Iterable[Piece]) -> str:
    """As HTML that says nothing but these texts."""
    return "".join(f"<mark>{escape(piece.text)}</mark>" if piece.hit else escape(piece.text) for piece in pieces_)


def marked_html(html: str, words: Collection[str]) -> str:
    """Safe HTML with its words marked: only what stands between the tags is touched, and is escaped again."""
    if not words:
        return html
    return "".join(
        part if number % 2 else marked(pieces(unescape(part), words)) for number, part in enumerate(_TAG.split(html))
    )
