"""The right side: sources and figures of the answer on screen, and when the panel shows itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from assistant.values import Retrieved, Saved
from desktop.app import DesktopApp
from desktop.background import Background
from desktop.panel.performance_panel import PerformancePanel
from desktop.panel.side_panel import SidePanel
from desktop.panel.sources_panel import SourcesPanel
from desktop.window.workbench import Workbench
from engines.protocol import Usage
from knowledge.passage import StageScores
from tests.desktop.driver import button, click, press, settle, shown_tooltip, texts
from tests.desktop.talk import ask, watch
from tests.desktop.values import CITATION, PASSAGE, TURN

pytestmark = [
    pytest.mark.timeout(40),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]


@pytest.fixture
def panel(qtbot: QtBot, background: Background) -> SidePanel:
    made = SidePanel(background)
    qtbot.addWidget(made)
    made.resize(400, 700)
    return made


@pytest.fixture
def sources(qtbot: QtBot) -> SourcesPanel:
    made = SourcesPanel()
    qtbot.addWidget(made)
    made.resize(400, 700)
    return made


def test_before_an_answer_the_panel_says_what_will_be_there(panel: SidePanel) -> None:
    assert "The sources of an answer will appear here." in texts(panel.sources)


def test_a_source_is_told_by_its_file_its_place_and_its_page(sources: SourcesPanel) -> None:
    sources.show_passages([replace(PASSAGE, heading=("Tea", "Green"), page=12)])
    assert texts(sources.cards[0])[:3] == ["tea.md", "p. 12", "Tea › Green"]


def test_a_source_shows_its_relevance_where_it_is_known(sources: SourcesPanel) -> None:
    sources.show_passages([replace(PASSAGE, scores=StageScores(relevance=0.874)), PASSAGE])
    known, unknown = sources.cards
    assert "87%" in texts(known) and not any("%" in text for text in texts(unknown))
    assert known.accessibleName().endswith("Relevance 87%")


def test_a_cited_source_shows_its_quote_and_an_uncited_one_its_beginning(sources: SourcesPanel) -> None:
    sources.show_passages([PASSAGE, PASSAGE], [CITATION])
    assert [texts(card)[-1] for card in sources.cards] == ["brewed at 80 degrees", PASSAGE.text]


def test_a_long_passage_is_cut_at_a_word(sources: SourcesPanel) -> None:
    sources.show_passages([replace(PASSAGE, text="wordy " * 200)])
    assert texts(sources.cards[0])[-1].endswith("wordy …")


@pytest.mark.parametrize("name", ["<b>bold<br>.md", "보고서.md", "a-very-long-name" * 20 + ".md"])
def test_a_source_is_named_as_its_file_is(sources: SourcesPanel, name: str) -> None:
    sources.show_passages([replace(PASSAGE, path=Path("/notes") / name)])
    (card,) = sources.cards
    assert texts(card)[0] == name
    assert shown_tooltip(card.toolTip()) == f"/notes/{name}"
    assert card.minimumSizeHint().width() < 400


@pytest.mark.parametrize("text", ["<b>bold</b> text", "| a | b |\n| --- | --- |"])
def test_a_passage_is_never_laid_out_as_html(sources: SourcesPanel, text: str) -> None:
    sources.show_passages([replace(PASSAGE, text=text)])
    assert texts(sources.cards[0])[-1] in ("<b>bold</b> text", "a · b")


def test_a_source_opens_by_keyboard(sources: SourcesPanel, qtbot: QtBot) -> None:
    sources.show_passages([PASSAGE])
    with qtbot.waitSignal(sources.opened) as opened:
        press(sources.cards[0], Qt.Key.Key_Return)
    assert opened.args == [PASSAGE, 1]


def test_the_same_sources_again_keep_their_cards(sources: SourcesPanel) -> None:
    sources.show_passages([PASSAGE])
    (card,) = sources.cards
    sources.show_passages([PASSAGE], [CITATION])
    assert sources.cards == [card]


def test_an_answer_without_sources_clears_those_of_the_last(panel: SidePanel) -> None:
    panel.show_turn(TURN)
    panel.show_turn(replace(TURN, id="t2", passages=(), citations=()))
    assert panel.sources.cards == []


def test_a_citation_opens_the_quoted_words_and_an_uncited_source_the_whole_passage(panel: SidePanel) -> None:
    panel.show_turn(replace(TURN, passages=(PASSAGE, replace(PASSAGE, start=100, end=134))))
    panel.open_citation(1)
    cited = panel.viewer._span
    panel.open_citation(2)
    whole = panel.viewer._span
    assert cited is not None and (cited.start, cited.end) == (CITATION.start, CITATION.end)
    assert whole is not None and (whole.start, whole.end) == (100, 134)


@pytest.mark.parametrize("n", [0, 2, 999])
def test_a_citation_of_nothing_opens_nothing(panel: SidePanel, n: int) -> None:
    panel.show_turn(TURN)
    panel.open_citation(n)
    assert panel.stack.currentWidget() is panel.sources


def test_a_new_answer_takes_the_open_file_away(panel: SidePanel) -> None:
    panel.show_turn(TURN)
    panel.open_citation(1)
    panel.show_retrieved(Retrieved((PASSAGE,), {}))
    assert panel.stack.currentWidget() is panel.sources


def test_the_figures_stay_open_when_another_answer_comes(panel: SidePanel) -> None:
    panel.show_performance()
    panel.show_turn(TURN)
    assert panel.stack.currentWidget() is panel.performance


def test_the_tabs_turn_to_their_pages(panel: SidePanel) -> None:
    button(panel, "Performance").click()
    assert panel.stack.currentWidget() is panel.performance
    button(panel, "Sources").click()
    assert panel.stack.currentWidget() is panel.sources


@pytest.fixture
def figures(qtbot: QtBot, background: Background) -> PerformancePanel:
    made = PerformancePanel(background)
    qtbot.addWidget(made)
    return made


def spoken(figures: PerformancePanel) -> list[str]:
    return [figure.accessibleName() for figure in figures.figures.values()]


def test_the_figures_of_an_answer_are_told_with_their_units(figures: PerformancePanel) -> None:
    usage = replace(TURN.usage, prefill_seconds=0.1)
    figures.show_turn(replace(TURN, usage=usage))
    assert spoken(figures) == [
        "Generation: 10.0 tokens/s",
        "Prompt: 200 tokens/s",
        "First token: 0.40 s",
        "Total: 2.40 s",
    ]


def test_tokens_are_counted_by_what_was_done_with_them(figures: PerformancePanel) -> None:
    figures.show_turn(replace(TURN, usage=replace(TURN.usage, prompt_tokens=12_100)))
    assert figures.tokens.accessibleDescription() == "Cached: 100; Prompt: 12,000; Answer: 21"


def test_quotes_have_no_tokens_and_say_why(figures: PerformancePanel) -> None:
    figures.show_turn(replace(TURN, engine="quotes", usage=Usage()))
    assert "Quotes only; no model was used." in texts(figures)
    assert spoken(figures)[0] == "Generation: – tokens/s"


def test_the_stages_of_a_search_add_up_to_what_it_took(figures: PerformancePanel) -> None:
    figures.show_stages({"embed": 4.0, "vector": 2.0, "keyword": 1.5, "retrieve": 9.0}, reranked="")
    assert figures.stages.accessibleDescription() == (
        "Embedding: 4.0 ms; Vector search: 2.0 ms; Keyword search: 1.5 ms; Search total: 9.0 ms"
    )


def test_the_stages_of_a_search_say_how_much_was_reranked(figures: PerformancePanel) -> None:
    figures.show_turn(replace(TURN, reranked="20 of 136", timings_ms={"fuse": 1.0, "rerank": 390.0, "retrieve": 420.0}))
    assert figures.stages.accessibleDescription() == (
        "Fusion: 1.0 ms; Reranked 20 of 136: 390.0 ms; Search total: 420.0 ms"
    )


def test_an_answer_shows_where_its_time_went_and_names_the_bottleneck(
    workbench: Workbench, qtbot: QtBot, notes: Path
) -> None:
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "How is green tea brewed?")
    figures = workbench.panel.open().performance
    workbench.panel.show_performance()
    qtbot.waitUntil(figures.waterfall.isVisible)
    assert figures.waterfall.slowest.text().startswith("Bottleneck: ")
    spoken = figures.waterfall.bars.accessibleDescription()
    assert spoken.startswith("Question: ") and "Retrieval: " in spoken
    figures.clear()
    assert not figures.waterfall.isVisible()


def test_a_turn_without_a_trace_shows_no_waterfall(figures: PerformancePanel, qtbot: QtBot) -> None:
    figures.show()
    figures.waterfall.show()
    figures.show_turn(TURN)
    qtbot.waitUntil(lambda: not figures.waterfall.isVisible())


def test_a_new_chat_has_no_figures(figures: PerformancePanel) -> None:
    figures.show_turn(TURN)
    figures.clear()
    assert spoken(figures)[0] == "Generation: – "
    assert figures.tokens.accessibleDescription().startswith("No answer yet")


def test_memory_is_measured_while_it_is_looked_at_and_no_longer(figures: PerformancePanel, qtbot: QtBot) -> None:
    figures.show()
    memory = figures.memory
    qtbot.waitUntil(lambda: memory.sparkline.values != ())
    assert "Total" in memory.owners.accessibleDescription()
    figures.hide()
    assert not memory._timer.isActive()


def test_the_panel_opens_by_itself_for_the_first_sources(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    with qtbot.waitSignal(workbench.session.retrieved, timeout=9000):
        workbench.chat.ask("How is green tea brewed?")
    qtbot.waitUntil(lambda: not workbench.session.busy, timeout=9000)
    assert [texts(card)[0] for card in workbench.panel.open().sources.cards][:1] == ["tea.md"]


def test_a_panel_that_was_closed_stays_closed(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "How is green tea brewed?")
    panel = workbench.panel.open()
    button(panel, "Close the panel (F8)").click()
    ask(workbench, qtbot, "How much sun do tomatoes need?")
    settle()
    assert panel.isHidden()


def test_in_a_narrow_window_the_panel_does_not_open_by_itself(
    app: DesktopApp, workbench: Workbench, qtbot: QtBot, notes: Path
) -> None:
    app.window.resize(800, 600)
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "How is green tea brewed?")
    settle()
    assert workbench.findChildren(SidePanel) == []


def test_the_sources_of_an_earlier_answer_come_back_with_a_click(
    workbench: Workbench, qtbot: QtBot, notes: Path
) -> None:
    watch(workbench, qtbot, notes)
    ask(workbench, qtbot, "How is green tea brewed?")
    ask(workbench, qtbot, "How much sun do tomatoes need?")
    first = workbench.chat.view.answers[0]
    button(first, texts_of_sources(workbench)).click()
    assert texts(workbench.panel.open().sources.cards[0])[0] == "tea.md"


def texts_of_sources(workbench: Workbench) -> str:
    """The name of the first answer's button that counts its sources."""
    count = len(workbench.session.turns[0].passages)
    return f"{count} source{'s' if count != 1 else ''}"


def test_a_click_on_a_card_opens_its_file(panel: SidePanel) -> None:
    panel.show_turn(TURN)
    panel.show()
    click(panel.sources.cards[0])
    assert panel.stack.currentWidget() is panel.viewer


def test_the_figures_say_what_retrieval_saved(panel: SidePanel) -> None:
    panel.show_turn(TURN)
    assert panel.performance.saved.isHidden()
    panel.show_turn(replace(TURN, saved=Saved(document_tokens=18_300, read_tokens=1_240, documents=5)))
    assert "Read 1,240 tokens of 18,300 in 5 files (7%)" in texts(panel.performance)
    panel.show_turn(None)
    assert panel.performance.saved.isHidden()
