"""The server, started where it cannot serve: one sentence, an exit code, and no trace."""

import os
import subprocess
import sys
from pathlib import Path

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
