"""How much one person and one client may do in a while. The staff has no quota but on uploads."""

from dataclasses import dataclass
from datetime import timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MEGABYTE = 1_000_000  # bytes
FORM_DRAFTS = 50  # of one person; beyond, those saved longest ago go


@dataclass(frozen=True, slots=True)
class Quota:
    """What is sent through the client space."""

    tickets: int  # an hour
    messages: int  # an hour
    megabytes: int  # of files a day


@dataclass(frozen=True, slots=True)
class UploadQuota:
    """What a browser may send within an hour, whether or not it is then sent with a message: it lies in memory."""

    files: int
    megabytes: int


PER_CONTACT = Quota(tickets=20, messages=60, megabytes=600)
PER_CLIENT = Quota(tickets=60, messages=240, megabytes=2_400)
UPLOADS_OF_A_CONTACT = UploadQuota(files=120, megabytes=600)
UPLOADS_OF_THE_STAFF = UploadQuota(files=3_000, megabytes=10_000)
