"""Who may do what: PRODUCT, "Roles". Which rows they may do it to is `data/core/scope.py`."""

from enum import StrEnum, auto


class Role(StrEnum):
    MANAGER = auto()
    TECHNICIAN = auto()
    SALES = auto()
    CONTACT = auto()


STAFF = (Role.MANAGER, Role.TECHNICIAN, Role.SALES)


class Permission(StrEnum):
    USE_ACCOUNT = auto()  # one's own profile, password and sessions
    USE_CLIENT_SPACE = auto()  # a contact's own pages: no member of staff, whatever else they may do
    READ_ARTICLES = auto()
    WRITE_ARTICLES = auto()
    READ_TICKETS = auto()
    FILE_TICKETS = auto()
    ANSWER_TICKETS = auto()  # write a public message
    WORK_TICKETS = auto()  # queue, take, assign, note, resolve
    USE_HOTLINE = auto()  # answer the direct line
    READ_OWN_CODE = auto()  # of one's own company
    READ_CLIENTS = auto()
    MANAGE_CLIENTS = auto()
    READ_DOCUMENTS = auto()
    READ_METRICS = auto()  # a manager of all, sales of clients, a technician of oneself
    MANAGE_PRODUCTS = auto()
    MANAGE_USERS = auto()
    MANAGE_SERVICE_LEVELS = auto()
    IMPORT = auto()
    READ_AUDIT_TRAIL = auto()


_STAFF = {
    Permission.USE_ACCOUNT,
    Permission.READ_ARTICLES,
    Permission.READ_TICKETS,
    Permission.FILE_TICKETS,
    Permission.ANSWER_TICKETS,
    Permission.WORK_TICKETS,
    Permission.READ_CLIENTS,
    Permission.READ_DOCUMENTS,
    Permission.READ_METRICS,
}

GRANTED: dict[Role, frozenset[Permission]] = {
    Role.MANAGER: frozenset(Permission) - {Permission.USE_CLIENT_SPACE},
    Role.TECHNICIAN: frozenset(_STAFF | {Permission.WRITE_ARTICLES, Permission.USE_HOTLINE}),
    Role.SALES: frozenset(_STAFF | {Permission.MANAGE_CLIENTS}),
    Role.CONTACT: frozenset(
        {
            Permission.USE_ACCOUNT,
            Permission.USE_CLIENT_SPACE,
            Permission.READ_ARTICLES,
            Permission.READ_TICKETS,
            Permission.FILE_TICKETS,
            Permission.ANSWER_TICKETS,
            Permission.READ_OWN_CODE,
            Permission.READ_DOCUMENTS,
        }
    ),
}
