"""Which of our sessions each browser tab belongs to. Streamlit knows its tabs by ids of its own, of which an upload's
address tells one: that the sender may write there, only this says.
"""

from collections import OrderedDict
from threading import Lock

MOST = 20_000  # tabs; the one that ran longest ago is forgotten first

_owners: OrderedDict[str, int] = OrderedDict()
_lock = Lock()


def note(tab: str, session_id: int) -> None:
    """A page of that session runs in this tab."""
    with _lock:
        _owners[tab] = session_id
        _owners.move_to_end(tab)
        while len(_owners) > MOST:
            _owners.popitem(last=False)


def forget(tab: str) -> None:
    """Nobody is signed in there any more."""
    with _lock:
        _owners.pop(tab, None)


def owner(tab: str) -> int | None:
    with _lock:
        return _owners.get(tab)
