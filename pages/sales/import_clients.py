"""Clients from a spreadsheet: choose the file, say what its columns hold, check it, choose what to do, import it."""

from typing import Any

import streamlit as st

from data import client_imports
from data.client_imports import Choice, Upload
from models.client_import import Options
from pages.components import client_import, client_import_done, client_import_options
from pages.components.attempt import attempt
from pages.components.client_columns import choose
from pages.components.page_style import wide
from pages.components.progress_bar import progress_bar, step
from pages.components.session import current_desk
from pages.components.text import _, plural

desk = current_desk()

wide()


def looked(upload: Upload, file: str, sheet: str) -> dict[str, Any] | None:
    """The header, the first rows and what they seem to hold: read once for each file and sheet."""
    kept: dict[str, Any] = st.session_state.get("import_look", {})
    if kept.get("of") != [file, sheet]:
        kept = {}
        with attempt(rerun=False):
            look, places = client_imports.look(desk, upload, sheet)
            kept = {"of": [file, sheet], "sheets": list(look.sheets), "sheet": look.sheet, "header": list(look.header)}
            kept |= {
                "sample": [list(row) for row in look.sample],
                "guessed": {one.value: at for one, at in places.items()},
            }
            st.session_state["import_look"] = kept
    return kept or None


def check(choice: Choice, header: list[str], asked: str) -> None:
    bar = progress_bar()
    client_import_done.forget()
    with attempt():
        client_imports.remember(desk, header, choice.places)
        rows = client_imports.read(desk, choice, step(bar, _("Reading the file…")))
        outcomes = client_imports.try_out(desk, rows, step(bar, _("Comparing it with the desk…")))
        st.session_state["import_outcome"] = {"of": client_import.kept(outcomes), "asked": asked}


def bring_in(choice: Choice, options: Options) -> None:
    bar = progress_bar()
    with attempt():
        rows = client_imports.read(desk, choice, step(bar, _("Reading the file…")))
        writing = step(bar, _("Writing…"))
        outcome = client_imports.write(desk, rows, writing, options)
        client_import_done.keep(desk, choice, outcome)
        st.session_state["import_file"] = st.session_state.get("import_file", 0) + 1
        for key in ("import_look", "import_outcome"):
            st.session_state.pop(key, None)


st.title(_("Import clients"), anchor=False)
st.markdown(
    _(
        "From an Excel or CSV file, with contacts, subscriptions and products. First the file is checked, row by row;"
        " then it is imported. Nobody gets a message: afterwards you make links for the new contacts."
    )
)
client_import_done.show()
client_import.explain()

file = client_import.chosen()
if file is None:
    st.stop()
upload = Upload(file.name, file)
key = f"import_{file.file_id}"
look = looked(upload, file.file_id, st.session_state.get(f"{key}_sheet", ""))
if look is None:
    st.stop()
if len(look["sheets"]) > 1:
    st.selectbox(_("Sheet"), look["sheets"], look["sheets"].index(look["sheet"]), key=f"{key}_sheet")

st.subheader(_("What the columns hold"), anchor=False)
places = choose(look["header"], look["sample"], look["guessed"], f"{key}_{look['sheet']}")
choice, asked = Choice(upload, look["sheet"], places), repr((file.file_id, look["sheet"], sorted(places.items())))
outcomes = st.session_state.get("import_outcome", {})
fresh = outcomes.get("asked") == asked
if st.button(_("Check the file"), type="secondary" if fresh else "primary", icon=":material/rule:", key="import_check"):
    check(choice, look["header"], asked)
if not fresh:
    st.stop()

st.subheader(_("What the import would do"), anchor=False)
options = client_import_options.choose(desk, outcomes["of"], key)
outcome = outcomes["of"][options.create_products, options.skip_bad_rows]
client_import.show(outcome)
if not outcome["blocked"] and not outcome["nothing"]:
    label = plural("Import {count} row", "Import {count} rows", outcome["rows"] - outcome["bad_rows"])
    if st.button(label, type="primary", icon=":material/upload:", key="import_write"):
        bring_in(choice, options)
