"""The rules of the house, kept by a test so that no reviewer has to."""

import ast
import importlib
import inspect
from pathlib import Path

import pytest

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


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_go_downstairs(path: Path):
    floor = path.relative_to(HOUSE).parts[0]
    roots = {module.split(".")[0] for module in imports(path)}
    assert not roots & set(FLOORS[FLOORS.index(floor) + 1 :])
    assert not roots & STRANGERS[floor]


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_a_screen_begins_at_the_desk_knows_no_core_and_stays_short(path: Path):
    source = path.read_text()
    assert "\ndesk = current_desk()\n" in source
    assert not [module for module in imports(path) if module.startswith("data.core")]
    assert len(source.splitlines()) <= 100


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_file_can_be_read_in_one_go(path: Path):
    assert len(path.read_text().splitlines()) <= 260


@pytest.mark.parametrize("path", DESKS, ids=name)
def test_every_deed_goes_through_the_desk(path: Path):
    module = importlib.import_module(f"data.{path.stem}")
    for deed, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ == module.__name__ and not deed.startswith("_"):
            assert hasattr(function, "permission"), f"{deed} needs @query or @command"


@pytest.mark.parametrize("path", [path for path in MODULES if name(path) != "data/core/scope.py"], ids=name)
def test_guarded_tables_are_read_through_scope(path: Path):
    for call in calls(path):
        if ast.unparse(call.func).split(".")[-1] in {"select", "get", "get_one"}:
            named = {node.id for part in call.args for node in ast.walk(part) if isinstance(node, ast.Name)}
            assert not named & GUARDED, f"line {call.lineno}: begin with scope"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_subscriptions_are_added_in_one_place_which_knows_what_follows(path: Path):
    source = ast.parse(path.read_text())
    for call in [node for node in ast.walk(source) if isinstance(node, ast.Call)]:
        if ast.unparse(call.func).split(".")[-1] in {"insert", "insert_into", "update", "delete"}:
            named = {node.id for part in call.args for node in ast.walk(part) if isinstance(node, ast.Name)}
            assert name(path) == "data/core/subscriptions.py" or "Subscription" not in named, f"line {call.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_one_place_asks_the_time_and_one_place_commits(path: Path):
    called = {ast.unparse(call.func) for call in calls(path)}
    assert name(path) == "data/core/clock.py" or not called & CLOCKS
    assert name(path) == "data/core/desk.py" or not [call for call in called if call.endswith((".commit", ".rollback"))]


def test_no_other_script_lies_directly_in_pages():
    # Streamlit would serve it without the router until the first st.navigation call.
    assert {path.name for path in (HOUSE / "pages").glob("*.py")} == {"__init__.py", "main.py"}


def test_the_repository_names_no_machine_and_no_package_host():
    for path in (HOUSE / "requirements.txt", HOUSE / "requirements-dev.txt"):
        assert not [line for line in path.read_text().splitlines() if line.startswith("-") or "://" in line]
