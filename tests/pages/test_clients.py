"""The list of clients and a client's page, as the browser's server side sees them."""

import json
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data import access_codes, clients, contacts, sheets, subscriptions
from data.clients import ClientForm
from data.core import days
from models.client import StarLevel
from models.user import User
from tests.pages.tab import incident, tab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def page(user: User, client_id: int, section: str = "") -> AppTest:
    return tab("client", user, id=str(client_id), **({"section": section} if section else {}))


def listed(app: AppTest) -> list[str]:
    return [row["cells"][0]["text"] for row in drawn(app)["rows"]]


def drawn(app: AppTest) -> dict:
    """What the table of links was given."""
    [table] = [one for one in app.get("bidi_component") if one.proto.component_name.endswith("links_table")]
    return json.loads(table.proto.json)


def shown(app: AppTest) -> str:
    said = [element.proto.body for element in app.get("html")]
    return "\n".join([*said, *(one.value for one in (*app.markdown, *app.caption, *app.subheader))])


# ------------------------------------------------------------------ the list


def test_the_list_shows_every_client_and_narrows_by_the_address(desk):
    assert listed(tab("clients", desk.technician)) == ["Acme (démo)", "Autre (démo)"]
    assert listed(tab("clients", desk.sales, q="ACMÉ")) == ["Acme (démo)"]
    assert listed(tab("clients", desk.sales, stars="3")) == ["Autre (démo)"]
    assert listed(tab("clients", desk.sales, only="without-code")) == ["Acme (démo)"]


def test_what_is_typed_goes_into_the_address(desk):
    app = tab("clients", desk.sales)
    app.text_input(key="clients_q").set_value("autre").run()
    assert app.query_params["q"] == "autre"
    assert listed(app) == ["Autre (démo)"]
    app.button(key="clients_clear").click().run()
    assert "q" not in app.query_params and len(listed(app)) == 2


def test_an_address_that_means_nothing_shows_the_whole_list(desk):
    app = tab("clients", desk.sales, stars="9", only="everything", sort="magic", after="x'--")
    assert not app.exception and len(listed(app)) == 2


def test_a_client_that_nobody_is_called_is_told_so_with_a_way_back(desk):
    given = drawn(tab("clients", desk.sales, q="xylophone"))
    assert given["rows"] == [] and given["empty"] == "No client matches these filters."
    assert [turn["name"] for turn in given["turns"]] == ["clear"]


def test_technicians_cannot_create_a_client(desk):
    assert "new_client" in {one.key for one in tab("clients", desk.sales).button}
    assert "new_client" not in {one.key for one in tab("clients", desk.technician).button}


def test_it_is_not_for_contacts(desk):
    for path, query in (("clients", {}), ("client", {"id": str(desk.acme.id)})):
        app = tab(path, desk.contact, **query)
        assert [one.value for one in app.error] == ["This page is not for your role."]
        assert "Autre" not in shown(app)


# ------------------------------------------------------------------ one client


@pytest.mark.parametrize("section", ["", "subscription", "tickets", "service", "documents", "nonsense"])
def test_every_section_opens_for_each_of_the_staff(desk, section):
    incident(desk)
    for user in (desk.sales, desk.manager, desk.technician):
        app = page(user, desk.acme.id, section)
        assert not app.exception and not app.error
        assert "Acme (démo)" in shown(app)


@pytest.mark.parametrize("asked", ["999999", "0", "-1", "x", "", "9" * 30])
def test_a_client_that_is_not_there_is_told_so_with_a_way_back(desk, asked):
    app = tab("client", desk.sales, id=asked)
    assert not app.exception
    assert "There is no client" in app.warning[0].value


def test_technicians_see_no_button_that_changes_anything(desk):
    keys = {str(one.key) for one in page(desk.technician, desk.acme.id).button}
    assert not [key for key in keys if key.startswith(("client_edit", "contact_", "disown", "own_", "code_"))]
    assert not page(desk.technician, desk.acme.id, "subscription").date_input


def test_a_contact_is_disabled_and_a_link_is_shown_once(desk):
    app = page(desk.sales, desk.acme.id)
    app.button(key=f"contact_reset_{desk.contact.id}").click().run()
    [link] = [one.value for one in app.code]
    assert "/welcome#" in link
    app.button(key="link_done").click().run()
    assert not app.code
    app.button(key=f"contact_disable_{desk.contact.id}").click().run()
    [contact] = contacts.of(desk.desk(desk.sales), desk.acme.id)
    assert not contact.active


def test_a_product_is_taken_away_and_given_back(desk):
    app = page(desk.sales, desk.acme.id)
    assert any("New tickets can no longer be about it" in one.value for one in app.markdown)  # before anything is done
    app.button(key=f"disown_{desk.product.id}").click().run()
    assert clients.products(desk.desk(desk.sales), desk.acme.id).owned == ()
    app.selectbox(key=f"own_{desk.acme.id}_0").set_value(desk.product.id).run()
    app.button(key="own_add").click().run()
    assert not app.exception
    assert [one.name for one in clients.products(desk.desk(desk.sales), desk.acme.id).owned] == ["Comptoir"]


def planned(app: AppTest, level: StarLevel) -> AppTest:
    [levels] = [group for group in app.button_group if str(group.key).endswith("_level")]
    return levels.set_value(level).run()


def test_sales_look_at_what_a_change_moves_before_they_save_it(desk):
    reference, key = incident(desk), f"plan_{desk.acme.id}"
    app = planned(page(desk.sales, desk.acme.id, "subscription"), StarLevel.THREE)
    app.button(key=f"{key}_look").click().run()
    assert reference in shown(app)
    held = desk.desk(desk.sales)
    assert subscriptions.level(held, desk.acme.id) == StarLevel.FIVE
    before = sheets.sheet(held, reference).resolution_clock.due_at
    app.button(key=f"{key}_save").click().run()
    assert not app.exception
    after = sheets.sheet(held, reference)
    assert after.star_level == StarLevel.THREE
    assert before and after.resolution_clock.due_at and after.resolution_clock.due_at > before


def test_a_preview_of_a_lower_programme_says_what_the_client_loses(desk):
    incident(desk)
    access_codes.issue(desk.desk(desk.sales), desk.acme.id)
    key = f"plan_{desk.acme.id}_look"
    app = planned(page(desk.sales, desk.acme.id, "subscription"), StarLevel.THREE)
    app.button(key=key).click().run()
    assert "The client’s access code ends." in shown(app)
    assert "The direct line ends; its hours were: Monday to Friday 08:00–20:00 · On Saturday 09:00–13:00." in shown(app)
    app = planned(page(desk.sales, desk.acme.id, "subscription"), StarLevel.FOUR)
    app.button(key=key).click().run()
    assert "access code" not in shown(app).partition('class="preview"')[2]
    assert "from Monday to Friday 08:00–20:00 · On Saturday 09:00–13:00 to Monday to Friday 09:00–12:30" in shown(app)


def test_what_is_dropped_changes_nothing(desk):
    key = f"plan_{desk.acme.id}"
    app = planned(page(desk.manager, desk.acme.id, "subscription"), StarLevel.FOUR)
    app.button(key=f"{key}_look").click().run()
    app.button(key=f"{key}_drop").click().run()
    assert subscriptions.level(desk.desk(desk.manager), desk.acme.id) == StarLevel.FIVE


def test_a_plan_that_makes_no_sense_is_refused_and_stays_typed(desk):
    app = planned(page(desk.sales, desk.acme.id, "subscription"), StarLevel.FOUR)
    begins, until = app.date_input
    begins.set_value(days.day_of(desk.now) + timedelta(days=30))
    until.set_value(days.day_of(desk.now) + timedelta(days=2)).run()
    app.button(key=f"plan_{desk.acme.id}_look").click().run()
    assert not app.exception and app.error
    assert app.date_input[1].value == days.day_of(desk.now) + timedelta(days=2)


def test_entering_four_stars_says_that_a_code_was_issued(desk):
    key = f"plan_{desk.other.id}"
    app = planned(page(desk.sales, desk.other.id, "subscription"), StarLevel.FOUR)
    app.button(key=f"{key}_look").click().run()
    app.button(key=f"{key}_save").click().run()
    assert "An access code has been issued." in app.toast[0].value


def test_the_tickets_of_the_client_alone_are_listed_by_state(desk):
    mine, theirs = incident(desk, "Mine"), incident(desk, "Theirs", client=desk.other)
    assert [row["key"] for row in drawn(page(desk.technician, desk.acme.id, "tickets"))["rows"]] == [mine]
    app = tab("client", desk.technician, id=str(desk.acme.id), section="tickets", tickets="resolved")
    assert drawn(app)["rows"] == [] and theirs not in str(drawn(app))


def test_another_programme_is_told_in_a_sentence_beside_a_table(desk):
    incident(desk)
    told = shown(page(desk.sales, desk.acme.id, "service"))
    assert "What would another programme have meant?" in told
    assert "★5 (now)" in told and "Half are promised an answer within" in told
    assert "nothing to compare" in shown(page(desk.sales, desk.other.id, "service"))


def test_a_name_is_shown_as_text_whatever_is_in_it(desk):
    name = "<img src=x onerror=alert(1)> **Gras** [lien](http://x.example)"
    client_id = clients.create(desk.desk(desk.sales), ClientForm(name=name, address="<b>1</b>"))
    app = page(desk.sales, client_id)
    assert "<img" not in shown(app) and "<b>1" not in shown(app)
    assert listed(tab("clients", desk.sales, q="gras")) == [name]
