"""Every table, imported once, so that the metadata is whole."""

from models import (
    article,
    attachment,
    audit,
    client,
    installation,
    message,
    product,
    service_level,
    service_member,
    ticket,
    user,
)

__all__ = [
    "article",
    "attachment",
    "audit",
    "client",
    "installation",
    "message",
    "product",
    "service_level",
    "service_member",
    "ticket",
    "user",
]
