"""Calendars and service levels in a real browser: the grid is edited as a table, the year is drawn."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine

from data import calendars, service_levels, sheets
from data.core.desk import SYSTEM, Desk
from data.service_levels import Target
from tests.browser.driver import App
from tests.browser.test_queue import filed

ROW = 35  # pixels of a line of the table, its head included


@pytest.fixture
def desk(served: Engine) -> Desk:
    return Desk(SYSTEM, served)


@pytest.fixture
def rules(desk: Desk) -> Iterator[tuple[Target, ...]]:
    """The targets, which are put back after the test: other tests share the world."""
    grid = service_levels.grid(desk)
    yield grid
    service_levels.save(desk, grid)


def test_a_target_is_edited_looked_at_and_saved_and_the_tickets_deadline_moves(app: App, desk: Desk, rules):
    reference = filed(desk, "Facture en double")
    before = sheets.sheet(desk, reference).first_response
    app.sign_in(path="/service-levels")
    for level in (3, 4, 5):
        _type(app, level, "40 h")
    app.after(lambda: app.key("targets_look").get_by_role("button").click())
    board = app.key("targets_board")
    expect(board).to_contain_text("plus tard")
    app.after(lambda: app.key("targets_save").get_by_role("button").click())
    expect(board).to_have_count(0)
    after = sheets.sheet(desk, reference).first_response
    assert after.target > before.target and after.due_at and before.due_at and after.due_at > before.due_at
    app.goto(f"/ticket?ref={reference}")
    expect(app.page.get_by_text("40 h").first).to_be_visible()


def _type(app: App, level: int, text: str) -> None:
    """Into the first response of the enquiries: from the first cell by the arrow keys, as one does."""
    canvas = app.page.get_by_test_id("stDataFrame").locator("canvas").first
    expect(canvas).to_be_visible()
    box, before = canvas.bounding_box(), None
    while box != before:  # what loads late moves the table
        app.page.wait_for_timeout(150)
        box, before = canvas.bounding_box(), box
    assert box
    app.page.mouse.click(box["x"] + 200, box["y"] + ROW * 1.5)
    chosen = canvas.locator('[role="gridcell"][aria-selected="true"]')  # a key pressed before it is told goes astray
    expect(chosen).to_have_id("glide-cell-1-0")
    for _step in range(5):
        app.page.keyboard.press("ArrowDown")
    for _step in range(2 * (level - 3)):
        app.page.keyboard.press("ArrowRight")
    expect(chosen).to_have_id(f"glide-cell-{1 + 2 * (level - 3)}-5")
    app.page.keyboard.press("Enter")
    editor = app.page.locator("textarea.gdg-input")
    editor.fill(text)
    app.after(lambda: editor.press("Enter"))


def test_the_year_of_a_calendar_is_drawn_and_turned(app: App, desk: Desk):
    app.sign_in(path="/calendars")
    plot = app.key("year_plot")
    expect(plot.locator(".heatmaplayer image").first).to_be_visible()
    year = int(re.findall(r"\d{4}", app.page.get_by_role("heading", name=re.compile("^L’année")).inner_text())[0])
    app.after(lambda: app.key("year_after").get_by_role("button").click())
    expect(app.page.get_by_role("heading", name=f"L’année {year + 1}")).to_be_visible()


def test_hours_that_cannot_be_read_are_named_and_stay_typed(app: App, desk: Desk):
    versions = {sheet.name: len(sheet.versions) for sheet in calendars.all(desk)}
    app.sign_in(path="/calendars")
    field = app.page.get_by_role("textbox", name="Mardi", exact=True)
    app.after(lambda: (field.fill("toute la journée"), field.press("Enter")))
    expect(app.alert()).to_contain_text("Mardi")
    expect(field).to_have_value("toute la journée")
    assert {sheet.name: len(sheet.versions) for sheet in calendars.all(desk)} == versions


@pytest.mark.parametrize("path", ["/", "/calendars", "/service-levels"])
def test_on_a_telephone_nothing_runs_off_the_side(new_app, path):
    app = new_app(viewport={"width": 390, "height": 844})
    app.sign_in(path=path)
    expect(app.page.get_by_role("heading", level=1)).to_be_visible()
    assert app.page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
