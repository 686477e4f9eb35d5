"""The page of the people: who works which service."""

from data import account, checklist, services, users
from models.ticket import Service
from models.user import Language
from tests.pages.tab import tab


def chosen(app, person: int):
    """The row of somebody, chosen by a click."""
    key = next(key for key in app.session_state.to_dict() if key.startswith("people_("))
    app.session_state[key] = {"selection": {"rows": [person], "columns": [], "cells": []}}
    return app.run()


def test_a_manager_chooses_who_works_which_service(desk):
    app = tab("users", desk.manager)
    assert any("Logistics, Accounting" in warning.value for warning in app.warning)
    grid = app.dataframe[0].value
    row = list(grid["Name"]).index("Technician")
    assert grid["Services"][row] == "Technical"
    app = chosen(app, row)
    app.button_group(key=f"works_{desk.technician.id}").set_value([Service.TECHNICAL, Service.LOGISTICS]).run()
    app.button(key=f"choose_{desk.technician.id}").click().run()
    assert not app.exception and not app.error
    assert services.of(desk.desk(desk.manager), [desk.technician.id]) == {
        desk.technician.id: (Service.TECHNICAL, Service.LOGISTICS)
    }
    assert app.dataframe[0].value["Services"][row] == "Technical, Logistics"
    assert [
        warning.value for warning in app.warning if "Accounting" in warning.value and "Logistics" not in warning.value
    ]


def test_nothing_at_all_is_refused_in_words(desk):
    app = tab("users", desk.manager)
    row = list(app.dataframe[0].value["Name"]).index("Technician")
    app = chosen(app, row)
    app.button_group(key=f"works_{desk.technician.id}").set_value([]).run()
    app.button(key=f"choose_{desk.technician.id}").click().run()
    assert [error.value for error in app.error] == ["Choose at least one service for Technician."]


def test_the_managers_day_tells_of_services_nobody_looks_after_until_somebody_does(desk):
    checklist.close(desk.desk(desk.manager))  # until then the checklist says it
    assert any("Logistics" in warning.value for warning in tab("", desk.manager).warning)
    services.choose(desk.desk(desk.manager), desk.sales.id, [Service.SALES, Service.LOGISTICS, Service.ACCOUNTING])
    assert not tab("", desk.manager).warning


def test_the_queue_asks_for_the_service_of_those_alone_who_have_several(desk):
    assert "queue_service" not in [box.key for box in tab("queue", desk.sales).selectbox]
    services.choose(desk.desk(desk.manager), desk.sales.id, [Service.SALES, Service.LOGISTICS])
    [box] = [box for box in tab("queue", desk.sales).selectbox if box.key == "queue_service"]
    assert box.options == ["Logistics", "Sales"]


def test_staff_come_first_and_contacts_apart_with_when_they_were_last_seen(desk):
    grid = tab("users", desk.manager).dataframe[0].value
    assert list(grid["Name"]) == ["Colleague", "Manager", "Sales", "Technician"]
    assert list(grid["Last seen"]) == ["never", "just now", "never", "never"]
    app = tab("users", desk.manager)
    account.update(desk.desk(desk.manager), "Manager", Language.FRENCH)  # which AppTest speaks by itself
    app.run()
    whom = next(one for one in app.button_group if one.key == "people_whom")
    grid = whom.set_value(True).run().dataframe[0].value
    assert list(grid["Nom"]) == ["Contact", "Stranger"]
    assert list(grid["Client"]) == ["Acme (démo)", "Autre (démo)"]


def test_to_disable_somebody_is_asked_first(desk):
    app = tab("users", desk.manager)
    row = list(app.dataframe[0].value["Name"]).index("Technician")
    app = chosen(app, row)
    assert any("will not be able to sign in any more" in one.value for one in app.markdown)
    app.button(key=f"disable_{desk.technician.id}").click().run()
    assert not app.exception and not app.error
    assert not users.person(desk.desk(desk.manager), desk.technician.id).active
