"""Everything said to a person, in that person's language.

English is the source; `locale/<language>/LC_MESSAGES/guichet.po` is read as it is, so there is nothing to compile.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from gettext import NullTranslations
from io import BytesIO

import streamlit as st
from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import Translations

from data.core.settings import ROOT, settings
from models.errors import DeskError
from models.user import Language
from pages.components.words import CALENDARS, WORDS

_LOCALES = {Language.FRENCH: Locale("fr", "FR"), Language.ENGLISH: Locale("en", "GB")}
_LEAST_SHARE = 0.001  # that a percentage shows
_JUST_NOW = timedelta(seconds=45)
_ALMOST_A_WEEK = timedelta(days=6)
_LINK = re.compile(r"(https?:|www(?=\.))", re.IGNORECASE)  # made links even where their signs are escaped
_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")

_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(to: Language) -> Iterator[None]:
    """Everything within is said in this language; for what is drawn outside a screen, which has no session."""
    before = _spoken.set(to)
    try:
        yield
    finally:
        _spoken.reset(before)


def language() -> Language:
    """The user's own; to a stranger we speak French, unless the browser asks for English."""
    chosen = _spoken.get() or st.session_state.get("language")
    if chosen is not None:
        return Language(chosen)
    asked = st.context.locale
    return Language.ENGLISH if isinstance(asked, str) and asked.lower().startswith("en") else Language.FRENCH


def _(message: str, /, **facts: object) -> str:
    """The message in the user's language, its facts written the way that language writes them."""
    said = _catalogue(language()).gettext(message)
    return said.format(**{name: _fact(value) for name, value in facts.items()}) if facts else said


def plural(one: str, many: str, count: int, **facts: object) -> str:
    """The right one of two messages for `count`, which both may name as `{count}`."""
    said = _catalogue(language()).ngettext(one, many, count)
    return said.format(**{name: _fact(value) for name, value in {"count": count, **facts}.items()})


def word(member: Enum) -> str:
    """What a member of one of our enums is called."""
    return _(WORDS[type(member)][member])


def calendar_name(name: str) -> str:
    """What a calendar is called: those of a new desk have a name in each language."""
    return _(CALENDARS[name]) if name in CALENDARS else name


def told(refusal: DeskError) -> str:
    """A refusal in words, as Markdown: facts may come from a URL or a stranger, and show as plain text."""
    facts = {
        name: plain(value) if isinstance(value, str) and not isinstance(value, Enum) else value
        for name, value in refusal.facts.items()
    }
    return _(refusal.message, **facts)


def plain(text: str) -> str:
    """Markdown that shows the text as it is, on one line. An address in it becomes no link."""
    whole = _LINK.sub("\\1\N{WORD JOINER}", " ".join(text.split()))
    return _MARKUP.sub(r"\\\1", whole)


def number(value: float) -> str:
    return str(format_decimal(value, locale=_LOCALES[language()]))


def percent_if(share: float | None) -> str:
    """Nothing of no share, such as that of none."""
    return "" if share is None else percent(share)


def percent(share: float) -> str:
    """Of 0 to 1, rounded to the tenth; only all of them are 100 %, and only none are 0 %."""
    pattern = "#,##0.#\u00a0%" if language() == Language.FRENCH else "#,##0.#%"
    shown = min(max(share, _LEAST_SHARE), 1 - _LEAST_SHARE) if 0 < share < 1 else share
    return str(format_percent(shown, pattern, locale=_LOCALES[language()]))


def moment(at: datetime) -> str:
    """Short date and time of the desk's zone."""
    return str(format_datetime(at, "short", tzinfo=settings().zone, locale=_LOCALES[language()]))


def day(of: date) -> str:
    return str(format_date(of, "medium", locale=_LOCALES[language()]))


def weekday(of: date) -> str:
    return str(format_date(of, "EEEE", locale=_LOCALES[language()]))


def clock_time(at: datetime) -> str:
    """Hour and minute in the desk's zone."""
    return str(format_time(at, "HH:mm", tzinfo=settings().zone, locale=_LOCALES[language()]))


def short_weekday(of: date) -> str:
    return str(format_date(of, "EEE\u00a0d", locale=_LOCALES[language()]))


def short_day(of: date) -> str:
    """Without its year."""
    return str(format_skeleton("MMMd", of, locale=_LOCALES[language()]))


def when(at: datetime, now: datetime) -> str:
    """Weekday and time, as people say it of a moment less than a week away; else the date as well."""
    if abs(at - now) > _ALMOST_A_WEEK:
        return moment(at)
    return str(format_datetime(at, "EEE\u00a0HH:mm", tzinfo=settings().zone, locale=_LOCALES[language()]))


def deadline(at: datetime, now: datetime) -> str:
    """A moment to come, as one says it of a promise: "Tuesday 10:30"; a week away or more, with its date."""
    local, zone = at.astimezone(settings().zone), settings().zone
    days = (local.date() - now.astimezone(zone).date()).days
    french = language() == Language.FRENCH
    clock = ("H'\u00a0h'" if not local.minute else "H'\u00a0h\u00a0'mm") if french else "HH:mm"
    if days in (0, 1):
        time = str(format_datetime(at, clock, tzinfo=zone, locale=_LOCALES[language()]))
        return _("today {time}", time=time) if days == 0 else _("tomorrow {time}", time=time)
    pattern = f"EEEE {clock}" if 0 < days < 7 else f"EEEE d MMMM {clock}"
    return str(format_datetime(at, pattern, tzinfo=zone, locale=_LOCALES[language()]))


def ago(at: datetime, now: datetime) -> str:
    if abs(now - at) < _JUST_NOW:
        return _("just now")
    return str(format_timedelta(at - now, add_direction=True, locale=_LOCALES[language()]))


def time_left(span: timedelta) -> str:
    """A span of opening time: "3 h 20", "45 min"; hours however many, since a day of opening is no day.

    Cut to the minute, so that it never promises too much; what is overdue has a minus sign.
    """
    minutes = abs(span) // timedelta(minutes=1)
    hours, rest = divmod(minutes, 60)
    sign = "−" if span < timedelta() else ""
    if not minutes:
        return f"{sign}<\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}min"
    if not hours:
        return f"{sign}{rest}\N{NO-BREAK SPACE}min"
    return f"{sign}{_fact(hours)}\N{NO-BREAK SPACE}h" + (f"\N{NO-BREAK SPACE}{rest:02}" if rest else "")


def _fact(value: object) -> object:
    match value:
        case Enum() if type(value) in WORDS:
            return word(value)
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case timedelta():
            return time_left(value)
        case bool():
            return value
        case int() | float():
            return number(value)
        case _:
            return value


@cache
def _catalogue(spoken: Language) -> NullTranslations:
    path = ROOT / "locale" / spoken / "LC_MESSAGES" / "guichet.po"
    if spoken == Language.ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=str(_LOCALES[spoken])))
    compiled.seek(0)
    return Translations(fp=compiled)
