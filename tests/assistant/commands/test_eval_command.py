"""`carrel eval answers`: a set of questions, asked with and without files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.models.open_models import Progress
from engines.engine_settings import EngineSettings
from tests.scripted_engine import ScriptedEngine

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]

Ran = Callable[..., tuple[int, str, str]]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    rows = [
        {"id": "wood", "question": "What is the desk made of?", "answer": "oak", "source": "desk.md#Desk"},
        {"id": "bulb", "question": "How much does the bulb draw?", "answer": "7 W", "source": "desk.md#Lamp"},
        {"id": "price", "question": "Wieviel kostet Bernstein auf Sumatra?", "answer": None},
    ]
    file = tmp_path / "set.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], notes: Path) -> Ran:
    """Runs the command over two notes: (exit code, stdout, stderr)."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))

    def run(*argv: object) -> tuple[int, str, str]:
        code = cli.main(["eval", "answers", "--folder", str(notes), *map(str, argv)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def told(ran: Ran) -> Callable[..., dict[str, Any]]:
    """Runs the command and returns its JSON."""

    def run(*argv: object) -> dict[str, Any]:
        value = json.loads(ran(*argv, "--json")[1])
        assert isinstance(value, dict)
        return value

    return run


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    """The model that every path opens."""
    scripted = ScriptedEngine("It is made of oak [1].")

    def open_engine(path: Path, settings: EngineSettings, on_progress: Progress) -> ScriptedEngine:
        return scripted

    monkeypatch.setattr("assistant.models.chat_models.open_engine", open_engine)
    return scripted


def test_quotes_are_scored_against_gold_answers_and_sources(told: Callable[..., Any], questions: Path) -> None:
    found = told("--set", questions)
    assert found["questions"] == 3
    correct = {one["gold"]["id"]: one["correct"] for one in found["answers"]}
    assert correct["wood"]
    assert correct["price"]
    assert found["citation_recall"] == 1.0
    assert found["without"] is None


def test_the_model_alone_reads_no_file_and_no_rule_of_citing(
    told: Callable[..., Any], questions: Path, engine: ScriptedEngine
) -> None:
    found = told("--set", questions, "--model", "m.gguf", "--without")
    assert found["citation_recall"] == 0.5
    assert found["without"]["citation_recall"] == 0.0
    assert found["without"]["questions"] == 3
    assert (found["supported"], found["without"]["supported"]) == (pytest.approx(1 / 3), None)
    alone = [prompt for prompt in engine.prompts if prompt[-1].text == "What is the desk made of?"]
    assert len(alone) == 1
    assert "passage" not in "".join(message.text for message in alone[0])


@pytest.mark.parametrize(("options", "messages"), [((), 1), (("--look-again",), 3)])  # of which two ask for steps
def test_a_model_may_look_again_where_it_is_let(
    told: Callable[..., Any], questions: Path, engine: ScriptedEngine, options: tuple[str, ...], messages: int
) -> None:
    engine.script = "LOOK search: lamp"
    told("--set", questions, "--model", "m.gguf", "--limit", 1, *options)
    assert len(engine.samplings) == messages


@pytest.mark.parametrize(
    ("script", "rating"), [("It is made of oak [1].", None), ("Rating: 4 of 5", 4.0), ("**3**", 3.0), ("10", None)]
)
def test_the_model_rates_its_answers_by_the_rubric(
    told: Callable[..., Any], questions: Path, engine: ScriptedEngine, script: str, rating: float | None
) -> None:
    engine.script = script
    assert told("--set", questions, "--model", "m.gguf", "--judge", "--limit", 1)["usefulness"] == rating
    assert any("Reference: oak" in prompt[-1].text for prompt in engine.prompts)


def test_a_preset_is_that_of_every_answer(told: Callable[..., Any], questions: Path, engine: ScriptedEngine) -> None:
    told("--set", questions, "--model", "m.gguf", "--preset", "fast", "--without")
    assert {sampling.max_tokens for sampling in engine.samplings if not sampling.grammar} == {256}


def test_judging_takes_a_model(ran: Ran, questions: Path) -> None:
    code, _, err = ran("--set", questions, "--judge")
    assert code == 1
    assert "--model FILE" in err


def test_both_runs_stand_side_by_side(ran: Ran, questions: Path, engine: ScriptedEngine) -> None:
    code, out, _ = ran("--set", questions, "--model", "m.gguf", "--without")
    lines = {line[:38].strip(): line[38:].split() for line in out.splitlines()}
    assert code == 0
    assert lines["correct"] == ["33.3%", "33.3%"]
    assert lines["citation recall"] == ["50.0%", "0.0%"]
    assert out.splitlines()[-1] == "3 questions: a share may be off by 57%, in one case of twenty by more"


def test_a_limit_takes_questions_from_the_whole_set(told: Callable[..., Any], questions: Path) -> None:
    questions.write_text('{"question": "What is the desk made of?", "answer": "oak"}\n' * 5, "utf-8")
    assert [one["gold"]["id"] for one in told("--set", questions, "--limit", 2)["answers"]] == ["1", "3"]
    assert len(told("--set", questions, "--limit", 9)["answers"]) == 5


def test_a_home_that_is_named_keeps_no_conversation(
    told: Callable[..., Any], questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told("--set", questions, "--home", tmp_path / "mine")
    assert not (tmp_path / "home" / "library").exists()
    assert (tmp_path / "mine" / "library").exists()
    assert b"made of" not in (tmp_path / "mine" / "conversations.db").read_bytes()


def test_an_unreadable_set_is_an_expected_failure(ran: Ran, tmp_path: Path) -> None:
    code, _, err = ran("--set", tmp_path / "none.jsonl")
    assert code == 1
    assert "none.jsonl cannot be read" in err
