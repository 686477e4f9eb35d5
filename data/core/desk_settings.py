"""The desk's settings, for other modules below the pages."""

from sqlmodel import Session

from models.desk_settings import DeskSettings


def direct_line_number(session: Session) -> str:
    """Empty until a manager enters it. Callers decide who may read it."""
    return session.get_one(DeskSettings, 1).direct_line_number
