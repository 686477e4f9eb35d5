"""Which signed-in session a browser's tab belongs to.

A tab has two names: Streamlit's id of its session, which lasts through reconnections, and the `Sec-WebSocket-Key` of
the socket that it has now. The scripts write (`pages/components/session.py`), the gate reads.
"""

from collections import OrderedDict
from threading import Lock

REMEMBERED = 20_000  # names; a tab that is forgotten is remembered again by its next run

_owners: OrderedDict[str, int | None] = OrderedDict()
_lock = Lock()


def remember(name: str, session_id: int | None) -> None:
    """The tab of that name belongs to this session from now on, or to nobody."""
    with _lock:
        _owners[name] = session_id
        _owners.move_to_end(name)
        if len(_owners) > REMEMBERED:
            _owners.popitem(last=False)


def owner(name: str, unknown: int | None = None) -> int | None:
    """The session the tab belongs to; None where nobody is signed in, `unknown` where no run has said yet."""
    return _owners.get(name, unknown)
