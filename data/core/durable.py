"""Files that a power cut leaves as they are: their bytes are synced before they get their name, and the name after.

Until then both are in memory only, and the system may write the name to the disk long before the bytes.
"""

import os
from errno import EINVAL, ENOTSUP
from pathlib import Path

_lasting: set[Path] = set()  # folders that this process has found or made, and synced into the folder that holds them


def name(aside: Path, path: Path) -> None:
    """Give the file, which has been written and closed, its true name."""
    with aside.open("rb") as written:
        os.fsync(written.fileno())
    aside.replace(path)
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make it and the folders above it where they are missing; all of them are there to stay."""
    if folder in _lasting and folder.is_dir():
        return
    place = folder.resolve()
    if not place.is_mount():
        make_folder(place.parent)
        place.mkdir(exist_ok=True)
        sync_folder(place.parent)  # also where it is there: another process may not have synced it yet
    _lasting.add(folder)


def sync_folder(folder: Path) -> None:
    """The names in it, as they are now, are there to stay."""
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:
        return  # one above ours, in which we have made nothing
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in {EINVAL, ENOTSUP}:  # some network file systems sync names by themselves only
            raise
    finally:
        os.close(opened)
