"""The audit trail as a list: who, when, what, and each column before and after; a link to whatever has a page."""

from html import escape
from urllib.parse import quote

import streamlit as st

from models.audit_trail import AuditLine, ColumnChange, Thing
from pages.components import audit_view
from pages.components.assets import asset
from pages.components.audit_text import action_name, column_name, person_name, shown, table_name, value_text
from pages.components.markdown import escaped
from pages.components.text import _, moment, plural, word

OPEN = 4  # changes that show at once; the others behind a click

_PAGES = {  # where a thing is looked at
    "article": "/articles?id={id}",
    "calendar": "/calendars",
    "client": "/client?id={id}",
    "product": "/products",
    "ticket": "/ticket?ref={label}",
}


def audit_list(lines: tuple[AuditLine, ...]) -> None:
    st.html(f'<style>{asset("audit_list.css")}</style><ol class="audit">{"".join(map(_row, lines))}</ol>')


def _row(line: AuditLine) -> str:
    role = f"<small>{escape(word(line.person.role))}</small>" if line.person else ""
    action = f"<strong>{escaped(action_name(line.action))}</strong>"
    return (
        f'<li class="entry"><time datetime="{line.at.isoformat()}">{escape(moment(line.at))}</time>'
        f'<span class="who">{escaped(person_name(line))} {role}</span>'
        f'<div class="what">{action} {_thing(line)}{_changes(line)}</div></li>'
    )


def _thing(line: AuditLine) -> str:
    kind = table_name(line.table)
    if not line.row:
        return f'<span class="kind">{escape(kind)}</span>'
    label = f"{kind} {line.row}" if line.thing is None else f"{kind} · {line.thing.label}"
    if line.thing is not None and line.thing.kind == line.table:
        label = line.thing.label
    page = _page(line.thing)
    named = f'<a href="{escape(page)}" target="_self">{escaped(label)}</a>' if page else escaped(label)
    history = escape(audit_view.link(table=line.table, row=line.row))
    title = escape(_("All entries about it"))
    return f'<span class="thing">{named}</span> <a class="history" href="{history}" target="_self">{title}</a>'


def _page(thing: Thing | None) -> str:
    if thing is None or thing.kind not in _PAGES:
        return ""
    return _PAGES[thing.kind].format(id=thing.id, label=quote(thing.label, safe=""))


def _changes(line: AuditLine) -> str:
    changes = shown(line)
    if not changes:
        return ""
    created = all(one.before is None for one in changes)
    rows = [_change(one, created=created) for one in changes]
    head, rest = "".join(rows[:OPEN]), "".join(rows[OPEN:])
    more = ""
    if rest:
        label = escape(plural("{count} more value", "{count} more values", len(rows) - OPEN))
        more = f"<details><summary>{label}</summary><dl>{rest}</dl></details>"
    return f"<dl>{head}</dl>{more}"


def _change(one: ColumnChange, *, created: bool) -> str:
    after = escaped(value_text(one.after))
    if created:
        said = f"<ins>{after}</ins>"
    else:
        becomes = escape(_("becomes"))
        arrow = f'<span class="arrow" role="img" aria-label="{becomes}">→</span>'
        said = f"<del>{escaped(value_text(one.before))}</del> {arrow} <ins>{after}</ins>"
    return f"<div><dt>{escape(column_name(one.column))}</dt><dd>{said}</dd></div>"
