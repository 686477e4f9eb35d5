"""The command line of Guichet: `python -m data --help`."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while the modules below are read: no trace

import argparse
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TimeElapsedColumn
from sqlalchemy import Engine

from data import (
    _account_commands,
    _check_command,
    _clients_command,
    _console,
    _desk_commands,
    _seal_command,
    imports,
    self_check,
)
from data.core import check_sla, database, key_rotation, keys, private_files, start
from data.core.desk import SYSTEM, Desk
from data.core.exchange import stars
from data.core.exchange.batch import Preset, batch
from data.core.exchange.sums import Progress, Sums
from data.core.settings import settings


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when all went well, 1 when something was refused or failed, 2 when misspelt, 130 by Ctrl-C."""
    return _console.run(partial(_run, arguments))


def _run(arguments: Sequence[str] | None) -> int:
    asked = _parser().parse_args(arguments)
    private_files.restrict_new_files()
    return int(asked.run(asked))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data",
        description="Guichet from the command line. DATABASE_URL chooses the database, else var/guichet.db is used.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    one = commands.add_parser("migrate", help="make the database, or bring it up to date")
    one.set_defaults(run=_migrate)

    one = commands.add_parser(
        "rotate-key",
        help="replace the secret key that access codes are encrypted with",
        description="Encrypts all access codes anew with a new secret key. One in var/secret.key is made, and replaces "
        "the old one, while the desk runs. In GUICHET_SECRET_KEY, put the new one before the old one, with a comma "
        "between them, and restart every process with both; run this, also with both; then take the old one away.",
    )
    one.set_defaults(run=_rotate_key)

    one = commands.add_parser(
        "replace-lost-key",
        help="when the secret key is lost for good: end all access codes and issue new ones",
        description="Without the secret key nobody can read the access codes, and the desk does not start. This ends "
        "all live codes, makes a new key, and issues new codes to the same clients, who have to be told.",
    )
    one.set_defaults(run=_replace_lost_key)

    one = commands.add_parser(
        "check-sla",
        help="check the service-level arithmetic",
        description="Checks the service-level arithmetic: the published cases, and the rules of arithmetic on each "
        "version of each calendar of this installation. `check` does it, too, among the rest.",
    )
    one.add_argument("--cases", metavar="FILE", type=Path, nargs="+", help="JSON files of cases: check these instead")
    one.set_defaults(run=_check_sla)

    one = commands.add_parser("seal", help="count what happened on the days that are over")
    _seal_command.describe(one)
    one.set_defaults(run=_seal)

    _account_commands.add_to(commands, _database)
    _check_command.add_to(commands, database.engine, _bar, print)

    what = commands.add_parser("import", help="bring tickets in from a file").add_subparsers(
        metavar="WHAT", required=True
    )
    one = what.add_parser(
        "tickets",
        help="tickets, with the clients, people and products they name",
        description="Imports a CSV file, plain or gzipped. What is there already stays as it is, so that a file can be "
        "imported again. Bad rows go to NAME.rejects.csv beside the file, and the rest is imported, some tickets at a "
        "time, so that others can work meanwhile. When the run is stopped, what is written stays; the same import goes "
        "on when it is run again.",
    )
    one.add_argument("file", metavar="FILE", type=Path)
    one.add_argument(
        "--preset",
        type=Preset,
        choices=list(Preset),
        required=True,
        metavar="{" + ",".join(Preset) + "}",
        help="the shape of the file: an event log of ServiceNow, or what `export desk` writes",
    )
    one.add_argument(
        "--stars",
        metavar="FILE",
        type=Path,
        help="CSV file with the columns client and stars (3, 4 or 5) for new clients; ★3 without (servicenow only)",
    )
    one.set_defaults(run=_import_tickets)

    one = what.add_parser("clients", help="clients, with their contacts, subscriptions and products")
    _clients_command.describe(one)
    one.set_defaults(run=_import_clients)

    _desk_commands.add_import(what, _import_tickets)

    what = commands.add_parser("export", help="take the desk out into a file").add_subparsers(
        metavar="WHAT", required=True
    )
    _desk_commands.add_export(what, _export_desk)
    return parser


def _migrate(_asked: argparse.Namespace) -> int:
    _database()
    print("The database is up to date.")
    return 0


def _rotate_key(_asked: argparse.Namespace) -> int:
    rekeyed = key_rotation.rotate(_database())
    print(f"The new key holds. Access codes encrypted anew: {rekeyed}")
    if keys.in_environment():
        print("Now take the old key out of GUICHET_SECRET_KEY, keep the first one, and restart every process.")
    else:
        print("The old key is gone: a backup of the database from before needs the secret.key from before.")
    return 0


def _replace_lost_key(_asked: argparse.Namespace) -> int:
    start.migrate(database.engine())
    issued = key_rotation.replace_lost(database.engine())
    print(f"A new key holds. New access codes, which their clients have to be told: {issued}")
    return 0


def _check_sla(asked: argparse.Namespace) -> int:
    if asked.cases:
        return check_sla.check(asked.cases, print)
    report = self_check.run(Desk(SYSTEM, _database()))
    print(report)
    return 1 if report.failed else 0


def _seal(asked: argparse.Namespace) -> int:
    begun = perf_counter()
    _seal_command.run(Desk(SYSTEM, _database()), asked, _bar, print)
    print(_cost(perf_counter() - begun))
    return 0


def _import_tickets(asked: argparse.Namespace) -> int:
    if asked.stars and asked.preset != Preset.SERVICENOW:
        raise ValueError("--stars goes with --preset servicenow: an export of Guichet tells the stars itself.")
    begun, desk = perf_counter(), Desk(SYSTEM, _database())
    levels = stars.read(asked.stars) if asked.stars else None
    with _bar("Reading", "Writing") as (reading, writing), batch(asked.file, asked.preset, levels) as rows:
        rows.progress = reading
        imports.read(desk, rows)
        rows.progress = writing
        imports.write(desk, rows)
    if rows.stopped_at:
        print(f"It goes on where it stopped on {rows.stopped_at:%Y-%m-%d at %H:%M} UTC.")
    _tell(rows.sums)
    print("".join(f"{line}\n" for line in _desk_commands.to_do(rows.sums, asked.preset)), end="")
    print(_cost(perf_counter() - begun))
    return 0


def _import_clients(asked: argparse.Namespace) -> int:
    begun = perf_counter()
    code = _clients_command.run(Desk(SYSTEM, _database()), asked, _bar, print)
    print(_cost(perf_counter() - begun))
    return code


def _export_desk(asked: argparse.Namespace) -> int:
    begun, complain = perf_counter(), partial(print, file=sys.stderr)
    code = _desk_commands.export(Desk(SYSTEM, _database()), asked.file, _bar, print, complain)
    print(_cost(perf_counter() - begun))
    return code


def _tell(sums: Sums) -> None:
    print(f"{sums.read} rows read = {sums.imported} imported + {sums.merged} merged + {sums.bad} rejected")
    for reason, count in sums.rejected.most_common():
        print(f"  rejected: {count} {reason}")
    if sums.rejects:
        print(f"  the rejected rows are in {sums.rejects}")
    new = ("tickets", "clients", "contacts", "products", "technicians")
    more = ("calendars", "targets", "documents", "articles", "calls")  # of an export alone
    found = [*new, *(name for name in more if getattr(sums, name))]
    print("new: " + ", ".join(f"{getattr(sums, name)} {name}" for name in found))


def _cost(seconds: float) -> str:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return f"{seconds:.1f} s, at most {peak:.0f} MiB of memory"


def _database() -> Engine:
    """Up to date; a new one is no demo."""
    start.prepare(replace(settings(), demo=False), lambda _: None)
    return database.engine()


@contextmanager
def _bar(*steps: str) -> Iterator[list[Progress]]:
    with Bar(*Bar.get_default_columns()[:-1], TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        yield [_step(bar, name) for name in steps]


def _step(bar: Bar, name: str) -> Progress:
    task = bar.add_task(name, total=None)
    return lambda done, total: bar.update(task, completed=done, total=total)


if __name__ == "__main__":
    sys.exit(main())
