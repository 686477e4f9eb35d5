"""How a command ends on the console: in words, whatever happens, and with an exit code."""

import os
import signal
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path

from data.core.failures import in_words
from data.core.settings import unknown_names

LONGEST_WORDS = 1000  # characters of a refusal: it may quote what somebody typed
REFUSED, STOPPED = 1, 130


def run(command: Callable[[], int]) -> int:
    """The exit code of the command; REFUSED where it failed for a reason that has words, STOPPED by Ctrl-C."""
    _prepare_streams()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        for warning in unknown_names():
            _complain(warning)
        code = command()
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        _complain("Stopped. Nothing is half written; the same command, run again, goes on.")
        return STOPPED
    except BrokenPipeError:  # such as `| head`: the reader of the output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except Exception as error:
        words = in_words(error)
        if not words:
            raise
        _complain(words)
        return REFUSED


def _prepare_streams() -> None:
    """On a terminal that knows no accents, they are escaped. A closed stream takes all, and shows nothing."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _complain(words: str) -> None:
    sys.stderr.write(f"{words if len(words) <= LONGEST_WORDS else words[:LONGEST_WORDS] + '…'}\n")
