"""Every table, imported once, so that the metadata is whole."""

from models import attachment, audit, client, installation, message, product, seal, service_level, ticket, user

__all__ = [
    "attachment",
    "audit",
    "client",
    "installation",
    "message",
    "product",
    "seal",
    "service_level",
    "ticket",
    "user",
]
