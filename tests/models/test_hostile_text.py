"""No text that anybody can type takes a second to be cleaned, folded, normalised or judged, however long it is."""

import inspect
import unicodedata
from collections.abc import Callable
from time import thread_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.core import document_lists, finding, passwords
from models import access_code, addresses, search, writing
from models.errors import Refused

MIB = 2**20
LONG_TEXTS = {
    "combining marks out of order": "a" + "\u0301\u0327" * (MIB // 4),
    "marks that decompose into marks": "a" + "\u0f73\u0344" * (MIB // 5),
    "one character that becomes eighteen": "\ufdfa" * (MIB // 3),
    "NULs": "\0" * MIB,
    "half surrogates": "\ud800" * (MIB // 3),
    "blanks": " " * MIB,
    "capitals that grow": "İ" * (MIB // 2),
    "words": "é " * (MIB // 3),
    "digits": "4$l3" * (MIB // 4),
}


def public_functions(module: object) -> dict[str, Callable[..., object]]:
    """Those that begin with a text, by name."""
    found = {}
    for name, function in inspect.getmembers(module, inspect.isfunction):
        given = list(inspect.signature(function).parameters.values())
        of_its_own = function.__module__ == module.__name__ and not name.startswith("_")
        if of_its_own and any(one.annotation is str for one in given[:2]):
            found[f"{module.__name__}.{name}"] = function
    return found


CALLED_WITH = {
    "models.writing.line": (200,),
    "models.writing.body": (50_000,),
    "data.core.passwords.matches": (None,),
}
FUNCTIONS = (
    {
        name: function
        for module in (writing, addresses, search, access_code, passwords)
        for name, function in public_functions(module).items()
        if name not in {"models.access_code.complete"}  # is given characters of the alphabet only
    }
    | {
        "data.core.finding.words": finding.words,
        "data.core.document_lists.day": document_lists.day,
        "models.search.Index.find": lambda text: search.Index([search.Text(1, "Été", "a")]).find(text, {1}),
        "models.search.Index": lambda text: search.Index([search.Text(1, text[:200], text[:50_000])]),
    }
)


@pytest.mark.parametrize("text", LONG_TEXTS.values(), ids=LONG_TEXTS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_mebibyte_of_text_takes_no_minute(monkeypatch, name, text):
    passwords.nobodys_hash()
    monkeypatch.setattr(passwords.bcrypt, "checkpw", lambda *_: False)
    monkeypatch.setattr(passwords.bcrypt, "hashpw", lambda *_: b"")
    begun = thread_time()  # of this thread alone: the machine may be busy. What grows with the square takes minutes.
    try:
        given = ("NFKC", text) if name.endswith(".normalized") else (text, *CALLED_WITH.get(name, ()))
        result = FUNCTIONS[name](*given)
        if inspect.isgenerator(result):
            list(result)
    except Refused as refusal:
        assert len(str(refusal)) < 2000
    assert thread_time() - begun < 10


@given(st.text(max_size=60), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
@example("e\u0301te\u0301", "NFC")
def test_ordinary_text_is_normalised_as_unicode_says(text, form):
    assert writing.normalized(form, text) == unicodedata.normalize(form, text)
