"""The three star programmes side by side, with what each gives and how fast; one's own is marked."""

import streamlit as st

from data import programme
from models.client import StarLevel
from pages.components.page_style import wide
from pages.components.programme_cards import called, cards, term
from pages.components.session import current_desk
from pages.components.text import _, day

desk = current_desk()

wide()
mine = programme.mine(desk)
st.title(_("Star programme"), anchor=False)
if mine.star_level == StarLevel.NONE and mine.next_level == StarLevel.NONE:
    st.info(_("No subscription of your company is running. Our sales team can start one."), icon=":material/star_half:")
elif mine.until:
    st.caption(_("You have the {programme}, until {day}.", programme=called(mine.star_level), day=day(mine.until)))
term(mine)
cards(programme.every(desk), mine)
st.caption(
    _(
        "Tickets are worked by their order of arrival, their urgency and your programme. The delays count in these"
        " hours alone, without public holidays, and stand still while your answer is awaited."
    )
)
