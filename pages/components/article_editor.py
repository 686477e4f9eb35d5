"""Where an article is written: its text beside what the client will see of it, and what can be done with it."""

from html import escape

import streamlit as st

from data import editorial, lookups
from data.core.desk import Desk
from data.editorial import Draft, Manuscript
from models.article import HIGHEST_PLACE, LONGEST, LONGEST_LINK, ArticleKind, ArticleStatus
from models.user import Language
from pages.components import articles_address
from pages.components.article_draft import article_form, keep_typed, typed_before, written_upon
from pages.components.article_video import video_form
from pages.components.attempt import attempt
from pages.components.draft_keeper import keep_draft
from pages.components.help_page import anchor, film_html
from pages.components.live_area import live_area
from pages.components.markdown import safe
from pages.components.navigation import file_at
from pages.components.session import current_desk
from pages.components.text import _, language, moment, plain, word


def editor(desk: Desk, draft: Draft | None) -> None:
    """Of an article, or of one that is begun. What was typed is kept until it is saved or dropped."""
    article = str(draft.id) if draft else "new"
    key = f"article_{article}_{st.session_state.get(f'dropped_{article}', 0)}"
    form = article_form(desk, article)
    # Upon which version it is written: a rerun reads a colleague's save, and must not take it for one's own.
    if f"{key}_title" not in st.session_state:  # opened now: where the page was left, its fields were dropped
        st.session_state[f"{key}_base"] = written_upon(form, draft)
        st.session_state[f"{key}_first"] = typed_before(form, draft.text if draft else _blank(desk))
    base: Draft | None = st.session_state[f"{key}_base"]
    _head(draft)
    conflict = draft is not None and base is not None and draft.version != base.version
    if conflict and draft is not None:
        _conflict(key, article, draft)
    left, right = st.columns(2, gap="large")
    with left:
        text = _fields(desk, key, st.session_state[f"{key}_first"])
        keep_typed(form, text, base, base.text if base else _blank(desk))
        if form.fields():
            _typed_and_not_saved(article)
        keep_draft(desk, f"/form-drafts/{form.key}/body", area=f"{key}_body", files="", form="article")
    with right:
        _preview(text, base)
    _buttons(desk, key, base, text)
    if base is not None:
        video_form(desk, base, lambda done: _settle(key, done))


def _typed_and_not_saved(article: str) -> None:
    row = st.container(horizontal=True, vertical_alignment="center", key="article_kept")
    row.caption(_("Not saved yet. What you type is kept, even when you leave this page."), width="content")
    if row.button(_("Drop what is typed"), icon=":material/undo:", type="tertiary", key="article_undo"):
        _drop(article)
        st.rerun()


def _head(draft: Draft | None) -> None:
    if st.button(_("All articles"), icon=":material/arrow_back:", type="tertiary", key="article_back"):
        articles_address.go()
        st.rerun()
    st.title(plain(draft.text.title) if draft else _("New article"), anchor=False)
    if draft is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = draft.status == ArticleStatus.PUBLISHED
        st.badge(word(draft.status), color="green" if shown else "gray")
        st.caption(
            _("saved {at} by {name}", at=moment(draft.changed_at), name=plain(draft.changed_by)), width="content"
        )
        if shown and draft.text.product_id:
            st.page_link(
                file_at("help"),
                label=_("Read it as the clients do"),
                icon=":material/visibility:",
                query_params={"product": str(draft.text.product_id), "at": anchor(draft.id)},
            )


def _conflict(key: str, article: str, theirs: Draft) -> None:
    """Nothing is lost: theirs is saved, mine stands in the fields."""
    with st.container(border=True, key="conflict"):
        name = plain(theirs.changed_by)
        st.warning(
            _("{name} has saved this article since you opened it. Yours is below, unsaved.", name=name),
            icon=":material/merge:",
        )
        with st.expander(_("What {name} has saved", name=name)):
            st.code(f"{theirs.text.title}\n\n{theirs.text.body}", language="markdown", wrap_lines=True)
        row = st.container(horizontal=True)
        if row.button(_("Continue with mine: the next save replaces theirs"), key="keep_mine"):
            st.session_state[f"{key}_base"] = theirs
            st.rerun()
        if row.button(_("Take theirs, and drop mine"), key="take_theirs"):
            _drop(article)
            st.rerun()


def _fields(desk: Desk, key: str, text: Manuscript) -> Manuscript:
    products = _products(desk, text.product_id)
    title = st.text_input(_("Title"), text.title, max_chars=200, key=f"{key}_title")
    first, second = st.columns(2)
    ids = list(products)
    product = first.selectbox(
        _("Product"), ids, ids.index(text.product_id), format_func=lambda id_: products[id_], key=f"{key}_product"
    )
    kinds, languages = list(ArticleKind), list(Language)
    kind = second.selectbox(_("Kind"), kinds, kinds.index(text.kind), format_func=word, key=f"{key}_kind")
    spoken = first.selectbox(
        _("Language"), languages, languages.index(text.language), format_func=word, key=f"{key}_language"
    )
    place = second.number_input(
        _("Place among its kind"), 0, HIGHEST_PLACE, text.place, help=_("The lowest comes first."), key=f"{key}_place"
    )
    link = ""
    if kind == ArticleKind.VIDEO:
        link = st.text_input(
            _("Link of the video"),
            text.video_link,
            max_chars=LONGEST_LINK,
            placeholder="https://videos.example.org/…",
            help=_("It opens in a new tab; nothing is loaded from there before."),
            key=f"{key}_link",
        )
    body = st.text_area(
        _("Text, in Markdown"),
        text.body,
        height=420,
        max_chars=LONGEST,
        placeholder=_("## A heading\n\n1. A step\n2. **Another**\n\n> Something to remember"),
        key=f"{key}_body",
    )
    live_area(f"{key}_body")
    return Manuscript(product, kind, spoken, title or "", body or "", int(place or 0), link or "")


def _preview(text: Manuscript, base: Draft | None) -> None:
    """As on the page of the help."""
    st.caption(_("What the clients will see"))
    film = ""
    if text.kind == ArticleKind.VIDEO:
        film = film_html(
            base.id if base else 0, text.video_link, has_file=bool(base and base.video_name), title=text.title
        )
    with st.container(border=True, key="article_preview"):
        st.html(
            f'<div class="help preview"><article lang="{text.language}"><h3>{escape(text.title) or "…"}</h3>{film}'
            f'<div class="text">{safe(text.body)}</div></article></div>'
        )


def _buttons(desk: Desk, key: str, base: Draft | None, text: Manuscript) -> None:
    shown = base is not None and base.status == ArticleStatus.PUBLISHED
    row = st.container(horizontal=True, key="article_buttons")
    save = _("Save") if shown else _("Save the draft")
    if row.button(save, icon=":material/save:", type="primary" if shown else "secondary", key="article_save"):
        with attempt(_("Saved.")):
            _save(desk, key, base, text)
    if not shown and row.button(_("Publish"), icon=":material/publish:", type="primary", key="article_publish"):
        with attempt(_("Published: the clients see it.")):
            saved = _save(desk, key, base, text)  # and it stays saved where publishing is refused
            _settle(key, editorial.publish(desk, saved.id, seen=saved.version))
    if base and shown and row.button(_("Take back"), icon=":material/visibility_off:", key="article_unpublish"):
        with attempt(_("It is a draft again.")):
            _settle(key, editorial.unpublish(desk, base.id, seen=base.version))


def _save(desk: Desk, key: str, base: Draft | None, text: Manuscript) -> Draft:
    saved = editorial.save(desk, base.id, text, seen=base.version) if base else editorial.begin(desk, text)
    _settle(key, saved)
    return saved


def _settle(key: str, saved: Draft) -> None:
    """What was written is what is saved, and what comes next is written upon it."""
    if st.query_params.get("id") == str(saved.id):
        st.session_state[f"{key}_base"] = saved
        article_form(current_desk(), str(saved.id)).drop()
    else:
        _drop("new")
        articles_address.go(id=str(saved.id))


def _products(desk: Desk, chosen: int | None) -> dict[int | None, str]:
    """Those that an article may be about: none that is retired, but the one it is about already."""
    active = {one.id for one in lookups.products(desk, active=True)} | {chosen}
    named = {one.id: one.name for one in lookups.products(desk) if one.id in active}
    return {None: _("All products")} | named


def _drop(article: str) -> None:
    """Fields of other keys come next: the browser keeps what was typed under these."""
    article_form(current_desk(), article).drop()
    st.session_state[f"dropped_{article}"] = st.session_state.get(f"dropped_{article}", 0) + 1


def _blank(desk: Desk) -> Manuscript:
    """What is written next is most like what the writer filters by."""
    wanted = articles_address.read()
    known = {one.id for one in lookups.products(desk, active=True)}
    product_id = wanted.product_id if wanted.product_id in known else None
    return Manuscript(product_id, wanted.kind or ArticleKind.FAQ, wanted.language or language(), "", "")
