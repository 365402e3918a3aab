"""A first start leads through a folder, a model and a question, in the empty chat."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSettings, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from assistant.home import Home
from desktop.app import DesktopApp
from desktop.first_run.steps_view import StepsView
from desktop.widgets.starter_grid import StarterCard
from desktop.window.workbench import Workbench
from engines.models.hub_choice import chat_model_spec
from engines.models.model_catalogue import CatalogueModel
from tests.desktop.driver import button, click, press, settle, texts
from tests.desktop.talk import ask
from tests.hub_server import Hub, serving
from tests.models.tiny_gguf import write_tiny_gguf

WAIT_MS = 9000
REPOSITORY, FILE = "owner/tiny-GGUF", "tiny-Q8_0.gguf"
NAME = chat_model_spec(REPOSITORY, "Q8_0").name
TINY = CatalogueModel(
    name="tiny",
    repository=REPOSITORY,
    quantization="Q8_0",
    memory_gb=1,
    size=100_000,
    parameters=1e5,
    context_tokens=512,
    licence="MIT",
)


@pytest.fixture
def memory(tmp_path: Path) -> QSettings:
    """Of a person who has never seen the window."""
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's folder, with Documents and GPT4All's data; programs of this machine are not looked at."""
    folder = tmp_path / "person"
    (folder / "Documents").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    for name in ("HF_HOME", "HF_HUB_CACHE", "OLLAMA_MODELS", "LLAMA_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "share"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda place: str(folder / "Documents"))
    return folder


@pytest.fixture
def home(tmp_path: Path, person: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A new home, and a list of one model for any computer."""
    for place in ("engines.models.model_catalogue", "assistant.models.model_downloads"):
        monkeypatch.setattr(f"{place}.MODEL_CATALOGUE", (TINY,))
    monkeypatch.setattr("assistant.models.model_library.with_bandwidth", lambda machine, kept: machine)
    return Home(tmp_path / "home").create()


@pytest.fixture
def steps(workbench: Workbench, qtbot: QtBot) -> StepsView:
    """The steps, once folders and models are offered."""
    qtbot.waitUntil(lambda: workbench.onboarding.steps is not None, timeout=WAIT_MS)
    made = workbench.onboarding.steps
    assert made is not None
    qtbot.waitUntil(lambda: bool(made.model_step.cards and workbench.onboarding.first_run.offers), timeout=WAIT_MS)
    return made


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    data = write_tiny_gguf(tmp_path / "served.gguf").read_bytes()
    with serving(Hub(REPOSITORY, "c" * 40, {FILE: data})) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


def write_localdocs(person: Path, *folders: Path) -> None:
    data = person / "share" / "nomic.ai" / "GPT4All"
    data.mkdir(parents=True)
    with closing(sqlite3.connect(data / "localdocs_v3.db")) as connection, connection:
        connection.executescript(
            "CREATE TABLE folders (id INTEGER PRIMARY KEY, path TEXT);"
            "CREATE TABLE collection_items (collection_id INTEGER, folder_id INTEGER);"
        )
        connection.executemany("INSERT INTO folders VALUES (?, ?)", [(at, str(one)) for at, one in enumerate(folders)])
        connection.executemany("INSERT INTO collection_items VALUES (1, ?)", [(at,) for at, _ in enumerate(folders)])


def unfolded(steps: StepsView) -> list[int]:
    return [at for at, card in enumerate(steps.cards, 1) if not card.contents.isHidden()]


def drop(workbench: Workbench, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    workbench.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none))


@pytest.mark.timeout(40)
def test_three_steps_lead_to_an_answer_from_ones_own_file(
    workbench: Workbench, steps: StepsView, qtbot: QtBot, person: Path, notes: Path
) -> None:
    for name in ("garden.md", "tea.md"):
        (notes / name).rename(person / "Documents" / name)
    assert unfolded(steps) == [1]
    assert not workbench.chat.view.welcome.starters.isVisible()
    click(button(steps, "Add Documents"))
    qtbot.waitUntil(lambda: unfolded(steps) == [2], timeout=WAIT_MS)
    click(button(steps, "Later: answer with quotes"))
    assert unfolded(steps) == [3]
    qtbot.waitUntil(lambda: len(steps.ask_step.starters.questions) == 2, timeout=WAIT_MS)
    assert "Documents  ·  2 files" in texts(steps)
    tea = next(card for card in steps.findChildren(StarterCard) if "tea.md" in card.accessibleName())
    with qtbot.waitSignal(workbench.session.answered, timeout=WAIT_MS):
        click(tea)
    assert workbench.session.turns[-1].question == "What does tea.md say about “Green tea”?"
    assert "80 degrees" in workbench.session.turns[-1].answer
    assert workbench.onboarding.steps is None
    workbench.start_new()
    assert workbench.chat.view.welcome.starters.questions[0].startswith("What does ")


def test_folders_of_gpt4all_are_added_with_one_click(
    workbench: Workbench, qtbot: QtBot, person: Path, notes: Path, tmp_path: Path
) -> None:
    (tmp_path / "papers").mkdir()
    write_localdocs(person, notes, tmp_path / "papers")
    workbench.folders.refresh()
    qtbot.waitUntil(lambda: len(workbench.onboarding.first_run.offers) == 3, timeout=WAIT_MS)
    settle()  # rows that have come are shown
    steps = workbench.onboarding.steps
    assert steps is not None and "Coming from GPT4All" in texts(steps)
    click(button(steps, "Add all 2 folders of GPT4All"))
    qtbot.waitUntil(lambda: len(workbench.folders.snapshot.folders) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(workbench.onboarding.first_run.offers) == 1, timeout=WAIT_MS)


def test_a_folder_is_dropped_without_leaving_the_steps(
    workbench: Workbench, steps: StepsView, qtbot: QtBot, notes: Path
) -> None:
    drop(workbench, notes)
    qtbot.waitUntil(lambda: unfolded(steps) == [2], timeout=WAIT_MS)
    assert workbench.pages.currentWidget() is workbench.chat


@pytest.mark.timeout(60)
def test_a_download_goes_on_in_place_while_questions_are_answered(
    workbench: Workbench, steps: StepsView, hub: Hub, qtbot: QtBot, notes: Path
) -> None:
    drop(workbench, notes)
    qtbot.waitUntil(lambda: unfolded(steps) == [2], timeout=WAIT_MS)
    card = steps.model_step.cards[NAME]
    assert "100.0 kB  ·  less than a minute to download at 100 Mbit/s" in texts(card)
    assert card.fit.text() == "Fits this computer"
    hub.hold = threading.Event()
    settle()  # what has unfolded is laid out
    click(card.button)
    assert unfolded(steps) == [2, 3]
    qtbot.waitUntil(lambda: "tiny: 0.00 of 0.00 GB" in " ".join(texts(steps)), timeout=3 * WAIT_MS)
    qtbot.waitUntil(lambda: not workbench.folders.busy, timeout=WAIT_MS)
    assert "80 degrees" in ask(workbench, qtbot, "How hot is green tea brewed?").answer
    hub.hold.set()
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=3 * WAIT_MS)
    qtbot.waitUntil(lambda: workbench.onboarding.steps is None, timeout=WAIT_MS)


def test_offline_says_so_and_offers_what_is_there(
    workbench: Workbench, steps: StepsView, qtbot: QtBot, notes: Path, person: Path
) -> None:
    data = person / "share" / "nomic.ai" / "GPT4All"
    data.mkdir(parents=True)
    write_tiny_gguf(data / "mine.gguf")
    workbench.found._ended = -1e9  # as if the last look were long ago
    workbench.found.scan()
    qtbot.waitUntil(lambda: len(steps.model_step.rows) == 1, timeout=WAIT_MS)
    assert any(text.startswith("from GPT4All") for text in texts(steps.model_step))
    workbench.network.choose(True)
    drop(workbench, notes)
    qtbot.waitUntil(lambda: steps.model_step.offline.isVisible(), timeout=WAIT_MS)
    assert not steps.model_step.cards[NAME].button.isEnabled()
    click(button(steps, "Use: mine"))
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=WAIT_MS)
    assert unfolded(steps) == [3]


def test_in_a_low_window_the_steps_begin_at_the_top_and_the_current_one_comes_into_view(
    app: DesktopApp, workbench: Workbench, steps: StepsView, qtbot: QtBot, notes: Path
) -> None:
    app.window.resize(700, 400)
    view, bar = workbench.chat.view, workbench.chat.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=WAIT_MS)
    assert bar.value() == 0
    drop(workbench, notes)
    qtbot.waitUntil(lambda: unfolded(steps) == [2] and bar.value() > 0, timeout=WAIT_MS)
    head = steps.cards[1].head
    qtbot.waitUntil(lambda: 0 <= head.mapTo(view, head.rect().topLeft()).y() < view.height() // 2, timeout=WAIT_MS)
    assert not view._jump.isVisible()
    qtbot.waitUntil(lambda: not workbench.folders.busy, timeout=WAIT_MS)
    for question in ("How hot is green tea brewed?", "How often are tomatoes watered?"):
        ask(workbench, qtbot, question)
    qtbot.waitUntil(lambda: bar.value() > 0, timeout=WAIT_MS)
    workbench.start_new()
    qtbot.waitUntil(lambda: steps.isVisible() and bar.maximum() > 0, timeout=WAIT_MS)
    settle()
    assert bar.value() == 0


def test_steps_unfold_by_keyboard(steps: StepsView) -> None:
    press(steps.cards[1].head, Qt.Key.Key_Return)
    assert unfolded(steps) == [1, 2]
    assert steps.cards[1].head.accessibleName() == "Step 2: Get a model, to do"


def test_skipped_steps_stay_away(workbench: Workbench, steps: StepsView, memory: QSettings, qtbot: QtBot) -> None:
    click(button(steps, "Skip the first steps"))
    assert workbench.onboarding.steps is None
    assert workbench.chat.view.welcome._title.isVisible()
    with qtbot.waitSignal(workbench.folders.changed, timeout=WAIT_MS):
        workbench.folders.refresh()
    assert workbench.onboarding.steps is None
    assert memory.value("first_run") == "done"


def test_a_persona_that_is_chosen_greets_below_the_steps(workbench: Workbench, steps: StepsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workbench.personas.loaded, timeout=WAIT_MS):
        workbench.sidebar.personas.chosen.emit("410-llm-engineer")
    assert "LLM engineer" in texts(workbench.chat.view.welcome)
    assert steps.isVisible()


def test_every_control_of_the_steps_has_a_name(steps: StepsView) -> None:
    buttons = steps.findChildren(QAbstractButton)
    assert len(buttons) > 4
    assert [each for each in buttons if not each.accessibleName()] == []


def test_a_home_with_folders_is_shown_no_steps(
    workbench: Workbench, steps: StepsView, memory: QSettings, qtbot: QtBot, notes: Path
) -> None:
    workbench.onboarding.first_run.end()
    drop(workbench, notes)
    qtbot.waitUntil(lambda: bool(workbench.folders.snapshot.folders), timeout=WAIT_MS)
    memory.remove("first_run")  # as in a home of the version before
    workbench.folders.refresh()
    qtbot.waitUntil(lambda: memory.value("first_run") == "done", timeout=WAIT_MS)
    assert workbench.onboarding.steps is None
