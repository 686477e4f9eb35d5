"""The file of a tutorial video, for whoever may read its article."""

from dataclasses import dataclass
from typing import IO

from data.core import files, scope
from data.core.desk import OpenDesk, query
from models.errors import NotFound
from models.permission import Permission


@dataclass(frozen=True, slots=True)
class Video:
    mime: str
    size: int
    stream: IO[bytes]


@query(Permission.READ_ARTICLES)
def content(desk: OpenDesk, article_id: int) -> Video:
    """Raises NotFound in the same words for an article without a file, one that is not there and one not yours.

    Close the stream.
    """
    article = scope.article(desk, article_id)
    if article.video_sha256 is None:
        raise NotFound("There is no article {id}.", id=article_id)
    return Video(article.video_mime, article.video_size, files.read(article.video_sha256))
