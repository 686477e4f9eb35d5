"""A disk that loses, in a power cut, what was not synced: each write, or page of one, and each name, wholly or in part.

It is stricter than most file systems: a file that was synced is lost all the same while the name in its folder is not,
and names need not be written in the order in which they were given.
"""

from abc import ABC, abstractmethod
from pathlib import Path, PurePosixPath
from random import Random
from typing import Any, cast

from tests.faults.recording import Step

PAGE = 4096  # bytes, which are lost or survive together


class Node(ABC):
    """What has been synced, and what has been changed since."""

    def __init__(self, synced: Any) -> None:
        self.synced = synced
        self.pending: list[Any] = []
        self._settled = 0  # changes synced so far
        self._syncing: dict[int, int] = {}  # the number of a sync under way → the changes that came before it

    def change(self, change: Any) -> None:
        self.pending.append(change)

    def begin_sync(self, number: int) -> None:
        self._syncing[number] = self._settled + len(self.pending)

    def end_sync(self, number: int) -> None:
        count = max(0, self._syncing.pop(number) - self._settled)
        for change in self.pending[:count]:
            self.apply(self.synced, change)
        del self.pending[:count]
        self._settled += count

    def after_cut(self, random: Random | None) -> Any:
        """None loses nothing."""
        left = self.synced.copy()
        share = 1 if random is None else random.choice((0, 0.5, 1))
        for change in self.pending:
            for part in [change] if random is None else self.parts(change):
                if random is None or random.random() < share:
                    self.apply(left, part)
        return left

    def parts(self, change: Any) -> list[Any]:
        return [change]

    @staticmethod
    @abstractmethod
    def apply(state: Any, change: Any) -> None: ...


class File(Node):
    """A change is an offset and bytes, or a size and None."""

    def __init__(self, synced: bytes = b"") -> None:
        super().__init__(bytearray(synced))
        self.size = len(synced)

    def write(self, at: int, data: bytes) -> None:
        at = self.size if at < 0 else at
        self.change((at, data))
        self.size = max(self.size, at + len(data))

    def resize(self, size: int) -> None:
        self.change((size, None))
        self.size = size

    def parts(self, change: Any) -> list[Any]:
        at, data = change
        if data is None:
            return [change]
        return [(at + begin, data[begin : begin + PAGE]) for begin in range(0, len(data), PAGE)]

    @staticmethod
    def apply(state: bytearray, change: tuple[int, bytes | None]) -> None:
        at, data = change
        end = at if data is None else at + len(data)
        if len(state) < end:
            state.extend(bytes(end - len(state)))
        if data is None:
            del state[at:]
        else:
            state[at:end] = data


class Folder(Node):
    """A change is a name that goes, a name that comes, or both at once, and what it is the name of."""

    def __init__(self) -> None:
        super().__init__({})
        self.now: dict[str, Node] = {}

    def rename(self, goes: str, comes: str, node: Node | None) -> None:
        self.change((goes, comes, node))
        self.apply(self.now, (goes, comes, node))

    @staticmethod
    def apply(state: dict[str, Node], change: tuple[str, str, Node | None]) -> None:
        goes, comes, node = change
        state.pop(goes, None)
        if comes and node is not None:
            state[comes] = node


def _synced_folder(place: Path) -> Folder:
    folder = Folder()
    for path in place.iterdir():
        folder.synced[path.name] = _synced_folder(path) if path.is_dir() else File(path.read_bytes())
    folder.now = folder.synced.copy()
    return folder


class Disk:
    """`root` was there before the first step, with what lies in `begins`."""

    def __init__(self, root: Path, begins: Path | None = None) -> None:
        self._root = PurePosixPath(root.resolve())
        self._top = _synced_folder(begins) if begins else Folder()

    def replay(self, step: Step) -> None:
        if step.does == "say":
            return
        place = PurePosixPath(step.path)
        if step.does in {"make", "make folder"}:
            folder = self._folder(place)
            if place.name not in folder.now:
                folder.rename("", place.name, File() if step.does == "make" else Folder())
        elif step.does == "remove":
            self._folder(place).rename(place.name, "", None)
        elif step.does == "move":
            to = PurePosixPath(step.to)
            if to.parent != place.parent:
                raise NotImplementedError(f"{place} moves to {to}")
            self._folder(place).rename(place.name, to.name, self._node(place))
        elif step.does == "sync begins":
            self._node(place).begin_sync(step.at)
        elif step.does == "sync ends":
            self._node(place).end_sync(step.at)
        else:
            file = cast(File, self._node(place))
            if step.does == "write":
                file.write(step.at, step.data)
            else:
                file.resize(step.at)

    def is_synced(self, path: str) -> bool:
        """Are the bytes of the file, whatever its name, there to stay?"""
        return not self._node(PurePosixPath(path)).pending

    def cut(self, into: Path, random: Random | None) -> None:
        """Writes what a power cut at this moment leaves; all there is without `random`."""
        self._write(self._top, into, random)

    def _write(self, node: Node, place: Path, random: Random | None) -> None:
        left = node.after_cut(random)
        if isinstance(node, File):
            place.write_bytes(left)
            return
        place.mkdir()
        for name, inner in left.items():
            self._write(inner, place / name, random)

    def _folder(self, place: PurePosixPath) -> Folder:
        return cast(Folder, self._node(place.parent))

    def _node(self, place: PurePosixPath) -> Node:
        node: Node = self._top
        for name in place.relative_to(self._root).parts:
            node = cast(Folder, node).now[name]
        return node
