"""The search index of the published articles, in memory, one for each process and database."""

import re
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func
from sqlmodel import col

from data.core import scope
from data.core.desk import OpenDesk
from models.article import Article, ArticleStatus
from models.search import Index, Text

_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,500}\)")
_EMPHASIS = re.compile(r"[*`~]+|(?<!\w)_+|_+(?!\w)")
_SIGNS = re.compile(r"^[ \t]*(?:[-+>]|#+|\d+\.)(?=[ \t])|^[ \t|:-]+$|\|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Indexed:
    """`texts` are the articles' words without their Markdown; `stamp` rises with every change of any article."""

    stamp: int
    index: Index
    texts: dict[int, Text]


_made: "WeakKeyDictionary[Engine, Indexed]" = WeakKeyDictionary()
_lock = Lock()


def of(desk: OpenDesk) -> Indexed:
    """The index as the articles are now.

    Whether they have changed is one sum over an index; after a change, whoever asks next reads them all and makes the
    index anew.
    """
    with _lock:
        stamp = desk.session.scalar(scope.every_article().with_only_columns(func.sum(col(Article.version)))) or 0
        found = _made.get(desk.engine)
        if found is None or found.stamp != stamp:
            found = _make(desk, stamp)
            if not desk.writes:  # what is not committed may never have been
                _made[desk.engine] = found
    return found


def _make(desk: OpenDesk, stamp: int) -> Indexed:
    published = scope.every_article().where(col(Article.status) == ArticleStatus.PUBLISHED)
    texts = [Text(one.id, one.title, plain(one.body)) for one in desk.session.exec(published)]
    return Indexed(stamp, Index(texts), {text.id: text for text in texts})


def plain(markdown: str) -> str:
    """The words of a Markdown text, on one line."""
    return " ".join(_SIGNS.sub(" ", _EMPHASIS.sub("", _LINK.sub(r"\1", markdown))).split())
