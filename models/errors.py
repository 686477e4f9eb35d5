"""Refusals: what the desk says no to, and why, in words a person can act on.

`message` is an English gettext id with `{facts}`; the pages translate it. No fact is a secret.
"""


class DeskError(Exception):
    """The desk refuses; nothing was changed."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message.format(**facts))
        self.message = message
        self.facts = facts


class NotSignedIn(DeskError):
    """The session has ended: signed out elsewhere, expired, or the account was disabled."""


class NotAllowed(DeskError):
    """This role may not do this."""


class NotFound(DeskError):
    """Not there, or not yours: the two are told in the same words."""


class Refused(DeskError):
    """A rule of the trade forbids it, or the input is wrong; the message says what to do."""


class SentBefore(Refused):
    """The same form was sent already, with other words in it: what is meant, only who wrote it knows."""


class Unavailable(DeskError):
    """The server cannot do it at present, for anybody; the message says what to do. Nothing was changed."""


class DiskFull(Unavailable):
    """The server has too little disk space left."""


class ReadOnly(Unavailable):
    """The database can be read and not written."""


class DamagedFile(Unavailable):
    """The stored bytes are not those that were sent, or are gone."""


class MissingFile(DamagedFile):
    """The stored bytes are gone."""
