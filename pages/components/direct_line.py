"""The direct line: its number, and whether it is open, as one says it on the telephone."""

from datetime import datetime, time, timedelta
from html import escape

import streamlit as st

from data import desk_settings
from data.core.days import day_of
from data.core.desk import Desk
from data.core.settings import settings
from data.programme import Subscribed
from models import telephone
from models.direct_line import DirectLine
from models.ticket import Service
from pages.components.attempt import attempt
from pages.components.contact_link import contact_link
from pages.components.text import _, clock_time, day, weekday

_DAY = timedelta(days=1)
_NUMBER = "font-size: 1.25rem; font-weight: 600; color: light-dark(#17697a, #7cc9d7); white-space: nowrap;"


def number_html(number: str) -> str:
    """The number as it is written; a telephone dials it."""
    return f'<a class="telephone" href="{escape(telephone.link(number))}" style="{_NUMBER}">{escape(number)}</a>'


def own_line(mine: Subscribed, now: datetime) -> None:
    """For a client that may call it: the number, and whether somebody answers now; without a number, whom to ask."""
    if mine.line is None:
        return
    title = escape(_("Direct line"))
    number = f"<br>{number_html(mine.line_number)}" if mine.line_number else ""
    st.html(f'<p style="margin:0"><b>{title}</b>{number}</p>')
    if not mine.line_number:
        st.markdown(_("Its telephone number is not published here yet: our sales team gives it to you."))
        subject = _("The telephone number of the direct line")
        contact_link(_("Ask for the number"), Service.SALES, subject=subject)
    opening = _("Direct line open now")
    st.markdown(f"**{opening}**  \n{line_said(mine.line, now)}")


def staff_line(desk: Desk) -> None:
    """What to say to a client that asks for the number."""
    number = desk_settings.direct_line_number(desk)
    missing = escape(_("its telephone number is not entered yet"))
    told = number_html(number) if number else f"<em>{missing}</em>"
    title = escape(_("Direct line:"))
    st.html(f'<p style="margin:0" class="direct-line">{title} {told}</p>')


def number_form(desk: Desk) -> None:
    """The card in which managers enter the number."""
    number = desk_settings.direct_line_number(desk)
    with st.container(border=True, key="direct_line_card"):
        st.subheader(_("Direct line"), anchor=False)
        if not number:
            st.warning(
                _("The telephone number is missing: clients with four and five stars do not know which one to call."),
                icon=":material/phone_disabled:",
            )
        with st.form("direct_line_form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            typed = st.text_input(
                _("Telephone number"),
                number,
                max_chars=telephone.LONGEST,
                placeholder="01 99 00 12 34",
                key=f"direct_line_number_{number}",
                width=260,
            )
            saved = st.form_submit_button(_("Save"), type="primary", key="direct_line_save")
        if saved:
            with attempt(_("The number is saved.")):
                desk_settings.set_direct_line_number(desk, typed or "")
        st.caption(
            _(
                "Clients with four and five stars read it beside their access code. It is open in the hours of their"
                " incidents without urgency."
            )
        )


def line_said(line: DirectLine | None, now: datetime) -> str:
    """ "yes, until 18:00", "no, opens Monday 09:00"; None is what a client has below four stars."""
    if line is None:
        return _("no: the direct line is for four and five stars")
    if line.open:
        return _open(line.until, now) if line.until else _("yes, day and night")
    if line.opens_at is None:
        return _("no")
    at, today = clock_time(line.opens_at), day_of(now)
    on = day_of(line.opens_at)
    if on == today:
        return _("no, opens at {time}", time=at)
    if on == today + _DAY:
        return _("no, opens tomorrow at {time}", time=at)
    if on < today + 7 * _DAY:
        return _("no, opens {weekday} {time}", weekday=weekday(on), time=at)
    return _("no, opens on {date} at {time}", date=day(on), time=at)


def _open(until: datetime, now: datetime) -> str:
    """With the day where it is not today; midnight is the end of the day that it closes."""
    closes, closes_on = until.astimezone(settings().zone), day_of(until)
    at = clock_time(until)
    if closes.time() == time():
        at, closes_on = _("midnight"), closes_on - _DAY
    if closes_on == day_of(now):
        return _("yes, until {time}", time=at)
    if closes_on < day_of(now) + 7 * _DAY:
        return _("yes, until {weekday} {time}", weekday=weekday(closes_on), time=at)
    return _("yes, until {date} at {time}", date=day(closes_on), time=at)
