"""`carrel batch`: many questions at once, in order, resumed where a run was cut off."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.batches.batch_questions import BatchInvalid, BatchQuestion, answered_before, read_questions
from assistant.batches.batch_runner import Batch
from assistant.home import Home
from assistant.workspace import Workspace
from tests.scripted_engine import ScriptedEngine
from tests.scripted_workspace import scripted_workspace

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]


@pytest.fixture
def workspace(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    opened = scripted_workspace("Oak, says [1].")(Home(tmp_path / "home"))
    opened.library.add_folder(notes)
    opened.library.sync()
    yield opened
    opened.close()


@pytest.fixture
def engine(workspace: Workspace) -> ScriptedEngine:
    made = workspace.open_model(Path("script.gguf"))
    assert isinstance(made, ScriptedEngine)
    return made


def questions(count: int) -> list[BatchQuestion]:
    return [BatchQuestion(id=str(n), question=f"What is desk number {n} made of?") for n in range(count)]


def test_answers_come_in_order_though_the_first_is_slow(workspace: Workspace, engine: ScriptedEngine) -> None:
    others = threading.Semaphore(0)
    first = threading.Event()

    def wait(at: int) -> None:
        if at == 0 and not first.is_set():
            first.set()
            assert others.acquire(timeout=10) and others.acquire(timeout=10)
        elif at == 0:
            others.release()

    engine.before_piece = wait
    answers = list(Batch(workspace, questions(5), "001-reader", parallel=3))
    assert [answer.question.id for answer in answers] == ["0", "1", "2", "3", "4"]
    assert all(answer.turn and answer.turn.answer == "Oak, says [1]." for answer in answers)
    assert not workspace.conversations.list()


def test_passages_are_those_of_a_question_asked_alone(workspace: Workspace) -> None:
    one = BatchQuestion(id="1", question="What is the desk made of?")
    [answer] = Batch(workspace, [one], "001-reader", parallel=1)
    alone = workspace.library.searcher.search(one.question, k=8)
    assert answer.turn is not None
    assert [p.chunk_id for p in answer.turn.passages] == [p.chunk_id for p in alone.passages] != []


def test_what_fails_is_told_and_the_others_go_on(workspace: Workspace) -> None:
    asked = [
        BatchQuestion(id="a", question="What is the desk made of?", persona="999"),
        BatchQuestion(id="b", question="What is the desk made of?", where="nothing = 1"),
        BatchQuestion(id="c", question="What is the desk made of?"),
    ]
    answers = list(Batch(workspace, asked, "001-reader", parallel=2))
    assert [answer.error is None for answer in answers] == [False, False, True]
    assert "nothing" in answers[1].view["error"]["title"]


def test_a_stopped_batch_ends_soon_and_tells_no_half_answer(workspace: Workspace, engine: ScriptedEngine) -> None:
    engine.script = None  # words without an end
    batch = Batch(workspace, questions(4), "001-reader", parallel=2)
    engine.before_piece = lambda at: batch.stop() if at == 20 else None
    assert list(batch) == []


Told = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def told(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Runs the command over lines, and returns its code and the answers."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))

    def run(*lines: object) -> tuple[int, list[dict[str, Any]]]:
        file, out = tmp_path / "questions.jsonl", tmp_path / "questions.answers.jsonl"
        file.write_text("\n".join(map(json.dumps, lines)))
        code = cli.main(["batch", str(file), "--model", "none", "--folder", str(notes)])
        return code, [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []

    return run


def test_a_run_that_was_cut_off_goes_on_where_it_was(told: Told, tmp_path: Path) -> None:
    lines = ["What is the desk made of?", "When do roses bloom?", "How many watts draws the bulb?"]
    code, answers = told(*lines)
    assert code == 0 and [answer["id"] for answer in answers] == ["1", "2", "3"]
    out = tmp_path / "questions.answers.jsonl"
    kept = out.read_text().splitlines()
    out.write_text(f"{kept[0]}\n{kept[1][:40]}")  # killed while it wrote
    assert told(*lines)[1] == [json.loads(kept[0]), *told(*lines)[1][1:]]
    assert [answer["answer"] for answer in told(*lines)[1]] == [answer["answer"] for answer in answers]


def test_a_question_without_an_answer_is_a_failure_in_the_end(told: Told) -> None:
    code, answers = told({"question": "What is the desk made of?", "where": "nothing = 1"}, "When do roses bloom?")
    assert code == 1
    assert "error" in answers[0] and "June" in answers[1]["answer"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no question"),
        ("\n\n", "holds no question"),
        ('{"question": "a"}\n{broken\n3\n', "line 2"),
        ('{"question": " "}', "its question is missing"),
        ('{"questoin": "a"}', "questoin is not known"),
        ('{"question": "a", "where": 3}', "where must be a text"),
        ('{"id": "x", "question": "a"}\n{"id": "x", "question": "b"}', "the id x stands twice"),
    ],
)
def test_lines_that_are_no_questions_are_named_before_any_work(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(text)
    with pytest.raises(BatchInvalid) as failed:
        read_questions(file)
    assert words in f"{failed.value.title} {failed.value.hint}"


def test_answers_of_another_batch_are_not_added_to(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text('{"id": "other"}\n')
    with pytest.raises(BatchInvalid, match="another batch"):
        answered_before(out, questions(3))
    assert out.read_text() == '{"id": "other"}\n'


def test_an_id_that_stands_twice_is_found_in_a_long_batch_too(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text("\n".join(json.dumps({"id": str(n % 1500), "question": "a"}) for n in range(1501)))
    with pytest.raises(BatchInvalid) as failed:
        read_questions(file)
    assert failed.value.hint == "the id 0 stands twice"
