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


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("tachigraphe", [1]),  # another letter
        ("tachygrpahe", [1]),  # two letters swapped
        ("dechargemant", [1]),
        ("imprimmante", [2]),
        ("tournnée", [2, 4]),
        ("telecharjer", [1]),
        ("compteur salarier", [4]),
    ],
)
def test_a_misspelt_word_is_forgiven_where_one_asks_for_it(asked, ids):
    assert found(asked, forgiving=True) == ids


def test_the_look_alikes_forgive_no_spelling():
    assert found("tachigraphe", typing=False) == []


@pytest.mark.parametrize("asked", ["cate", "porte", "mouton", "xylophone", "decharge électrique du mouton"])
def test_short_words_and_other_words_are_not_misspelt_ones(asked):
    matches = INDEX.find(asked, ALL, forgiving=True).matches
    assert not [match for match in matches if match.share == 1]


@pytest.mark.parametrize(("asked", "ids"), [("vacances", [4]), ("invoice", []), ("chrono", []), ("employés", [4])])
def test_a_synonym_is_found(asked, ids):
    assert found(asked, forgiving=True) == ids


def test_what_has_the_word_itself_comes_before_a_synonym_and_that_before_nothing():
    index = Index([Text(1, "Les vacances, vacances, vacances", "vacances"), Text(2, "Autre", "Un congé y est cité.")])
    assert [match.id for match in index.find("congé", {1, 2}, forgiving=True).matches] == [2, 1]


def test_a_misspelt_word_never_hides_one_that_is_there():
    index = Index([Text(1, "", "Une facture"), Text(2, "", "Une fracture")])
    assert [match.id for match in index.find("facture", {1, 2}, forgiving=True).matches] == [1]
    assert [match.id for match in index.find("facture", {2}, forgiving=True).matches] == [2]


@pytest.mark.parametrize("asked", ["", " ", "?!", "a", "xyzzy", "()[*", "\0", "🎉", "d" * 5000, "tournée " * 5000])
def test_anything_can_be_typed(asked):
    assert set(found(asked)) <= ALL
    assert set(found(asked, forgiving=True)) <= ALL


def test_words_tell_where_they_stand():
    text = "L’écran  n°2 : <b>noir</b>"
    assert [text[word.start : word.end] for word in words(text)] == ["L", "écran", "n", "2", "b", "noir", "b"]


def test_decomposed_accents_are_the_same_letters():
    assert found("déchargement") == [1] and fold("é") == "e"
    assert Index([Text(1, "", "Le déchargement")]).find("dechargement", {1}).matches


def test_stems_of_forms_meet():
    assert stems("factures") & stems("facturer") and not stems("facture") & stems("fracture")
