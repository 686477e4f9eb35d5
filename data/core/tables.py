"""Every table, imported once, so that the metadata is whole."""

from models import article, attachment, audit, client, installation, message, product, service_level, ticket, user

__all__ = [
    "article",
    "attachment",
    "audit",
    "client",
    "installation",
    "message",
    "product",
    "service_level",
    "ticket",
    "user",
]
