"""Technical assistance and the help, as a contact and as the staff have them."""

import json
from typing import Any

import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from models.article import ArticleKind
from models.product import Ownership, Product
from models.user import Language
from tests.data.test_articles import written
from tests.pages.tab import tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def html(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def errors(app: AppTest) -> list[str]:
    return [error.value for error in app.error]


def component(app: AppTest, name: str) -> dict[str, Any]:
    found = [element.proto for element in app.get("bidi_component")]
    return dict(json.loads(next(proto.json for proto in found if proto.component_name == name)))


def test_each_product_has_its_two_buttons_and_its_help(desk):
    written(desk)
    written(desk, kind=ArticleKind.MANUAL)
    app = tab("assistance", desk.contact)
    assert not app.exception and [title.value for title in app.subheader] == ["Comptoir"]
    labels = [button.label for button in app.button]
    assert labels[:2] == ["Incident :small[Comptoir]", "Service request :small[Comptoir]"]
    assert [link.proto.label for link in app.get("page_link")] == ["User manual · 1 chapter", "FAQ · 1 question"]
    assert "unexpected interruption of a service" in app.markdown[0].value + app.markdown[1].value


@pytest.mark.parametrize(("kind", "label"), [("incident", "Incident"), ("request", "Service request")])
def test_a_button_leads_to_the_form_of_that_product(desk, kind, label):
    app = tab("assistance", desk.contact)
    app.button(key=f"{kind}_{desk.product.id}").click().run()
    assert not app.exception and not errors(app)
    assert dict(app.query_params) == {"kind": kind, "product": str(desk.product.id)}


def test_a_client_without_products_is_told_whom_to_ask(desk):
    with Session(desk.engine.execution_options(writes=True)) as session:
        session.delete(session.get_one(Ownership, (desk.acme.id, desk.product.id)))
        session.commit()
    app = tab("assistance", desk.contact)
    assert not app.exception and "sales team" in app.info[0].value and not app.subheader


@pytest.mark.parametrize("role", ["manager", "technician", "sales"])
def test_the_staff_has_no_technical_assistance(desk, role):
    assert errors(tab("assistance", getattr(desk, role))) == ["This page is not for your role."]


def test_the_whole_help_is_on_the_page_with_the_question_at_its_end(desk):
    draft = written(desk, body="The **card**.\n\n" + "word " * 2000 + "lastword")
    app = tab("help", desk.contact, product=str(desk.product.id))
    assert not app.exception
    shown = html(app)
    assert "lastword" in shown and f'id="article-{draft.id}"' in shown and f'href="#article-{draft.id}"' in shown
    assert "CTRL + F" in app.caption[0].value
    assert app.subheader[0].value == "You have not found the answer to your question?"
    app.button(key=f"request_{desk.product.id}").click().run()
    assert app.query_params["kind"] == "request"


def test_searching_marks_the_words_and_leaves_everything_on_the_page(desk):
    written(desk)
    written(desk, title="Autre", body="<script>alert(1)</script> Rien de cela.")
    app = tab("help", desk.contact, product=str(desk.product.id))
    assert "<mark>" not in html(app) and "<script" not in html(app)
    app.text_input[0].set_value("decharger").run()
    shown = html(app)
    assert shown.count("<mark>déchargement</mark>") == 2  # among the answers and on the page
    assert "1 answer" in shown and "Rien de cela" in shown
    app.text_input[0].set_value("<script>").run()
    assert "<mark>script</mark>" in html(app) and "<script" not in html(app)
    app.text_input[0].set_value("xyzzy").run()
    assert "Nothing about this" in html(app)


def test_a_draft_is_not_on_the_page(desk):
    written(desk, published=False, title="Secret", body="Not yet")
    for user in (desk.contact, desk.sales):
        app = tab("help", user, product=str(desk.product.id))
        assert not app.exception and "Not yet" not in html(app)
        assert "no help on this product yet" in app.info[0].value


def test_another_clients_product_is_not_found(desk):
    with Session(desk.engine.execution_options(writes=True), expire_on_commit=False) as session:
        product = Product(name="Grenier")
        session.add(product)
        session.commit()
    for asked in (str(product.id), "999"):
        app = tab("help", desk.contact, product=asked)
        assert errors(app) == [f"There is no product {asked}."] and "Grenier" not in str(app.main)
    assert errors(tab("help", desk.contact, product="x")) == ["There is no product 0."]
    assert tab("help", desk.contact).info


@pytest.mark.parametrize("role", ["manager", "technician", "sales"])
def test_the_staff_reads_the_help_and_is_not_asked_whether_it_helped(desk, role):
    written(desk)
    app = tab("help", getattr(desk, role), product=str(desk.product.id))
    assert not app.exception and "déchargement" in html(app) and "data-vote" not in html(app)
    assert component(app, "help_reader")["counts"] is False and not app.subheader


def test_an_article_in_another_language_says_so(desk):
    written(desk)
    app = tab("help", desk.contact, product=str(desk.product.id))
    assert desk.contact.language == Language.ENGLISH and "Français" in html(app) and 'lang="fr"' in html(app)
