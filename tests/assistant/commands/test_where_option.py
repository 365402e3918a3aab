"""`--where`: filters over front matter, in a command line and in a persona's head."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import cli

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]

Told = Callable[..., dict[str, Any]]
QUESTION = "How is the kettle descaled?"


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Runs a command line over two notes about a kettle, and returns its JSON."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))
    notes = tmp_path / "notes"
    notes.mkdir()
    for name, difficulty, year in (("a", "advanced", 2020), ("b", "beginner", 2020), ("c", "beginner", 2024)):
        head = f"---\ndifficulty: {difficulty}\nyear: {year}\ndraft: {str(name == 'a').lower()}\n---\n"
        (notes / f"{name}.md").write_text(f"{head}# Kettle {name}\n\nThe kettle is descaled with {name}-vinegar.\n")
    for persona, where in (("501-learner", "difficulty = beginner"), ("502-stranger", "level = 1")):
        place = tmp_path / "home" / "personas" / persona
        place.mkdir(parents=True)
        (place / "persona.md").write_text(f'---\nname: {persona}\nsummary: "."\nwhere: "{where}"\n---\nAnswer.\n')
    cli.main(["index", str(notes)])
    capsys.readouterr()

    def run(*argv: str) -> dict[str, Any]:
        cli.main([*argv, "--json"])
        value = json.loads(capsys.readouterr().out)
        assert isinstance(value, dict)
        return value

    return run


def files(answer: dict[str, Any]) -> set[str]:
    return {Path(passage["path"]).stem for passage in answer["passages"]}


@pytest.mark.parametrize("verb", ["search", "ask"])
@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("difficulty=beginner", {"b", "c"}),
        ("difficulty = 'beginner' AND year > 2020", {"c"}),
        ("draft = true", {"a"}),
        ("difficulty != beginner", {"a"}),
    ],
)
def test_only_matching_files_are_read(told: Told, verb: str, where: str, expected: set[str]) -> None:
    assert files(told(verb, QUESTION, "--where", where)) == expected


@pytest.mark.parametrize("verb", ["search", "ask"])
def test_a_personas_filter_and_the_given_one_hold_together(told: Told, verb: str) -> None:
    assert files(told(verb, QUESTION, "--persona", "501")) == {"b", "c"}
    assert files(told(verb, QUESTION, "--persona", "501", "--where", "year = 2020 OR draft = true")) == {"b"}


@pytest.mark.parametrize("verb", ["search", "ask"])
@pytest.mark.parametrize("where", ["dificulty = beginner", "year = 2020 AND NOT dificulty = beginner"])
def test_a_key_that_no_file_has_is_named_with_the_nearest(told: Told, verb: str, where: str) -> None:
    assert told(verb, QUESTION, "--where", where)["error"] == {
        "title": "No indexed file has the key 'dificulty'.",
        "hint": "Did you mean difficulty? "
        "The keys are difficulty (advanced, beginner), draft (false, true), year (2020, 2024).",
    }


def test_a_personas_filter_with_an_unknown_key_is_an_error_too(told: Told) -> None:
    assert "'level'" in told("ask", QUESTION, "--persona", "502")["error"]["title"]


def test_brackets_of_one_filter_do_not_reach_into_the_other(told: Told) -> None:
    error = told("ask", QUESTION, "--persona", "501", "--where", "year = 2020) OR (draft = true")["error"]
    assert "not understood" in error["title"]


def test_a_document_outside_the_filter_is_not_read_whole(told: Told) -> None:
    assert told("ask", "Summarise a.md")["read_whole"]
    assert not told("ask", "Summarise a.md", "--where", "difficulty = beginner")["read_whole"]


def test_a_chat_begins_with_a_filter_and_changes_it(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (QUESTION, "/where difficulty = advanced", QUESTION, "/where no filter", QUESTION, "/where", QUESTION)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines)))
    turns = told("chat", "--where", "difficulty = beginner")["turns"]
    assert [files(turn) for turn in turns] == [{"b", "c"}, {"a"}, {"a"}, {"a", "b", "c"}]
