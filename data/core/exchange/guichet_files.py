"""The bytes of attachments, which an export keeps in a folder beside its file."""

import re
from pathlib import Path

from data.core import files
from data.core.exchange.rejects import Bad
from data.core.settings import settings
from models.errors import DamagedFile, Refused

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def folder(export: Path) -> Path:
    return export.with_name(f"{export.name}.files")


def bring_in(export: Path, name: str, digest: str) -> tuple[str, int]:
    """Keep the bytes, unless the store has them; their type, by what they are, and their size.

    Raises Bad when they are nowhere, too large for this desk, or not what the hash says.
    """
    if not _DIGEST.fullmatch(digest):
        raise Bad("unreadable sha256")
    limit = settings().max_file_mb * 1024 * 1024
    place = folder(export) / digest
    try:
        with place.open("rb") if place.is_file() else files.read(digest) as stream:
            content = stream.read(limit + 1)
        kept, mime = files.keep(name, content)
    except DamagedFile:
        raise Bad("the attached file is not in the folder beside the export") from None
    except Refused:
        raise Bad("the attached file is empty or larger than this desk takes") from None
    except OSError:
        raise Bad("the attached file cannot be read") from None
    if kept != digest:
        raise Bad("the attached file is not the one that was exported")
    return mime, len(content)
