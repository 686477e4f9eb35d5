"""Finding words in texts, whatever their accents and forms: folded, stemmed in French and in English, ranked.

Pure values: an index is made of texts once and asked many times. Making one costs some 0.3 ms for each word that was
never stemmed before, and some microseconds for each other word of each text.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log

from snowballstemmer import stemmer

from models import spelling, synonyms, writing

_WORD = re.compile(r"[^\W_]+")
_TYPED_PLAIN = re.compile(r"ee(s?)$")  # "tournees", typed without accents: the French stemmer knows "ées" only
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o"})
_TITLE_WEIGHT = 4
_MOST_WORDS = 16  # of a question; no one types more to find an article
_SHORTEST_PREFIX = 2
_LONGEST_WORD, _LONGEST_QUESTION, _LONGEST_TEXT = 100, 1_000, 200_000  # characters
_SYNONYM_WEIGHT, _MISSPELT_WEIGHT = 0.3, 0.2  # less than the least that a word itself weighs
_LONGEST_MISSPELT = 40
_COMMON = frozenset(
    _WORD.findall("""
    a ai as au aux avec ce ces cette comment d dans de des du elle en est et etre faire fait il j je l la le les ma mais
    mes mon n ne nos notre nous on ou par pas plus pour qu quand que quel quelle qui quoi s sa sans se ses si son sont
    sur un une vos votre vous y an and are can do does for how i in is it my not of or our the this to we what when why
    with you your
    """)
)


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    folded: str


@dataclass(frozen=True, slots=True)
class Text:
    """What is searched: one article."""

    id: int
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Match:
    """`share` of the words that count which the text has: 1 is all of them."""

    id: int
    score: float
    share: float


@dataclass(frozen=True, slots=True)
class Found:
    """The best first; and the folded words, as they stand in the texts, that answered to what was asked."""

    matches: tuple[Match, ...] = ()
    words: frozenset[str] = frozenset()


def words(text: str) -> Iterator[Word]:
    for found in _WORD.finditer(text[:_LONGEST_TEXT]):
        yield Word(found.start(), found.end(), fold(found.group()))


def fold(text: str) -> str:
    """In lower case and without accents: "Écran" and "ecran" are one. Of a word too long to be one, its beginning."""
    return _fold(text[:_LONGEST_WORD])


@lru_cache(maxsize=65536)
def _fold(text: str) -> str:
    plain = writing.normalized("NFKD", text.lower().translate(_LIGATURES))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def stems(word: str) -> frozenset[str]:
    """Two words are forms of one where these have something in common."""
    return _stems(word[:_LONGEST_WORD])


@lru_cache(maxsize=65536)
def _stems(word: str) -> frozenset[str]:
    """Both ways of typing an ending.

    Accents decide about French endings, and some who ask type none: both ways are stemmed. A stemmer keeps the word
    it is at work on, and threads ask: each word has one of its own, which costs nothing beside the stemming.
    """
    lower = word.lower()
    forms = {lower, fold(lower), _TYPED_PLAIN.sub(r"ée\1", lower)}
    return frozenset(fold(stemmer(spoken).stemWord(form)) for spoken in ("french", "english") for form in forms)


@lru_cache(maxsize=1)
def _synonyms_by_stem() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for word, others in synonyms.groups().items():
        for stem in stems(word):
            found[stem] |= others
    return dict(found)


class Index:
    """Of some hundreds of texts: a question costs about a millisecond, whatever their length."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._weights: dict[str, Counter[int]] = defaultdict(Counter)  # of each folded word, in each text
        self._forms: dict[str, set[str]] = defaultdict(set)  # the folded words of each stem
        self._seen: set[str] = set()
        self._count = 0
        for text in texts:
            self._count += 1
            for part, weight in ((text.title, _TITLE_WEIGHT), (text.body, 1)):
                self._take(text.id, part, weight)
        self._sorted = sorted(self._weights)

    def _take(self, id_: int, text: str, weight: int) -> None:
        for written, times in Counter(_WORD.findall(writing.normalized("NFC", text[:_LONGEST_TEXT]))).items():
            folded = fold(written)
            self._weights[folded][id_] += weight * times
            if written not in self._seen:
                self._seen.add(written)
                for stem in stems(written):
                    self._forms[stem].add(folded)

    def find(self, asked: str, among: Collection[int], *, typing: bool = True, forgiving: bool = False) -> Found:
        """The texts of `among` that have every word asked for, or else some of them.

        While one is `typing`, the last word may be the beginning of one. Words that say nothing ("the", "de") are
        passed by unless there are no others. `forgiving`: a synonym counts, too, and for a word that no text has, those
        spelt nearly like it; what has the word itself comes first.
        """
        asked = writing.normalized("NFC", asked[:_LONGEST_QUESTION])
        all_words = list(words(asked))[:_MOST_WORDS]
        counting = [word for word in all_words if word.folded not in _COMMON] or all_words
        scores: dict[int, float] = defaultdict(float)
        having: Counter[int] = Counter()
        answering: set[str] = set()
        for word in counting:
            last = typing and word.end == len(asked)
            written = asked[word.start : word.end]
            said = self._said(self._like(written, beginning=last), among, 1, answering)
            if forgiving:
                alike = self._said(self._synonyms(written), among, _SYNONYM_WEIGHT, answering)
                said = alike | said or self._said(self._misspelt(written, among), among, _MISSPELT_WEIGHT, answering)
            for id_, score in said.items():
                scores[id_] += score
                having[id_] += 1
        whole = len(counting) in having.values()
        kept = [id_ for id_ in scores if not whole or having[id_] == len(counting)]
        kept.sort(key=lambda id_: (-having[id_], -scores[id_], id_))
        matches = tuple(Match(id_, scores[id_], having[id_] / len(counting)) for id_ in kept)
        return Found(matches, frozenset(answering))

    def _said(self, forms: set[str], among: Collection[int], factor: float, answering: set[str]) -> dict[int, float]:
        """What each text scores for having one of these forms of a word; the forms then count as answering."""
        weights = self._together(forms, among)
        answering |= forms if weights else set()
        rare = factor * log(1 + self._count / len(weights)) if weights else 0
        return {id_: rare * weight / (weight + 2) for id_, weight in weights.items()}

    def _synonyms(self, word: str) -> set[str]:
        others = {other for stem in stems(word) for other in _synonyms_by_stem().get(stem, ())}
        return {form for other in others for form in self._like(other, beginning=False)}

    def _misspelt(self, word: str, among: Collection[int]) -> set[str]:
        """Words of these texts alone: no other text tells by its spelling that it is there."""
        folded = fold(word)
        if len(folded) > _LONGEST_MISSPELT:
            return set()

        def has(form: str) -> bool:
            return any(id_ in among for id_ in self._weights[form])

        found = set(spelling.close(folded, self._spelt, has))
        for stem in stems(word):
            for near in spelling.close(stem, self._spelt_stems, lambda one: any(map(has, self._forms[one]))):
                found |= self._forms[near]
        return found

    @cached_property
    def _spelt(self) -> list[tuple[str, int]]:
        return [(word, spelling.letters(word)) for word in self._sorted]

    @cached_property
    def _spelt_stems(self) -> list[tuple[str, int]]:
        return [(stem, spelling.letters(stem)) for stem in self._forms]

    def _like(self, word: str, *, beginning: bool) -> set[str]:
        folded = fold(word)
        found = {form for stem in stems(word) for form in self._forms.get(stem, ())}
        if folded in self._weights:
            found.add(folded)
        if beginning and len(folded) >= _SHORTEST_PREFIX:
            at = bisect_left(self._sorted, folded)
            while at < len(self._sorted) and self._sorted[at].startswith(folded):
                found.add(self._sorted[at])
                at += 1
        return found

    def _together(self, forms: Iterable[str], among: Collection[int]) -> Counter[int]:
        weights: Counter[int] = Counter()
        for form in forms:
            for id_, weight in self._weights[form].items():
                if id_ in among:
                    weights[id_] += weight
        return weights
