"""Words are found whatever their accents and forms, and the best text comes first."""

import pytest

from models.search import Index, Text, fold, stems, words

TEXTS = [
    Text(1, "Télécharger les données du tachygraphe", "Le déchargement se lance dès que la carte est insérée."),
    Text(2, "Imprimer une tournée", "Ouvrez la tournée, puis choisissez l’imprimante."),
    Text(3, "Counting the stock", "The counts were scanned twice. Printers are found under Settings."),
    Text(4, "Congés", "Les compteurs des salariés ; le cœur du calcul. Une tournée y est citée."),
]
INDEX = Index(TEXTS)
ALL = {text.id for text in TEXTS}


def found(asked: str, among=ALL, **options) -> list[int]:
    return [match.id for match in INDEX.find(asked, among, **options).matches]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("déchargements", [1]),
        ("DECHARGEMENT", [1]),
        ("decharger", [1]),
        ("télécharg", [1]),
        ("telechargées", [1]),
        ("telechargees", [1]),
        ("tournees", [2, 4]),
        ("Tournées", [2, 4]),
        ("imprimantes", [2]),
        ("count", [3]),
        ("printer", [3]),
        ("conge", [4]),
        ("coeur", [4]),
        ("cœurs", [4]),
        ("salariée", [4]),
    ],
)
def test_accents_and_forms_are_forgiven(asked, ids):
    assert found(asked) == ids


def test_the_last_word_may_be_half_typed_and_no_other():
    assert found("tachyg") == [1]
    assert found("tachyg", typing=False) == []
    assert found("tachyg ") == []


def test_every_word_that_says_something_is_wanted():
    assert found("imprimer la tournée") == [2]
    assert found("comment imprimer une tournée") == [2]


def test_where_nothing_has_all_of_them_some_of_them_is_better_than_nothing():
    result = INDEX.find("congés du tachygraphe", ALL)
    assert {match.id for match in result.matches} == {1, 4} and {match.share for match in result.matches} == {0.5}


def test_only_the_texts_asked_about_are_searched():
    assert found("tournée", {4}) == [4] and found("imprimante", {4}) == []


def test_the_words_that_answered_are_told_as_they_stand():
    assert INDEX.find("decharger", ALL).words == {"dechargement"}


@pytest.mark.parametrize("asked", ["", " ", "?!", "a", "xyzzy", "()[*", "\0", "🎉", "d" * 5000, "tournée " * 5000])
def test_anything_can_be_typed(asked):
    assert set(found(asked)) <= ALL


def test_words_tell_where_they_stand():
    text = "L’écran  n°2 : <b>noir</b>"
    assert [text[word.start : word.end] for word in words(text)] == ["L", "écran", "n", "2", "b", "noir", "b"]


def test_decomposed_accents_are_the_same_letters():
    assert found("déchargement") == [1] and fold("é") == "e"
    assert Index([Text(1, "", "Le déchargement")]).find("dechargement", {1}).matches


def test_stems_of_forms_meet():
    assert stems("factures") & stems("facturer") and not stems("facture") & stems("fracture")
