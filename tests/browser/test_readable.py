"""Whether one can read the client space: with weak eyes, by ear, by the keyboard, on a small screen."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine

from data import conversation, followed, tickets
from data.tickets import TicketForm
from models.ticket import Kind, Urgency
from tests.browser.driver import App
from tests.browser.test_guide import FIVE, of

TECHNICIAN = "technicien@guichet.example"
# The contrast of a text with its ground, opacity and half-transparent grounds included (WCAG 2.2, 1.4.3).
CONTRAST = """element => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const chain = [];
  for (let one = element; one; one = one.parentElement) chain.unshift(one);
  let ground = [255, 255, 255, 1];
  let opacity = 1;
  for (const one of chain) {
    const style = getComputedStyle(one);
    ground = over(rgba(style.backgroundColor), ground);
    opacity *= Number(style.opacity);
  }
  const [r, g, b, a] = rgba(getComputedStyle(element).color);
  const text = over([r, g, b, a * opacity], ground);
  const light = (colour) => {
    const [x, y, z] = colour.slice(0, 3).map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z + 0.05;
  };
  const [one, other] = [light(text), light(ground)];
  return Math.max(one, other) / Math.min(one, other);
}"""
TEXTS = {
    "/": ["[data-testid=stSidebar] [data-testid=stCaptionContainer] p", ".stMain [data-testid=stCaptionContainer] p"],
    "/tickets": ["[data-testid=stButtonGroup] [aria-checked=true] p", "[data-testid=stBaseButton-primary] p", ".news"],
    "/new?kind=incident&product=1": ["[data-testid=stRadioCaption] p", "[data-testid=stBaseButton-primary] kbd"],
    "/programme": [".programme .mine"],
}


@pytest.fixture
def answered(served: Engine) -> str:
    """A ticket with an exchange and a change."""
    form = TicketForm(kind=Kind.INCIDENT, subject="Écran noir", description="Plus rien.", urgency=Urgency.LOW)
    reference = tickets.file(of(served, FIVE), form)
    conversation.reply(of(served, TECHNICIAN), reference, "Lequel ?")
    return reference


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_quiet_texts_stand_out_from_their_ground(new_app, scheme, answered):
    app = new_app(color_scheme=scheme)
    app.sign_in(FIVE)
    ticket = {f"/ticket?ref={answered}": [".changed time", ".said time", ".said .role", "summary p", ".facts dt"]}
    for path, selectors in (TEXTS | ticket).items():
        app.goto(path)
        for selector in selectors:
            text = app.page.locator(selector).first
            expect(text).to_be_visible()
            contrast = text.evaluate(CONTRAST)
            assert contrast >= 4.5, f"{path} {selector}: {contrast:.2f}"


def test_nothing_of_streamlits_own_is_read_aloud_in_english(app: App, answered):
    app.sign_in(FIVE)
    for path in ("/", "/tickets", "/new?kind=incident&product=1", f"/ticket?ref={answered}"):
        app.goto(path)
        for english in ("Sidebar", "App pages", "Open", "file upload"):
            expect(app.page.locator(f'[aria-label="{english}"]')).to_have_count(0)
        expect(app.page.locator('[aria-label^="Shortcut "]')).to_have_count(0)


def test_every_button_and_bar_has_a_name_of_its_own(app: App, answered):
    app.sign_in(FIVE, path="/assistance")
    buttons = app.page.locator("[class*=st-key-product_] button")
    expect(buttons.first).to_be_visible()
    names = [button.inner_text().replace("\n", " ").strip() for button in buttons.all()]
    assert len(names) > 2 and len(set(names)) == len(names)
    expect(app.page.get_by_role("button", name="Incident Opaline Tachy")).to_be_visible()
    app.goto(f"/ticket?ref={answered}")
    for clock in ("Première réponse", "Résolution"):
        expect(app.page.get_by_role("img", name=f"{clock}\N{NO-BREAK SPACE}:")).to_have_count(1)


def test_the_name_of_a_new_page_is_announced(app: App):
    app.sign_in(FIVE)
    app.after(lambda: app.page.get_by_role("link", name="Documents", exact=True).click())
    expect(app.page.locator("#guichet-page")).to_have_text("Documents")


def test_the_keyboard_shows_where_it_is(app: App):
    app.sign_in(FIVE)
    link = app.page.get_by_role("link", name="Tickets", exact=True)
    link.focus()
    app.page.keyboard.press("Shift+Tab")
    app.page.keyboard.press("Tab")
    assert link.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


def test_on_a_telephone_a_ticket_shows_its_conversation_first(new_app, answered):
    app = new_app(viewport={"width": 390, "height": 844})
    app.sign_in(FIVE, path=f"/ticket?ref={answered}")
    expect(app.page.locator(".said").first).to_be_in_viewport(ratio=0.5)
    expect(app.page.locator(".next-promise")).to_be_in_viewport()


@pytest.mark.parametrize("path", ["/", "/programme", "/documents", "/assistance"])
def test_at_twice_the_size_nothing_runs_off_the_side(new_app, path):
    app = new_app(viewport={"width": 720, "height": 450})
    app.sign_in(FIVE, path=path)
    expect(app.page.get_by_role("heading", level=1)).to_be_visible()
    cut = """() => [...document.querySelectorAll('.stMain :is(a, b, p, td, th, .state, .mine)')]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.textContent)"""
    assert app.page.evaluate(cut) == []
    if path == "/programme":
        inside = "one => one.getBoundingClientRect().right <= one.closest('section').getBoundingClientRect().right"
        assert app.page.locator(".programme .mine").evaluate(inside)


def test_the_print_link_of_a_ticket_stays_within_its_row(app: App, served: Engine, answered):
    app.sign_in(FIVE, path="/documents")
    app.page.get_by_role("tab", name="Tickets").click()
    link = app.page.get_by_role("link", name="Imprimer ou garder en PDF").first
    expect(link).to_be_visible()
    inside = "one => one.getBoundingClientRect().right <= one.closest('li').getBoundingClientRect().right + 1"
    assert link.evaluate(inside)
    assert followed.page(of(served, FIVE)).lines[0].line.reference == answered
