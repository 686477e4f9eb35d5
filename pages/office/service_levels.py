"""What is promised: to which stars, how urgent, answered and resolved within how long. Looked at before it is saved."""

import streamlit as st

from data import calendars, service_levels
from models.errors import Refused
from pages.components import targets
from pages.components.direct_line import number_form
from pages.components.page_style import wide
from pages.components.preview import decide
from pages.components.session import current_desk
from pages.components.text import _, told

desk = current_desk()

wide()

st.title(_("Service levels"), anchor=False)
st.markdown(
    _("What every ticket is promised. A change holds from the moment it is saved, and dates the running clocks.")
)

number_form(desk)
grid, names = service_levels.grid(desk), [one.name for one in calendars.all(desk)]
asked = None
try:
    asked = targets.targets_form(desk, grid, names)
except Refused as wrong:
    st.error(told(wrong), icon=":material/error:")

decide(
    "targets",
    asked,
    preview=lambda: service_levels.preview(desk, asked),
    save=lambda: service_levels.save(desk, asked, seen=grid),
    changed=asked != grid,
    after=lambda: targets.drop(desk),
)
