"""The box « Détails » of a contact's home: the company, its programme, its access code, and the direct line."""

import streamlit as st

from data import access_codes, programme
from data.core.desk import Desk
from data.programme import Subscribed
from models.client import StarLevel
from models.ticket import Service
from pages.components.attempt import attempt
from pages.components.contact_link import colleague_link, contact_link
from pages.components.direct_line import own_line
from pages.components.navigation import file_at
from pages.components.programme_cards import called, gives, term
from pages.components.text import _, day, plain

# On a telephone the box comes first: the code is what one calls with.
_STYLE = """<style>
@media (max-width: 640px) { .stColumn:has(.st-key-details) { order: -1; } }
.st-key-details h3 { font-size: 1.15rem; padding: 0; }
.st-key-details .stCode code { font-size: 1.35rem; font-weight: 600; letter-spacing: 0.06em; }
</style>"""


def details_box(desk: Desk) -> None:
    st.html(_STYLE)
    mine = programme.mine(desk)
    with st.container(border=True, key="details"):
        st.subheader(_("Details"), anchor=False)
        st.markdown(f"**{plain(mine.client)}**")
        _programme(mine)
        _code(desk, mine)
        own_line(mine, desk.now)
        colleague_link()


def _programme(mine: Subscribed) -> None:
    if mine.star_level != StarLevel.NONE:
        until = " · " + _("until {day}", day=day(mine.until)) if mine.until else ""
        st.markdown(f":orange[{mine.star_level.stars}] {called(mine.star_level)}{until}  \n{gives(mine.star_level)}")
    elif mine.next_level == StarLevel.NONE:
        st.markdown(_("No subscription of your company is running. Our sales team can start one."))
    term(mine)
    st.page_link(file_at("programme"), label=_("Delays by programme"), icon=":material/timer:")


def _code(desk: Desk, mine: Subscribed) -> None:
    """The code or, as the guide has it, why there is none and whom to ask."""
    with st.container(key="own_code"):
        title, code = _("Access code"), access_codes.mine(desk)
        st.markdown(f"**{title}**")
        if code is not None:
            st.code(code, language=None)
            st.caption(_("Say it when you call the direct line."))
        elif mine.star_level < StarLevel.FOUR:
            st.markdown(_("There is no code: your company is not in the 4- or 5-star programme."))
            _how_to_get_one(mine)
        else:
            _missing(desk, mine)


def _how_to_get_one(mine: Subscribed) -> None:
    """Nobody is invited to order what is ordered already."""
    if mine.next_level.has_direct_line and mine.next_begins:
        st.markdown(_("Your code appears here on {day}.", day=day(mine.next_begins)))
        return
    st.markdown(_("With four stars you get: {what}.", what=gives(StarLevel.FOUR)))
    subject = _("We would like the {programme}", programme=called(StarLevel.FOUR))
    contact_link(_("Write to our sales team"), Service.SALES, subject=subject)


def _missing(desk: Desk, mine: Subscribed) -> None:
    if mine.asked:
        st.info(
            _("Your request {reference} is with the sales team. Your code will appear here.", reference=mine.asked),
            icon=":material/hourglass_top:",
        )
        label = _("Open the request")
        st.page_link("portal/ticket.py", label=label, icon=":material/label:", query_params={"ref": mine.asked})
        return
    st.markdown(
        _("Your programme has an access code, and yet there is none: tell our teams, and they will pass it on to you.")
    )
    if st.button(_("Ask for my access code"), type="primary", icon=":material/key:", key="ask_code"):
        with attempt(_("Your request is with the sales team.")):
            subject, level = _("Our access code is missing"), called(mine.star_level)
            said = _("We have the {programme}, but no access code. Please give us one.", programme=level)
            programme.ask_for_code(desk, subject, said)
