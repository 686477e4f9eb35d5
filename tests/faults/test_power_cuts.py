"""The power is cut while a desk works: what it has acknowledged is there afterwards, and nothing is there by half.

Real processes are recorded at work; a disk that keeps nothing but what was synced is then stopped at many moments, and
a desk opened on what is left.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from tests.faults import recording
from tests.faults.acknowledged import Said, problems
from tests.faults.disk import Disk
from tests.faults.load import Worker
from tests.faults.recording import Step

HOUSE = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("strace")


class Record(NamedTuple):
    """What happened in the folder `root`, in which `var` is the desk's."""

    root: Path
    steps: list[Step]


@pytest.fixture(scope="module", params=["0", "1"], ids=["desk", "demo"])
def record(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Two processes make a desk and work on it."""
    return recorded(tmp_path_factory.mktemp("recorded"), seed=0, count=20, processes=2, demo=request.param)


def recorded(folder: Path, *, seed: int, count: int, processes: int, demo: str) -> Record:
    root = folder / "root"
    root.mkdir()
    environment = os.environ | {"GUICHET_VAR": str(root / "var"), "GUICHET_DEMO": demo}
    words = [sys.executable, "-m", "tests.faults.load", *map(str, (seed, count, processes))]
    log = folder / "strace.log"
    with (folder / "said").open("w") as said:
        subprocess.run([*recording.traced(log), *words], cwd=HOUSE, env=environment, stdout=said, check=True)
    steps = recording.read(log, root)
    log.unlink()  # it is large
    return Record(root, steps)


def cuts(record: Record, number: int, seed: int) -> Iterator[tuple[Disk, Said]]:
    """So many moments, in order: half of them right after an acknowledgement."""
    steps, random = record.steps, Random(seed)
    spoken = [place for place, step in enumerate(steps) if step.does == "say"]
    after = sorted(
        random.choice(spoken) if half else random.randrange(len(steps))
        for half in (number // 2) * [True] + (number - number // 2) * [False]
    )
    disk, said, place = Disk(record.root), Said(), 0
    for end in after:
        for step in steps[place : end + 1]:
            disk.replay(step)
            said.add(step.data if step.does == "say" else b"")
        place = end + 1
        yield disk, said


def lost_in(record: Record, opening, folder: Path, *, number: int, seed: int) -> list[str]:
    """What is wrong after so many cuts, with the number of each."""
    found = []
    for cut, (disk, said) in enumerate(cuts(record, number, seed)):
        left = folder / f"cut-{cut}"
        disk.cut(left, Random(f"{seed} {cut}"))
        try:
            with opening(left / "var") as engine:
                found += [f"cut {cut}: {problem}" for problem in problems(engine, said)]
                if said.facts:
                    Worker(engine, 1000).file()  # it goes on
        except ValueError as refusal:  # a first start, cut short, may leave what the second one does not build on
            found += [f"cut {cut}: {refusal}"] if said.facts else []
        shutil.rmtree(left)
    return found


def test_the_disk_has_all_that_the_processes_wrote(record, tmp_path):
    """Else the cuts would prove nothing: nothing lost, it is what really lies in the folder, byte for byte."""
    disk = Disk(record.root)
    for step in record.steps:
        disk.replay(step)
    disk.cut(tmp_path / "all", None)
    really = {path.relative_to(record.root): path for path in record.root.rglob("*")}
    replayed = {path.relative_to(tmp_path / "all"): path for path in (tmp_path / "all").rglob("*")}
    assert replayed.keys() == {name for name in really if not name.name.endswith("-shm")}
    for name, path in replayed.items():
        assert path.is_dir() or path.read_bytes() == really[name].read_bytes(), name


def test_no_file_gets_its_name_before_its_bytes_are_synced(record):
    disk, named = Disk(record.root), []
    for step in record.steps:
        if step.does == "move":
            named.append(Path(step.to).name)
            assert disk.is_synced(step.path), step
        disk.replay(step)
    assert len(named) > 5 and "secret.key" in named


def test_nothing_acknowledged_is_lost(record, opening, tmp_path):
    assert lost_in(record, opening, tmp_path, number=20, seed=1) == []


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(2, 6))
def test_nothing_acknowledged_is_lost_in_many_cuts(opening, tmp_path, seed):
    record = recorded(tmp_path, seed=seed, count=120, processes=1 + seed % 4, demo=str(seed % 2))
    assert lost_in(record, opening, tmp_path, number=100, seed=seed) == []
