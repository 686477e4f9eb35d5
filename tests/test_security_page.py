"""docs/security.md says of each attack which test holds it: those tests are there."""

import ast
import re
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[1]
PAGE = (HOUSE / "docs" / "security.md").read_text(encoding="utf-8")
CITED = re.findall(r"`(tests/[\w/.]+)::(\w+)`", PAGE)


@cache
def functions_of(path: str) -> set[str]:
    return {node.name for node in ast.walk(ast.parse((HOUSE / path).read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_page_names_is_there():
    assert len(CITED) > 30
    assert not [(path, name) for path, name in CITED if name not in functions_of(path)]


def test_every_attack_has_a_test():
    rows = [row for row in PAGE.partition("## Attacks")[2].splitlines() if row.startswith("| ") and "---" not in row]
    assert not [row for row in rows if "`tests/" not in row and not row.startswith("| attack")]
