"""`carrel embedder`, with two small embedders and a folder of notes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.home import Home
from assistant.settings_file import load_settings
from tests.models import tiny_bert

pytestmark = pytest.mark.timeout(30)  # the first to index waits for LanceDB to load

Carrel = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with the default embedder and another, both small."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    home = Home(tmp_path / "home").create()
    tiny_bert.write_model(home.models / "multilingual-e5-small")
    tiny_bert.write_model(home.models / "bge-small-en-v1.5", seed=1)
    return home


@pytest.fixture
def carrel(home: Home, capsys: pytest.CaptureFixture[str]) -> Carrel:
    """Runs a command line with --json: exit code and what it reports."""

    def run(*argv: object) -> tuple[int, dict[str, Any]]:
        code = cli.main([*map(str, argv), "--home", str(home.path), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def indexed(carrel: Carrel, notes: Path) -> None:
    assert carrel("index", notes)[0] == 0


def found(carrel: Carrel) -> list[dict[str, Any]]:
    code, told = carrel("search", "desk")
    assert code == 0
    passages: list[dict[str, Any]] = told["passages"]
    return passages


def test_the_default_embedder_is_the_active_one(indexed: None, carrel: Carrel) -> None:
    told = carrel("embedder", "list")[1]
    assert (told["active"], told["previous"], told["building"]) == ("multilingual-e5-small-int8", None, None)
    assert {view["name"] for view in told["embedders"] if view["installed"]} == {
        "multilingual-e5-small",
        "bge-small-en-v1.5",
    }


def test_another_embedder_is_used_and_the_first_is_the_way_back(indexed: None, carrel: Carrel, home: Home) -> None:
    changed = {"active": "bge-small-en-v1.5", "previous": "multilingual-e5-small-int8"}
    assert carrel("embedder", "use", "bge-small-en-v1.5") == (0, changed)
    assert found(carrel)[0]["vector_rank"] is not None
    assert load_settings(home.settings).search.embedder == "bge-small-en-v1.5"
    assert carrel("embedder", "back")[1]["active"] == "multilingual-e5-small-int8"
    assert load_settings(home.settings).search.embedder == "multilingual-e5-small"
    assert found(carrel)[0]["vector_rank"] is not None


def test_using_the_active_embedder_changes_nothing(indexed: None, carrel: Carrel) -> None:
    told = carrel("embedder", "use", "multilingual-e5-small")[1]
    assert told == {"active": "multilingual-e5-small-int8", "previous": None}


def test_home_of_the_english_embedder_is_offered_the_multilingual_one_and_changes_and_returns(
    home: Home, notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_bert.write_model(home.models / "all-MiniLM-L6-v2", seed=2)
    home.settings.write_text('[search]\nembedder = "all-MiniLM-L6-v2"\n')

    def run(*argv: object) -> str:
        assert cli.main([*map(str, argv), "--home", str(home.path)]) == 0
        return capsys.readouterr().out

    run("index", notes)
    assert "`carrel embedder use multilingual-e5-small`" in run("embedder", "list")
    assert "oak" in run("search", "desk")
    run("embedder", "use", "multilingual-e5-small")
    assert "English only" not in run("embedder", "list")
    assert "oak" in run("search", "desk")
    run("embedder", "back")
    assert "active: all-MiniLM-L6-v2-int8" in run("embedder", "list")
    assert "oak" in run("search", "desk")


def test_previous_embedder_can_be_forgotten(indexed: None, carrel: Carrel) -> None:
    carrel("embedder", "use", "bge-small-en-v1.5")
    assert carrel("embedder", "forget")[1] == {"forgotten": "multilingual-e5-small-int8"}
    assert carrel("embedder", "back")[0] == 1


def test_an_embedder_can_be_chosen_before_anything_is_indexed(carrel: Carrel, notes: Path) -> None:
    assert carrel("embedder", "use", "bge-small-en-v1.5")[0] == 0
    carrel("index", notes)
    assert carrel("embedder", "list")[1]["active"] == "bge-small-en-v1.5"
    assert found(carrel)


@pytest.mark.parametrize(("name", "hint"), [("bge-m3", "models pull bge-m3"), ("bge-m4", "bge-m3")])
def test_unavailable_embedder_is_refused_with_a_hint(carrel: Carrel, name: str, hint: str) -> None:
    code, told = carrel("embedder", "use", name)
    assert code == 1
    assert hint in told["error"]["hint"]
