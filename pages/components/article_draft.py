"""What is being written of an article: kept while it is typed, upon the version that it was begun with."""

from dataclasses import replace

from data.core.desk import Desk
from data.editorial import Draft, Manuscript
from models.article import HIGHEST_PLACE, ArticleKind
from models.user import Language
from pages.components.filing_address import number
from pages.components.kept_form import KeptForm


def article_form(desk: Desk, article: str) -> KeptForm:
    """`article` is its number, or "new"."""
    return KeptForm(desk, f"article-{article}")


def written_upon(form: KeptForm, draft: Draft | None) -> Draft | None:
    """The version that was there when the writer began: a colleague may have saved another since."""
    version = number(form.fields().get("version", ""))
    return replace(draft, version=version) if draft is not None and version is not None else draft


def typed_before(form: KeptForm, saved: Manuscript) -> Manuscript:
    """What the fields begin with; the browser may have saved the text alone."""
    kept = form.fields()
    if not kept:
        return saved
    place = number(kept.get("place", ""))
    return Manuscript(
        product_id=number(kept["product"]) if "product" in kept else saved.product_id,
        kind=next((kind for kind in ArticleKind if kind.value == kept.get("kind")), saved.kind),
        language=next((spoken for spoken in Language if spoken.value == kept.get("language")), saved.language),
        title=kept.get("title", saved.title),
        body=kept.get("body", saved.body),
        place=min(place, HIGHEST_PLACE) if place is not None else saved.place,
        video_link=kept.get("link", saved.video_link),
    )


def keep_typed(form: KeptForm, text: Manuscript, base: Draft | None, saved: Manuscript) -> None:
    fields = {
        "title": text.title,
        "body": text.body,
        "product": str(text.product_id or ""),
        "kind": text.kind.value,
        "language": text.language.value,
        "place": str(text.place),
        "link": text.video_link,
        "version": str(base.version) if base else "",
    }
    form.keep(fields, changed=_worth(text) != _worth(saved))


def _worth(text: Manuscript) -> Manuscript:
    """Without what saving takes away."""
    return replace(text, title=" ".join(text.title.split()), body=text.body.strip())
