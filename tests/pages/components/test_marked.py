"""Marks are set between the tags of safe HTML, and nothing else comes of them."""

import pytest

from data.core.excerpts import Piece, excerpt, pieces
from pages.components.markdown import safe
from pages.components.marked import marked, marked_html


def test_words_are_marked_in_the_text_and_not_in_the_tags():
    html = safe("La **carte** et [la carte](https://carte.example/carte?a=1&b=2).")
    shown = marked_html(html, {"carte"})
    assert shown.count("<mark>carte</mark>") == 3  # the link's mark names its host as well
    assert 'href="https://carte.example/carte?a=1&amp;b=2"' in shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> script",
        "&lt;script&gt; script",
        "`<b onclick=script>`",
        '" onmouseover="script',
        "a < script > b & c",
        "<mark>script</mark>",
    ],
)
def test_marking_makes_no_html_of_a_text(text):
    html = safe(text)
    shown = marked_html(html, {"script"})
    assert shown.replace("<mark>", "").replace("</mark>", "") == marked_html(html, {"no such word"})
    assert "<mark>script</mark>" in shown and "<script" not in shown and "<b " not in shown


def test_marking_nothing_changes_nothing():
    assert marked_html("<p>a &amp; b</p>", ()) == "<p>a &amp; b</p>"


def test_pieces_join_to_the_text_and_are_escaped():
    text = "L’<b>écran</b> est noir"
    cut = pieces(text, {"ecran"})
    assert "".join(piece.text for piece in cut) == text
    assert marked(cut) == "L’&lt;b&gt;<mark>écran</mark>&lt;/b&gt; est noir"
    assert pieces("", {"x"}) == ()


@pytest.mark.parametrize("place", [0, 30, 60, 300, 900])
def test_an_excerpt_holds_the_first_answer_and_stays_short(place):
    text = " ".join(["mot"] * place + ["cible"] + ["mot"] * 400)
    cut = excerpt(text, {"cible"})
    assert Piece("cible", True) in cut and len("".join(piece.text for piece in cut)) < 190


def test_an_excerpt_of_one_endless_word_is_cut_all_the_same():
    assert len("".join(piece.text for piece in excerpt("x" * 5000, set()))) < 200
