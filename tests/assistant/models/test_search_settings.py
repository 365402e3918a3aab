"""The settings of search reach the search: how much is reranked, how much is given, what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant import cli
from assistant.home import Home
from assistant.models.unloadable import UnloadableReranker
from assistant.values import Answered, Retrieved, Turn
from assistant.workspace import Workspace
from knowledge.search.query import ALL_STAGES

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]


class Shorter:
    """A reranker that finds shorter texts better."""

    name, batch_pairs, weight_bytes = "shorter", 4, 0

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        return [1 - len(text) / 100 for text in texts]

    def close(self) -> None:
        pass


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A home with fourteen notes and a reranker."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setattr("assistant.models.encoders.open_reranker", lambda home, settings: UnloadableReranker(Shorter))
    monkeypatch.setattr("assistant.models.encoders.chosen_reranker", lambda home, settings: "shorter")
    notes = tmp_path / "notes"
    notes.mkdir()
    for n in range(14):
        (notes / f"{n}.md").write_text(f"The kettle of room {n} holds {n + 2} litres{' of water' * n}.\n", "utf-8")
    made = Workspace(Home(tmp_path / "home"))
    made.library.add_folder(notes)
    made.library.sync()
    yield made
    made.close()


def turn(workspace: Workspace, **options: object) -> Turn:
    first, *_, last = workspace.asking.ask("How many litres does the kettle hold?", persona="001", **options)  # type: ignore[arg-type]
    assert isinstance(first, Retrieved) and isinstance(last, Answered)
    assert first.reranked == last.turn.reranked
    return last.turn


def test_ten_passages_answer_where_they_were_reranked(workspace: Workspace) -> None:
    reranked, plain = turn(workspace), turn(workspace, stages=ALL_STAGES - {"rerank"})
    assert (len(reranked.passages), reranked.reranked) == (10, "14 of 14")
    assert (len(plain.passages), plain.reranked) == (8, "")  # as the persona says
    assert workspace.conversations.turns(reranked.conversation_id) == (reranked,)


def test_the_counts_and_the_threshold_are_as_the_settings_say(workspace: Workspace, tmp_path: Path) -> None:
    workspace.home.settings.write_text("[search]\nrerank_candidates = 5\nrerank_passages = 12\n", "utf-8")
    again = Workspace(workspace.home)
    found = turn(again)
    again.close()
    assert (len(found.passages), found.reranked) == (12, "5 of 14")
    workspace.home.settings.write_text("[search]\nrerank_least_relevance = 0.6\n", "utf-8")
    again = Workspace(workspace.home)
    found = turn(again)
    again.close()
    assert len(found.passages) < 10 and all((passage.relevance or 0) >= 0.6 for passage in found.passages)


def test_no_search_is_kept_where_the_settings_say_so(workspace: Workspace) -> None:
    workspace.home.settings.write_text("[search]\ncached_searches = 0\n", "utf-8")
    again = Workspace(workspace.home)
    found = [again.library.searcher.search("kettle").cached for _ in range(2)]
    again.close()
    assert found == [False, False]
    assert [workspace.library.searcher.search("kettle").cached for _ in range(2)] == [False, True]


def test_the_command_line_gives_as_many_and_says_how_many_were_reranked(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    search = ("search", "How many litres does the kettle hold?", "--home", str(workspace.home.path))
    assert cli.main([*search, "--inspect"]) == 0
    assert "Reranked 14 of 14 candidates." in capsys.readouterr().out
    cli.main([*search, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (len(told["passages"]), told["reranked"]) == (10, "14 of 14")
    cli.main([*search, "--json", "--no-rerank"])
    told = json.loads(capsys.readouterr().out)
    assert (len(told["passages"]), told["reranked"]) == (8, "")
