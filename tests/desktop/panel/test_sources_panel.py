"""The sources of an answer: what was read whole, and why each passage was found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from assistant.guards import GuardNote
from assistant.values import Citation, ReadWhole, searched_line
from desktop.panel.sources_panel import MAX_CARDS, SourcesPanel, score_lines
from desktop.window.workbench import Workbench
from knowledge.passage import Passage, StageScores
from tests.desktop.driver import texts
from tests.desktop.values import PASSAGE


def passages(count: int) -> list[Passage]:
    return [
        Passage(chunk_id=n, path=Path("/notes/a.md"), text=f"Passage {n}.", start=n, end=n + 10) for n in range(count)
    ]


def test_scores_are_told_in_words() -> None:
    scores = StageScores(vector_rank=3, vector=0.614, keyword_rank=None, keyword=2.5, fused=0.03, rerank=0.9)
    assert score_lines(scores) == [
        "Meaning: rank 3, similarity 0.61",
        "Keywords: not in the top results, BM25 2.50",
        "Combined: 0.030",
        "Reranker: 0.90",
    ]


def test_a_passage_that_was_not_searched_for_has_no_scores() -> None:
    assert score_lines(StageScores()) == []


def test_the_fold_shows_why_a_passage_was_found(qtbot: QtBot) -> None:
    panel = SourcesPanel()
    qtbot.addWidget(panel)
    found = Passage(
        chunk_id=1,
        path=Path("/a.md"),
        text="x",
        start=0,
        end=1,
        scores=StageScores(keyword_rank=1, keyword=2.0, fused=0.1),
    )
    panel.show_passages([found])
    (card,) = panel.cards
    assert not card.scores.isVisibleTo(panel)
    card.fold.click()
    assert card.scores.isVisibleTo(panel)


def test_of_a_long_document_only_what_is_cited_has_a_card(qtbot: QtBot) -> None:
    panel = SourcesPanel()
    qtbot.addWidget(panel)
    panel.show_passages(passages(300))
    assert len(panel.cards) == MAX_CARDS
    panel.show_passages(passages(300), [Citation(n=250, path=Path("/notes/a.md"), start=0, end=1, quote="x")])
    assert [card.accessibleName() for card in panel.cards] == ["Source 250: a.md, "]
    assert panel._more.text() == "299 more passages were read."


@pytest.mark.timeout(40)
def test_a_line_says_what_was_read_whole(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    (notes / "orders.csv").write_text("order,state\n" + "".join(f"A{n},open\n" for n in range(102)))
    workbench.folders.add(notes)
    qtbot.waitUntil(lambda: len(workbench.folders.snapshot.files) == 3 and not workbench.folders.busy, timeout=20_000)
    with qtbot.waitSignal(workbench.session.answered, timeout=20_000):
        workbench.chat.ask("How many orders are open?")
    qtbot.waitUntil(lambda: workbench.panel.open().sources.whole.text() == "Read whole: orders.csv (1 section)")
    assert "102 of 102 rows" in workbench.chat.view.answers[-1].body.markdown


def test_excerpts_are_said_to_be_excerpts(qtbot: QtBot) -> None:
    panel = SourcesPanel()
    qtbot.addWidget(panel)
    panel.show_whole([ReadWhole(path=Path("/b.md"), complete=False, sections=30, of_sections=31, share=0.45)])
    assert panel.whole.text() == "Read in excerpts: b.md (30 of 31 sections, 45% of its text)"


def test_rows_of_a_table_are_shown_without_their_bars(qtbot: QtBot) -> None:
    panel = SourcesPanel()
    qtbot.addWidget(panel)
    table = "| a | b |\n| --- | --- |\n| 1 | 2 |"
    panel.show_passages([Passage(chunk_id=1, path=Path("/a.csv"), text=table, start=0, end=len(table))])
    assert panel.cards[0]._text.text() == "a · b · 1 · 2"


def test_a_passage_that_gives_orders_is_marked_and_no_other(qtbot: QtBot) -> None:
    panel = SourcesPanel()
    qtbot.addWidget(panel)
    panel.show_passages(passages(3))
    panel.show_guards([GuardNote("sources", "Passage 2 gives orders.", (2,)), GuardNote("links", "One.", ())])
    assert panel.notes.text() == "Passage 2 gives orders.\nOne."
    assert [card.flag.isVisibleTo(panel) for card in panel.cards] == [False, True, False]
    panel.show_guards(())
    assert not panel.notes.isVisibleTo(panel)
    assert not any(card.flag.isVisibleTo(panel) for card in panel.cards)


def test_what_was_searched_for_is_shown_where_it_is_not_the_question(qtbot: QtBot) -> None:
    panel = SourcesPanel()
    qtbot.addWidget(panel)
    panel.show_searched("")
    assert panel.searched.isHidden()
    panel.show_searched(searched_line("Raku firing\nWhat does it need?"))
    assert (panel.searched.text(), panel.searched.isHidden()) == (
        "Searched for: Raku firing · What does it need?",
        False,
    )


def test_pages_that_come_with_a_persona_are_not_passed_off_as_ones_own(workbench: Workbench, qtbot: QtBot) -> None:
    own = next(header for header in workbench.personas.headers if header.id == "410-llm-engineer").folder
    panel = workbench.panel.open()
    panel.sources.show_passages([replace(PASSAGE, path=own / "knowledge" / "kv.md"), PASSAGE])
    pages, mine = panel.sources.cards
    assert "From LLM engineer's pages" in texts(pages)
    assert pages.accessibleName() == "Source 1: kv.md of LLM engineer's pages, Tea"
    assert not any("pages" in text for text in texts(mine))
