"""Every table, imported once, so that the metadata is whole."""

from models import (
    access_code,
    article,
    attachment,
    audit,
    client,
    client_import,
    document,
    hotline,
    installation,
    message,
    product,
    seal,
    service_level,
    service_member,
    ticket,
    user,
)

__all__ = [
    "access_code",
    "article",
    "attachment",
    "audit",
    "client",
    "client_import",
    "document",
    "hotline",
    "installation",
    "message",
    "product",
    "seal",
    "service_level",
    "service_member",
    "ticket",
    "user",
]
