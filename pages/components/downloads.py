"""A list as a file, in the two forms that people ask for."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import streamlit as st

from data.core import workbooks
from data.core.workbooks import Value
from pages.components.text import _, language

Rows = Callable[[], Iterable[Sequence[Value]]]


def downloads(name: str, columns: Sequence[str], rows: Rows, key: str) -> None:
    """Two buttons; `rows` is asked once one of them is pressed. `columns` are in the user's language already, and the
    CSV has its separators."""
    for label, write, mime, ending in (
        (_("Excel file"), workbooks.xlsx, workbooks.XLSX, "xlsx"),
        (_("CSV file"), partial(workbooks.csv, language=language()), workbooks.CSV, "csv"),
    ):
        st.download_button(
            label,
            _content(write, columns, rows),
            f"{name}.{ending}",
            mime,
            icon=":material/download:",
            on_click="ignore",
            key=f"{key}_{ending}",
        )


def _content(write: Callable[..., bytes], columns: Sequence[str], rows: Rows) -> Callable[[], bytes]:
    return lambda: write(columns, rows())
