"""An import of clients as it is seen: what a file may hold, what its import would do, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import astuple
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data.core.settings import settings
from models.client_import import Column, Options, Outcome, Problem
from pages.components.client_columns import HELP
from pages.components.downloads import downloads
from pages.components.text import _, number, plural, word

SHOWN = 500  # problems on the page; the file has all of them
_EXAMPLE = (
    {
        Column.NUMBER: "C-1001",
        Column.NAME: "Menuiserie Exemple",
        Column.PHONE: "01 99 00 10 01",
        Column.ADDRESS: "1 rue de l’Exemple\n75000 Paris",
        Column.CONTACT_NAME: "Alix Exemple",
        Column.CONTACT_EMAIL: "alix@menuiserie.example",
        Column.CONTACT_PHONE: "01 99 00 10 11",
        Column.CONTACT_LANGUAGE: "fr",
        Column.STAR_LEVEL: "4",
        Column.BEGINS: "01/01/2026",
        Column.UNTIL: "31/12/2027",
    },
    {
        Column.NUMBER: "C-1001",
        Column.CONTACT_NAME: "Camille Exemple",
        Column.CONTACT_EMAIL: "camille@menuiserie.example",
    },
    {Column.NUMBER: "C-1002", Column.NAME: "Cabinet Exemple", Column.STAR_LEVEL: "★5", Column.BEGINS: "2026-03-01"},
    {Column.NAME: "Atelier Exemple", Column.STAR_LEVEL: "3"},
)


def explain() -> None:
    with st.expander(_("What the file looks like"), icon=":material/help:"):
        st.markdown(
            _(
                "The first row names the columns, in any order and under any name. Every other row is a client, with"
                " one contact, one subscription and its products, as far as they are told."
            )
        )
        st.table(pd.DataFrame({_("Column"): word(one), _("What it holds"): _(HELP[one])} for one in Column))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_("An example to start from:"))
            downloads(_("clients-example"), [word(one) for one in Column], example, "import_example")


def example() -> Iterator[list[str]]:
    return ([row.get(column, "") for column in Column] for row in _EXAMPLE)


def chosen() -> UploadedFile | None:
    """The file; once one was imported, none again."""
    file: UploadedFile | None = st.file_uploader(
        _("Excel or CSV file"),
        key=f"import_file_{st.session_state.get('import_file', 0)}",
        max_upload_size=settings().max_file_mb,
    )
    return file


def kept(outcomes: Mapping[Options, Outcome]) -> dict[tuple[bool, bool], dict[str, Any]]:
    """As plain values, in the user's words, by the options. A problem of several outcomes is kept once."""
    rows = {id(one): one for outcome in outcomes.values() for one in outcome.problems}
    words = {key: _row(one) for key, one in rows.items()}
    return {
        astuple(options): {name: getattr(outcome, name) for name in outcome.__slots__}
        | {
            "problems": [words[id(one)] for one in outcome.problems],
            "missing": list(outcome.missing),
            "nothing": outcome.nothing,
            "bad_rows": outcome.bad_rows,
        }
        for options, outcome in outcomes.items()
    }


def _row(problem: Problem) -> list[Any]:
    column = word(problem.column) if problem.column else ""
    return [problem.line, column, problem.value, _(problem.why.message, **problem.why.facts)]


def show(outcome: dict[str, Any]) -> None:
    with st.container(horizontal=True, key="import_counts"):
        for label, count in _counts(outcome):
            if count:
                st.metric(label, number(count), border=True, width=160)
    if outcome["problems"]:
        _show_problems(outcome["problems"], outcome["bad_rows"], blocked=outcome["blocked"])
    elif outcome["nothing"]:
        st.info(_("Everything in this file is on the desk already: there is nothing to import."))
    elif not outcome["missing"]:
        st.success(_("No problem was found."), icon=":material/check_circle:")


def _counts(outcome: dict[str, Any]) -> Iterator[tuple[str, int]]:
    yield _("rows read"), outcome["rows"]
    yield _("new clients"), outcome["clients"]
    yield _("clients changed"), outcome["changed"]
    yield _("new contacts"), outcome["contacts"]
    yield _("subscriptions added"), outcome["subscriptions"]
    yield _("subscriptions changed"), outcome["restarred"]
    yield _("products owned"), outcome["products"]
    yield _("new products"), outcome["created"]


def _show_problems(problems: list[list[Any]], rows: int, *, blocked: bool) -> None:
    count = len(problems)
    if blocked:
        st.error(
            plural("{count} problem: nothing can be imported.", "{count} problems: nothing can be imported.", count)
            + " "
            + plural("It is in {count} row.", "They are in {count} rows.", rows)
        )
    else:
        said = plural("{count} row is left out.", "{count} rows are left out.", rows)
        st.warning(said + " " + _("You get a file of what is left out once the rest is imported."))
    heads = [_("Row"), _("Column"), _("Cell"), _("Problem")]
    st.dataframe(pd.DataFrame(problems[:SHOWN], columns=heads), hide_index=True, alt=_("The problems, by row"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(problems) > SHOWN:
            st.caption(_("The first {shown} of {count}. The file has all of them:", shown=SHOWN, count=len(problems)))
        downloads(_("import-problems"), heads, lambda: problems, "import_problems")


def told(outcome: Outcome) -> str:
    """What was done; what was not is not told."""
    done = {
        plural("{count} new client", "{count} new clients", outcome.clients): outcome.clients,
        plural("{count} client changed", "{count} clients changed", outcome.changed): outcome.changed,
        plural("{count} new contact", "{count} new contacts", outcome.contacts): outcome.contacts,
        plural("{count} subscription", "{count} subscriptions", outcome.subscriptions): outcome.subscriptions,
        plural("{count} product created", "{count} products created", outcome.created): outcome.created,
        plural("{count} product owned", "{count} products owned", outcome.products): outcome.products,
        plural("{count} access code issued", "{count} access codes issued", outcome.codes_issued): outcome.codes_issued,
        plural("{count} access code ended", "{count} access codes ended", outcome.codes_ended): outcome.codes_ended,
        plural("{count} ticket dated anew", "{count} tickets dated anew", outcome.moved): outcome.moved,
    }
    return _("Imported: {list}.", list=", ".join(words for words, count in done.items() if count))
