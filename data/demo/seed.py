"""Fills a new database with the demo world."""

import sys
from datetime import datetime
from random import Random

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from data.core import clock
from data.core.desk import SYSTEM, Desk, opened
from data.demo import manuals, papers
from data.demo.calls import call
from data.demo.cast import engage
from data.demo.life import Life
from data.demo.plots import Playwright
from data.demo.reading import read
from data.demo.terms import Terms
from data.demo.world import World

TITLE = "Making the demo world"


def seed(engine: Engine, now: datetime | None = None, tickets: int = 400) -> None:
    """About so many tickets over the ninety days before `now`; the same ones for the same moment."""
    now = now or clock.now()
    with opened(Desk(SYSTEM, engine, clock=lambda: now), "demo.seed", writes=True) as desk:
        world = World(engine, engage(desk), Terms(desk))
    manuals.write(engine, world.cast, now)
    papers.file(engine, world.cast, now)
    plots = list(Playwright(world.cast.companies, world.terms, now, Random("guichet")).plots(tickets))
    for plot in plots:
        world.begin(Life(world, plot))
    first = min(plot.filed_at for plot in plots)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[filed]} tickets"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, disable=not sys.stdout.isatty()) as progress:
        task = progress.add_task(TITLE, total=(now - first).total_seconds(), filed=0)
        for moment in world.run(until=now):
            progress.update(task, completed=(moment - first).total_seconds(), filed=len(world.filed))
    call(engine, now)
    read(engine, now)
    if not sys.stdout.isatty():
        Console().print(f"{TITLE}: {len(world.filed)} tickets.")
