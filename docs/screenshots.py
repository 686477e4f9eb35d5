"""Takes the pictures of this folder: `make screenshots`. On a demo world of its own, in a real browser."""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser import driver

FOLDER = Path(__file__).parent
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def main() -> None:
    path = driver.chromium()
    if path is None:
        sys.exit("No Chromium on this machine: install the package 'chromium'.")
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        with driver.serving(var, GUICHET_DEMO="1") as url, sync_playwright() as playwright:
            browser = driver.launch(playwright, path)
            take(browser, url)
            take_rules(browser, url)
            take_clients(browser, url)
            take_client_space(browser, url)
            take_figures(browser, url)
            take_office(browser, url)
            browser.close()
        with tempfile.TemporaryDirectory() as empty:
            var = Path(empty)
            with driver.serving(var) as url, sync_playwright() as playwright:
                browser = driver.launch(playwright, path)
                take_first_desk(browser, url, var)
                browser.close()


def take(browser: Browser, url: str) -> None:
    app = opened(browser, url, WIDE)
    app.goto("/")
    shoot(app, "sign-in")
    app.sign_in("technicien@guichet.example")
    for order in ("recommended", "urgency", "stars", "arrival"):
        app.goto(f"/queue?order={order}")
        shoot(app, "queue" if order == "recommended" else f"queue-{order}")
    reference = app.page.get_by_text(re.compile(r"^INC-\d{4}-\d+$")).nth(2).inner_text()
    app.goto(f"/ticket?ref={reference}")
    shoot(app, "ticket")
    for name, size, scheme in (("dark", WIDE, "dark"), ("narrow", NARROW, "light")):
        app = opened(browser, url, size, scheme)
        app.sign_in("technicien@guichet.example", path="/queue")
        shoot(app, f"queue-{name}")
        app.goto(f"/ticket?ref={reference}")
        shoot(app, f"ticket-{name}")


def take_rules(browser: Browser, url: str) -> None:
    """What a manager sees: the day, the calendars, the targets, what a change would do, and a ledger."""
    for name, size, scheme in (("", WIDE, "light"), ("-dark", WIDE, "dark"), ("-narrow", NARROW, "light")):
        app = opened(browser, url, size, scheme)
        app.sign_in("manager@guichet.example")
        shoot(app, f"home{name}")
        app.goto("/service-levels")
        shoot(app, f"service-levels{name}")
        app.goto("/calendars")
        shoot(app, f"calendars{name}")
        friday = app.page.get_by_role("textbox", name="Vendredi", exact=True)
        app.after(lambda friday=friday: (friday.fill("9h–12h"), friday.press("Enter")))  # type: ignore[misc]
        app.after(lambda app=app: app.page.get_by_role("button", name="Aperçu").click())  # type: ignore[misc]
        app.page.get_by_role("button", name="Enregistrer").scroll_into_view_if_needed()
        shoot(app, f"preview{name}")
        app.goto("/queue?tab=waiting")
        reference = app.page.get_by_text(re.compile(r"^INC-\d{4}-\d+$")).first.inner_text()
        app.goto(f"/ticket?ref={reference}")
        app.page.get_by_text("D’où vient cette échéance").last.click()
        shoot(app, f"ledger{name}")


def take_clients(browser: Browser, url: str) -> None:
    """What sales see: the list, and the sections of a client's page."""
    sizes = (("", WIDE | {"height": 1250}, "light"), ("-dark", WIDE, "dark"), ("-narrow", NARROW, "light"))
    for name, size, scheme in sizes:
        app = opened(browser, url, size, scheme)
        app.sign_in("commercial@guichet.example", path="/clients")
        shoot(app, f"clients{name}")
        app.after(lambda app=app: app.key("clients_table").locator("tbody a").nth(7).click())  # type: ignore[misc]
        shoot(app, f"client{name}")
        for section, label in (("subscription", "Abonnement"), ("service", "Service rendu")):
            radio = app.page.get_by_role("radio", name=label)
            app.after(radio.click)
            shoot(app, f"client-{section}{name}")


def take_client_space(browser: Browser, url: str) -> None:
    """What a client sees, as the guide describes it."""
    for name, size, scheme in (("", WIDE, "light"), ("-dark", WIDE, "dark"), ("-narrow", NARROW, "light")):
        app = opened(browser, url, size, scheme)
        app.sign_in("contact@demo-horizon.example")
        shoot(app, f"client-home{name}")
        for path, place in (
            ("/assistance", "assistance"),
            ("/new?kind=incident&product=1", "new-ticket"),
            ("/tickets", "tickets"),
            ("/contact?service=sales", "contact"),
            ("/programme", "programme"),
            ("/documents", "documents"),
        ):
            app.goto(path)
            shoot(app, f"client-{place}{name}")
        app.goto("/tickets?stage=resolved")
        reference = app.page.locator("tbody tr").first.get_attribute("data-reference")
        app.goto(f"/ticket?ref={reference}")
        shoot(app, f"client-ticket{name}")


def take_figures(browser: Browser, url: str) -> None:
    """What a manager stands behind: each section of the figures, and the tickets behind a bar."""
    for name, size, scheme in (("", WIDE, "light"), ("-dark", WIDE, "dark"), ("-narrow", NARROW, "light")):
        app = opened(browser, url, size, scheme)
        app.sign_in("manager@guichet.example", path="/metrics")
        shoot(app, f"metrics{name}")
        for section in ("promises", "flow", "times", "work", "help"):
            app.goto(f"/metrics?section={section}&period=last_90_days")
            app.page.locator(".js-plotly-plot").first.wait_for()
            shoot(app, f"metrics-{section}{name}")
        app.goto("/metrics?section=work&period=last_90_days&behind=returns.follow_ups-1")
        app.key("behind_close").scroll_into_view_if_needed()
        shoot(app, f"metrics-behind{name}")


def take_office(browser: Browser, url: str) -> None:
    """What a manager keeps: products, people, the audit trail; and a ticket on its way to another service."""
    for name, size, scheme in (("", WIDE, "light"), ("-dark", WIDE, "dark"), ("-narrow", NARROW, "light")):
        app = opened(browser, url, size, scheme)
        app.sign_in("manager@guichet.example")
        for path in ("products", "users", "audit-trail"):
            app.goto(f"/{path}")
            shoot(app, f"{path}{name}")
        app.goto("/queue?order=arrival")
        reference = app.page.get_by_text(re.compile(r"^INC-\d{4}-\d+$")).first.inner_text()
        app.goto(f"/ticket?ref={reference}")
        app.after(lambda app=app: app.page.get_by_role("button", name="Transmettre").click())  # type: ignore[misc]
        shoot(app, f"hand-over{name}")


def take_first_desk(browser: Browser, url: str, var: Path) -> None:
    """A desk of one's own as its first manager finds it."""
    app = opened(browser, url, WIDE)
    first_manager(app, var)
    shoot(app, "first-desk")


def first_manager(app: driver.App, var: Path) -> None:
    """By the link that the console prints."""
    [token] = re.findall(r"/welcome#(\S+)", (var / "server.log").read_text())
    app.page.goto(f"{app.url}/welcome#{token}")
    phrase = "une phrase assez longue pour entrer"
    for label, value in (
        ("Nom", "Anne Lilas (démo)"),
        ("Adresse e-mail", "anne@guichet.example"),
        ("Nouveau mot de passe", phrase),
        ("Nouveau mot de passe, encore une fois", phrase),
    ):
        app.page.get_by_role("textbox", name=label, exact=True).fill(value)
    app.page.get_by_role("button", name="Définir le mot de passe").click()
    app.key("checklist").wait_for()


def opened(browser: Browser, url: str, size: dict[str, int], scheme: str = "light") -> driver.App:
    context = browser.new_context(
        locale="fr-FR", timezone_id="Europe/Paris", viewport=size, color_scheme=scheme, reduced_motion="reduce"
    )
    return driver.App(context.new_page(), url)


def shoot(app: driver.App, name: str) -> None:
    app.page.wait_for_timeout(800)  # fonts and images
    app.page.screenshot(path=FOLDER / f"{name}.png")
    print(f"docs/{name}.png")


if __name__ == "__main__":
    main()
