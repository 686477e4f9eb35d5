"""The page of the products, and where they are offered."""

from sqlmodel import Session, delete

from data import products
from models.product import Ownership, Product
from tests.pages.tab import incident, tab


def listed(world) -> list[tuple[str, bool]]:
    return [(one.name, one.active) for one in products.listed(world.desk(world.manager)).lines]


def test_a_desk_without_products_says_what_they_are_and_takes_a_list(desk):
    with Session(desk.engine.execution_options(writes=True)) as session:
        session.exec(delete(Ownership))
        session.exec(delete(Product))
        session.commit()
    app = tab("products", desk.manager)
    assert "There is no product yet" in app.info[0].value
    app.text_area(key="products_names").set_value("Tachy\ntachy\n\nAtelier")
    app.button(key="products_create").click().run()
    assert not app.exception and not app.error
    assert listed(desk) == [("Tachy", True), ("Atelier", True)]
    assert [toast.value for toast in app.toast] == ["2 products are created."]


def test_a_product_is_put_in_order(desk):
    made = products.create(desk.desk(desk.manager), ["Tachy", "Atelier"]).created
    app = tab("products", desk.manager)
    app.button(key=f"product_up_{made[1].id}").click().run()
    assert [name for name, _ in listed(desk)] == ["Comptoir", "Atelier", "Tachy"]
    app.button(key=f"product_down_{desk.product.id}").click().run()
    assert [name for name, _ in listed(desk)] == ["Atelier", "Comptoir", "Tachy"]
    assert app.button(key=f"product_down_{made[0].id}").disabled
    assert app.button(key=f"product_up_{made[1].id}").disabled


def test_the_page_says_who_uses_a_product_before_it_is_retired(desk):
    incident(desk)
    app = tab("products", desk.manager)
    app.button(key=f"product_change_{desk.product.id}").click().run()
    assert any(one.value.startswith("2 clients and 1 open ticket.") for one in app.markdown)
    products.retire(desk.desk(desk.manager), desk.product.id)
    app = tab("products", desk.manager)
    assert [one.value for one in app.subheader] == ["Retired"]
    app.button(key=f"product_change_{desk.product.id}").click().run()
    assert app.button(key=f"product_back_{desk.product.id}")


def test_the_clients_are_narrowed_by_product(desk):
    app = tab("clients", desk.sales, product=str(desk.product.id))
    assert not app.exception
    assert app.selectbox(key="clients_product").value == str(desk.product.id)


def test_only_managers_come_to_it(desk):
    for user in (desk.technician, desk.sales, desk.contact):
        app = tab("products", user)
        assert "products_new" not in [one.key for one in app.button]
        assert "This page is not for your role." in [one.value for one in [*app.warning, *app.error]]
