"""An import of clients in a real browser: its progress stays in sight, and the rows to correct come as a file."""

from pathlib import Path

from playwright.sync_api import expect

from data.core import workbooks
from tests.browser.driver import App

WATCH = """() => {
  window.seen = [];
  new MutationObserver(() => {
    const bar = document.querySelector('.st-key-progress');
    if (!bar) return;
    const { top, bottom } = bar.getBoundingClientRect();
    window.seen.push(top >= 0 && bottom <= window.innerHeight);
  }).observe(document.body, { childList: true, subtree: true, attributes: true });
}"""


def test_the_progress_of_a_check_is_in_sight_wherever_the_page_is_scrolled_to(app: App, tmp_path: Path):
    file = tmp_path / "clients.csv"
    rows = [[f"Z-{n}", f"Zélée {n} (démo)", "9" if n == 7 else "4"] for n in range(5000)]
    file.write_bytes(workbooks.csv(["N° client", "Raison sociale", "Étoiles"], rows))
    app.page.set_viewport_size({"width": 1000, "height": 420})
    app.sign_in("commercial@guichet.example", path="/import-clients")
    app.after(lambda: app.page.locator("input[type=file]").set_input_files(file))
    check = app.key("import_check").get_by_role("button")
    check.scroll_into_view_if_needed()
    app.page.evaluate(WATCH)
    app.after(check.click)
    assert any(app.page.evaluate("window.seen"))
    skip = app.page.get_by_text("Importer les bonnes lignes et me donner les autres dans un fichier")
    app.after(skip.click)
    expect(app.page.get_by_text("1 ligne est laissée de côté")).to_be_visible()
    expect(app.key("import_write")).to_contain_text("Importer 4\N{NARROW NO-BREAK SPACE}999 lignes")
