"""What another programme would have meant: facts that sales and a client can talk about."""

from datetime import timedelta
from functools import lru_cache
from typing import Any

import streamlit as st

from data import what_if
from data.core.desk import Desk
from models.client import StarLevel
from models.received import Case, Judged, Verdict, WhatIf
from models.ticket import Urgency
from models.user import Language
from pages.components.figures import bars, part, share, simple_table
from pages.components.links_table import Cell, Column, Row, links_table
from pages.components.subscription_plot import COLOURS
from pages.components.text import _, language, moment, plural, time_left, word

_MARKS = {True: "✓", False: "✗", None: "…"}


def what_another_would_have_meant(desk: Desk, client_id: int, held: StarLevel) -> None:
    found = what_if.compare(desk, client_id)
    with st.container(key="client_what_if"):
        st.subheader(_("What would another programme have meant?"), anchor=False)
        if not found.tickets:
            st.caption(_("No ticket was filed in the last twelve months: there is nothing to compare."))
            return
        st.markdown(_sentence(found, held))
        st.plotly_chart(
            _figure(found.verdicts, language()),
            key="what_if_plot",
            config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
            alt=". ".join(f"{word(one.star_level)}: {_told(one)}" for one in found.verdicts),
        )
        _tables(found, held)
        _tickets(found)


def _sentence(found: WhatIf, held: StarLevel) -> str:
    """What sales can say to the client: what they would have been promised, and what of it we already did."""
    parts = [
        _("{met} within what {stars} promises", met=one.first_response.met, stars=word(one.star_level))
        for one in found.verdicts
    ]
    now = next((one for one in found.verdicts if one.star_level == held), found.verdicts[0])
    answers = plural(
        "Of the {count} first response due to you in the last twelve months, {parts}.",
        "Of the {count} first responses due to you in the last twelve months, {parts}.",
        now.first_response.decided,
        parts=", ".join(parts),
    )
    other = next(one for one in reversed(found.verdicts) if one is not now)
    if now.first_response_within is None or other.first_response_within is None:
        return answers
    promise = _(
        "For half of your tickets an answer would have been promised within {other} with {stars}, by the clock on the "
        "wall, and within {now} with {held}.",
        other=time_left(other.first_response_within),
        now=time_left(now.first_response_within),
        stars=word(other.star_level),
        held=word(now.star_level),
    )
    return f"{answers} {promise}"


def _told(one: Verdict) -> str:
    return _(
        "first response {first}, resolution {resolution}",
        first=share(one.first_response),
        resolution=share(one.resolution),
    )


def _tables(found: WhatIf, held: StarLevel) -> None:
    """What was kept, and what is promised: a column for each programme."""
    now = _("{stars} (now)", stars=word(held))
    heads = ["", *(now if one.star_level == held else word(one.star_level) for one in found.verdicts)]
    kept = [
        [_("First responses in time"), *(part(one.first_response) for one in found.verdicts)],
        [_("Resolutions in time"), *(part(one.resolution) for one in found.verdicts)],
        [_("Half are promised an answer within"), *(_within(one.first_response_within) for one in found.verdicts)],
        [_("Half are promised a resolution within"), *(_within(one.resolution_within) for one in found.verdicts)],
    ]
    simple_table(heads, [*kept, *map(_case, found.cases)])
    st.caption(
        _("Promises are hours of opening: first response / resolution. The waits are by the clock on the wall.")
        + " "
        + _("The promises counted are those that can be judged under all three programmes, missed ones included.")
    )


def _within(wait: timedelta | None) -> str:
    return "—" if wait is None else time_left(wait)


def _case(case: Case) -> list[str]:
    kind = word(case.kind) if case.urgency == Urgency.NONE else f"{word(case.kind)} · {word(case.urgency).lower()}"
    count = plural("{count} ticket", "{count} tickets", case.count)
    promised = [f"{time_left(one.first_response)} / {time_left(one.resolution)}" for one in case.targets]
    return [f"{kind} ({count})", *promised]


def _tickets(found: WhatIf) -> None:
    """Those that make the difference."""
    if not found.differing:
        st.caption(_("No ticket makes a difference: each programme would have seen the same ones in time."))
        return
    label = plural("{count} ticket makes the difference", "{count} tickets make the difference", found.differing)
    with st.expander(label):
        levels = [one.star_level for one in found.verdicts]
        answer = links_table(
            "what_if_tickets",
            [Column(_("Subject")), Column(_("Filed"), "10rem"), *(Column(word(level), "6.5rem") for level in levels)],
            [_row(one) for one in found.judged],
            caption=label,
        )
        st.caption(_("First response / resolution: ✓ in time, ✗ too late, … not decided yet."))
        if found.differing > len(found.judged):
            st.caption(_("The latest {shown} of {all}.", shown=len(found.judged), all=found.differing))
        if answer.opened:
            st.switch_page("desk/ticket.py", query_params={"ref": answer.opened})


def _row(one: Judged) -> Row:
    kind = word(one.kind) if one.urgency == Urgency.NONE else f"{word(one.kind)} · {word(one.urgency).lower()}"
    marks = zip(one.first_response, one.resolution, strict=True)
    return Row(
        one.reference,
        f"/ticket?ref={one.reference}",
        (
            Cell(one.subject, f"{one.reference} · {kind}"),
            Cell(moment(one.filed_at)),
            *(Cell(f"{_MARKS[first]} / {_MARKS[resolution]}") for first, resolution in marks),
        ),
    )


@lru_cache(maxsize=64)
def _figure(verdicts: tuple[Verdict, ...], _spoken: Language) -> dict[str, Any]:
    """The three programmes side by side, for both promises."""
    names = [_("First response"), _("Resolution")]
    return {
        "data": [
            {
                "type": "bar",
                "name": word(one.star_level),
                "x": names,
                "y": [
                    None if kept.share is None else 100 * kept.share for kept in (one.first_response, one.resolution)
                ],
                "marker": {"color": COLOURS[one.star_level]},
                "text": [share(one.first_response), share(one.resolution)],
                "textposition": "auto",
                "customdata": [part(one.first_response), part(one.resolution)],
                "hovertemplate": f"%{{x}} · {word(one.star_level)} : %{{customdata}}<extra></extra>",
            }
            for one in verdicts
        ],
        "layout": bars(230),
    }
