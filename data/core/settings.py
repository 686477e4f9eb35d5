"""What the environment decides. Everything has a default that suits one machine."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).parents[2]
PREFIX = "GUICHET_"
NAMES = (
    "GUICHET_DEMO",
    "GUICHET_FILES",
    "GUICHET_KEEP_FREE_MB",
    "GUICHET_MAX_FILE_MB",
    "GUICHET_PUBLIC_DEMO",
    "GUICHET_SECRET_KEY",
    "GUICHET_SECURITY_CONTACT",
    "GUICHET_SIGN_IN_HELP",
    "GUICHET_STAFF_IDLE_MINUTES",
    "GUICHET_VAR",
    "GUICHET_ZONE",
)
LONGEST_PATH = 1000  # characters
LARGEST_FILE = 2000  # MB: files pass through memory
LARGEST_RESERVE = 999_999_999  # MB: whoever wants no files at all
LONGEST_HELP = 200  # characters
_A_DAY = 24 * 60  # minutes: no session lasts longer
_YES, _NO = {"1", "yes", "true", "on"}, {"0", "no", "false", "off"}
SHORTEST_SECRET = 32  # signs: as many as nobody guesses


@dataclass(frozen=True)
class Settings:
    """`files_url` is any URL that fsspec knows; `zone` is where the desk's days and years begin."""

    database_url: str
    embedded: bool  # SQLite in var/, ours to create
    demo: bool
    public_demo: bool  # a demo answers other computers, too
    var: Path
    files_url: str
    max_file_mb: int
    keep_free_mb: int  # of the disk, for texts: files are refused while less is free
    zone: ZoneInfo
    security_contact: str  # a URI for /.well-known/security.txt, or nothing
    staff_idle: timedelta  # after which a session of the staff ends by itself
    sign_in_help: str  # whom to ask when a password is forgotten, as the sign-in page says it
    secret_keys: Sequence[str] = field(repr=False)  # the newest first; none: they are in a file, see data/core/keys.py

    @property
    def embedded_file(self) -> Path:
        return self.var / "guichet.db"


@cache
def settings() -> Settings:
    """Read once. Raises ValueError, naming the variable, for a value that makes no sense."""
    var = Path(_path("GUICHET_VAR") or ROOT / "var")
    url = os.environ.get("DATABASE_URL", "")
    return Settings(
        database_url=_with_driver(url) or f"sqlite:///{var / 'guichet.db'}",
        embedded=not url,
        demo=_yes("GUICHET_DEMO", default=True),
        public_demo=_yes("GUICHET_PUBLIC_DEMO", default=False),
        var=var,
        files_url=_files("GUICHET_FILES") or f"file://{(var / 'files').absolute()}",
        max_file_mb=_whole_number("GUICHET_MAX_FILE_MB", 25, LARGEST_FILE),
        keep_free_mb=_whole_number("GUICHET_KEEP_FREE_MB", 500, LARGEST_RESERVE, least=0),
        zone=_zone("GUICHET_ZONE", "Europe/Paris"),
        security_contact=_contact("GUICHET_SECURITY_CONTACT"),
        staff_idle=timedelta(minutes=_whole_number("GUICHET_STAFF_IDLE_MINUTES", 60, _A_DAY)),
        sign_in_help=" ".join(os.environ.get("GUICHET_SIGN_IN_HELP", "")[:LONGEST_HELP].split()),
        secret_keys=_secrets("GUICHET_SECRET_KEY"),
    )


def unknown_names(environment: Mapping[str, str] = os.environ) -> list[str]:
    """One sentence for each variable that looks like a setting and is none, such as a misspelt one."""
    names = (name for name in sorted(environment) if name.startswith(PREFIX) and name not in NAMES)
    return [_unknown(name) for name in names if not name.startswith(f"{PREFIX}TEST_")]


def _unknown(name: str) -> str:
    like = get_close_matches(name[:LONGEST_HELP], NAMES, n=1, cutoff=0.8)
    advice = f"Do you mean {like[0]}?" if like else "README.md lists the settings."
    return f"{name[:LONGEST_HELP]} is not a setting of Guichet, and changes nothing. {advice}"


def parted(text: str) -> list[str]:
    """What lies between commas, without the blanks around it."""
    return [part for part in map(str.strip, text.split(",")) if part]


def _zone(name: str, default: str) -> ZoneInfo:
    value = os.environ.get(name) or default
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name} must be a time zone such as Europe/Paris, not {_quoted(value)}.") from None


def _whole_number(name: str, default: int, largest: int, *, least: int = 1) -> int:
    value = os.environ.get(name) or str(default)
    if not re.fullmatch("0*[0-9]{1,9}", value[:LONGEST_PATH]) or not least <= int(value) <= largest:
        raise ValueError(f"{name} must be a whole number from {least} to {largest}, not {_quoted(value)}.")
    return int(value)


def _yes(name: str, *, default: bool) -> bool:
    value = os.environ.get(name) or str(int(default))
    if value.lower() not in _YES | _NO:
        raise ValueError(f"{name} must be 1 or 0, not {_quoted(value)}.")
    return value.lower() in _YES


def _path(name: str) -> str:
    value = os.environ.get(name, "")
    if len(value) > LONGEST_PATH:
        raise ValueError(f"{name} must have {LONGEST_PATH} characters at most.")
    return value


def _files(name: str) -> str:
    value = _path(name)
    if value and not re.match(r"[a-z0-9+]+:|/", value):
        raise ValueError(f"{name} must be a URL such as file:///srv/guichet or s3://bucket, not {_quoted(value)}.")
    if value.startswith("memory:"):
        raise ValueError(f"{name} must be a place that outlives this process, not {_quoted(value)}.")
    return value


def _quoted(value: str) -> str:
    return repr(value if len(value) <= LONGEST_HELP else value[:LONGEST_HELP] + "…")


def _contact(name: str) -> str:
    """An e-mail address becomes a mailto: URI."""
    value = os.environ.get(name, "").strip()
    if not value:
        return ""
    if "@" in value and ":" not in value:
        value = f"mailto:{value}"
    if not re.fullmatch(r"(mailto:|https://|tel:)[!-~]{3,500}", value):
        raise ValueError(
            f"{name} must be an e-mail address or an https:, mailto: or tel: address, not {_quoted(value)}."
        )
    return value


def _secrets(name: str) -> Sequence[str]:
    found = parted(os.environ.get(name, ""))
    if any(len(one) < SHORTEST_SECRET for one in found):
        raise ValueError(f"{name} must have {SHORTEST_SECRET} signs at least; several are parted by commas.")
    return found


def _with_driver(url: str) -> str:
    """Hosting services hand out postgres:// or postgresql://; ours is psycopg 3. No refusal repeats a password."""
    if len(url) > LONGEST_PATH:
        raise ValueError(f"DATABASE_URL must have {LONGEST_PATH} characters at most.")
    for scheme in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if url.startswith(scheme):
            return _server("postgresql+psycopg://" + url.removeprefix(scheme))
    if url and not re.match(r"sqlite:///.", url):
        raise ValueError("DATABASE_URL must begin with postgresql:// or sqlite:///, followed by the path of a file.")
    if url.startswith("sqlite:///:memory:") or "?" in url:
        raise ValueError("DATABASE_URL must name the file of a SQLite database, without options.")
    return url


def _server(url: str) -> str:
    try:
        port = make_url(url).port
    except (ArgumentError, ValueError):
        port = -1
    if port is not None and not 0 < port < 2**16:
        raise ValueError(
            "DATABASE_URL must be like postgresql://user:password@host:5432/name; special characters of a "
            "user name or password are written as in addresses, %40 for @."
        )
    return url
