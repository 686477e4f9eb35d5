"""What every page begins with: nothing jumps or fails while it loads, Back leads back, unknown addresses say so."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from data.demo import PASSWORD
from models.ticket import Status, Ticket
from tests.browser.driver import App

SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def scrolled(app: App) -> int:
    return int(app.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTop"))


@pytest.fixture
def reference(served: Engine) -> str:
    with Session(served) as session:
        return session.exec(select(Ticket.reference).where(col(Ticket.status) == Status.IN_PROGRESS)).first() or ""


@pytest.mark.parametrize("path", ["/", "/queue", "/ticket?ref={reference}", "/metrics"])
@pytest.mark.parametrize("width", [1400, 390])
def test_nothing_jumps_while_a_page_loads(new_app, path: str, width: int, reference: str):
    app = new_app(viewport={"width": width, "height": 900})
    app.sign_in(path="/profile")
    app.page.add_init_script(SHIFTS)
    app.goto(path.format(reference=reference))
    expect(app.page.get_by_role("heading", level=1)).to_be_visible()
    app.page.wait_for_timeout(1000)  # what would come late has come by then
    assert app.page.evaluate("() => window.shifts") < 0.1


def test_a_deep_link_fails_at_nothing(app: App):
    refused: list[str] = []
    app.page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
    app.sign_in(path="/queue?order=arrival")
    app.goto("/queue?order=arrival")
    assert not refused and not app.errors


def test_back_leads_to_the_queue_as_it_was_left_and_where_it_was_scrolled_to(new_app):
    app = new_app(viewport={"width": 1400, "height": 400})
    app.sign_in(path="/queue?order=arrival")
    app.goto("/queue?order=arrival")
    before = app.page.evaluate("() => history.length")
    line = app.page.locator("table tbody tr .link").nth(5)
    line.scroll_into_view_if_needed()
    app.page.wait_for_timeout(100)
    line.click(trial=True)  # which may scroll, too
    app.page.wait_for_timeout(100)
    left_at = scrolled(app)
    assert left_at > 50
    app.after(line.click)
    expect(app.page).to_have_url(re.compile("/ticket"))
    assert app.page.evaluate("() => history.length") == before + 1
    app.after(app.page.go_back)
    expect(app.page).to_have_url(app.url + "/queue?order=arrival")
    app.page.wait_for_function(f"() => document.querySelector('[data-testid=stMain]').scrollTop === {left_at}")
    app.after(app.page.go_forward)
    expect(app.page).to_have_url(re.compile("/ticket"))
    app.after(lambda: app.key("way_back").get_by_role("link").click())
    expect(app.page).to_have_url(app.url + "/queue?order=arrival")
    assert app.page.evaluate("() => history.length") == before + 1
    app.page.wait_for_function(f"() => document.querySelector('[data-testid=stMain]').scrollTop === {left_at}")


def test_an_unknown_address_says_so_and_leads_home(app: App):
    app.sign_in("contact@demo-harbour.example", PASSWORD)
    # A page that speaks another language than the user is loaded once more.
    app.page.wait_for_function("() => performance.getEntriesByType('navigation')[0].type === 'reload'")
    app.settle()
    answer = app.page.goto(f"{app.url}/nowhere")
    assert answer is not None and answer.status == 404
    expect(app.page.get_by_role("heading", level=1)).to_have_text("There is no such page")  # in the user's language
    app.after(lambda: app.page.get_by_role("link", name="To the home page").click())
    expect(app.key("sign_out")).to_be_visible()


def test_a_key_after_a_click_frames_nothing_but_what_has_the_focus(app: App):
    app.sign_in(path="/profile")
    app.page.get_by_role("heading", level=1).click()
    app.page.keyboard.press("Shift")
    style = "(main) => getComputedStyle(main).outlineStyle"
    assert app.page.get_by_role("main").evaluate(style) == "none"


def test_streamlits_own_words_are_french_on_every_kind_of_field(app: App):
    app.sign_in(path="/service-levels")
    grid = app.page.locator("[data-testid=stDataFrame]")
    grid.hover()
    for name in ("Afficher ou masquer des colonnes", "Rechercher", "Plein écran"):
        expect(app.page.get_by_role("button", name=re.compile(f"^{name}")).first).to_be_attached()
    app.goto("/calendars")
    app.page.get_by_role("combobox", name="Fuseau horaire").click()
    expect(app.page.get_by_text(re.compile(r"^\d+ choix possibles\.$"))).to_be_attached()
    expect(app.page.get_by_text("options available")).to_have_count(0)
    app.page.keyboard.press("Escape")
    expect(app.page.get_by_role("radio", name="allongé")).to_be_visible()
    app.goto("/client?id=1&section=subscription")
    expect(app.page.get_by_text("aaaa").first).to_be_attached()
    expect(app.page.get_by_role("button", name="Choisir une date").first).to_be_attached()
    app.goto("/file?client=1")
    expect(app.key("send")).to_contain_text("Ctrl + Entrée")
    app.page.locator("input[type=file]").set_input_files(
        [{"name": "petit.txt", "mimeType": "text/plain", "buffer": b"12345678"}]
    )
    expect(app.page.locator("[class*=st-key-files_]")).to_contain_text("8\N{NO-BREAK SPACE}o")
