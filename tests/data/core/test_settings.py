"""Settings that make no sense are refused by name; what is not a setting is said."""

import re
from pathlib import Path

import pytest

from data.core import settings as module
from data.core.settings import NAMES, settings, unknown_names

HOUSE = Path(__file__).parents[3]
DIGITS = "9" * 6000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            (name, value)
            for name in ("GUICHET_MAX_FILE_MB", "GUICHET_STAFF_IDLE_MINUTES")
            for value in ("x", "-1", "0", "1.5", "²", "٣", "1e3", " ", DIGITS)
        ),
        ("GUICHET_MAX_FILE_MB", "2001"),
        ("GUICHET_DEMO", "maybe"),
        ("GUICHET_PUBLIC_DEMO", "2"),
        ("GUICHET_VAR", "x" * 5000),
        ("GUICHET_ZONE", "Mars/X"),
        ("GUICHET_ZONE", "Europe"),
        ("GUICHET_ZONE", "x" * 5000),
        ("GUICHET_SECRET_KEY", "short"),
        ("GUICHET_SECURITY_CONTACT", "maybe"),
        ("GUICHET_FILES", "memory://desk"),
        ("GUICHET_FILES", "files"),
        ("GUICHET_FILES", "x" * 5000 + "://"),
        ("DATABASE_URL", "mysql://desk"),
        ("DATABASE_URL", "oracle://desk/x"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///desk.db?mode=ro"),
        ("DATABASE_URL", "sqlite:///" + "x" * 5000),
        ("DATABASE_URL", "postgresql://u:p@[::1"),
        ("DATABASE_URL", "postgresql://u:p@localhost:abc/desk"),
        ("DATABASE_URL", "postgresql://u:p@localhost:99999/desk"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_the_name_of_its_setting(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    module.settings.cache_clear()
    with pytest.raises(ValueError, match=rf"^{name} ") as refusal:
        settings()
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("url", ["postgresql://desk:secret@[::1", "mysql://desk:secret@host/x"])
def test_a_password_in_a_refused_url_is_not_repeated(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    module.settings.cache_clear()
    with pytest.raises(ValueError, match="DATABASE_URL") as refusal:
        settings()
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("value", "demo"), [("0", False), ("No", False), ("off", False), ("FALSE", False), ("1", True)]
)
def test_yes_and_no_are_understood_however_they_are_written(monkeypatch, value, demo):
    monkeypatch.setenv("GUICHET_DEMO", value)
    module.settings.cache_clear()
    assert settings().demo is demo


def test_a_name_that_is_no_setting_is_said_with_the_one_that_it_looks_like():
    given = {"GUICHET_ZON": "Europe/Paris", "GUICHET_COLOUR": "red", "GUICHET_DEMO": "0", "PATH": "/bin"}
    unlike, like = unknown_names(given)
    assert like == "GUICHET_ZON is not a setting of Guichet, and changes nothing. Do you mean GUICHET_ZONE?"
    assert unlike == "GUICHET_COLOUR is not a setting of Guichet, and changes nothing. README.md lists the settings."


def test_every_setting_is_known_and_explained_to_the_reader():
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert set(re.findall(r'"(GUICHET_\w+)"', source)) == set(NAMES)
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    assert not [name for name in NAMES if f"| `{name}` |" not in readme]
