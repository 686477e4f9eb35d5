"""What the desk writes is for its own account alone."""

import logging
import os
import subprocess
import sys
from pathlib import Path

from data.core import private_files

HOUSE = Path(__file__).parents[3]


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_desk_is_readable_by_nobody_else(tmp_path):
    var = tmp_path / "var"
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"GUICHET_VAR": str(var), "GUICHET_DEMO": "0"}
    made = subprocess.run(
        [sys.executable, "-m", "data", "migrate"], cwd=HOUSE, env=environment, umask=0o022, check=True, timeout=60
    )
    assert made.returncode == 0
    assert mode(var) == 0o700
    assert {"guichet.db", "secret.key"} <= {path.name for path in var.iterdir()}
    for path in var.rglob("*"):
        assert not mode(path) & 0o077, path


def test_what_an_earlier_start_left_open_is_closed(tmp_path):
    var = tmp_path / "var"
    (var / "files").mkdir(parents=True, mode=0o755)
    (var / "guichet.db").touch(mode=0o644)
    var.chmod(0o755)
    private_files.restrict(var)
    assert [mode(path) for path in (var, var / "files", var / "guichet.db")] == [0o700, 0o700, 0o600]


def test_a_folder_that_many_share_is_left_and_warned_of(tmp_path, caplog):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    with caplog.at_level(logging.WARNING, "guichet"):
        private_files.restrict(shared)
    assert mode(shared) == 0o777 and str(shared) in caplog.text and "GUICHET_VAR" in caplog.text


def test_what_cannot_be_closed_is_warned_of(tmp_path, caplog, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    tmp_path.chmod(0o755)
    monkeypatch.setattr(Path, "chmod", refuse)
    with caplog.at_level(logging.WARNING, "guichet"):
        private_files.restrict(tmp_path)
    assert "Operation not permitted" in caplog.text
