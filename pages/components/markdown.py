"""Text that people wrote, as HTML that can do no harm: their Markdown is drawn, their HTML is text.

Nothing a reader opens fetches anything from elsewhere, and every link tells where it leads.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from importlib import import_module
from itertools import islice
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_SCHEMES = {"http", "https", "mailto"}
_HOST = re.compile(r"[a-z0-9._:-]+")
_TAGS = set(
    "a blockquote br code del em h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul".split()  # noqa: SIM905
)
# They turn what follows around, so that an address or a file name reads as another.
_TURNING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
# For each of these the parser may read the whole text again. What has far more of them than people write is a log, or
# an attack, and is shown as it is.
_READ_AGAIN, _MOST_SIGNS_READ = ("[", "://"), 1_000_000
# Each of these costs time and makes the page longer than the text. Who has more of them than people write sends a log.
_LINK_LIKE = re.compile(r"[\w-]\.[a-z]{2}|@|://|\]\(", re.IGNORECASE)
_MOST_LINKS = 200
_MARKS, _MOST_MARKS, _MOST_LINES = "*_~`|\\&<[!", 2_000, 2_000
_LONGEST_HTML = 200_000  # characters that one message makes
# Beyond this nesting it leaves text out.
_NESTING = 100
vars(import_module("markdown_it.rules_block.table"))["MAX_AUTOCOMPLETED_CELLS"] = 2_000
_TOO_DEEP = re.compile(rf"^(?:[ \t]*(?:>|(?:[*+-]|\d{{1,9}}[.)])[ \t])){{{_NESTING // 3}}}", re.MULTILINE)


@lru_cache(maxsize=128)
def safe(text: str) -> str:
    """The text's Markdown as HTML: no HTML of its own, images and links as marked links, line breaks kept.

    What would take long to draw, or much room, is shown as it is.
    """
    text = text.translate(_TURNING)
    drawn = "" if _TOO_DEEP.search(text) or _takes_too_long(text) else _drawn(text)
    if text and (not drawn or len(drawn) > _LONGEST_HTML):
        return "<p>" + escape(text, quote=False).replace("\n", "<br>") + "</p>"
    return drawn


def _drawn(text: str) -> str:
    return nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes={"a": {"href", "target"}, "ol": {"start"}},
        allowed_classes={"span": {"link-mark"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def escaped(text: str) -> str:
    """One line of text, such as a name or a subject, as HTML that shows just that."""
    return escape(text.translate(_TURNING))


def _takes_too_long(text: str) -> bool:
    return (
        any(text.count(sign) * len(text) > _MOST_SIGNS_READ for sign in _READ_AGAIN)
        or text.count("\n") > _MOST_LINES
        or sum(map(text.count, _MARKS)) > _MOST_MARKS
        or len(list(islice(_LINK_LIKE.finditer(text), _MOST_LINKS + 1))) > _MOST_LINKS
    )


def _valid(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in _SCHEMES and bool(
            parts.path if parts.scheme == "mailto" else _HOST.fullmatch(parts.hostname or "")
        )
    except ValueError:
        return False


def _furnish(state: StateCore) -> None:
    """Headings small enough to stand in a message, images as links, links with their mark."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 3, 6)}"
        if token.children:
            token.children = list(_marked(_without_images(token.children)))


def _without_images(tokens: list[Token]) -> Iterator[Token]:
    in_link = False
    for token in tokens:
        if token.type != "image":
            in_link = token.type == "link_open" or (in_link and token.type != "link_close")
            yield token
            continue
        text = Token("text", "", 0, content=token.content or str(token.attrs["src"]))
        if in_link:
            yield text
        else:
            yield from (Token("link_open", "a", 1, attrs={"href": token.attrs["src"]}), text)
            yield Token("link_close", "a", -1)


def _marked(tokens: Iterator[Token]) -> Iterator[Token]:
    address, said = "", ""
    for token in tokens:
        if token.type == "link_open":
            address, said = str(token.attrs["href"]), ""
            token.attrs = {"href": address, "target": "_blank"}
        elif token.type == "link_close":
            yield Token("html_inline", "", 0, content=f'<span class="link-mark">{escape(_mark(address, said))}</span>')
        else:
            said += token.content
        yield token


def _mark(address: str, said: str) -> str:
    """An arrow and, where the text is not the address itself, whose address it is."""
    parts = urlsplit(address)
    plain = said.strip().rstrip("/")
    if parts.scheme == "mailto":
        whose = parts.path
        honest = plain.removeprefix("mailto:") == whose
    else:
        whose = parts.hostname or ""
        honest = not parts.username and plain in (address.rstrip("/"), address.partition("://")[2].rstrip("/"))
    return " ↗" if honest else f" ({whose}) ↗"


def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": _NESTING})
    made.enable(["table", "strikethrough", "linkify"])
    # A line of dashes under a paragraph is the beginning of a signature, and no text may vanish as a definition.
    made.disable(["lheading", "reference"])
    made.validateLink = _valid  # type: ignore[method-assign,assignment]
    made.core.ruler.push("furnish", _furnish)
    return made


_markdown = _parser()
