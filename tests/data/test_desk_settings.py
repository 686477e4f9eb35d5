"""What managers set for the whole desk."""

import pytest
from sqlmodel import Session, col, select

from data import desk_settings
from models.audit import AuditEntry
from models.errors import NotAllowed, Refused


def test_a_new_desk_has_no_number_of_the_direct_line(world):
    assert desk_settings.direct_line_number(world.desk(world.sales)) == ""


def test_a_manager_sets_the_number_and_the_audit_trail_says_so(world):
    manager = world.desk(world.manager)
    desk_settings.set_direct_line_number(manager, " 01 99 00  12 34 ")
    desk_settings.set_direct_line_number(manager, "+33 1 99 00 12 35")
    assert desk_settings.direct_line_number(world.desk(world.technician)) == "+33 1 99 00 12 35"
    with Session(world.engine) as session:
        last = session.exec(
            select(AuditEntry).where(AuditEntry.table_name == "desk_settings").order_by(col(AuditEntry.id).desc())
        ).first()
    assert last and last.user_id == world.manager.id
    assert last.before == {"direct_line_number": "01 99 00 12 34"}
    assert last.after == {"direct_line_number": "+33 1 99 00 12 35"}


@pytest.mark.parametrize("wrong", ["twelve", "01", "0" * 16, "01 99 00 12 34 poste 5", "<b>0199001234</b>", "+" * 90])
def test_what_is_no_telephone_number_is_refused_and_the_old_one_stays(world, wrong):
    manager = world.desk(world.manager)
    desk_settings.set_direct_line_number(manager, "3611")
    with pytest.raises(Refused):
        desk_settings.set_direct_line_number(manager, wrong)
    assert desk_settings.direct_line_number(manager) == "3611"


def test_nothing_takes_the_number_away(world):
    manager = world.desk(world.manager)
    desk_settings.set_direct_line_number(manager, "3611")
    desk_settings.set_direct_line_number(manager, "  ")
    assert desk_settings.direct_line_number(manager) == ""


def test_managers_set_it_and_staff_reads_it(world):
    for user in (world.technician, world.sales, world.contact):
        with pytest.raises(NotAllowed):
            desk_settings.set_direct_line_number(world.desk(user), "3611")
    with pytest.raises(NotAllowed):
        desk_settings.direct_line_number(world.desk(world.contact))
