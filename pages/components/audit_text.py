"""An entry of the audit trail in words: its action, its kind of thing, its columns and their values."""

import json
from datetime import timedelta
from enum import Enum

from models.audit import MASK
from models.audit_trail import AuditLine, ColumnChange
from models.user import LinkPurpose
from pages.components.audit_columns import COLUMNS, HIDDEN
from pages.components.audit_words import ACTIONS, TABLES
from pages.components.text import _, day, moment, number, time_left, word
from pages.components.words import N_, WORDS

LONGEST = 300  # characters of a value

_PURPOSES = {
    LinkPurpose.INVITATION: N_("Invitation"),
    LinkPurpose.RESET: N_("New password"),
    LinkPurpose.FIRST_RUN: N_("First manager"),
}


def action_name(action: str) -> str:
    return _(ACTIONS[action]) if action in ACTIONS else action


def table_name(table: str) -> str:
    return _(TABLES[table]) if table in TABLES else table


def column_name(column: str) -> str:
    return _(COLUMNS[column]) if column in COLUMNS else column.replace("_", " ")


def person_name(line: AuditLine) -> str:
    return line.person.name if line.person else _("The desk itself")


def shown(line: AuditLine) -> list[ColumnChange]:
    """What is worth reading: not what only machines read, nor what a new row does not say, nor a count of none."""
    readable = [
        one for one in line.changes if one.column not in HIDDEN and (one.before, one.after) not in _SAYS_NOTHING
    ]
    return readable if line.row else [one for one in readable if one.after != 0]


_SAYS_NOTHING = ((None, ""), (None, None), ("", None))


def value_text(value: object) -> str:
    match value:
        case None | "":
            return "—"
        case str() if value == MASK:
            return _("(secret)")
        case bool():
            return _("Yes") if value else _("No")
        case LinkPurpose():
            return _(_PURPOSES[value])
        case Enum():
            return word(value) if type(value) in WORDS else str(value.value).replace("_", " ")
        case timedelta():
            return time_left(value)
        case int() | float():
            return number(value)
        case dict() | list():
            return _cut(json.dumps(value, ensure_ascii=False))
        case str():
            return _cut(" ".join(value.split()))
        case _:
            return moment(value) if hasattr(value, "hour") else day(value)  # type: ignore[arg-type]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
