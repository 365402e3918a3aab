"""The tokens that an answer was read from, against those of the whole documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.conversations.conversations import Conversations
from assistant.home import Home
from assistant.saving.saved_tokens import measure_saved
from assistant.settings import AnswerSettings, SettingsInvalid, read_settings
from assistant.values import Answered, Saved, Turn
from assistant.views import turn_view
from assistant.workspace import Workspace
from errors import AppError
from tests.assistant.samples import make_passage, make_turn
from tests.scripted_engine import ScriptedEngine

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
FREE = AnswerSettings()
TEXTS = {Path("/notes/a.md"): "one two three four five six seven eight", Path("/notes/b.md"): "nine ten"}
ONE, TWO = make_passage("one two"), make_passage("nine ten", path="/notes/b.md")


def words(text: str) -> int:
    return len(text.split())


def text_of(path: Path) -> str:
    if path not in TEXTS:
        raise AppError("It is not indexed.")
    return TEXTS[path]


def test_passages_are_compared_with_the_whole_of_their_documents() -> None:
    saved = measure_saved([ONE, TWO, make_passage("four", start=14)], text_of, words, FREE)
    assert saved == Saved(document_tokens=10, read_tokens=5, documents=2, currency="USD")
    assert saved.says == "Read 5 tokens of 10 in 2 files (50%)"


def test_without_a_model_letters_are_counted_and_it_is_said() -> None:
    saved = measure_saved([ONE], text_of, None, FREE)
    assert saved and (saved.document_tokens, saved.read_tokens, saved.estimated) == (10, 2, True)
    assert saved.says == "Read about 2 tokens of 10 in 1 file (20%)"


@pytest.mark.parametrize(("text", "tokens"), [("oak " * 100, 100), ("дуб " * 100, 175), ("橡木" * 100, 150)])
def test_scripts_with_more_bytes_to_a_letter_have_more_tokens(text: str, tokens: int) -> None:
    saved = measure_saved([ONE], lambda path: text, None, FREE)
    assert saved and saved.document_tokens == tokens


def test_a_price_makes_it_money() -> None:
    prices = AnswerSettings(price_per_million_tokens=2_500.0, currency="EUR")
    saved = measure_saved([ONE], text_of, words, prices)
    assert saved and saved.saved_money == pytest.approx(0.015)
    assert saved.says == "Read 2 tokens of 8 in 1 file (25%), 0.0150 EUR saved"


def test_what_is_very_long_is_counted_in_part_and_it_is_said() -> None:
    counted = list[int]()

    def count(text: str) -> int:
        counted.append(len(text))
        return words(text)

    saved = measure_saved([ONE], lambda path: "oak " * 1_000_000, count, FREE)
    assert saved and max(counted) <= 100_000
    assert saved.document_tokens == pytest.approx(1_000_000, rel=0.001) and saved.estimated


def test_a_file_that_is_gone_is_left_out() -> None:
    gone = make_passage("Gone.", path="/notes/gone.md")
    saved = measure_saved([ONE, gone], text_of, words, FREE)
    assert saved and (saved.documents, saved.read_tokens) == (1, 2)
    assert measure_saved([gone], text_of, words, FREE) is None
    assert measure_saved([], text_of, words, FREE) is None


def test_passages_with_a_tables_head_are_no_more_than_the_document() -> None:
    saved = measure_saved([make_passage("a head and one two three four five six seven eight")], text_of, words, FREE)
    assert saved and saved.document_tokens == saved.read_tokens


def test_it_is_kept_with_the_turn(tmp_path: Path) -> None:
    talks = Conversations(tmp_path / "conversations.db")
    saved = measure_saved([ONE], text_of, None, AnswerSettings(price_per_million_tokens=2.5))
    turn = make_turn(saved=saved)
    talks.save(turn)
    assert talks.turns("talk") == (turn,)
    talks.close()
    view = turn_view(turn)["saved"]
    assert view == {
        "document_tokens": 10,
        "read_tokens": 2,
        "documents": 1,
        "estimated": True,
        "price_per_million": 2.5,
        "currency": "USD",
        "saved_money": pytest.approx(0.00002),
    }


def test_a_negative_price_is_a_mistake() -> None:
    with pytest.raises(SettingsInvalid):
        AnswerSettings(price_per_million_tokens=-1.0)
    settings, problems = read_settings({"answers": {"price_per_million_tokens": 3, "currency": "EUR"}})
    assert (settings.answers.price_per_million_tokens, settings.answers.currency, problems) == (3.0, "EUR", ())


@pytest.fixture
def workspace(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    workspace = Workspace(Home(tmp_path / "home"))
    workspace.library.add_folder(notes)
    workspace.library.sync()
    yield workspace
    workspace.close()


def asked(workspace: Workspace) -> Turn:
    *_, last = workspace.asking.ask("What is the desk made of?", persona="001")
    assert isinstance(last, Answered)
    return last.turn


def test_an_answer_says_what_was_read_of_its_documents(
    workspace: Workspace, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoted = asked(workspace).saved
    assert quoted and quoted.estimated
    monkeypatch.setattr("assistant.models.chat_models.open_engine", lambda *given: ScriptedEngine("Oak [1]."))
    (tmp_path / "a.gguf").touch()
    workspace.open_model(tmp_path / "a.gguf")
    turn = asked(workspace)
    paths = {passage.path for passage in turn.passages}
    assert turn.saved and not turn.saved.estimated
    assert (turn.saved.documents, turn.saved.read_tokens) == (
        len(paths),
        sum(words(passage.text) for passage in turn.passages),
    )
    assert turn.saved.document_tokens >= turn.saved.read_tokens


def test_an_answer_on_a_server_is_estimated(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ScriptedEngine("Oak [1].")
    engine.name = "remote"
    monkeypatch.setattr("assistant.models.chat_models.open_engine", lambda *given: engine)
    (tmp_path / "a.gguf").touch()
    workspace.open_model(tmp_path / "a.gguf")
    saved = asked(workspace).saved
    assert saved and saved.estimated
