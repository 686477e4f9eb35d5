"""The calendars: when the desk is open, on which days it is not, and what a change of that would do."""

import streamlit as st

from data import calendars
from models.errors import Refused
from pages.components.attempt import attempt
from pages.components.calendar_form import began, calendar_form, drop, saved_form
from pages.components.calendar_holidays import holidays_known
from pages.components.page_style import wide
from pages.components.preview import decide
from pages.components.self_check import self_check_box
from pages.components.session import current_desk
from pages.components.text import _, calendar_name, plain, told, word
from pages.components.year import year_plot

desk = current_desk()

wide()

sheets = {sheet.name: sheet for sheet in calendars.all(desk)}

title, right = st.columns([3, 1], vertical_alignment="bottom")
title.title(_("Calendars"), anchor=False)
making = right.container()
name = st.segmented_control(
    _("Calendar"),
    list(sheets),
    default=next(iter(sheets)),
    format_func={one: calendar_name(one) for one in sheets}.__getitem__,
    required=True,
    label_visibility="collapsed",
    key="calendar",
)
sheet = sheets[name or next(iter(sheets))]
levels = ", ".join(word(level) for level in sheet.star_levels)
since = began(sheet.valid_from)
st.caption(
    _("Used by {levels} · in force {since}", levels=levels, since=since)
    if levels
    else _("Used by no star level yet · in force {since}", since=since)
)

asked = None
year = st.session_state.setdefault("calendar_year", desk.now.year)
try:
    asked = calendar_form(desk, sheet, desk.now.year)
    days = calendars.year(desk, sheet.name, year, asked)
except Refused as wrong:
    asked, days = None, calendars.year(desk, sheet.name, year)
    st.error(told(wrong), icon=":material/error:")
decide(
    f"calendar_{sheet.name}",
    asked,
    preview=lambda: calendars.preview(desk, sheet.name, asked),
    save=lambda: calendars.save(desk, sheet.name, asked, seen=sheet.valid_from),
    changed=asked != saved_form(sheet),
    after=lambda: drop(desk, sheet),
)

with making.popover(_("New calendar"), icon=":material/add:", width="stretch", key="calendar_new"):
    st.caption(
        _("A copy of {name} as it stands in the form, under another name.", name=plain(calendar_name(sheet.name)))
    )
    new = st.text_input(_("Name"), max_chars=60, key="calendar_new_name")
    if st.button(_("Create"), type="primary", key="calendar_create", disabled=asked is None):
        with attempt(_("Calendar {name} created.", name=plain(new))):
            calendars.create(desk, new, asked)


def turn(by: int) -> None:
    st.session_state["calendar_year"] += by


st.divider()
with st.container(horizontal=True, vertical_alignment="center"):
    st.subheader(_("The year {year}", year=str(year)), anchor=False, width="content")
    st.button("", icon=":material/chevron_left:", help=_("Previous year"), on_click=turn, args=(-1,), key="year_before")
    st.button("", icon=":material/chevron_right:", help=_("Next year"), on_click=turn, args=(1,), key="year_after")
year_plot(days)
if asked is None or asked.country == sheet.country:
    known = holidays_known(sheet, year)
    if known:
        st.caption(known)

with st.expander(_("Versions that held before"), icon=":material/history:"):
    former = [(begins, author) for begins, author in sheet.versions if begins < sheet.valid_from]
    if not former:
        st.caption(_("None: what holds now has held from the beginning."))
    for begins, author in former:
        st.markdown(f"{began(begins)} · {plain(author or 'Guichet')}")

self_check_box(desk)
