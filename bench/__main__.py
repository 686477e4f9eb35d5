"""python -m bench NAME: measures, prints a table, and writes it as JSON where asked."""

import argparse
import json
from pathlib import Path

from bench import check, clients, durable, gate, metrics, preview, queue, sla


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "name",
        choices=["queue", "metrics", "check", "clients", "sla", "preview", "gate", "durable"],
        help="what to measure",
    )
    parser.add_argument(
        "--tickets",
        type=int,
        nargs="+",
        default=[10_000, 100_000, 1_000_000],
        metavar="N",
        help="queue, metrics and check only",
    )
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql"], default="sqlite", help="not for sla, gate, durable"
    )
    parser.add_argument("--rounds", type=int, default=200, help="how often each thing is done (default 200)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows there")
    options = parser.parse_args()
    if options.name == "sla":
        rows = sla.measure(options.rounds)
    elif options.name == "check":
        rows = [row for size in options.tickets for row in check.measure(size, options.database)]
    elif options.name == "gate":
        rows = gate.measure(options.rounds)
    elif options.name == "durable":
        rows = durable.measure(options.rounds)
    elif options.name == "preview":
        rows = preview.measure(50_000, options.database, rounds=5)
    elif options.name == "clients":
        rows = clients.measure(100_000, options.database, options.rounds)
    else:
        measure = queue.measure if options.name == "queue" else metrics.measure
        rows = [row for size in options.tickets for row in measure(size, options.database, options.rounds)]
    if options.json:
        options.json.write_text(json.dumps({"rows": rows}, indent=1))


if __name__ == "__main__":
    main()
