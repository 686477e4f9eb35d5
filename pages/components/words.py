"""What each member of our enums is called. English ids; the catalogues translate them."""

from enum import Enum

from models.article import ArticleKind, ArticleStatus
from models.client import StarLevel
from models.client_import import Column
from models.client_list import Only, Section, Sort, Which
from models.document import DocumentKind
from models.followed import Stage
from models.metrics import Happened, Measure
from models.period import Preset
from models.permission import Role
from models.queue import Holder, Order, Tab
from models.sla import State
from models.ticket import Channel, Kind, Resolution, Service, Status, Urgency
from models.user import Ending, Language
from models.weekday import Weekday


def N_(message: str) -> str:  # noqa: N802
    """Marks a message for the catalogues where it is written; it is translated where it is shown."""
    return message


# By type first: members of different enums may be equal (`Urgency.CRITICAL == StarLevel.THREE`).
WORDS: dict[type[Enum], dict[Enum, str]] = {
    Kind: {
        Kind.INCIDENT: N_("Incident"),
        Kind.REQUEST: N_("Service request"),
        Kind.ENQUIRY: N_("Enquiry"),
    },
    Service: {
        Service.TECHNICAL: N_("Technical"),
        Service.LOGISTICS: N_("Logistics"),
        Service.ACCOUNTING: N_("Accounting"),
        Service.SALES: N_("Sales"),
    },
    Urgency: {
        Urgency.NONE: N_("None"),
        Urgency.LOW: N_("Low"),
        Urgency.SERIOUS: N_("Serious"),
        Urgency.CRITICAL: N_("Critical"),
    },
    Status: {
        Status.NEW: N_("New"),
        Status.IN_PROGRESS: N_("In progress"),
        Status.WAITING: N_("Waiting for client"),
        Status.RESOLVED: N_("Resolved"),
    },
    Channel: {
        Channel.PORTAL: N_("Client space"),
        Channel.PHONE: N_("Telephone"),
        Channel.MAIL: N_("E-mail"),
        Channel.VISIT: N_("Visit"),
        Channel.IMPORT: N_("Import"),
    },
    Resolution: {
        Resolution.SOLVED: N_("Solved"),
        Resolution.DUPLICATE: N_("Duplicate"),
        Resolution.WITHDRAWN: N_("Withdrawn by the client"),
    },
    Ending: {
        Ending.SIGNED_OUT: N_("You have signed out in another tab."),
        Ending.ENDED_ELSEWHERE: N_("You ended this session from another browser."),
        Ending.REPLACED: N_("You signed in again in another tab of this browser. Reload this page to go on."),
        Ending.PASSWORD: N_("The password of your account was changed: sign in with the new one."),
        Ending.SHUT_OUT: N_("Your session was ended by somebody who manages accounts. Ask them for a new link."),
        Ending.IDLE: N_("You were signed out because nobody used this session for a while."),
        Ending.EXPIRED: N_("You were signed out because a session lasts twelve hours."),
    },
    Role: {
        Role.MANAGER: N_("Manager"),
        Role.TECHNICIAN: N_("Technician"),
        Role.SALES: N_("Sales"),
        Role.CONTACT: N_("Client contact"),
    },
    StarLevel: {
        StarLevel.NONE: N_("No subscription"),
        StarLevel.THREE: "★3",
        StarLevel.FOUR: "★4",
        StarLevel.FIVE: "★5",
    },
    DocumentKind: {
        DocumentKind.QUOTE: N_("Quote"),
        DocumentKind.ORDER: N_("Purchase order"),
        DocumentKind.INVOICE: N_("Invoice"),
    },
    Column: {
        Column.NUMBER: N_("Client number"),
        Column.NAME: N_("Client name"),
        Column.PHONE: N_("Telephone number"),
        Column.ADDRESS: N_("Address"),
        Column.CONTACT_NAME: N_("Contact’s name"),
        Column.CONTACT_EMAIL: N_("Contact’s e-mail address"),
        Column.CONTACT_PHONE: N_("Contact’s telephone number"),
        Column.CONTACT_LANGUAGE: N_("Contact’s language"),
        Column.STAR_LEVEL: N_("Star level"),
        Column.BEGINS: N_("First day"),
        Column.UNTIL: N_("Last day"),
        Column.PRODUCTS: N_("Products"),
    },
    Only: {
        Only.EXPIRING_30: N_("Expiring within 30 days"),
        Only.EXPIRING_60: N_("Expiring within 60 days"),
        Only.EXPIRING_90: N_("Expiring within 90 days"),
        Only.EXPIRED: N_("Expired"),
        Only.WITHOUT_CODE: N_("Without a code they are entitled to"),
    },
    Sort: {
        Sort.NAME: N_("By name"),
        Sort.UNTIL: N_("By end of subscription"),
        Sort.CONTACT: N_("By last contact"),
    },
    Which: {
        Which.OPEN: N_("Open ones"),
        Which.RESOLVED: N_("Resolved ones"),
        Which.ALL: N_("All of them"),
    },
    Section: {
        Section.OVERVIEW: N_("Overview"),
        Section.SUBSCRIPTION: N_("Subscription"),
        Section.TICKETS: N_("Tickets"),
        Section.SERVICE: N_("Service received"),
        Section.DOCUMENTS: N_("Documents"),
    },
    Order: {
        Order.RECOMMENDED: N_("Recommended"),
        Order.URGENCY: N_("Urgency"),
        Order.STARS: N_("Stars"),
        Order.ARRIVAL: N_("Arrival"),
    },
    Tab: {
        Tab.TO_DO: N_("To do"),
        Tab.WAITING: N_("Waiting for client"),
        Tab.RESOLVED_TODAY: N_("Resolved today"),
    },
    Stage: {
        Stage.ALL: N_("All tickets"),
        Stage.OPEN: N_("Open tickets"),
        Stage.WAITING: N_("Waiting for your answer"),
        Stage.RESOLVED: N_("Resolved tickets"),
    },
    Holder: {
        Holder.ANYONE: N_("Anyone"),
        Holder.MINE: N_("Mine"),
        Holder.NOBODY: N_("Nobody"),
    },
    State: {
        State.FINE: N_("fine"),
        State.AT_RISK: N_("at risk"),
        State.BREACHED: N_("breached"),
        State.PAUSED: N_("paused"),
        State.MET: N_("met"),
        State.MISSED: N_("missed"),
        State.UNNEEDED: N_("no longer needed"),
    },
    Weekday: {
        Weekday.MONDAY: N_("Monday"),
        Weekday.TUESDAY: N_("Tuesday"),
        Weekday.WEDNESDAY: N_("Wednesday"),
        Weekday.THURSDAY: N_("Thursday"),
        Weekday.FRIDAY: N_("Friday"),
        Weekday.SATURDAY: N_("Saturday"),
        Weekday.SUNDAY: N_("Sunday"),
    },
    ArticleKind: {
        ArticleKind.MANUAL: N_("User manual"),
        ArticleKind.FAQ: N_("FAQ"),
        ArticleKind.VIDEO: N_("Video tutorials"),
    },
    ArticleStatus: {
        ArticleStatus.DRAFT: N_("Draft"),
        ArticleStatus.PUBLISHED: N_("Published"),
    },
    Preset: {
        Preset.TODAY: N_("Today"),
        Preset.LAST_7_DAYS: N_("Last 7 days"),
        Preset.LAST_30_DAYS: N_("Last 30 days"),
        Preset.LAST_90_DAYS: N_("Last 90 days"),
        Preset.THIS_MONTH: N_("This month"),
        Preset.LAST_MONTH: N_("Last month"),
        Preset.THIS_QUARTER: N_("This quarter"),
        Preset.THIS_YEAR: N_("This year"),
        Preset.LAST_12_MONTHS: N_("Last 12 months"),
    },
    Measure: {
        Measure.BUSINESS: N_("Opening hours"),
        Measure.WALL: N_("All hours"),
    },
    Happened: {
        Happened.FILED: N_("filed"),
        Happened.CAME: N_("came in by a change"),
        Happened.WENT: N_("left by a change"),
        Happened.RESPONDED: N_("answered"),
        Happened.RESOLVED: N_("resolved"),
        Happened.RESPONSE_BROKEN: N_("first response overdue"),
        Happened.RESOLUTION_BROKEN: N_("resolution overdue"),
        Happened.CALLED: N_("called"),
        Happened.READ_ALONE: N_("read, no ticket followed"),
        Happened.READ_THEN_FILED: N_("read, a ticket followed"),
        Happened.OPEN: N_("open"),
        Happened.WAITING: N_("open and waiting"),
        Happened.OVERDUE: N_("open and overdue"),
        Happened.FIRST_RESPONSE_DUE: N_("first response due"),
        Happened.RESOLUTION_DUE: N_("resolution due"),
        Happened.FOLLOW_UP: N_("filed as a follow-up"),
        Happened.DUPLICATE: N_("resolved as a duplicate"),
    },
    Language: {
        Language.FRENCH: "Français",
        Language.ENGLISH: "English",
    },
}

# The calendars that a new desk begins with; whatever else a calendar is called, its manager wrote.
CALENDARS = {"standard": N_("standard"), "extended": N_("extended")}
