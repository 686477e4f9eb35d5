"""The rules of the house, kept by a test so that no reviewer has to. Each case names all that breaks it."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[1]
FLOORS = ["models", "data", "pages"]  # each may import itself and what lies before it
STRANGERS = {  # libraries a floor may not know
    "models": {"streamlit", "plotly", "starlette"},
    "data": {"streamlit", "plotly", "starlette"},
    "pages": {"sqlmodel", "sqlalchemy"},
}
GUARDED = {"Article", "Attachment", "Client", "Document", "Message", "Ticket"}  # read through data/core/scope.py only
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}

MODULES = [path for floor in FLOORS for path in sorted((HOUSE / floor).rglob("*.py")) if "migrations" not in path.parts]
DESKS = sorted(path for path in (HOUSE / "data").glob("[!_]*.py"))
SCREENS = [
    path
    for path in sorted((HOUSE / "pages").rglob("*.py"))
    if not {"account", "components", "http"} & set(path.parts) and path.name not in {"__init__.py", "main.py"}
]


def name(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text())))


def imports(path: Path) -> set[str]:
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


@cache
def calls(path: Path) -> tuple[tuple[str, ast.Call], ...]:
    """Each call with what is called, as it is written."""
    return tuple((ast.unparse(node.func), node) for node in nodes(path) if isinstance(node, ast.Call))


def calls_that_name(path: Path, functions: set[str], words: set[str]) -> Iterator[str]:
    """Where a function of that name, whatever it belongs to, is given one of these words."""
    for called, call in calls(path):
        if called.split(".")[-1] in functions:
            if words & {node.id for part in call.args for node in ast.walk(part) if isinstance(node, ast.Name)}:
                yield f"{name(path)}:{call.lineno}"


def test_there_is_something_to_keep_the_rules_of():
    assert len(MODULES) > 300 and len(DESKS) > 30 and len(SCREENS) > 20


def test_imports_go_downstairs():
    offenders = []
    for path in MODULES:
        floor = path.relative_to(HOUSE).parts[0]
        forbidden = {*FLOORS[FLOORS.index(floor) + 1 :], *STRANGERS[floor]}
        found = {module.split(".")[0] for module in imports(path)} & forbidden
        offenders += [f"{name(path)} imports {module}" for module in found]
    assert not offenders


def test_migrations_import_no_code_that_changes():
    """Or the next change of that code breaks the way from an old database."""
    migrations = sorted((HOUSE / "data" / "migrations" / "versions").glob("*.py"))
    assert len(migrations) > 10
    assert not [
        f"{name(path)} imports {module}"
        for path in migrations
        for module in imports(path)
        if module.split(".")[0] in FLOORS
    ]


def test_a_screen_begins_at_the_desk():
    assert not [name(path) for path in SCREENS if "\ndesk = current_desk()\n" not in path.read_text()]


def test_a_screen_knows_no_core():
    assert not [
        f"{name(path)} imports {module}"
        for path in SCREENS
        for module in imports(path)
        if module.startswith("data.core")
    ]


def test_a_screen_stays_short():
    assert not [name(path) for path in SCREENS if len(path.read_text().splitlines()) > 100]


def test_a_file_can_be_read_in_one_go():
    assert not [name(path) for path in MODULES if len(path.read_text().splitlines()) > 260]


def test_every_deed_goes_through_the_desk():
    offenders = []
    for path in DESKS:
        module = importlib.import_module(f"data.{path.stem}")
        for deed, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not deed.startswith("_"):
                if not hasattr(function, "permission"):
                    offenders.append(f"{path.stem}.{deed} needs @query or @command")
    assert not offenders


def test_guarded_tables_are_read_through_scope():
    readers = [path for path in MODULES if name(path) != "data/core/scope.py"]
    assert not [one for path in readers for one in calls_that_name(path, {"select", "get", "get_one"}, GUARDED)]


def test_subscriptions_are_added_in_one_place_which_knows_what_follows():
    writers = [path for path in MODULES if name(path) != "data/core/subscriptions.py"]
    changing = {"insert", "insert_into", "update", "delete"}
    assert not [one for path in writers for one in calls_that_name(path, changing, {"Subscription"})]


def test_one_place_asks_the_time():
    askers = [path for path in MODULES if name(path) != "data/core/clock.py"]
    assert not [f"{name(path)}:{call.lineno}" for path in askers for called, call in calls(path) if called in CLOCKS]


def test_one_place_commits():
    others = [path for path in MODULES if name(path) != "data/core/desk.py"]
    assert not [
        f"{name(path)}:{call.lineno}"
        for path in others
        for called, call in calls(path)
        if called.endswith((".commit", ".rollback"))
    ]


def test_no_other_script_lies_directly_in_pages():
    # Streamlit would serve it without the router until the first st.navigation call.
    assert {path.name for path in (HOUSE / "pages").glob("*.py")} == {"__init__.py", "main.py"}


def test_the_repository_names_no_machine_and_no_package_host():
    for path in (HOUSE / "requirements.txt", HOUSE / "requirements-dev.txt"):
        assert not [line for line in path.read_text().splitlines() if line.startswith("-") or "://" in line]
