"""The figures in a real browser: a period and a filter, a reload, a click on a bar, and a file that recomputes."""

import csv
import re
import struct
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.driver import App


def tile(app: App, place: int) -> str:
    return app.page.locator(".figures li b").nth(place).inner_text()


def drawn(app: App, name: str) -> Locator:
    """What can be clicked on in a chart, once it is there."""
    found = app.key(f"chart_{name}").locator(".point path, path.point")
    expect(found.filter(visible=True).first).to_be_visible()  # a bar of none has no height
    return found


def click(app: App, shape: Locator) -> None:
    """In its middle; the chart listens to the mouse, not to the shape."""
    shape.scroll_into_view_if_needed()
    box, before = shape.bounding_box(), None
    while box != before:  # what loads late moves the chart
        app.page.wait_for_timeout(150)
        box, before = shape.bounding_box(), box
    assert box
    app.after(lambda: app.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))


def rows(app: App, button: Locator) -> list[list[str]]:
    with app.page.expect_download() as download:
        button.click()
    path = Path(download.value.path())
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))[1:]


def test_a_period_and_a_filter_change_the_figures_and_the_address_keeps_them(app: App):
    app.sign_in(path="/metrics?period=last_90_days")
    whole = tile(app, 2)
    app.page.get_by_role("button", name="Filtres").click()
    app.page.get_by_role("combobox", name=re.compile("étoiles", re.IGNORECASE)).click()
    app.after(lambda: app.page.get_by_role("option", name="★5").click())
    expect(app.page).to_have_url(re.compile(r"period=last_90_days&stars=5"))
    narrowed = tile(app, 2)
    assert int(narrowed) < int(whole)
    app.goto(app.page.url.removeprefix(app.url))
    assert tile(app, 2) == narrowed
    expect(app.page.get_by_role("button", name="★5")).to_be_visible()


def test_what_is_downloaded_recomputes_to_the_tile(app: App):
    app.sign_in(path="/metrics?period=last_90_days")
    app.key("tools_weeks").get_by_role("button", name="Lignes en fichier").click()
    found = rows(app, app.page.locator(".st-key-rows_weeks_csv button"))
    answers = [int(row[3]) for row in found if row[1] in {"répondu", "première réponse en retard"}]
    share = f"{sum(answers) / len(answers) * 100:.1f}".removesuffix(".0").replace(".", ",")
    assert tile(app, 0) == f"{share}\N{NO-BREAK SPACE}%"


CLICKED = [("promises", "products"), ("promises", "response_grid"), ("flow", "ageing")]


@pytest.mark.parametrize(("section", "chart"), CLICKED)
def test_a_click_on_a_bar_lists_the_tickets_behind_it(app: App, section: str, chart: str):
    app.sign_in(path=f"/metrics?period=last_90_days&section={section}")
    click(app, drawn(app, chart).first)
    expect(app.page).to_have_url(re.compile(f"behind={chart}"))
    links = app.key("behind").locator("a[href^='/ticket?ref=']")
    expect(links.first).to_be_visible()
    found = rows(app, app.page.locator(".st-key-rows_behind_csv button"))
    assert [row[0] for row in found][:50] == links.all_inner_texts()
    app.goto(app.page.url.removeprefix(app.url))
    expect(links.first).to_be_visible()
    app.after(lambda: app.key("behind_close").get_by_role("button").click())
    expect(links).to_have_count(0)


@pytest.mark.parametrize(("section", "chart"), [("promises", "response_grid"), ("flow", "arrivals")])
def test_the_cell_clicked_on_is_marked_and_its_tickets_come_into_view(app: App, section: str, chart: str):
    app.sign_in(path=f"/metrics?period=last_90_days&section={section}")
    shapes = drawn(app, chart)
    before = shapes.evaluate_all("all => all.map(one => getComputedStyle(one).opacity)")
    place = 60 if chart == "arrivals" else 0
    click(app, shapes.nth(place))
    behind = app.key("behind")
    expect(behind).to_be_focused()
    expect(behind).to_be_in_viewport()
    expect(behind).to_have_role("region")
    expect(behind).to_have_accessible_name(re.compile(" · "))
    outlined = shapes.evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).strokeWidth) > 1)")
    assert [n for n, one in enumerate(outlined) if one] == [place]
    assert shapes.evaluate_all("all => all.map(one => getComputedStyle(one).opacity)") == before


def test_a_list_that_an_address_opens_does_not_move_the_page(app: App):
    app.sign_in(path="/metrics?period=last_90_days&section=flow&behind=ageing.0")
    expect(app.key("behind")).to_have_role("region")
    assert app.page.evaluate("document.querySelector('.stMain').scrollTop") == 0


@pytest.mark.parametrize("width", [1440, 390])
def test_a_chart_saved_as_a_picture_has_its_title_and_period_and_room_for_its_names(new_app, width: int):
    app = new_app(viewport={"width": width, "height": 900})
    app.sign_in(path="/metrics?period=last_90_days&section=promises")
    drawn(app, "technicians")
    chart = app.key("chart_technicians")
    graph = chart.locator(".js-plotly-plot")
    was = graph.evaluate("g => JSON.stringify([g.layout.title, g.layout.margin, g.layout.font])")
    graph.evaluate("g => document.addEventListener('click', () => { window.pictured ??= { ...g.layout } })")
    chart.hover()
    with app.page.expect_download() as download:
        chart.locator(".modebar-btn").first.click()
    size = struct.unpack(">II", Path(download.value.path()).read_bytes()[16:24])
    shown = app.page.evaluate("window.pictured")
    assert shown["title"]["text"].startswith("<b>Engagements tenus par technicien</b><br>")
    assert re.search(r"Du \d.* au \d.* n = \d+", shown["title"]["text"])
    assert size[0] >= 1800 and size[1] == 2 * (shown["height"] + 56)
    assert "Arial" in shown["font"]["family"]  # of a picture the page's own font is no part
    app.page.wait_for_function("g => !g.layout.title", arg=graph.element_handle())
    assert graph.evaluate("g => JSON.stringify([g.layout.title, g.layout.margin, g.layout.font])") == was


def test_a_managers_day_fits_one_screen(new_app):
    app = new_app(viewport={"width": 1440, "height": 900})
    app.sign_in()
    expect(app.page.get_by_role("heading", name="Qui a quoi")).to_be_visible()
    assert app.page.locator(".who tr").last.bounding_box()["y"] < 870
    assert app.page.evaluate("(e => e.scrollHeight - e.clientHeight)(document.querySelector('.stMain'))") <= 40


@pytest.mark.parametrize("section", ["overview", "promises", "flow", "times", "work"])
def test_on_a_telephone_nothing_runs_off_the_side(new_app, section):
    app = new_app(viewport={"width": 390, "height": 844})
    app.sign_in(path=f"/metrics?section={section}")
    expect(app.page.get_by_role("heading", level=3).first).to_be_visible()
    assert app.page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
