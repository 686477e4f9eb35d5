"""Writing articles: drafted, saved by one at a time, published, taken back."""

import pytest
from sqlmodel import Session, select

from data import article_list, editorial
from data.article_list import Filter
from data.core.uploads import Upload, store
from models.article import LONGEST, ArticleKind, ArticleStatus
from models.audit import AuditEntry
from models.errors import NotAllowed, NotFound, Refused
from models.user import Language
from tests.data.test_articles import MP4, manuscript, written


@pytest.fixture
def desk(world):
    return world.desk(world.technician)


@pytest.mark.parametrize("name", ["sales", "contact"])
def test_technicians_and_managers_write_and_nobody_else(world, name):
    with pytest.raises(NotAllowed):
        editorial.begin(world.desk(getattr(world, name)), manuscript(world))
    for writer in (world.technician, world.manager):
        assert editorial.begin(world.desk(writer), manuscript(world)).changed_by == writer.name


def test_a_save_upon_an_older_version_is_refused_and_tells_who_came_first(world, desk):
    draft = written(world, published=False)
    saved = editorial.save(world.desk(world.colleague), draft.id, manuscript(world, title="Mien"), seen=draft.version)
    for act in (
        lambda: editorial.save(desk, draft.id, manuscript(world, title="Tien"), seen=draft.version),
        lambda: editorial.publish(desk, draft.id, seen=draft.version),
        lambda: editorial.keep_video(desk, draft.id, None, seen=draft.version),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.facts["name"] == "Colleague"
    assert editorial.draft(desk, draft.id) == saved
    assert editorial.save(desk, draft.id, manuscript(world, title="Tien"), seen=saved.version).text.title == "Tien"


def test_of_two_new_versions_neither_is_the_other(world, desk):
    draft = written(world)
    versions = {draft.version}
    for step in (editorial.unpublish, editorial.publish, editorial.unpublish):
        draft = step(desk, draft.id, seen=draft.version)
        versions.add(draft.version)
    assert len(versions) == 4 and draft.status == ArticleStatus.DRAFT


def test_nothing_empty_is_published_nor_emptied_afterwards(world, desk):
    for changed in ({"body": ""}, {"kind": ArticleKind.VIDEO}):
        draft = editorial.begin(desk, manuscript(world, **changed))
        with pytest.raises(Refused):
            editorial.publish(desk, draft.id, seen=draft.version)
    shown = written(world)
    for changed in ({"body": " "}, {"kind": ArticleKind.VIDEO}):
        with pytest.raises(Refused):
            editorial.save(desk, shown.id, manuscript(world, **changed), seen=shown.version)
    film = written(world, kind=ArticleKind.VIDEO, body="", video_link="https://videos.example/1")
    with pytest.raises(Refused):
        editorial.save(desk, film.id, manuscript(world, kind=ArticleKind.VIDEO), seen=film.version)


@pytest.mark.parametrize(
    "link",
    [
        "http://videos.example/1",
        "javascript:alert(1)",
        "https://",
        "https://me:secret@videos.example",
        "data:x",
        "1",
        "https://videos.example/" + "a" * 500,
        "https://[::1",
        "//videos.example",
        "https://a b.example",
    ],
)
def test_a_video_link_is_an_https_address(world, desk, link):
    with pytest.raises(Refused):
        editorial.begin(desk, manuscript(world, kind=ArticleKind.VIDEO, video_link=link))


def test_a_video_file_is_what_its_content_says(world, desk):
    draft = editorial.begin(desk, manuscript(world, kind=ArticleKind.VIDEO))
    for content in (b"<script>alert(1)</script>", b""):
        with pytest.raises(Refused):
            editorial.keep_video(desk, draft.id, *store([Upload("film.mp4", content)]), seen=draft.version)
    kept = editorial.keep_video(desk, draft.id, *store([Upload("../../film.bin", MP4)]), seen=draft.version)
    assert (kept.video_name, kept.video_size) == ("film.bin", len(MP4))
    shown = editorial.publish(desk, kept.id, seen=kept.version)
    with pytest.raises(Refused):
        editorial.keep_video(desk, draft.id, None, seen=shown.version)


def test_a_text_that_is_too_long_or_a_product_that_is_not_there_is_refused(world, desk):
    with pytest.raises(Refused):
        editorial.begin(desk, manuscript(world, body="a" * (LONGEST + 1)))
    with pytest.raises(NotFound):
        editorial.begin(desk, manuscript(world, product_id=999))
    with pytest.raises(NotFound):
        editorial.draft(desk, 2**70)


def test_the_list_is_narrowed_and_paged(world, desk, monkeypatch):
    monkeypatch.setattr(article_list, "PAGE", 2)
    for number in range(3):
        written(world, title=f"Question {number}")
    written(world, title="Draft", published=False, language=Language.ENGLISH)
    written(world, title="Manuel", kind=ArticleKind.MANUAL, product_id=None)

    def listed(after=None, **wanted) -> list[str]:
        return [line.title for line in article_list.listed(desk, Filter(**wanted), after).lines]

    first = article_list.listed(desk, Filter())
    assert [line.title for line in first.lines] == ["Manuel", "Draft"]
    assert listed(first.after) == ["Question 2", "Question 1"]
    assert listed(status=ArticleStatus.DRAFT) == ["Draft"] == listed(language=Language.ENGLISH)
    assert listed(kind=ArticleKind.MANUAL) == ["Manuel"] == listed(product_id=0)
    assert listed(product_id=world.product.id, kind=ArticleKind.FAQ) == ["Draft", "Question 2"]
    assert article_list.listed(desk, Filter(status=ArticleStatus.DRAFT)).after is None


def test_the_list_costs_the_same_with_more_lines(world, desk, count_queries):
    counts = []
    for _round in range(2):
        written(world)
        count_queries()
        article_list.listed(desk, Filter())
        counts.append(count_queries())
    assert counts[0] == counts[1]


def test_the_trail_tells_who_wrote_and_published(world):
    written(world)
    with Session(world.engine) as session:
        found = session.exec(select(AuditEntry).where(AuditEntry.table_name == "article")).all()
    assert {(entry.action, entry.user_id) for entry in found} == {
        ("editorial.begin", world.technician.id),
        ("editorial.publish", world.technician.id),
    }
