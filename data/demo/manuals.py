"""The help of the demo world, as `articles/*.toml` tell it: written by its technicians, read by its clients."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Engine

from data import articles, editorial
from data.core.desk import Desk
from data.core.uploads import Upload, store
from data.demo.cast import Cast, Company
from data.editorial import Manuscript
from models.article import ArticleKind
from models.permission import Role
from models.user import Actor, Language

FOLDER, VIDEOS = Path(__file__).with_name("articles"), Path(__file__).with_name("videos")
WRITTEN, READ = timedelta(days=150), 80  # so long ago; and over how many days
VISITS, ANSWERED, HELPED = 5, 0.3, 0.85  # of each contact at most; how many articles are judged; and how many helped


def write(engine: Engine, cast: Cast, now: datetime) -> None:
    """Through the commands, at moments before `now`; the same for the same cast."""
    rng = Random("help")
    about: dict[str | None, list[int]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        told = tomllib.loads(path.read_text("utf-8"))
        product: str | None = told.get("product")
        writer = (cast.knows.get(product or "") or cast.staff[Role.TECHNICIAN])[0]
        desk = _at(writer, engine, now - WRITTEN)
        about[product] = [
            _article(desk, one, cast.products[product] if product else None, place)
            for place, one in enumerate(told["article"])
        ]
    for company in cast.companies:
        readable = [id_ for name in company.products for id_ in about.get(name, ())]
        _visits(engine, company, readable, now, rng)


def _article(desk: Desk, told: dict[str, str], product_id: int | None, place: int) -> int:
    text = Manuscript(
        product_id=product_id,
        kind=ArticleKind(told["kind"]),
        language=Language(told.get("language", "fr")),
        title=told["title"],
        body=told["body"],
        place=int(told.get("place", place)),
    )
    draft = editorial.begin(desk, text)
    if name := told.get("video_file"):
        [film] = store([Upload(name, (VIDEOS / name).read_bytes())])
        draft = editorial.keep_video(desk, draft.id, film, seen=draft.version)
    return editorial.publish(desk, draft.id, seen=draft.version).id


def _visits(engine: Engine, company: Company, readable: list[int], now: datetime, rng: Random) -> None:
    for contact in company.contacts:
        for _visit in range(rng.randint(0, VISITS)):
            desk = _at(contact, engine, now - timedelta(days=rng.randint(1, READ), minutes=rng.randint(0, 400)))
            read = rng.sample(readable, min(len(readable), rng.randint(1, 3)))
            articles.read(desk, read)
            for id_ in read:
                if rng.random() < ANSWERED:
                    articles.vote(desk, id_, rng.random() < HELPED)


def _at(user: Actor, engine: Engine, moment: datetime) -> Desk:
    return Desk(user, engine, clock=lambda: moment)
