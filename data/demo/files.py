"""The files that people of the demo world send: a screenshot, a table, a log."""

import csv
import io
import unicodedata
from datetime import datetime, timedelta
from random import Random

from PIL import Image, ImageDraw, ImageFont

from data.core.uploads import Upload

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
SIZE = WIDTH, HEIGHT = 760, 430
INK, GREY, LINE, BAR, ALERT = "#1f2933", "#7b8794", "#d9e2ec", "#334e68", "#b42318"


def make(kind: str, shown: str, product: str, at: datetime, rng: Random) -> Upload:
    """`shown` is what a screenshot says, and what a table or log is called."""
    match kind:
        case "png":
            return Upload(f"capture-{at:%Y%m%d}-{rng.randint(1, 9)}.png", screenshot(product, shown, rng))
        case "csv":
            return Upload(f"{shown}-{at:%Y%m%d}.csv", table(at, rng))
        case "log":
            return Upload(f"{shown}-{at:%Y%m%d}.log", log(at, rng))
        case _:
            raise ValueError(f"No such kind of file: {kind}")


def screenshot(product: str, message: str, rng: Random) -> bytes:
    """A window of the product with a list in it, and a box that says the message."""
    image = Image.new("RGB", SIZE, "#f5f7fa")
    draw = ImageDraw.Draw(image)
    small, normal = ImageFont.load_default(13), ImageFont.load_default(16)
    draw.rectangle((0, 0, WIDTH, 34), fill=BAR)
    draw.text((14, 8), _plain(product), font=normal, fill="white")
    for number, left in enumerate((WIDTH - 78, WIDTH - 52, WIDTH - 26)):
        draw.ellipse((left, 11, left + 12, 23), fill=("#f0b429", "#3ebd93", "#ef4e4e")[number])
    for row in range(13):
        top = 52 + row * 28
        draw.line((20, top + 22, WIDTH - 20, top + 22), fill=LINE)
        draw.text((28, top), f"{rng.randint(10000, 99999)}", font=small, fill=GREY)
        for column in range(3):
            left = 130 + column * 200
            draw.rounded_rectangle((left, top + 3, left + rng.randint(50, 170), top + 13), 4, fill=LINE)
    _box(draw, _plain(message), normal, small)
    content = io.BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=32).save(content, "PNG", optimize=True)
    return content.getvalue()


def _box(draw: ImageDraw.ImageDraw, message: str, normal: Font, small: Font) -> None:
    left, top, right, bottom = 150, 140, WIDTH - 150, 290
    draw.rounded_rectangle((left, top, right, bottom), 8, fill="white", outline=GREY)
    draw.rounded_rectangle((left, top, left + 8, bottom), 4, fill=ALERT)
    draw.text((left + 28, top + 36), message, font=normal, fill=INK)
    draw.rounded_rectangle((right - 96, bottom - 44, right - 18, bottom - 16), 5, fill=BAR)
    draw.text((right - 67, bottom - 39), "OK", font=small, fill="white")


def table(at: datetime, rng: Random) -> bytes:
    content = io.StringIO()
    writer = csv.writer(content, delimiter=";")
    writer.writerow(("reference", "date", "quantite", "ecart"))
    for _ in range(rng.randint(12, 40)):
        day = at - timedelta(days=rng.randint(1, 30))
        writer.writerow((f"A{rng.randint(1000, 9999)}", f"{day:%d/%m/%Y}", rng.randint(1, 240), rng.randint(-4, 4)))
    return content.getvalue().encode("utf-8-sig")


def log(at: datetime, rng: Random) -> bytes:
    moment, lines = at - timedelta(minutes=40), []
    for _ in range(rng.randint(30, 90)):
        moment += timedelta(milliseconds=rng.randint(80, 60_000))
        level, text = rng.choice(
            (
                ("INFO ", f"session {rng.randint(100, 999)} opened"),
                ("INFO ", f"request done in {rng.randint(3, 900)} ms"),
                ("DEBUG", f"queue length {rng.randint(0, 60)}"),
                ("WARN ", f"retry {rng.randint(1, 5)} of 5"),
                ("ERROR", f"OPA-{rng.randint(1000, 8999)} timeout after 30000 ms"),
            )
        )
        lines.append(f"{moment:%Y-%m-%d %H:%M:%S} {level} {text}")
    return "\n".join([*lines, ""]).encode()


def _plain(text: str) -> str:
    """Without accents, which the font that comes with Pillow does not have."""
    folded = unicodedata.normalize("NFKD", text.replace("–", "-").replace("«", '"').replace("»", '"'))
    return folded.encode("ascii", "ignore").decode()
