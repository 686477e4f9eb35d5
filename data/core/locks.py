"""File locks, by which the processes of one machine take turns."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time. Raises ValueError, saying what to do, where the lock file cannot be made or opened."""
    with ExitStack() as stack:
        try:
            stack.enter_context(FileLock(path))
        except OSError as error:
            raise ValueError(
                f"{path} cannot be locked ({error.strerror or error}). Give the user who starts Guichet the right to "
                "write there, or choose another folder in GUICHET_VAR."
            ) from None
        yield
