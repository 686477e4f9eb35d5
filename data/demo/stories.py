"""What tickets of the demo world are about: the stories in `stories/*.toml`, told anew for each ticket.

A story has several subjects and openings with blanks such as `{site}`. The first subject goes with the first opening,
the second with the second, the third with the first again, and so on. Its talk is a list of steps, each of them who
speaks (ask, reply, note: the desk; answer: the client), what is said, and perhaps the kind of a file.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from babel.dates import format_date

from models.ticket import Kind, Service, Urgency
from models.user import Language

HERE = Path(__file__).parent
Step = tuple[str, str, str | None]


@dataclass(frozen=True, eq=False)
class Story:
    kind: Kind
    service: Service
    language: Language
    product: str | None
    urgencies: tuple[Urgency, ...]
    subjects: tuple[str, ...]
    openings: tuple[str, ...]
    talk: tuple[Step, ...]
    solution: str
    files: tuple[tuple[str, str], ...]  # kind, and what it shows or is called

    @property
    def begins_with_a_question(self) -> bool:
        return next(who for who, _, _ in self.talk if who != "note") == "ask"


@cache
def stories() -> tuple[Story, ...]:
    books = [tomllib.loads(path.read_text("utf-8")) for path in sorted((HERE / "stories").glob("*.toml"))]
    return tuple(_story({**book, **entry}) for book in books for entry in book["story"])


@cache
def letters(language: Language) -> Mapping[str, Any]:
    """Greetings, endings and turns in a language; the keys are those of `letters.toml`."""
    found: Mapping[str, Any] = tomllib.loads((HERE / "letters.toml").read_text("utf-8"))[language.value]
    return found


def _story(entry: dict[str, Any]) -> Story:
    return Story(
        kind=Kind(entry["kind"]),
        service=Service(entry.get("service", "technical")),
        language=Language(entry["language"]),
        product=entry.get("product"),
        urgencies=tuple(Urgency[name.upper()] for name in entry.get("urgencies", ["none"])),
        subjects=tuple(entry["subjects"]),
        openings=tuple(entry["openings"]),
        talk=tuple((who, text, *(rest or [None])) for who, text, *rest in entry["talk"]),
        solution=entry["solution"],
        files=tuple((kind, name) for kind, name in entry.get("files", [])),
    )


class Teller:
    """Tells one story of one client: the same blanks are filled with the same facts from its beginning to its end."""

    def __init__(
        self, story: Story, sites: Sequence[str], contact: str, filed_at: datetime, *, rng: Random, words: Random
    ) -> None:
        """`rng` draws the facts, `words` how they are put: two people can tell of the same in different words."""
        self._story, self._contact, self._rng, self._letters = story, contact, words, letters(story.language)
        incident = story.kind == Kind.INCIDENT
        day = filed_at + timedelta(days=rng.randint(-9, -2) if incident else rng.randint(4, 18))
        since: str = rng.choice(self._letters["since"])
        self._facts = {
            "site": rng.choice(sites),
            "since": since,
            "since_lower": since[0].lower() + since[1:],
            "day": format_date(day, "d MMMM", locale=story.language.value),
            "few": rng.randint(2, 6),
            "count": rng.randint(8, 60),
            "version": f"{rng.choice((8, 8, 9))}.{rng.randint(0, 4)}.{rng.randint(0, 9)}",
            "code": f"OPA-{rng.randint(1000, 8999)}",
            "station": f"POSTE-{rng.randint(1, 24):02}",
            "vehicle": f"véhicule {rng.randint(101, 480)}",
            "driver": f"conducteur n° {rng.randint(1001, 1290)}",
            "number": f"{filed_at:%Y}-{rng.randint(200, 4800):05}",
        }

    def fill(self, text: str, **more: str) -> str:
        return text.format_map({**self._facts, **more})

    def turn(self, name: str, **more: str) -> str:
        """One of the sayings of that name in `letters.toml`."""
        return self.fill(self._rng.choice(self._letters[name]), **more)

    def beginning(self) -> tuple[str, str]:
        """A subject and the opening that goes with it."""
        drawn = self._rng.randrange(len(self._story.subjects))
        opening = self._story.openings[drawn % len(self._story.openings)]
        return self.fill(self._story.subjects[drawn]), self.fill(opening)

    def letter(self, body: str) -> str:
        """As a contact writes when filing."""
        return f"{self.turn('greetings')}\n\n{body}\n\n{self.turn('endings')}\n{self._contact}"

    def reported(self, channel: str, body: str) -> str:
        """As the desk writes down what a contact told it."""
        return f"{self.fill(self._letters['reported'][channel], contact=self._contact)}\n\n{body}"

    def staff_letter(self, body: str, handler: str) -> str:
        greeting = self.turn("staff_greetings", first_name=self._contact.split()[0])
        return f"{greeting}\n\n{body}\n\n{self.turn('staff_endings', handler=handler)}"
