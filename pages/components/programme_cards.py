"""What each star programme gives: in the words of the publisher's guide, and by the service levels as they are now."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from itertools import groupby

import streamlit as st

from data.programme import Programme, Subscribed
from models.client import StarLevel
from models.target import Target
from models.ticket import Kind, Service
from models.weekday import Weekday
from pages.components import hours_text
from pages.components.contact_link import contact_link
from pages.components.direct_line import number_html
from pages.components.text import _, day, plural, time_left, weekday, word
from pages.components.words import N_

_MONDAY = date(2024, 1, 1)
_GIVES = {
    StarLevel.THREE: N_("Access to the support through the Client Space (ticket requests)"),
    StarLevel.FOUR: N_("Access to the support through the Client Space, and the direct line of the technical service"),
    StarLevel.FIVE: N_(
        "Access to the support through the Client Space, and the direct line of the technical service (extended hours)"
    ),
}
_STYLE = """<style>
.programme { line-height: 1.45; }
.programme .stars { color: var(--st-orange-color, #B26A12); font-size: 1.25rem; }
.programme .mine { margin-left: 0.6rem; padding: 0.1rem 0.6rem; border-radius: 1rem; font-size: 0.8rem;
  font-weight: 600; color: #fff; background: light-dark(#17697a, #277b8d);
  display: inline-block; }
.programme h3 { font-size: 1.1rem; padding: 0.2rem 0; }
.programme h3::first-letter { text-transform: uppercase; }
.programme .gives { min-height: 4.4rem; margin: 0; }
.programme dl { margin: 0.2rem 0 0.6rem; padding: 0; min-height: 5.6rem; font-size: 0.9rem; }
.programme dt { font-weight: 600; }
.programme :is(dt, dd) { margin: 0; padding: 0; font-size: inherit; }
.programme table { width: 100%; border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.programme :is(th, td) { padding: 0.3rem 0.3rem; text-align: right; border: 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent); font-weight: 400; }
.programme thead th { font-size: 0.78rem; opacity: 0.75; vertical-align: bottom; }
.programme tbody th, .programme thead th:first-child { text-align: left; }
</style>"""


def gives(star_level: StarLevel) -> str:
    """Nothing without a subscription."""
    return _(_GIVES[star_level]) if star_level in _GIVES else ""


def called(star_level: StarLevel) -> str:
    return plural("{count}-star programme", "{count}-star programme", star_level.value)


def term(mine: Subscribed) -> None:
    """What comes after the present programme: the change that is planned, or an end that nears."""
    if mine.next_begins is not None and mine.next_level != StarLevel.NONE:
        said = _(
            "From {day} on you have the {programme}.", day=day(mine.next_begins), programme=called(mine.next_level)
        )
        st.markdown(said)
    if mine.ends_soon and mine.until is not None:
        st.warning(
            _("Your programme ends on {day}: no new technical ticket can be created after that.", day=day(mine.until)),
            icon=":material/event_busy:",
        )
        subject = _("We would like to renew the {programme}", programme=called(mine.star_level))
        contact_link(_("Ask our sales team to renew it"), Service.SALES, subject=subject)


def cards(programmes: Sequence[Programme], mine: Subscribed) -> None:
    """Side by side, on a telephone one below the other; each can be asked for but one's own and one that is planned.

    The telephone number of the direct line stands with the client's own programme.
    """
    st.html(_STYLE)
    for column, programme in zip(st.columns(len(programmes)), programmes, strict=True):
        level = programme.star_level
        with column, st.container(border=True, height="stretch", key=f"programme_{level.value}"):
            st.html(f'<section class="programme">{"".join(_parts(programme, mine.line_number))}</section>')
            if not programme.mine and programme.begins is None:
                subject = _("We would like the {programme}", programme=called(level))
                contact_link(_("Ask our sales team for this programme"), Service.SALES, subject=subject)


def _parts(programme: Programme, number: str) -> Iterator[str]:
    level = programme.star_level
    badge = _("Your programme") if programme.mine else ""
    if programme.begins is not None:
        badge = _("From {day}", day=day(programme.begins))
    mine = f'<span class="mine">{escape(badge)}</span>' if badge else ""
    yield f'<span class="stars" aria-hidden="true">{level.stars}</span>{mine}<h3>{escape(called(level))}</h3>'
    yield f'<p class="gives">{escape(gives(level))}</p>'
    line = level >= StarLevel.FOUR
    title = _("Hours of the direct line, in which the delays count") if line else _("Hours in which the delays count")
    hours = "".join(f"<dd>{escape(said)}</dd>" for said in hours_said(programme.hours))
    call = f"<dd>{number_html(number)}</dd>" if line and programme.mine and number else ""
    yield f"<dl><dt>{escape(title)}</dt>{hours}{call}</dl>"
    heads = (_("Urgency"), _("First response"), _("Resolution"))
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    rows = "".join(map(_row, programme.targets))
    yield f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(target: Target) -> str:
    name = word(target.urgency) if target.kind == Kind.INCIDENT else word(target.kind)
    spans = "".join(f"<td>{escape(time_left(span))}</td>" for span in (target.first_response, target.resolution))
    return f"<tr><th>{escape(name)}</th>{spans}</tr>"


def hours_said(hours: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[str]:
    """ "Monday to Friday 09:00–12:30, 13:30–18:00": days that follow each other and have the same hours, together."""
    names = {one: weekday(_MONDAY + timedelta(days=number)) for number, one in enumerate(Weekday)}
    for said, days in groupby(Weekday, lambda one: hours_text.written(hours.get(one.value, ()))):
        first, *rest = (names[day] for day in days)
        if said:
            yield (
                _("{first} to {last}", first=first, last=rest[-1]) if rest else _("On {day}", day=first)
            ) + f" {said}"
