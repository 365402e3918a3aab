"""Examples from a person's chats, and from questions with their documents."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import cli
from assistant.home import Home
from assistant.values import Claim
from assistant.workspace import Workspace
from engines.protocol import Message
from errors import AppError
from tests.assistant.samples import make_turn
from tuning.data_making import from_chats, split, write_examples
from tuning.examples import read_examples

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    home = Home(tmp_path / "home").create()
    persona = home.personas / "501-brief"
    persona.mkdir(parents=True)
    (persona / "persona.md").write_text("---\nname: Brief\nsummary: Is brief.\n---\nBe brief.\n")
    space = Workspace(home)
    yield space
    space.close()


def save(workspace: Workspace, number: int, conversation: str, parent: str | None = None, **fields: object) -> None:
    turn = make_turn(number, conversation_id=conversation, parent_id=parent, persona_id="501-brief", **fields)
    workspace.conversations.save(turn)


def test_a_chat_is_an_example_with_its_passages_and_its_persona(workspace: Workspace) -> None:
    save(workspace, 1, "one")
    ((system, question, answer),) = from_chats(workspace, ["one"], []).examples
    assert system.text.startswith("Be brief.")
    assert "The desk is made of oak." in question.text and question.text.endswith("Question: Question 1?")
    assert answer == Message("assistant", "Answer 1 [1].")


def test_the_chats_of_a_folder_are_taken_and_no_others(workspace: Workspace) -> None:
    for number, name in enumerate(("one", "two", "three"), 1):
        save(workspace, number, name)
    workspace.conversations.file("one", "Good")
    workspace.conversations.file("two", "Good")
    made = from_chats(workspace, ["one"], ["Good"])
    assert [example[-1].text for example in made.examples] == ["Answer 1 [1].", "Answer 2 [1]."]


def test_a_chat_ends_before_an_answer_that_its_sources_do_not_bear_out(workspace: Workspace) -> None:
    doubtful = (Claim(start=0, end=8, verdict="not_in_sources"),)
    save(workspace, 1, "one")
    save(workspace, 2, "one", "turn-1", claims=doubtful)
    save(workspace, 3, "two", finish="stopped")
    made = from_chats(workspace, ["one", "two"], [])
    assert [len(example) for example in made.examples] == [3]
    assert made.left_out == 1


def test_an_unknown_folder_is_named_with_those_there_are(workspace: Workspace) -> None:
    save(workspace, 1, "one")
    workspace.conversations.file("one", "Good")
    with pytest.raises(AppError) as raised:
        from_chats(workspace, [], ["Goods"])
    assert raised.value.hint == "There are: Good."


def examples(count: int) -> list[tuple[Message, ...]]:
    return [(Message("user", f"{n}?"), Message("assistant", f"{n}")) for n in range(count)]


def test_the_seed_decides_what_is_held_out_and_nothing_is_in_both() -> None:
    train, held_out = split(examples(20), 0.2, seed=3)
    assert (len(train), len(held_out)) == (16, 4)
    assert not set(train) & set(held_out)
    assert split(examples(20), 0.2, seed=3) == (train, held_out)
    assert split(examples(20), 0.2, seed=4) != (train, held_out)


@pytest.mark.parametrize(("count", "share", "held_out"), [(1, 0.5, 0), (2, 0.01, 1), (2, 0.99, 1), (9, 0.0, 0)])
def test_something_is_left_to_train_on(count: int, share: float, held_out: int) -> None:
    assert len(split(examples(count), share, 0)[1]) == held_out


def test_one_that_comes_twice_is_not_held_out_and_trained_on() -> None:
    train, held_out = split([*examples(2), *examples(2)], 0.5, 0)
    assert len(train) + len(held_out) == 2


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    write_examples(tmp_path / "a.jsonl", examples(2))
    with pytest.raises(AppError, match="is there already"):
        write_examples(tmp_path / "a.jsonl", examples(1))
    assert [one.messages for one in read_examples(tmp_path / "a.jsonl")[0]] == examples(2)
    assert [file.name for file in tmp_path.iterdir()] == ["a.jsonl"]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "desk.md").write_text("# Desk\n\nThe desk is made of oak.\n\n## Lamp\n\nThe bulb draws 7 W.\n")
    return folder


def test_questions_become_cited_answers_over_the_passages_found(
    workspace: Workspace, notes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace.close()
    rows = [
        {"question": "What is the desk made of?", "answer": "oak", "source": "desk.md#Desk"},
        {"question": "How much does the bulb draw?", "answer": "7 W", "source": "desk.md#Lamp"},
        {"question": "How much does the bulb draw at night?", "answer": "9 W", "source": "desk.md#Lamp"},
        {"question": "What is the desk painted with?", "answer": None},
        {"question": "Wieviel kostet Bernstein auf Sumatra?", "answer": None},
    ]
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, rows)))
    out = tmp_path / "out.jsonl"
    arguments: list[object] = ["--questions", tmp_path / "set.jsonl", "--persona", "501", "--folder", notes, "--json"]
    argv = ["tune", "data", out, "--home", tmp_path / "home", "--held-out", "0", *arguments]
    assert cli.main(list(map(str, argv))) == 0
    assert json.loads(capsys.readouterr().out) == {"examples": 3, "held_out": 0, "left_out": 2}
    answers = [one.messages[-1].text for one in read_examples(out)[0]]
    assert answers[0].startswith("oak [") and answers[1].startswith("7 W [")
    assert answers[2] == "Your files do not say."
