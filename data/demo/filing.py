"""How a ticket of the demo world comes in: through the portal, or told to the desk, who writes it down."""

from random import Random

from data.demo.cast import Cast
from data.demo.plots import Plot
from data.demo.stories import Teller
from data.tickets import TicketForm
from models.ticket import Channel, Service

MENTIONED = {"csv", "log"}  # kinds of files that the stories speak of


def channel(plot: Plot, is_open: bool, rng: Random) -> Channel:
    """The direct line is for four and five stars; nobody calls, and nothing is written down, when it is closed."""
    if plot.follows or plot.repeats or not is_open or rng.random() > 0.22:
        return Channel.PORTAL
    if any(kind in MENTIONED for kind, _ in plot.story.files):
        return Channel.MAIL  # nobody can say a table on the phone
    if plot.company.stars(plot.filed_at).has_direct_line and plot.story.service == Service.TECHNICAL:
        return Channel.PHONE
    return rng.choice((Channel.MAIL, Channel.MAIL, Channel.VISIT))


def files_sent(plot: Plot, by: Channel, rng: Random) -> list[tuple[str, str]]:
    """What the text mentions, and often a screenshot; neither comes by telephone."""
    written = by in {Channel.PORTAL, Channel.MAIL}
    return [file for file in plot.story.files if written and (file[0] in MENTIONED or rng.random() < 0.7)]


def form(plot: Plot, teller: Teller, by: Channel, cast: Cast) -> TicketForm:
    subject, body = teller.beginning()
    if plot.follows:
        subject, body = f"{subject} ({plot.follows})", f"{teller.turn('again', before=plot.follows)}\n\n{body}"
    return TicketForm(
        kind=plot.story.kind,
        subject=subject,
        description=teller.letter(body) if by == Channel.PORTAL else teller.reported(by.value, body),
        client_id=plot.company.client_id,
        contact_id=plot.contact.id,
        product_id=cast.products[plot.story.product] if plot.story.product else None,
        urgency=plot.urgency,
        service=plot.story.service,
        channel=by,
        follows=plot.follows,
    )
