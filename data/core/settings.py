"""What the environment decides. Everything has a default that suits one machine."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).parents[2]
LONGEST_HELP = 200  # characters
_A_DAY = 24 * 60  # minutes: no session lasts longer
_LONGEST_NUMBER = 9  # digits
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
    var = Path(os.environ.get("GUICHET_VAR") or ROOT / "var")
    url = os.environ.get("DATABASE_URL", "")
    return Settings(
        database_url=_with_driver(url) or f"sqlite:///{var / 'guichet.db'}",
        embedded=not url,
        demo=os.environ.get("GUICHET_DEMO", "1") not in {"0", "no", "false"},
        public_demo=os.environ.get("GUICHET_PUBLIC_DEMO", "0") not in {"", "0", "no", "false"},
        var=var,
        files_url=os.environ.get("GUICHET_FILES") or f"file://{(var / 'files').absolute()}",
        max_file_mb=_whole_number("GUICHET_MAX_FILE_MB", 25),
        keep_free_mb=_whole_number("GUICHET_KEEP_FREE_MB", 500, least=0),
        zone=_zone("GUICHET_ZONE", "Europe/Paris"),
        security_contact=_contact("GUICHET_SECURITY_CONTACT"),
        staff_idle=timedelta(minutes=min(_whole_number("GUICHET_STAFF_IDLE_MINUTES", 60), _A_DAY)),
        sign_in_help=" ".join(os.environ.get("GUICHET_SIGN_IN_HELP", "")[:LONGEST_HELP].split()),
        secret_keys=_secrets("GUICHET_SECRET_KEY"),
    )


def parted(text: str) -> list[str]:
    """What lies between commas, without the blanks around it."""
    return [part for part in map(str.strip, text.split(",")) if part]


def _zone(name: str, default: str) -> ZoneInfo:
    value = os.environ.get(name) or default
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name} must be a time zone such as Europe/Paris, not {value!r}.") from None


def _whole_number(name: str, default: int, *, least: int = 1) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isascii() or not value.isdecimal() or len(value) > _LONGEST_NUMBER or int(value) < least:
        raise ValueError(f"{name} must be a whole number of {least} or more, not {value[:40]!r}.")
    return int(value)


def _contact(name: str) -> str:
    """An e-mail address becomes a mailto: URI."""
    value = os.environ.get(name, "").strip()
    if not value:
        return ""
    if "@" in value and ":" not in value:
        value = f"mailto:{value}"
    if not re.fullmatch(r"(mailto:|https://|tel:)[!-~]{3,500}", value):
        raise ValueError(f"{name} must be an e-mail address or an https:, mailto: or tel: address, not {value!r}.")
    return value


def _secrets(name: str) -> Sequence[str]:
    found = parted(os.environ.get(name, ""))
    if any(len(one) < SHORTEST_SECRET for one in found):
        raise ValueError(f"{name} must have {SHORTEST_SECRET} signs at least; several are parted by commas.")
    return found


def _with_driver(url: str) -> str:
    """Hosting services hand out postgres:// or postgresql://; ours is psycopg 3."""
    for scheme in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if url and not re.match(r"sqlite:///.", url):
        raise ValueError("DATABASE_URL must begin with postgresql:// or sqlite:///, followed by the path of a file.")
    return url
