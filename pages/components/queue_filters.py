"""The fields that narrow and order the queue."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

import streamlit as st

from data import lookups
from data.lookups import Option
from models.client import StarLevel
from models.queue import Filters, Holder, Order
from models.ticket import Kind, Service, Urgency
from pages.components import queue_address
from pages.components.address_fields import AddressFields
from pages.components.queue_address import asked, code
from pages.components.text import _, plain, word

_RARE = ("service", "product", "kind", "urgency", "stars", "late")
_LONGEST_TEXT = 100


def filters(
    products: Sequence[Option],
    assignees: Sequence[lookups.Assignee],
    client: Option | None,
    services: Sequence[Service],
) -> None:
    """`services` are one's own: whoever has but one is not asked which."""
    fields = AddressFields("queue", queue_address)
    with st.container(key="queue_filters", horizontal=True, vertical_alignment="center", gap="small"):
        fields.segments(_("Order"), "order", words(Order), default=code(Order.RECOMMENDED))
        fields.text(_("Subject, reference or client"), longest=_LONGEST_TEXT, width=230)
        who = {Holder.MINE.value: _("My tickets"), Holder.NOBODY.value: _("Nobody's tickets")}
        fields.choice(_("Anyone's tickets"), "who", who | named(list(map(_assignee, assignees))), width=190)
        rare = sum(bool(asked(key)) for key in _RARE)
        with st.popover(_("More filters") + (f" · {rare}" if rare else ""), icon=":material/filter_list:"):
            if len(services) > 1:
                fields.choice(_("Every service"), "service", words(services))
            fields.choice(_("Every product"), "product", named(products))
            fields.choice(_("Every kind"), "kind", words(Kind))
            fields.choice(_("Every urgency"), "urgency", words(reversed(Urgency)))
            fields.choice(_("All stars"), "stars", words(reversed(StarLevel)))
            fields.toggle(_("Only breached"), "late")
        if client:
            label = _("Client: {name}", name=plain(client.name))
            fields.leave(label, "client", {"client": ""}, icon=":material/close:")
        if queue_address.read().filters != Filters():
            fields.leave(_("Clear filters"), "clear", queue_address.cleared())


def _assignee(one: lookups.Assignee) -> Option:
    return Option(one.id, one.name if one.active else _("{name} (disabled)", name=one.name))


def words(members: Iterable[Enum]) -> dict[str, str]:
    return {code(member): word(member) for member in members}


def named(options: Sequence[Option]) -> dict[str, str]:
    """Two people of one name are told apart by their number: a field knows its choices by what they are called."""
    times = Counter(option.name for option in options)
    return {str(one.id): one.name if times[one.name] == 1 else f"{one.name} ({one.id})" for one in options}
