"""What a reader of the help finds, and what nobody finds who may not."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from data import article_list, articles, editorial, videos
from data.article_list import Filter
from data.core.uploads import Upload, store
from data.editorial import Draft, Manuscript
from models.article import ArticleKind, ArticleRead
from models.errors import NotAllowed, NotFound, Refused
from models.product import Ownership, Product
from models.user import Language

MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\0" * 64


def manuscript(world, **changed) -> Manuscript:
    given = {
        "product_id": world.product.id,
        "kind": ArticleKind.FAQ,
        "language": Language.FRENCH,
        "title": "Comment lancer le déchargement ?",
        "body": "Insérez la **carte**, puis choisissez [Données](https://aide.example/x).",
    }
    return Manuscript(**(given | changed))


def written(world, *, published: bool = True, **changed) -> Draft:
    desk = world.desk(world.technician)
    draft = editorial.begin(desk, manuscript(world, **changed))
    return editorial.publish(desk, draft.id, seen=draft.version) if published else draft


def titles(world, user, product_id: int | None = None) -> list[str]:
    found = articles.about(world.desk(user), product_id or world.product.id, user.language)
    return [page.title for page in found.pages]


@pytest.fixture
def strange(world) -> Product:
    """A product that only the other client owns."""
    with Session(world.engine.execution_options(writes=True), expire_on_commit=False) as session:
        product = Product(name="Grenier")
        session.add(product)
        session.flush()
        session.add(Ownership(client_id=world.other.id, product_id=product.id))
        session.commit()
    return product


def test_a_published_article_is_read_and_a_draft_is_not(world):
    draft = written(world, published=False)
    assert titles(world, world.contact) == [] == titles(world, world.sales) == titles(world, world.technician)
    editorial.publish(world.desk(world.technician), draft.id, seen=draft.version)
    assert titles(world, world.contact) == titles(world, world.sales) == ["Comment lancer le déchargement ?"]


def test_a_draft_is_hidden_from_contacts_by_every_route(world):
    desk = world.desk(world.contact)
    draft = written(world, published=False)
    with_file = editorial.keep_video(
        world.desk(world.technician), draft.id, *store([Upload("a.mp4", MP4)]), seen=draft.version
    )
    articles.read(desk, [draft.id])
    for act in (lambda: articles.vote(desk, draft.id, True), lambda: videos.content(desk, draft.id)):
        with pytest.raises(NotFound):
            act()
    for act in (
        lambda: editorial.draft(desk, draft.id),
        lambda: editorial.save(desk, draft.id, manuscript(world), seen=with_file.version),
        lambda: article_list.listed(desk, Filter()),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not articles.search(desk, world.product.id, "déchargement").hits
    assert not articles.similar(desk, "déchargement", None)
    assert articles.shelves(desk)[0].counts[ArticleKind.FAQ] == 0
    with Session(world.engine) as session:
        assert not session.exec(select(ArticleRead)).all()


def test_what_is_taken_back_is_hidden_at_once_also_from_the_search(world):
    draft, desk = written(world), world.desk(world.contact)
    assert articles.search(desk, world.product.id, "carte").hits
    editorial.unpublish(world.desk(world.technician), draft.id, seen=draft.version)
    assert not articles.search(desk, world.product.id, "carte").hits and titles(world, world.contact) == []


def test_another_clients_product_and_its_articles_are_not_found_like_those_that_do_not_exist(world, strange):
    draft = written(world, product_id=strange.id)
    draft = editorial.keep_video(
        world.desk(world.technician), draft.id, *store([Upload("a.mp4", MP4)]), seen=draft.version
    )
    owner, desk = world.desk(world.stranger), world.desk(world.contact)
    assert titles(world, world.stranger, strange.id) and videos.content(owner, draft.id).stream.read() == MP4

    def said(act) -> str:
        with pytest.raises(NotFound) as refusal:
            act()
        return refusal.value.message

    for product_id in (strange.id, 999, 0, -1, 2**70):
        assert said(lambda id_=product_id: articles.about(desk, id_, Language.FRENCH)) == "There is no product {id}."
        assert said(lambda id_=product_id: articles.search(desk, id_, "carte")) == "There is no product {id}."
        assert articles.similar(desk, "déchargement carte", product_id % 2**31) == ()
    for article_id in (draft.id, 999, 0, -1, 2**70):
        assert said(lambda id_=article_id: articles.vote(desk, id_, True)) == "There is no article {id}."
        assert said(lambda id_=article_id: videos.content(desk, id_)) == "There is no article {id}."
    articles.read(desk, [draft.id, 999, -1, 2**70])
    assert articles.similar(desk, "déchargement carte", None) == ()
    assert articles.similar(owner, "déchargement carte", None)
    assert [shelf.product for shelf in articles.shelves(desk)] == ["Comptoir"]
    assert [shelf.product for shelf in articles.shelves(owner)] == ["Comptoir", "Grenier"]


def test_an_article_about_all_products_is_on_every_shelf(world, strange):
    written(world, product_id=None)
    assert titles(world, world.contact) == titles(world, world.stranger, strange.id) != []
    assert [shelf.counts[ArticleKind.FAQ] for shelf in articles.shelves(world.desk(world.stranger))] == [1, 1]


def test_articles_stand_by_kind_then_in_ones_own_language_then_by_place(world):
    written(world, title="Vidéo", kind=ArticleKind.VIDEO, video_link="https://videos.example/1")
    written(world, title="Second", kind=ArticleKind.MANUAL, place=2)
    written(world, title="First", kind=ArticleKind.MANUAL, place=3, language=Language.ENGLISH)
    written(world, title="Premier", kind=ArticleKind.MANUAL, place=1)
    pages = articles.about(world.desk(world.contact), world.product.id, Language.FRENCH).pages
    assert [page.title for page in pages] == ["Premier", "Second", "First", "Vidéo"]
    assert titles(world, world.contact) == ["First", "Premier", "Second", "Vidéo"]  # she reads English


@pytest.mark.parametrize("asked", ["decharger", "DÉCHARGEMENTS", "déchar", "cartes"])
def test_the_search_forgives_accents_and_forms_and_tells_the_words_that_answer(world, asked):
    written(world)
    written(world, title="Autre chose", body="Rien de cela.")
    found = articles.search(world.desk(world.contact), world.product.id, asked)
    assert len(found.hits) == 1 and found.whole and found.words
    hit = found.hits[0]
    assert [piece.text for piece in (*hit.title, *hit.excerpt) if piece.hit] in (["déchargement"], ["carte"])
    assert "".join(piece.text for piece in hit.excerpt) == "Insérez la carte, puis choisissez Données."


def test_a_change_is_found_by_the_next_question(world):
    draft, desk = written(world), world.desk(world.contact)
    assert not articles.search(desk, world.product.id, "imprimante").hits
    text = manuscript(world, body="Allumez l’imprimante.")
    editorial.save(world.desk(world.colleague), draft.id, text, seen=draft.version)
    assert articles.search(desk, world.product.id, "imprimantes").hits
    assert not articles.search(desk, world.product.id, "carte").hits


def test_articles_that_may_answer_a_subject_have_half_of_its_words(world):
    written(world)
    desk = world.desk(world.contact)
    assert articles.similar(desk, "Impossible de décharger la carte", world.product.id)
    assert not articles.similar(desk, "Facture en double, avoir jamais reçu pour la carte", world.product.id)
    assert not articles.similar(desk, "", world.product.id)


def test_a_search_costs_the_same_statements_with_many_articles(world, count_queries):
    desk, counts = world.desk(world.contact), []
    for _round in range(2):
        written(world)
        articles.search(desk, world.product.id, "carte")
        count_queries()
        articles.search(desk, world.product.id, "carte")
        articles.about(desk, world.product.id, Language.FRENCH)
        articles.shelves(desk)
        counts.append(count_queries())
    assert counts[0] == counts[1]


def test_a_reading_counts_once_a_day_and_person(world):
    draft, other = written(world), written(world)
    desk = world.desk(world.contact)
    articles.read(desk, [draft.id, other.id])
    articles.read(desk, [draft.id])
    world.now += timedelta(days=1)
    articles.read(desk, [draft.id])
    articles.read(world.desk(world.stranger), [draft.id])
    lines = article_list.listed(world.desk(world.technician), Filter()).lines
    assert [(line.id, line.reads) for line in lines] == [(other.id, 1), (draft.id, 3)]


def test_the_day_of_a_reading_is_the_desks_own(world):
    draft, desk = written(world), world.desk(world.contact)
    world.now = world.now.replace(hour=22, minute=30)
    articles.read(desk, [draft.id])
    world.now = world.now.replace(hour=23, minute=30)  # past midnight in Paris
    articles.read(desk, [draft.id])
    with Session(world.engine) as session:
        assert len(session.exec(select(ArticleRead)).all()) == 2


def test_an_answer_whether_it_helped_is_one_a_person_and_may_change(world):
    draft = written(world)
    for user, helpful in ((world.contact, True), (world.stranger, True), (world.contact, False)):
        articles.vote(world.desk(user), draft.id, helpful)
    line = article_list.listed(world.desk(world.manager), Filter()).lines[0]
    assert (line.helpful, line.unhelpful) == (1, 1)
    mine = articles.about(world.desk(world.contact), world.product.id, Language.FRENCH).pages[0].helpful
    assert mine is False


def test_the_staff_reads_without_being_counted(world):
    draft = written(world)
    for user in (world.manager, world.technician, world.sales):
        for act in (lambda d: articles.read(d, [draft.id]), lambda d: articles.vote(d, draft.id, True)):
            with pytest.raises(NotAllowed):
                act(world.desk(user))


def test_what_people_paste_into_the_search_does_no_harm(world):
    written(world)
    desk = world.desk(world.contact)
    for text in ("", "\0", "%' OR 1=1 --", "<b>carte</b>", "a" * 10_000, "\ud800"):
        articles.search(desk, world.product.id, text)
        articles.similar(desk, text, world.product.id)
    assert articles.search(desk, world.product.id, "<b>carte</b>").hits


def test_a_missing_product_in_an_article_is_refused(world):
    with pytest.raises(NotFound):
        written(world, product_id=4711)
    with pytest.raises(Refused):
        written(world, title="  ")
