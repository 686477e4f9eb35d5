"""Writing an article on its page: nothing typed is lost, nothing unfinished is shown."""

from dataclasses import replace

import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from data import articles, editorial, form_drafts
from data.article_list import Filter
from models.article import ArticleKind, ArticleStatus
from models.user import Language, User
from tests.data.test_articles import manuscript, titles, written
from tests.pages.tab import go, tab
from tests.pages.test_help import errors, html

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def opened(desk, draft, user=None) -> AppTest:
    app = tab("articles", user or desk.technician, id=str(draft.id if draft else "new"))
    assert not app.exception
    return app


def fill(app: AppTest, key: str, title: str, body: str) -> AppTest:
    app.text_input(key=f"article_{key}_0_title").set_value(title)
    app.text_area(key=f"article_{key}_0_body").set_value(body)
    return app.run()


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("role", ["sales", "contact"])
def test_technicians_and_managers_write_and_nobody_else(desk, role):
    draft = written(desk)
    for asked in ("new", str(draft.id), ""):
        assert errors(tab("articles", getattr(desk, role), id=asked)) == ["This page is not for your role."]


def test_an_article_is_begun_drawn_saved_and_published(desk):
    app = fill(opened(desk, None), "new", "How to print", "Press **Print**.")
    assert "Press <strong>Print</strong>." in html(app)
    press(app, "article_save")
    assert not titles(desk, desk.contact)
    draft = editorial.draft(desk.desk(desk.technician), int(app.query_params["id"]))
    assert (draft.text.title, draft.status) == ("How to print", ArticleStatus.DRAFT)
    assert draft.text.language == Language.ENGLISH and draft.text.product_id is None
    press(app, "article_publish")
    assert titles(desk, desk.contact) == ["How to print"]
    press(app, "article_unpublish")
    assert not titles(desk, desk.contact)


def test_what_is_refused_stays_typed(desk):
    app = fill(opened(desk, None), "new", "", "A long text, written with care.")
    press(app, "article_publish")
    assert errors(app) == ["Please give the article a title."]
    assert app.text_area[0].value == "A long text, written with care."


def test_of_two_who_edit_the_second_is_told_and_loses_nothing(desk):
    draft = written(desk, published=False)
    mine = opened(desk, draft)
    theirs = manuscript(desk, body="What my colleague wrote.")
    editorial.save(desk.desk(desk.colleague), draft.id, theirs, seen=draft.version)
    fill(mine, str(draft.id), "Mine", "What I wrote.")
    press(mine, "article_save")
    assert any("Colleague has saved this article since you opened it" in text for text in errors(mine))
    assert (mine.text_input[0].value, mine.text_area[0].value) == ("Mine", "What I wrote.")
    assert "What my colleague wrote." in mine.code[0].value
    assert editorial.draft(desk.desk(desk.manager), draft.id).text.body == "What my colleague wrote."
    press(mine, "keep_mine")
    assert mine.text_area[0].value == "What I wrote."
    press(mine, "article_save")
    assert editorial.draft(desk.desk(desk.manager), draft.id).text.body == "What I wrote."


def test_what_a_colleague_saved_while_the_page_was_left_is_no_conflict(desk):
    draft = written(desk, published=False)
    app = opened(desk, draft)
    press(app, "article_back")
    theirs = manuscript(desk, body="What my colleague wrote.")
    editorial.save(desk.desk(desk.colleague), draft.id, theirs, seen=draft.version)
    app.query_params["id"] = str(draft.id)
    app.run()
    assert not app.warning and app.text_area[0].value == "What my colleague wrote."


def test_the_second_may_also_take_what_the_first_wrote(desk):
    draft = written(desk, published=False)
    mine = opened(desk, draft)
    theirs = manuscript(desk, body="What my colleague wrote.")
    editorial.save(desk.desk(desk.colleague), draft.id, theirs, seen=draft.version)
    press(fill(mine, str(draft.id), "Mine", "What I wrote."), "take_theirs")
    assert mine.text_area[0].value == "What my colleague wrote." and not mine.warning


def test_a_video_without_link_or_file_is_saved_but_not_published(desk):
    with Session(desk.engine.execution_options(writes=True)) as session:
        session.get_one(User, desk.technician.id).language = Language.FRENCH
        session.commit()
    draft = written(desk, published=False, kind=ArticleKind.VIDEO)
    app = opened(desk, draft)
    app.text_area[0].set_value("Bientôt ici.")
    press(app, "article_publish")
    assert errors(app) == ["Une vidéo a besoin d’un lien ou d’un fichier avant d’être publiée."]
    assert editorial.draft(desk.desk(desk.technician), draft.id).text.body == "Bientôt ici."
    app.text_input(key=f"article_{draft.id}_0_link").set_value("http://videos.example/1").run()
    press(app, "article_publish")
    assert "commence par https://" in errors(app)[0]
    app.text_input(key=f"article_{draft.id}_0_link").set_value("https://videos.example/1").run()
    press(app, "article_publish")
    assert titles(desk, desk.contact) == [draft.text.title]


def test_markup_of_a_writer_does_no_harm_in_the_preview(desk):
    app = fill(opened(desk, None), "new", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>[x](javascript:x)")
    assert "<script" not in html(app) and "<img" not in html(app) and 'href="javascript' not in html(app)


def test_the_list_tells_how_articles_are_received_and_opens_them(desk):
    draft = written(desk)
    articles.vote(desk.desk(desk.contact), draft.id, True)
    articles.read(desk.desk(desk.contact), [draft.id])
    app = tab("articles", desk.manager)
    assert not app.exception
    line = app.dataframe[0].value.iloc[0]
    assert (line["Title"], line["Helpful"], line["Not helpful"], line["Reads in 90 days"]) == (
        draft.text.title,
        1,
        0,
        1,
    )
    key = f"articles_{Filter()}_None"
    app.session_state[key] = {"selection": {"rows": [], "columns": [], "cells": [(0, "Title")]}}
    app.run()
    assert app.query_params["id"] == str(draft.id)


def test_an_empty_list_says_what_to_begin_with(desk):
    assert "Begin with what clients ask most" in tab("articles", desk.technician).info[0].value


def test_the_list_is_narrowed_by_its_address_and_what_is_written_next_is_like_it(desk):
    written(desk)
    written(desk, product_id=None, title="Toutes les questions", language=Language.ENGLISH)
    everything = {"product": str(desk.product.id), "kind": "faq", "language": "fr", "status": "published"}
    for narrowed in ({}, *({key: value} for key, value in everything.items()), everything):
        app = tab("articles", desk.technician, **narrowed)
        assert shown_titles(app)[-1] == "Comment lancer le déchargement ?"
        assert len(shown_titles(app)) == (1 if {"product", "language"} & narrowed.keys() else 2)
    assert shown_titles(tab("articles", desk.technician, product="0")) == ["Toutes les questions"]
    assert len(shown_titles(tab("articles", desk.technician, product="x", kind="no", status="'"))) == 2
    app = tab("articles", desk.technician, product=str(desk.product.id), kind="video", language="en")
    press(app, "new_article")
    assert "new" in app.query_params["id"] and "video" in app.query_params["kind"]
    chosen = {box.label: box.value for box in app.selectbox}
    assert (chosen["Product"], chosen["Kind"], chosen["Language"]) == (
        desk.product.id,
        ArticleKind.VIDEO,
        Language.ENGLISH,
    )
    app = tab("articles", desk.technician, id="new", product=str(desk.product.id))
    press(app, "article_back")
    assert "id" not in app.query_params and str(desk.product.id) in app.query_params["product"]


def shown_titles(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value.iloc[:, 0]) if app.dataframe else []


# ------------------------------------------------------------------ not saved yet


def fields(app: AppTest) -> tuple[str, str]:
    return app.text_input[0].value, app.text_area[0].value


def test_a_new_article_that_is_not_saved_survives_a_reload_and_another_page(desk):
    app = fill(opened(desk, None), "new", "How to print", "Press **Print**.")
    assert fields(opened(desk, None)) == ("How to print", "Press **Print**.")
    go(app, "queue")
    assert fields(go(app, "articles", id="new")) == ("How to print", "Press **Print**.")
    assert fields(opened(desk, None, desk.colleague)) == ("", "")


def test_what_is_changed_and_not_saved_survives_a_reload_until_it_is_dropped(desk):
    draft = written(desk)
    fill(opened(desk, draft), str(draft.id), draft.text.title, "Another text.")
    app = opened(desk, draft)
    assert fields(app) == (draft.text.title, "Another text.")
    press(app, "article_undo")
    assert fields(app) == (draft.text.title, draft.text.body)
    assert fields(opened(desk, draft)) == (draft.text.title, draft.text.body)


def test_what_is_saved_is_no_draft_any_more(desk):
    draft = written(desk)
    app = fill(opened(desk, draft), str(draft.id), draft.text.title, "Another text.")
    press(app, "article_save")
    assert "article_undo" not in {str(button.key) for button in app.button}
    saved = editorial.draft(desk.desk(desk.technician), draft.id)
    editorial.save(desk.desk(desk.colleague), draft.id, replace(saved.text, body="Theirs."), seen=saved.version)
    assert fields(opened(desk, draft))[1] == "Theirs."


def test_a_kept_draft_of_an_article_that_a_colleague_saved_meanwhile_is_a_conflict(desk):
    draft = written(desk)
    fill(opened(desk, draft), str(draft.id), draft.text.title, "Mine.")
    editorial.save(desk.desk(desk.colleague), draft.id, replace(draft.text, body="Theirs."), seen=draft.version)
    app = opened(desk, draft)
    assert fields(app)[1] == "Mine." and any("unsaved" in warning.value for warning in app.warning)
    press(app, "take_theirs")
    assert fields(app)[1] == "Theirs."


def test_a_text_that_the_browser_saved_alone_takes_nothing_else_away(desk):
    draft = written(desk)
    opened(desk, draft)
    kept = form_drafts.begin(desk.desk(desk.technician), f"article-{draft.id}")
    form_drafts.save(desk.desk(desk.technician), kept.key, {"body": "Its last words."})
    assert fields(opened(desk, draft)) == (draft.text.title, "Its last words.")
