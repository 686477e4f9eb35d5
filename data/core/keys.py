"""The secret key, which is never in the database: a copy of the database alone reveals no access code.

GUICHET_SECRET_KEY holds it or, without one, the file secret.key in var/, made when it is first needed. Either may hold
several, the newest first and parted by commas: while one replaces another, both are known (see key_rotation).
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from data.core import durable
from data.core.locks import locked
from data.core.settings import parted, settings
from models.errors import DeskError

_NONCE = 12  # bytes
_ON_A_PAGE = DeskError(
    "Access codes cannot be used at the moment. Please ask the administrator of Guichet to check its secret key."
).message
_WHAT_TO_DO = (
    "Put the key of this database back, as it is in your backup. If it is lost for good, “python -m data "
    "replace-lost-key” ends the access codes and issues new ones."
)


class WrongKey(DeskError):
    """This process lacks the secret key of the database, or cannot read it.

    A page says so in general; whoever reads the console learns why, and what to do.
    """

    def __init__(self, why: str) -> None:
        super().__init__(_ON_A_PAGE)
        self.why = why

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True, repr=False)
class Key:
    """What is derived from one secret. The fingerprint names it, and tells nothing of it."""

    fingerprint: str
    _encrypting: bytes
    _looking_up: bytes

    def encrypt(self, plain: str, owner: str) -> str:
        """Another text each time; it can only be read for the same owner."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._encrypting).encrypt(nonce, plain.encode(), owner.encode())
        return urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, cipher: str, owner: str) -> str:
        """InvalidTag for what was encrypted under another key, for another owner, or tampered with."""
        whole = urlsafe_b64decode(cipher)
        return AESGCM(self._encrypting).decrypt(whole[:_NONCE], whole[_NONCE:], owner.encode()).decode()

    def lookup(self, plain: str) -> str:
        """The same text each time: what a plain one is found by."""
        return hmac.digest(self._looking_up, plain.encode(), "sha256").hex()


def ring() -> Sequence[Key]:
    """The keys that this process knows, the newest first; none where the file is lost.

    Read each time, for another process may rotate them. A lost key is never replaced by itself: codes that were
    encrypted with it would look as if they could be read.
    """
    return [_derived(secret) for secret in _read()]


def first() -> Key:
    """The newest key, made where there is none: for a database that has none yet."""
    if not _read():
        with _changing():
            pass
    if not in_environment():
        durable.sync_folder(_file().parent)  # another process may have made it, and not synced it yet
    return ring()[0]


def put_damaged_aside() -> None:
    """A file that holds no key any more makes room for a new one. It is kept, for whoever may mend it."""
    file = _file()
    if not settings().secret_keys and file.exists() and not _found(file):
        file.replace(file.with_name(f"{file.name}.damaged"))


def in_environment() -> bool:
    return bool(settings().secret_keys)


def add_new() -> None:
    """Put a new key before the one in the file, which stays known. Does nothing where two are known already."""
    with _changing() as known:
        if len(known) == 1:
            _write([_new(), *known])


def forget_old() -> None:
    with _changing() as known:
        _write(known[:1])


def _read() -> Sequence[str]:
    given = settings().secret_keys
    if given:
        return given
    file = _file()
    if not file.exists():
        return ()
    found = _found(file)
    if not found:
        raise WrongKey(f"{file} holds no secret key. {_WHAT_TO_DO}")
    return found


def _found(file: Path) -> Sequence[str]:
    try:
        return parted(file.read_text(encoding="ascii"))
    except UnicodeDecodeError:
        return ()
    except OSError as error:
        raise WrongKey(f"The secret key {file} cannot be read ({error.strerror or error}). {_WHAT_TO_DO}") from None


@contextmanager
def _changing() -> Iterator[Sequence[str]]:
    """What the file says, made if it is not there yet, while nobody else changes it."""
    file = _file()
    durable.make_folder(file.parent)
    with locked(file.with_name(f"{file.name}.lock")):
        if not file.exists():
            _write([_new()])
        yield _read()


def _write(known: Sequence[str]) -> None:
    """Aside, for our own eyes only, and renamed: whoever reads meanwhile reads the one or the other, and all of it."""
    file, aside = _file(), _file().with_suffix(".part")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600, exist_ok=False)
    with aside.open("w", encoding="ascii") as written:
        written.write(",\n".join(known) + "\n")
    durable.name(aside, file)


def _file() -> Path:
    return settings().var / "secret.key"


def _new() -> str:
    return secrets.token_urlsafe(32)


@lru_cache(maxsize=8)
def _derived(secret: str) -> Key:
    def derive(use: str, length: int = 32) -> bytes:
        return HKDF(SHA256(), length, salt=None, info=f"guichet access codes: {use}".encode()).derive(secret.encode())

    return Key(derive("fingerprint", 16).hex(), derive("encryption"), derive("look-up"))
