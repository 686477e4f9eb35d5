"""The audit trail as a file: a row for each column that changed."""

from collections.abc import Iterator

import streamlit as st

from data import audit_trail
from data.core import workbooks
from data.core.desk import Desk
from data.core.workbooks import Value
from models.audit_trail import EXPORTED, AuditFilters, AuditLine
from models.user import Language
from pages.components.audit_text import action_name, column_name, person_name, shown, table_name, value_text
from pages.components.text import _, language, speaking, word

_AT_A_TIME = 1000


def export(desk: Desk, filters: AuditFilters) -> None:
    spoken, name = language(), _("audit-trail")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", key="audit_files"):
        st.caption(_("The newest {count} entries at most; the export is itself on the trail.", count=EXPORTED))
        st.download_button(
            _("CSV file"),
            lambda: content(desk, filters, spoken),
            f"{name}.csv",
            workbooks.CSV,
            icon=":material/download:",
            on_click="ignore",
            key="audit_csv",
        )


def content(desk: Desk, filters: AuditFilters, spoken: Language) -> bytes:
    """Called once the button is pressed, in a thread of its own."""
    audit_trail.note_export(desk, filters)
    with speaking(spoken):
        heads = [_("At"), _("Who"), _("Role"), _("Action"), _("Kind"), _("Id"), _("About")]
        return workbooks.csv([*heads, _("Column"), _("Before"), _("After")], _rows(desk, filters))


def _rows(desk: Desk, filters: AuditFilters) -> Iterator[list[Value]]:
    count, after = 0, None
    while count < EXPORTED:
        page = audit_trail.page(desk, filters, after, min(_AT_A_TIME, EXPORTED - count))
        for line in page.lines:
            yield from _cells(line)
        count += len(page.lines)
        if page.following is None:
            return
        after = page.following
    note = _("The file ends here, after {count} entries. Narrow the period for those before.", count=count)
    yield [note, *[None] * 9]


def _cells(line: AuditLine) -> Iterator[list[Value]]:
    role = word(line.person.role) if line.person else None
    about = line.thing.label if line.thing else None
    head: list[Value] = [line.at, person_name(line), role, action_name(line.action), table_name(line.table), line.row]
    changes = shown(line)
    for one in changes:
        yield [*head, about, column_name(one.column), value_text(one.before), value_text(one.after)]
    if not changes:
        yield [*head, about, None, None, None]
