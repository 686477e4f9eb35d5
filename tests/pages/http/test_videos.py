"""Videos are served in the parts a player asks for, to those who may see them."""

import pytest

from data import editorial
from data.core.uploads import Upload, store
from models.article import ArticleKind
from tests.data.test_articles import MP4, manuscript
from tests.pages.http.asking import ask

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SIZE = len(MP4)


@pytest.fixture
def film(desk) -> int:
    """A published video with a file, for the product that both clients own."""
    writer = desk.desk(desk.technician)
    draft = editorial.begin(writer, manuscript(desk, kind=ArticleKind.VIDEO))
    draft = editorial.keep_video(writer, draft.id, *store([Upload("film.mp4", MP4)]), seen=draft.version)
    return editorial.publish(writer, draft.id, seen=draft.version).id


def test_without_a_part_asked_for_it_is_sent_whole(desk, film):
    status, headers, body = ask(f"/videos/{film}", desk.contact)
    assert (status, body) == (200, MP4)
    assert (headers["content-type"], headers["accept-ranges"]) == ("video/mp4", "bytes")
    assert headers["content-length"] == str(SIZE) and headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, SIZE),
        ("bytes=10-19", 10, 20),
        ("bytes=10-99999", 10, SIZE),
        ("bytes=-5", SIZE - 5, SIZE),
        ("bytes=-99999", 0, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
    ],
)
def test_a_part_is_sent_as_it_is_asked_for(desk, film, asked, start, end):
    status, headers, body = ask(f"/videos/{film}", desk.contact, range=asked)
    assert (status, body) == (206, MP4[start:end])
    assert headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=9-3", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(desk, film, asked):
    status, headers, body = ask(f"/videos/{film}", desk.contact, range=asked)
    assert (status, body, headers["content-range"]) == (416, b"", f"bytes */{SIZE}")


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "lines=1-2", "bytes=a-b", "bytes=-", "bytes=" + "9" * 5000 + "-"])
def test_what_is_not_understood_gets_the_whole(desk, film, asked):
    status, headers, body = ask(f"/videos/{film}", desk.contact, range=asked)
    assert (status, body) == (200, MP4) and "content-range" not in headers


def test_not_there_and_a_draft_and_not_signed_in_are_one_answer(desk, film):
    writer = desk.desk(desk.technician)
    answers = [ask(f"/videos/{id_}", desk.contact) for id_ in ("0", "999", "x", "-1", "9" * 40, "%D9%A1")]
    answers.append(ask(f"/videos/{film}", None))
    draft = editorial.draft(writer, film)
    editorial.unpublish(writer, film, seen=draft.version)
    answers += [ask(f"/videos/{film}", desk.contact), ask(f"/videos/{film}", desk.sales)]
    assert {(status, body) for status, _, body in answers} == {(404, b"There is no such video.")}
    assert ask(f"/videos/{film}", desk.technician)[0] == 200
