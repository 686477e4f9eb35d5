"""The server, started where it cannot serve: one sentence, an exit code, and no trace."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

HOUSE = Path(__file__).parents[1]
SERVERS = {
    "streamlit": [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "0"],
    "uvicorn": [sys.executable, "-m", "uvicorn", "app:app", "--port", "0"],
}


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_that_cannot_start_says_why_in_one_sentence_and_ends(server, tmp_path):
    (tmp_path / "secret.key").write_text("k" * 43)
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"GUICHET_VAR": str(tmp_path), "GUICHET_ZON": "Europe/Paris"}
    done = subprocess.run(
        SERVERS[server], cwd=HOUSE, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    output = done.stdout + done.stderr
    assert done.returncode != 0 and "Traceback" not in output
    [line] = [line for line in output.splitlines() if "Guichet cannot start. " in line]
    assert "a former desk left these" in line and "secret.key" in line
    assert "Do you mean GUICHET_ZONE?" in output
    assert not (tmp_path / "guichet.db").exists()


KILLED = """
import os, signal, sys
from sqlalchemy import Engine, event
from data.demo import seed
from data.core import start
from data.core.settings import settings
last = int(sys.argv[1])
def kill_at_the_last(*_):
    global last
    last -= 1
    if not last:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(Engine, "before_cursor_execute", kill_at_the_last)
start.prepare(settings(), lambda empty: seed(empty, tickets=20))
print(-last)
"""
WHOLE = """
from sqlalchemy import text
from data.demo import seed
from data.core import start
from data.core.database import engine
from data.core.settings import settings
start.prepare(settings(), lambda empty: seed(empty, tickets=20))
with engine().connect() as connection:
    for asked in ("PRAGMA integrity_check", "SELECT demo FROM installation", "SELECT count(*) FROM code_key"):
        print(connection.scalar(text(asked)))
"""


def run(code: str, var: Path, demo: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"GUICHET_VAR": str(var), "GUICHET_DEMO": demo}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=HOUSE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.chaos
@pytest.mark.parametrize("demo", ["0", "1"])
def test_a_start_that_is_killed_anywhere_is_followed_by_a_whole_one(demo, tmp_path):
    statements = int(run(KILLED, tmp_path / "counted", demo, "0").stdout.split()[-1])
    moments = Random(demo).sample(range(1, statements + 1), 12 if demo == "0" else 4)
    for moment in moments:
        var = tmp_path / str(moment)
        assert run(KILLED, var, demo, str(moment)).returncode == -signal.SIGKILL
        whole = run(WHOLE, var, demo)
        assert whole.stdout.split()[-3:] == ["ok", demo, "1"], (moment, whole.stderr)
