"""Draws the tutorial videos of the demo: title cards of our own, a few seconds each, as WebM.

`python docs/demo_videos.py` writes `data/demo/videos/`. It needs chromium, and ffmpeg on the path or named in FFMPEG.
"""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser import driver

DEMO = Path(__file__).parents[1] / "data" / "demo"
WIDTH, HEIGHT, SECONDS, RATE = 640, 360, 3, 10
CARD = """<style>
body {{ margin: 0; padding: 34px 40px; font: 20px sans-serif; color: #22303A; background: #FCFBF8;
  border-top: 8px solid #17697A; }}
small {{ color: #5A676F; font-size: 20px; }}
p {{ margin: 40px 0; font-size: 32px; line-height: 1.35; }}
i {{ position: fixed; bottom: 34px; left: 40px; width: {done}px; height: 6px; background: #17697A; }}
</style><small>{product} (démo)</small><p>{text}</p><i></i>"""


def main() -> None:
    with sync_playwright() as playwright:
        browser = driver.launch(playwright, driver.chromium() or "chromium")
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for path in sorted((DEMO / "articles").glob("*.toml")):
            source = tomllib.loads(path.read_text("utf-8"))
            for one in source["article"]:
                if one.get("video_file"):
                    drawn = list(cards(source["product"], one["title"], one["body"]))
                    film(page, drawn, DEMO / "videos" / one["video_file"])
        browser.close()


def cards(product: str, title: str, body: str) -> Iterator[str]:
    """The title, one card a sentence of the text, and the end."""
    sentences = [one.strip(" .") for one in body.replace("**", "").split(". ")]
    texts = [title, *filter(None, sentences), "Fin de la démonstration"]
    for number, text in enumerate(texts, 1):
        yield CARD.format(product=escape(product), text=escape(text), done=(WIDTH - 80) * number // len(texts))


def film(page: Page, drawn: list[str], target: Path) -> None:
    with TemporaryDirectory() as folder:
        for number, card in enumerate(drawn):
            page.set_content(card)
            page.screenshot(path=f"{folder}/{number:02}.png")
        source = ["-framerate", f"1/{SECONDS}", "-i", f"{folder}/%02d.png"]
        coded = ["-c:v", "libvpx-vp9", "-crf", "45", "-b:v", "0", "-r", str(RATE), "-pix_fmt", "yuv420p"]
        plain = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
        command = [os.environ.get("FFMPEG", "ffmpeg"), "-y", "-loglevel", "error", *source, *coded, *plain, str(target)]
        subprocess.run(command, check=True)  # noqa: S603 - its own files
    print(target.name, target.stat().st_size)


if __name__ == "__main__":
    main()
