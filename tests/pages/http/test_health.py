"""`/healthz`: for monitors, and for strangers, who learn no path."""

import json
import shutil
from threading import Event

import pytest

from data.core import database, health
from data.core import settings as settings_module
from data.core.settings import settings
from tests.pages.http.asking import ask

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def store(desk, monkeypatch):
    monkeypatch.setattr(health, "FRESH", 0.0)
    place = settings().var / "files"
    place.mkdir(parents=True)
    return place


def healthz() -> tuple[int, object]:
    answer = ask("/healthz", None)
    assert answer.headers["cache-control"] == "no-store" and b"/" not in answer.body
    return answer.status, json.loads(answer.body)


def test_each_state_has_its_status(store, monkeypatch):
    assert healthz() == (200, {"status": "ok"})
    monkeypatch.setenv("GUICHET_KEEP_FREE_MB", "999999999")
    settings_module.settings.cache_clear()
    assert healthz() == (200, {"status": "degraded", "reasons": ["disk space is low"]})
    monkeypatch.setenv("GUICHET_KEEP_FREE_MB", "0")
    settings_module.settings.cache_clear()
    shutil.rmtree(store)
    assert healthz() == (503, {"status": "failing", "reasons": ["files cannot be stored"]})
    store.mkdir()
    assert healthz() == (200, {"status": "ok"})


def test_whoever_asks_all_the_time_makes_nobody_write(store, monkeypatch):
    monkeypatch.setattr(health, "FRESH", 60.0)
    assert healthz()[0] == 200
    monkeypatch.setattr(database, "require_writable", None)  # cannot be called
    for _ in range(20):
        assert healthz() == (200, {"status": "ok"})


def test_what_does_not_answer_in_time_is_failing(store, monkeypatch):
    end = Event()
    monkeypatch.setattr("pages.http.health.PATIENCE", 0.05)
    monkeypatch.setattr(health, "problems", lambda _engine: end.wait(20) and iter(()))
    try:
        status, said = healthz()
    finally:
        end.set()
    assert (status, said["status"]) == (503, "failing")
