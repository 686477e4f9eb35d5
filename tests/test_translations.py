"""Every word that is shown has its French, whole and with its facts."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path

import pytest
import streamlit as st
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from data.core import one_time_links  # noqa: F401  (all of models is imported with it)
from models.client import StarLevel
from models.errors import Refused
from models.queue import Order
from models.ticket import Kind, Urgency
from models.user import Language
from pages.components import text
from pages.components.words import WORDS

HOUSE = Path(__file__).parents[1]
PO = HOUSE / "locale" / "fr" / "LC_MESSAGES" / "guichet.po"
KEYWORDS = {"_": None, "N_": None, "plural": (1, 2)} | dict.fromkeys(
    [
        *("DeskError", "NotAllowed", "NotFound", "NotSignedIn", "Refused", "SentBefore"),
        *("Unavailable", "DamagedFile", "MissingFile", "DiskFull", "ReadOnly"),
    ]
)
NBSP = "\N{NO-BREAK SPACE}"


def shown() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Where each message stands, and its id; a pair for one that counts."""
    folders = [str(HOUSE / folder) for folder in ("models", "data", "pages")]
    for folder in folders:
        for file, line, message, *_rest in extract_from_dir(folder, keywords=KEYWORDS):
            yield f"{Path(folder).name}/{file}:{line}", message
    for file, line, message, *_rest in extract_from_dir(
        HOUSE, keywords=KEYWORDS, directory_filter=lambda _folder: False
    ):
        yield f"{file}:{line}", message


def facts(message: str) -> set[str]:
    return set(re.findall(r"\{(\w*)[^}]*\}", message))


@pytest.fixture(scope="module")
def french():
    with PO.open("rb") as file:
        return read_po(file, locale="fr")


@pytest.fixture
def speaking(monkeypatch):
    def speak(language: Language) -> None:
        monkeypatch.setattr(st, "session_state", {"language": language.value})

    return speak


def test_every_message_has_its_french(french):
    missing = []
    for place, message in shown():
        found = french.get(message[0] if isinstance(message, tuple) else message)
        translated = found and (found.string if isinstance(found.string, tuple | list) else (found.string,))
        if not translated or not all(translated) or len(translated) != (2 if isinstance(message, tuple) else 1):
            missing.append(f"{place}: {message}")
    assert not missing, "\n".join(missing)


def test_no_message_hides_in_an_f_string():
    # Before Python 3.12 an f-string is one token: what reads the sources for the catalogue sees nothing in it.
    for path in [*HOUSE.glob("pages/**/*.py"), *HOUSE.glob("data/**/*.py"), HOUSE / "app.py"]:
        for text_ in [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.JoinedStr)]:
            hidden = [
                node for node in ast.walk(text_) if isinstance(node, ast.Call) and ast.unparse(node.func) in KEYWORDS
            ]
            assert not hidden, f"{path.relative_to(HOUSE)}:{text_.lineno}"


def test_the_catalogue_has_nothing_fuzzy_nor_left_over(french):
    ids = {message if isinstance(message, str) else message[0] for _place, message in shown()}
    kept = {(m.id if isinstance(m.id, str) else m.id[0]) for m in french if m.id}
    assert not kept - ids
    assert not french.obsolete
    assert not [message.id for message in french if message.id and message.fuzzy]


def test_every_fact_of_a_message_is_in_its_french(french):
    for message in french:
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for told, translated in zip(ids, strings, strict=True):
            assert facts(told) == facts(translated), told


def test_the_french_has_the_spaces_and_apostrophes_of_french(french):
    for message in french:
        for translated in message.string if isinstance(message.string, tuple | list) else (message.string,):
            plain = re.sub(r"\{\w+\}|https?://\S+|:material/\w+:", "x", translated) if message.id else ""
            assert "'" not in plain and '"' not in plain, plain
            assert not re.search(rf"[^{NBSP}\s][;!?»]|[^{NBSP}\w]:(?!\w)|\w:(?!\w)| [;:!?»]|« ", plain), plain


def test_every_member_of_an_enum_that_is_shown_has_a_word():
    for options, words in WORDS.items():
        assert set(map(repr, words)) == set(map(repr, options))


def test_equal_members_of_different_enums_keep_their_own_words(speaking):
    speaking(Language.FRENCH)
    assert text.word(Urgency.CRITICAL) == "Critique" and text.word(StarLevel.THREE) == "★3"
    speaking(Language.ENGLISH)
    assert (text.word(Order.URGENCY), text.word(Kind.REQUEST)) == ("Urgency", "Service request")


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(), "<_1_min"),
        (timedelta(seconds=59), "<_1_min"),
        (timedelta(minutes=1), "1_min"),
        (timedelta(minutes=59, seconds=59), "59_min"),
        (timedelta(hours=1), "1_h"),
        (timedelta(hours=3, minutes=5), "3_h_05"),
        (timedelta(hours=3, minutes=20, seconds=59), "3_h_20"),
        (timedelta(days=5), "120_h"),
        (-timedelta(hours=2, minutes=1), "−2_h_01"),
    ],
)
def test_opening_time_is_told_in_hours_and_minutes_however_long(speaking, span, said):
    speaking(Language.FRENCH)
    assert text.time_left(span) == said.replace("_", NBSP)


def test_moments_are_told_in_the_zone_of_the_desk_and_the_language_of_the_user(speaking):
    at = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    speaking(Language.FRENCH)
    assert text.moment(at) == "25/11/2026 00:30"
    assert text.ago(at, at + timedelta(hours=3)) == "il y a 3 heures"
    assert text.ago(at, at + timedelta(seconds=10)) == "à l’instant"
    speaking(Language.ENGLISH)
    assert text.moment(at) == "25/11/2026, 00:30"
    assert text.ago(at, at + timedelta(days=2)) == "2 days ago"


def test_facts_are_told_as_the_language_writes_them(speaking):
    speaking(Language.FRENCH)
    assert text.plural("{count} star", "{count} stars", 0) == "0 étoile"
    assert (
        text._("{name} is now: {role}.", name="Zoë", role=Kind.ENQUIRY) == f"Zoë a maintenant le rôle{NBSP}: Question."
    )
    assert text._("{count} files at a time are enough.", count=1234567).startswith("1\N{NARROW NO-BREAK SPACE}234")


def test_what_a_stranger_wrote_is_shown_in_a_refusal_and_does_nothing(speaking):
    speaking(Language.ENGLISH)
    evil = "[here](http://evil.example) ![x](y) :red[z] <b> $x$ {0.__class__} www.evil.example\n# big"
    said = text.told(Refused("There is no ticket {reference}.", reference=evil))
    shown_as = re.sub(r"\\([!-/:-@\[-`{-~])", "", said.removeprefix("There is no ticket ").removesuffix("."))
    assert not re.search(r"[!-/:-@\[-`{-~\n]", shown_as)


@pytest.mark.parametrize("member", [member for options in WORDS for member in options], ids=repr)
def test_words_are_not_code(speaking, member: Enum):
    speaking(Language.FRENCH)
    assert text.word(member) and "_" not in text.word(member)
