"""Says that the figures are of a part of the tickets, while an import is not over."""

import streamlit as st

from models.ticket_import import UnfinishedImport
from pages.components.text import _, moment


def unfinished_import(found: UnfinishedImport | None) -> None:
    if found is None:
        return
    told = {"file": found.file, "moment": moment(found.begun_at)}
    if found.stopped:
        st.warning(
            _(
                "The import of tickets from “{file}”, begun {moment}, stopped before its end: the figures cover only"
                " part of them. Run it again with the same file, and it goes on where it stopped.",
                **told,
            ),
            icon=":material/warning:",
        )
    else:
        st.info(
            _(
                "Tickets are being imported from “{file}” (begun {moment}). Until this is done, the figures cover only"
                " part of them.",
                **told,
            ),
            icon=":material/hourglass_top:",
        )
