"""One ticket of the demo world, from its filing on, through the commands that people use."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from data import conversation, tickets
from data.core.desk import Desk
from data.core.uploads import StoredFile, store
from data.demo import files, filing
from data.demo.pacing import Pacing
from data.demo.plots import Plot, Twist
from data.demo.stages import Pace
from data.demo.stories import Step, Teller
from data.demo.world import World
from models.permission import Role
from models.ticket import Channel, Kind, Service, Urgency


class Life:
    """Iterating gives the moment of the next event, and makes it happen when asked to go on."""

    def __init__(self, world: World, plot: Plot) -> None:
        self._world, self._plot, self._rng = world, plot, Random(f"life {plot.number}.{plot.scene}")
        facts, sites = Random(f"facts {plot.number}"), plot.company.sites
        self._teller = Teller(plot.story, sites, plot.contact.name, plot.filed_at, rng=facts, words=self._rng)
        self._handler = self._rng.choice(world.cast.handlers(plot.story.service, plot.story.product))
        self._pacing = Pacing(plot, world.terms, self._rng)
        self._answered = False
        self._reference = ""

    def __iter__(self) -> Iterator[datetime]:
        pace, twist = self._plot.pace, self._plot.twist
        yield self._plot.filed_at
        self._file()
        if twist == Twist.DUPLICATE:
            self._repeat()
        if pace.first > 1 and self._rng.random() < 0.7:
            yield self._pacing.after_filing(min(1.02, pace.taken))
            conversation.reply(self._client, self._reference, self._teller.turn("pleas"))
        yield self._pacing.after_filing(pace.taken)
        self._take()
        if self._plot.repeats:
            yield from self._recognise(self._plot.repeats)
        elif twist == Twist.WITHDRAWN:
            yield from self._withdraw()
        else:
            yield from self._talk()
            yield self._pacing.in_time(1)
            tickets.resolve(self._desk, self._reference, self._teller.fill(self._plot.story.solution))
            if twist == Twist.FOLLOWED and self._plot.story.kind == Kind.INCIDENT:
                self._come_back()

    @property
    def _desk(self) -> Desk:
        return self._world.desk(self._handler)

    @property
    def _client(self) -> Desk:
        return self._world.desk(self._plot.contact)

    def _file(self) -> None:
        plot, teller = self._plot, self._teller
        channel = filing.channel(plot, self._pacing.is_open(), self._rng)
        by_client = channel == Channel.PORTAL
        form = filing.form(plot, teller, channel, self._world.cast)
        sent = [self._made(kind, teller.fill(name)) for kind, name in filing.files_sent(plot, channel, self._rng)]
        self._reference = tickets.file(self._client if by_client else self._desk, form, sent)
        self._world.filed.append((plot.story, self._reference))

    def _take(self) -> None:
        if self._plot.number % 3 == 0:
            manager = self._rng.choice(self._world.cast.staff[Role.MANAGER])
            tickets.assign(self._world.desk(manager), self._reference, self._handler.id)
        else:
            tickets.take(self._desk, self._reference)

    def _talk(self) -> Iterator[datetime]:
        pacing, talk, turned = self._pacing, self._plot.story.talk, False
        for number, (who, text, kind) in enumerate(talk):
            if who == "answer":
                yield pacing.answer()
                self._client_says(text, kind)
            else:
                if self._answered:
                    yield pacing.in_time(1 + sum(step[0] != "answer" for step in talk[number:]))
                else:
                    yield pacing.after_filing(self._plot.pace.first * (0.97 if who == "note" else 1))
                self._desk_says((who, text, kind))
            if self._answered and not pacing.waiting and not turned:
                turned = True
                yield from self._turn()

    def _desk_says(self, step: Step) -> None:
        who, text, kind = step
        if who == "note":
            conversation.note(self._desk, self._reference, self._teller.fill(text))
            return
        ask = who == "ask" and self._plot.pace.pauses
        letter = self._teller.staff_letter(self._teller.fill(text), self._handler.name.split()[0])
        conversation.reply(self._desk, self._reference, letter, self._sent(kind), ask=ask)
        self._answered = True
        if ask:
            self._pacing.pause()

    def _client_says(self, text: str, kind: str | None) -> None:
        conversation.reply(self._client, self._reference, self._teller.fill(text), self._sent(kind))
        self._pacing.resume()

    def _turn(self) -> Iterator[datetime]:
        """What happens besides, once the desk has answered."""
        match self._plot.twist, self._pacing.urgency:
            case Twist.RAISED, Urgency.LOW | Urgency.SERIOUS:
                yield self._pacing.soon()
                self._set_urgency(Urgency(self._pacing.urgency + 1), "raised")
            case Twist.LOWERED, Urgency.SERIOUS | Urgency.CRITICAL:
                yield self._pacing.soon()
                self._set_urgency(Urgency(self._pacing.urgency - 1), "lowered")
            case Twist.LINKED, _:
                yield self._pacing.soon()
                self._link()
            case Twist.HANDED_OVER, _ if self._plot.story.service == Service.TECHNICAL:
                yield self._pacing.soon()
                self._hand_over()

    def _set_urgency(self, urgency: Urgency, why: str) -> None:
        tickets.set_urgency(self._desk, self._reference, urgency, self._teller.turn(why))
        self._pacing.urgency = urgency

    def _link(self) -> None:
        """To the last ticket that tells the same, whosever it is."""
        told = ((story, reference) for story, reference in self._world.filed if reference != self._reference)
        others = [reference for story, reference in told if story == self._plot.story]
        if others:
            conversation.note(self._desk, self._reference, self._teller.turn("same_symptom", before=others[-1]))
            tickets.link(self._desk, self._reference, others[-1])

    def _hand_over(self) -> None:
        colleagues = [one for one in self._world.cast.working(Service.TECHNICAL) if one != self._handler]
        colleague = self._rng.choice(colleagues)
        conversation.note(self._desk, self._reference, self._teller.turn("handed_over", colleague=colleague.name))
        tickets.assign(self._desk, self._reference, colleague.id)
        self._handler = colleague

    def _withdraw(self) -> Iterator[datetime]:
        yield self._pacing.answer()
        conversation.reply(self._client, self._reference, self._teller.turn("withdrawn"))
        yield self._pacing.soon()
        tickets.withdraw(self._client, self._reference)

    def _recognise(self, original: str) -> Iterator[datetime]:
        yield self._pacing.after_filing(self._plot.pace.first)
        text = self._teller.turn("known", before=original)
        letter = self._teller.staff_letter(text, self._handler.name.split()[0])
        conversation.reply(self._desk, self._reference, letter)
        yield self._pacing.soon()
        tickets.mark_duplicate(self._desk, self._reference, original)

    def _repeat(self) -> None:
        """A colleague who does not know files the same."""
        contact = self._rng.choice([one for one in self._plot.company.contacts if one != self._plot.contact])
        later = self._plot.filed_at + timedelta(minutes=self._rng.uniform(15, 200))
        self._go_on(later, contact=contact, repeats=self._reference)

    def _come_back(self) -> None:
        later = self._world.terms.standard.due(self._pacing.at, timedelta(hours=self._rng.uniform(6, 50)))
        self._go_on(later, follows=self._reference)

    def _go_on(self, filed_at: datetime, **changes: object) -> None:
        """Another ticket of the same story; none where the subscription that it needs has ended by then."""
        if self._plot.story.service == Service.TECHNICAL and not self._plot.company.stars(filed_at):
            return
        pace = Pace(0.2, self._rng.uniform(0.25, 0.7), self._rng.uniform(0.3, 0.9), timedelta(hours=3))
        plot = replace(self._plot, scene=1, filed_at=filed_at, pace=pace, twist=None, **changes)  # type: ignore[arg-type]
        self._world.begin(Life(self._world, plot))

    def _sent(self, kind: str | None) -> list[StoredFile]:
        return [self._made(kind, "opaline")] if kind else []

    def _made(self, kind: str, shown: str) -> StoredFile:
        product = self._plot.story.product or "Opaline"
        return store([files.make(kind, shown, product, self._pacing.at, self._rng)])[0]
