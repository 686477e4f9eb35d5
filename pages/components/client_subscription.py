"""What a client subscribes to, on its page: the whole history, and the next change, looked at before it is saved."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import streamlit as st

from data import subscriptions
from data.core.days import day_of
from data.core.desk import Desk
from models.client import StarLevel
from models.direct_line import LineChange
from models.permission import Permission
from models.subscription import Period, Phase, Plan
from pages.components.attempt import attempt
from pages.components.preview import decide
from pages.components.programme_cards import hours_said
from pages.components.subscription_plot import said, subscription_plot
from pages.components.text import _, plain, word

_FIFTY_YEARS = timedelta(days=50 * 365)


def subscription(desk: Desk, client_id: int) -> None:
    periods, today = subscriptions.history(desk, client_id), day_of(desk.now)
    with st.container(key="client_subscription"):
        st.subheader(_("Subscriptions"), anchor=False)
        if periods:
            subscription_plot(periods, today)
        else:
            st.caption(_("This client has never subscribed. Tickets to the technical service need a subscription."))
        for one in reversed(periods):
            with st.container(horizontal=True, vertical_alignment="center"):
                told = plain(said(one))
                st.markdown(f"**{told}**" if one.phase is Phase.RUNNING else told)
                if one.phase is Phase.COMING and desk.may(Permission.MANAGE_CLIENTS):
                    _cancel(desk, client_id, one)
        if desk.may(Permission.MANAGE_CLIENTS):
            _change(desk, client_id, next((one for one in periods if one.phase is Phase.RUNNING), None), today)


def _cancel(desk: Desk, client_id: int, one: Period) -> None:
    if st.button(_("Cancel"), icon=":material/event_busy:", key=f"period_cancel_{one.id}"):
        with attempt(_("It is cancelled.")):
            subscriptions.cancel(desk, client_id, one.id)


def _change(desk: Desk, client_id: int, running: Period | None, today: date) -> None:
    """The keys name what runs: once that has changed, the form begins anew."""
    held = running.star_level if running else StarLevel.NONE
    key = f"plan_{client_id}_{running.id if running else 0}_{running.until if running else ''}"
    st.subheader(_("Change it"), anchor=False)
    st.caption(_("Start, renew, raise, lower or end: today, or on a later day by itself."))
    with st.container(horizontal=True, vertical_alignment="bottom", key="plan"):
        level = st.segmented_control(
            _("Star level (now: {level})", level=held),
            list(StarLevel),
            default=held,
            required=True,
            format_func=word,
            key=f"{key}_level",
        )
        dates: Any = {"format": "DD/MM/YYYY", "min_value": today, "max_value": today + _FIFTY_YEARS, "width": 170}
        begins = st.date_input(_("Beginning on"), today, key=f"{key}_begins", **dates)
        until = None
        if level:
            given = running.until if running else None
            until = st.date_input(
                _("Until and with"), given, key=f"{key}_until", help=_("Left empty: without end."), **dates
            )
    plan = Plan(level or StarLevel.NONE, begins, until)
    saved: list[subscriptions.Saved] = []

    def save() -> int:
        saved.append(subscriptions.save(desk, client_id, plan))
        return saved[0].moved

    if begins > today:
        st.caption(_("The preview shows the tickets that run now, as if the change began now."))
    decide(
        f"plan_{client_id}",
        plan,
        preview=lambda: subscriptions.preview(desk, client_id, plan),
        save=save,
        besides=lambda: _line_said(subscriptions.line_change(desk, client_id, plan)),
        changed=(plan.star_level, until) != (held, running.until if running else None),
        after=lambda: _tell_of_code(saved),
    )


def _tell_of_code(saved: list[subscriptions.Saved]) -> None:
    told = {"issued": _("An access code has been issued."), "ended": _("The access code has ended."), "": ""}
    if saved and told[saved[0].code]:
        st.session_state["done"] += " " + told[saved[0].code]


def _line_said(change: LineChange) -> Iterator[str]:
    """What becomes of the access code, and of the hours of the direct line."""
    before, after = (" · ".join(hours_said(hours)) for hours in (change.before, change.after))
    if change.code == "ended":
        yield _("The client’s access code ends.")
    elif change.code == "issued":
        yield _("The client is issued an access code.")
    if before and not after:
        yield _("The direct line ends; its hours were: {hours}.", hours=before)
    elif after and not before:
        yield _("The direct line opens: {hours}.", hours=after)
    elif before != after:
        yield _("The hours of the direct line change from {before} to {after}.", before=before, after=after)
