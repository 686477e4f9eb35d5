"""The guide's chapter about the tutorials and the FAQ, played as it stands; and writing an article."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from data import articles, editorial
from data.core.desk import SYSTEM, Desk
from models.article import ArticleRead, ArticleVote
from models.user import Language, User
from tests.browser.driver import App

CONTACT = "contact@demo-horizon.example"
WRITER = "technicien@guichet.example"


def readings(engine: Engine, article: int) -> int:
    with Session(engine) as session:
        return len(session.exec(select(ArticleRead).where(ArticleRead.article_id == article)).all())


def number_of(page: Page, title: str) -> int:
    article = page.locator(".help article", has=page.get_by_role("heading", name=title))
    return int(article.get_attribute("data-article") or 0)


def test_se_rendre_dans_le_tutoriel_ou_la_faq(app: App, served: Engine):
    """The steps of the guide, in its words."""
    page = app.page
    app.sign_in(CONTACT)
    # « Cliquez sur le menu Assistance Technique (utilisation produit) »
    app.after(lambda: page.get_by_role("link", name="Assistance technique (utilisation produit)", exact=True).click())
    expect(page.get_by_role("heading", level=1)).to_have_text("Assistance technique (utilisation produit)")
    # « En fonction du logiciel que vous possédez, vous pouvez retrouver soit… »
    card = app.key("product_1")
    expect(card.get_by_role("heading")).to_have_text("Opaline Tachy")
    for help_ in ("Manuel d’utilisation", "FAQ", "Tutos vidéo"):
        expect(card.get_by_role("link", name=help_)).to_be_visible()
    app.after(lambda: card.get_by_role("link", name="Manuel d’utilisation").click())
    for part in ("Manuel d’utilisation", "FAQ", "Tutos vidéo"):
        expect(page.get_by_role("heading", name=part, level=2)).to_be_visible()
    # « Astuce : Utilisez le raccourci clavier CTRL + F (CMD + F sur mac) »: the browser's own search finds it all
    expect(page.get_by_text("CTRL + F (CMD + F sur Mac)")).to_be_visible()
    assert page.evaluate("window.find('vert clignotant')") and page.evaluate("window.find('jusqu’à quatre lecteurs')")
    # Ours forgives accents and forms, and marks what it found.
    app.after(lambda: page.get_by_role("searchbox").press_sequentially("dechargements"))
    expect(page.locator(".hits li").first).to_contain_text("Décharge")
    expect(page.locator(".help mark").first).to_be_visible()
    answer = page.locator(".hits a", has_text="Décharger un chronotachygraphe")
    article = number_of(page, "Décharger un chronotachygraphe")
    before = readings(served, article)
    app.after(answer.click)
    expect(page.locator(f"#article-{article}")).to_be_in_viewport()
    assert readings(served, article) == before + 1
    # « Vous n'avez pas trouvé la réponse à votre question ? ⇒ Créer un ticket de demande de service »
    end = app.key("not_found")
    expect(end).to_contain_text(re.compile("Vous n’avez pas trouvé la réponse à votre question"))
    app.after(lambda: end.get_by_role("button", name="Demande de service").click())
    assert "/new?" in page.url and "kind=request" in page.url and "product=1" in page.url


def test_the_tutorial_videos_play(app: App):
    """« Des tutos vidéo »"""
    app.sign_in(CONTACT, path="/help?product=1")
    video = app.page.locator(".help video").first
    video.scroll_into_view_if_needed()
    played = video.evaluate(
        """async (video) => {
            video.muted = true;
            await video.play();
            await new Promise((done) => video.addEventListener("timeupdate", () => video.currentTime > 0 && done()));
            return [video.duration, video.videoWidth, video.currentTime, video.error];
        }"""
    )
    duration, width, at, error = played
    assert duration > 5 and width > 0 and at > 0 and error is None
    expect(app.page.locator('.help a[href*="videos.example"]')).to_have_count(0)


@pytest.mark.parametrize("asked", ["dechargemant", "chronotachigraphe", "chauffeur"])
def test_a_misspelt_word_or_another_word_for_it_is_found(app: App, asked):
    app.sign_in(CONTACT, path="/help?product=1")
    app.after(lambda: app.page.get_by_role("searchbox").press_sequentially(asked))
    expect(app.page.locator(".hits li").first).to_be_visible()
    expect(app.page.locator(".help mark").first).to_be_visible()


def test_an_answer_whether_it_helped_may_change(app: App, served: Engine):
    app.sign_in(CONTACT, path="/help?product=1")
    page = app.page
    article = page.locator(".help article", has=page.get_by_role("heading", name="Faut-il un poste par lecteur"))
    number = int(article.get_attribute("data-article") or 0)
    yes, no = (article.get_by_role("button", name=name, exact=True) for name in ("Oui", "Non"))
    app.after(yes.click)
    expect(yes).to_have_attribute("aria-pressed", "true")
    app.after(no.click)
    expect(article.get_by_role("status")).to_have_text("Merci.")
    app.goto("/help?product=1")
    expect(no).to_have_attribute("aria-pressed", "true")
    expect(yes).to_have_attribute("aria-pressed", "false")
    with Session(served) as session:
        mine = select(ArticleVote.helpful).join(User, col(User.id) == col(ArticleVote.user_id))
        mine = mine.where(col(User.email) == CONTACT, col(ArticleVote.article_id) == number)
        assert session.exec(mine).all() == [False]


def test_a_link_opens_the_page_at_an_article(app: App, served: Engine):
    last = articles.about(Desk(SYSTEM, served), 1, Language.FRENCH).pages[-1]
    app.sign_in(CONTACT, path=f"/help?product=1&at=article-{last.id}")
    expect(app.page.locator(f"#article-{last.id}")).to_be_in_viewport()


def test_an_article_is_drawn_while_it_is_written_and_published(app: App, new_app, served: Engine):
    app.sign_in(WRITER, path="/articles")
    page = app.page
    app.after(lambda: page.get_by_role("button", name="Nouvel article").click())
    title = page.get_by_role("textbox", name="Titre", exact=True)
    app.after(lambda: (title.fill("Nettoyer la puce d’une carte"), title.press("Tab")))
    area = page.get_by_role("textbox", name="Texte, en Markdown", exact=True)
    area.press_sequentially("Un chiffon **doux**.")
    expect(app.key("article_preview").locator("strong")).to_have_text("doux")  # nothing was pressed
    app.after(lambda: page.get_by_role("button", name="Publier").click())
    expect(page.get_by_text("Publié", exact=True).first).to_be_visible()
    found = articles.search(Desk(SYSTEM, served), 1, "nettoyer la puce").hits
    draft = editorial.draft(Desk(SYSTEM, served), found[0].id)
    assert draft.text.body == "Un chiffon **doux**."
    reader = new_app()
    reader.sign_in(CONTACT, path="/help?product=1")
    expect(reader.page.get_by_role("heading", name="Nettoyer la puce d’une carte")).to_be_visible()


@pytest.mark.parametrize("path", ["/assistance", "/help?product=1"])
def test_on_a_telephone_nothing_runs_off_the_side(new_app, path):
    app = new_app(viewport={"width": 390, "height": 844})
    app.sign_in(CONTACT, path=path)
    expect(app.page.get_by_role("heading", level=1)).to_be_visible()
    assert app.page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
