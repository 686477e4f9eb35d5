"""What a change of the rules would do to the running tickets, shown before it is saved: look first, then save or drop.

A preview belongs to what was asked when it was made: once the form says something else, it cannot be saved any more.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from pathlib import Path

import streamlit as st

from models.preview import Moved, Preview
from models.sla import State
from pages.components.attempt import attempt
from pages.components.clocks import TONES
from pages.components.markdown import escaped
from pages.components.text import _, moment, number, plural, word
from pages.components.words import N_

_STYLE = Path(__file__).parent / "preview.css"
_CLOCKS = {"first_response": N_("First response"), "resolution": N_("Resolution")}


def decide(
    key: str,
    form: object | None,
    preview: Callable[[], Preview],
    save: Callable[[], int],
    *,
    changed: bool = True,
    besides: Callable[[], Iterable[str]] = tuple,
    after: Callable[[], None] = lambda: None,
) -> None:
    """The buttons and, once made, the preview. `form` is what would be saved, None while it makes no sense.

    `besides` are sentences about what else the change does, shown before the tickets.
    `after` is called when all is over, saved or dropped: what was typed has become the rule, or is given up.
    """
    kept: dict[str, str] = st.session_state.get(f"{key}_preview", {})
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            _("Preview"),
            type="secondary" if kept else "primary",
            icon=":material/visibility:",
            shortcut="P",
            key=f"{key}_look",
            disabled=form is None or not changed,
        ):
            with attempt(), st.spinner(_("Dating every running ticket anew…")):
                st.session_state[f"{key}_preview"] = {
                    "form": repr(form),
                    "html": preview_html(preview(), list(besides())),
                }
        if not changed and form is not None:
            st.caption(_("Nothing has been changed yet."))
        elif not kept and st.button(
            _("Drop what is typed"), icon=":material/undo:", type="tertiary", key=f"{key}_undo"
        ):
            _forget(key, after)
            st.rerun()
    if changed:
        st.caption(_("What you type is kept, even when you leave this page, until you save or drop it."))
    if kept:
        _decision(key, kept, form, save, after)


def _decision(
    key: str, kept: dict[str, str], form: object | None, save: Callable[[], int], after: Callable[[], None]
) -> None:
    stale = repr(form) != kept["form"]
    with st.container(border=True, key=f"{key}_board"):
        st.html(_STYLE)
        st.html(kept["html"])
        if stale:
            st.warning(_("The form has changed since this preview. Preview again before you save."))
        with st.container(horizontal=True):
            saving = st.button(
                _("Save"), type="primary", icon=":material/save:", shortcut="S", key=f"{key}_save", disabled=stale
            )
            dropping = st.button(_("Drop"), icon=":material/close:", shortcut="D", key=f"{key}_drop")
    if saving:
        with attempt(), st.spinner(_("Saving, and dating every running ticket anew…")):
            moved = save()
            none = _("Saved. No deadline moved.")
            said = plural("Saved. {count} ticket moved.", "Saved. {count} tickets moved.", moved) if moved else none
            st.session_state["done"] = said
            _forget(key, after)
    elif dropping:
        _forget(key, after)
        st.rerun()


def _forget(key: str, after: Callable[[], None]) -> None:
    st.session_state.pop(f"{key}_preview", None)
    after()


def preview_html(preview: Preview, besides: Sequence[str] = ()) -> str:
    """Every text of a ticket as text."""
    said = "".join(f"<li>{escape(one)}</li>" for one in besides)
    listed = f'<ul class="besides">{said}</ul>' if said else ""
    if not preview.moved:
        return f'<div class="preview">{listed}<p class="calm">✓ {escape(_calm(preview))}</p></div>'
    tiles = "".join(
        f'<li data-tone="{tone if count else "quiet"}"><b>{number(count)}</b><span>{escape(name)}</span></li>'
        for name, count, tone in _tiles(preview)
    )
    heads = "".join(f"<th>{escape(head)}</th>" for head in _heads())
    rows = "".join(map(_row, preview.tickets))
    more = _more(preview)
    return (
        f'<div class="preview">{listed}<ul class="tiles">{tiles}</ul>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}</div>"
    )


def _calm(preview: Preview) -> str:
    return plural(
        "No deadline moves: the {count} running ticket keeps what it was promised.",
        "No deadline moves: the {count} running tickets keep what they were promised.",
        preview.running,
    )


def _tiles(preview: Preview) -> Iterator[tuple[str, int, str]]:
    of = plural("of {count} running ticket", "of {count} running tickets", preview.running)
    yield plural("moves, {of}", "move, {of}", preview.moved, of=of), preview.moved, "plain"
    yield _("earlier"), preview.earlier, "plain"
    yield _("later"), preview.later, "plain"
    yield plural("newly at risk", "newly at risk", preview.newly_at_risk), preview.newly_at_risk, "warn"
    yield plural("newly breached", "newly breached", preview.newly_breached), preview.newly_breached, "bad"
    # Good only for the desk: more time may be what the client loses.
    yield plural("no longer at risk", "no longer at risk", preview.saved), preview.saved, "plain"


def _heads() -> list[str]:
    return [_("Ticket"), _("Client"), _("Promise"), _("Deadline"), _("State")]


def _row(moved: Moved) -> str:
    reference = escape(moved.reference)
    clock = _(_CLOCKS[moved.clock])
    stars = f' <span class="stars">{moved.star_level.stars}</span>' if moved.star_level else ""
    cells = (
        f'<a href="/ticket?ref={reference}" target="_blank">{reference}</a><br>{escaped(moved.subject)}',
        f"{escaped(moved.client)}{stars}",
        escape(clock),
        _deadline(moved),
        _states(moved.state_before, moved.state_after),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _deadline(moved: Moved) -> str:
    if not moved.due_before and not moved.due_after:
        return escape(_("due once the clock runs on"))
    return f"<s>{escape(_due(moved.due_before))}</s> <b>→ {escape(_due(moved.due_after))}</b>{_direction(moved)}"


def _due(at: datetime | None) -> str:
    return moment(at) if at else _("none")


def _direction(moved: Moved) -> str:
    if not moved.due_before or not moved.due_after:
        return ""
    said = _("earlier") if moved.due_after < moved.due_before else _("later")
    return f" <small>{escape(said)}</small>"


def _states(before: State, after: State) -> str:
    told = f'<span class="state" data-tone="{TONES[after]}">{escape(word(after))}</span>'
    return told if before == after else f"<small>{escape(word(before))} →</small> {told}"


def _more(preview: Preview) -> str:
    shown = len({moved.reference for moved in preview.tickets})
    if shown >= preview.moved:
        return ""
    said = _("The {shown} that matter most of {moved}.", shown=shown, moved=preview.moved)
    return f'<p class="more">{escape(said)}</p>'
