"""The help of a product on one page: everything is in it, so that the browser's own search finds it too."""

from collections.abc import Collection
from html import escape
from pathlib import Path

import streamlit as st

from data.articles import Help, Hits, Page
from models.article import ArticleKind
from models.user import Language
from pages.components.markdown import safe
from pages.components.marked import marked, marked_html
from pages.components.text import _, language, plural, word

_ICONS = {ArticleKind.MANUAL: "menu_book", ArticleKind.FAQ: "quiz", ArticleKind.VIDEO: "smart_display"}


def style() -> None:
    st.html(Path(__file__).with_name("help.css"))


def anchor(page_id: int) -> str:
    """Where an article stands on its page: what `at` names in the address."""
    return f"article-{page_id}"


def help_html(given: Help, words: Collection[str], *, asking: bool) -> str:
    """`words` are marked; `asking` whether each article helped."""
    parts = [(kind, [page for page in given.pages if page.kind == kind]) for kind in ArticleKind]
    parts = [(kind, pages) for kind, pages in parts if pages]
    entries = "".join(_entry(kind, pages) for kind, pages in parts)
    content = "".join(_part(kind, pages, words, asking=asking) for kind, pages in parts)
    title = escape(_("Contents"))
    return (
        f'<div class="help"><nav class="contents" aria-label="{title}"><b>{title}</b><ul>{entries}</ul></nav>'
        f'<div class="parts">{content}</div></div>'
    )


def hits_html(found: Hits) -> str:
    """What was found, as links to where it stands."""
    if not found.hits:
        nothing = _("Nothing about this. Try another word, or ask us: see the end of the page.")
        return f'<p class="found" role="status">{escape(nothing)}</p>'
    count = plural("{count} answer", "{count} answers", len(found.hits))
    some = "" if found.whole else " · " + _("no article has all of these words")
    lines = "".join(
        f'<li><a href="#{anchor(hit.id)}" data-to="{anchor(hit.id)}"><b>{marked(hit.title)}</b>'
        f" <small>{escape(word(hit.kind))}</small><br><span>{marked(hit.excerpt)}</span></a></li>"
        for hit in found.hits
    )
    return f'<p class="found" role="status">{escape(count + some)}</p><ol class="hits">{lines}</ol>'


def _entry(kind: ArticleKind, pages: list[Page]) -> str:
    lines = "".join(
        f'<li><a href="#{anchor(page.id)}" data-to="{anchor(page.id)}">{escape(page.title)}</a></li>' for page in pages
    )
    return f'<li><a href="#{kind}" data-to="{kind}">{escape(word(kind))}</a><ul>{lines}</ul></li>'


def _part(kind: ArticleKind, pages: list[Page], words: Collection[str], *, asking: bool) -> str:
    articles = "".join(_article(page, words, asking=asking) for page in pages)
    icon = f'<span class="icon" aria-hidden="true">{_ICONS[kind]}</span>'
    return f'<section id="{kind}"><h2>{icon} {escape(word(kind))}</h2>{articles}</section>'


def _article(page: Page, words: Collection[str], *, asking: bool) -> str:
    other = f' <small class="language">{escape(word(page.language))}</small>' if page.language != language() else ""
    title = marked_html(escape(page.title), words)
    return (
        f'<article id="{anchor(page.id)}" data-article="{page.id}" lang="{page.language}"><h3>{title}{other}</h3>'
        f"{film_html(page.id, page.video_link, has_file=page.has_file, title=page.title)}"
        f'<div class="text">{marked_html(safe(page.body), words)}</div>{_question(page) if asking else ""}</article>'
    )


def film_html(article_id: int, link: str, *, has_file: bool, title: str) -> str:
    """The player of a file of ours, and the link to a video elsewhere, which loads nothing until it is followed."""
    player = f'<video controls preload="metadata" aria-label="{escape(title)}" src="/videos/{article_id}"></video>'
    file = player if has_file else ""
    if not link:
        return file
    address = link.replace("(", "%28").replace(")", "%29")  # they would end it
    watch = _("Watch the video")
    return f'{file}<div class="film">{safe(f"[{watch}]({address})")}</div>'


def _question(page: Page) -> str:
    spoken = "fr" if language() == Language.FRENCH else "en"
    answers = "".join(
        f'<button type="button" data-vote="{vote}" aria-pressed="{str(page.helpful is helpful).lower()}">'
        f"{escape(said)}</button>"
        for vote, helpful, said in (("yes", True, _("Yes")), ("no", False, _("No")))
    )
    asked = escape(_("Was this helpful?"))
    return f'<footer lang="{spoken}"><span>{asked}</span>{answers}<span class="thanks" role="status"></span></footer>'
