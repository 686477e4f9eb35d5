"""Records what processes do to the files of a folder, by strace: what they write, what they sync, what they name.

strace stops a process at each call until the call is on record. So whatever a process has said, or a test has seen of
it, comes after all calls that lie on record by then.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_NAMES = "openat", "open", "creat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir"
_WRITES = "write", "pwrite64", "ftruncate"
_SYNCS = "fsync", "fdatasync"
_UNKNOWN = (  # other ways to change a file, which nothing here uses
    "writev", "pwritev", "pwritev2", "truncate", "fallocate", "sendfile", "copy_file_range", "splice", "link", "linkat",
    "symlink", "symlinkat", "sync_file_range",
)  # fmt: skip

_LINE = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)\n")
_TEXT = re.compile(r'(?:"|(?<=\d)<|AT_FDCWD<)((?:\\x[0-9a-f]{2})*)(?:"|>(\(deleted\))?)')
_STDOUT = 1
_LEFT_OUT = "-shm", "server.log"  # shared memory, which SQLite makes again after a crash; what a test has opened itself


class Step(NamedTuple):
    """One thing that happened. `position` is that on the record, from which on it has happened."""

    position: int
    does: str  # make, make folder, write, resize, sync begins, sync ends, move, remove, say
    path: str = ""
    data: bytes = b""
    at: int = -1  # of a write: -1 is the end of the file; of a sync: its number; of a change of size: the size
    to: str = ""  # of a move


def traced(log: Path) -> list[str]:
    """The words to put before a command that is to be recorded. It has the process id that was started."""
    calls = ",".join((*_NAMES, *_WRITES, *_SYNCS, *_UNKNOWN))
    quiet = ["-e", "signal=none", "-e", "quiet=all"]
    return ["strace", "-D", "-f", "-y", "-xx", "-s", "1000000000", *quiet, "-e", f"trace={calls}", "-o", str(log)]


def read(log: Path, root: Path) -> list[Step]:
    """What happened in the folder, in order, and what was said on the standard output."""
    steps = sorted(_steps(log, str(root.resolve())), key=lambda step: step.position)
    return [step for step in steps if not step.path.endswith(_LEFT_OUT)]


def _steps(log: Path, root: str) -> Iterator[Step]:
    begun: dict[str, tuple[int, str]] = {}  # process → where its call began, and what it is given
    position = 0
    with log.open(encoding="ascii") as lines:
        for line in lines:
            before, position = position, position + len(line)
            matched = _LINE.fullmatch(line)
            if matched is None:  # a process ends
                continue
            process, resumed, call, rest = matched.groups()
            if rest.endswith("<unfinished ...>"):
                begun[process] = before, rest
                continue
            if resumed:
                call, (before, first) = resumed, begun.pop(process)
                rest = first.removesuffix(" <unfinished ...>") + rest
            given, _, result = rest.rpartition(" = ")
            if not result.startswith(("-1", "?")):
                yield from _step(call, given, root, before, position)


def _step(call: str, given: str, root: str, began: int, ended: int) -> Iterator[Step]:
    """Names change when the call begins: nobody can use them before. Bytes are written when it has ended."""
    texts = [(bytes.fromhex(text.replace("\\x", "")), deleted) for text, deleted in _TEXT.findall(given)]
    if call == "write" and given.startswith(f"{_STDOUT}<"):
        yield Step(ended, "say", data=texts[1][0])
        return
    paths = [path for path in _paths(call, texts) if path.startswith(f"{root}/") or path == root]
    if not paths:
        return
    [path, *others] = paths
    if call in _SYNCS:
        yield Step(began, "sync begins", path, at=began)
        yield Step(ended, "sync ends", path, at=began)
    elif call == "write":
        yield Step(ended, "write", path, texts[1][0])
    elif call == "pwrite64":
        yield Step(ended, "write", path, texts[1][0], int(given.rpartition(", ")[2].rstrip(" )")))
    elif call == "ftruncate":
        yield Step(ended, "resize", path, at=int(given.rpartition(", ")[2].rstrip(" )")))
    elif call.startswith("rename"):
        yield Step(began, "move", path, to=others[0])
    elif call in {"unlink", "unlinkat", "rmdir"}:
        yield Step(began, "remove", path)
    elif call in {"mkdir", "mkdirat"}:
        yield Step(began, "make folder", path)
    elif call == "creat" or "O_CREAT" in given:
        yield Step(began, "make", path)
        if call == "creat" or "O_TRUNC" in given:
            yield Step(ended, "resize", path, at=0)
    elif call in _UNKNOWN or "O_TRUNC" in given:
        raise NotImplementedError(f"{call} on {path}")


def _paths(call: str, texts: list[tuple[bytes, str]]) -> Iterator[str]:
    """Absolute ones; what was deleted while it is open has none any more."""
    count = 1 if call in _WRITES else len(texts)
    for text, deleted in texts[:count]:
        if text.startswith(b"/") and not deleted:
            yield text.decode()
