"""The menu behind the model's chip: what was found on this machine, a server, and what can be unloaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.settings import ServerSettings, Settings
from assistant.settings_file import SettingsFile
from desktop.models.model_choice import ModelState, fit_summary
from desktop.models.model_menu import MAX_ENTRIES
from desktop.window.workbench import Workbench
from engines.models.fit import ModelFit
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = [
    pytest.mark.timeout(30),  # the speed of memory is measured
    pytest.mark.qt_log_ignore("This plugin does not support"),  # menus on the offscreen platform
]
WAIT_MS = 20_000


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of its own, and no models of other programs."""
    for name in ("HOME", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE", "OLLAMA_MODELS", "LLAMA_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / "person"))
    return Home(tmp_path / "home").create()


@pytest.fixture
def models(home: Home) -> Path:
    """The home's models: one that can be used, one that is cut short."""
    home.models.mkdir()
    whole = write_tiny_gguf(home.models / "tiny & small.gguf")
    (home.models / "cut.gguf").write_bytes(whole.read_bytes()[:5000])
    return home.models


def lines(workbench: Workbench) -> dict[str, QAction]:
    """The open menu's lines by what stands before the tab."""
    menu = workbench.model_menu.menu
    assert menu is not None
    return {action.text().split("\t")[0]: action for action in menu.actions() if not action.isSeparator()}


def tiny(found: dict[str, QAction]) -> QAction:
    """The line of the model that can be used."""
    return next(action for words, action in found.items() if words.startswith("tiny && small  ·  F32, "))


def remark(action: QAction) -> str:
    return action.text().partition("\t")[2]


def opened(workbench: Workbench, qtbot: QtBot) -> dict[str, QAction]:
    """The menu's lines once what can be known is known."""
    workbench.model_menu.open_menu()
    qtbot.waitUntil(lambda: workbench.found.found.scanned, timeout=WAIT_MS)
    return lines(workbench)


def choose(workbench: Workbench, qtbot: QtBot, path: Path) -> None:
    workbench.models.choose(path)
    qtbot.waitUntil(lambda: workbench.models.state.path == path, timeout=WAIT_MS)


def test_models_are_listed_with_what_they_need_here(workbench: Workbench, qtbot: QtBot, models: Path) -> None:
    line = tiny(opened(workbench, qtbot))
    assert remark(line).startswith(("fits, about ", "tight, about "))
    assert line.isEnabled() and not line.isChecked()


def test_a_model_that_cannot_be_used_is_greyed_and_says_why(workbench: Workbench, qtbot: QtBot, models: Path) -> None:
    line = opened(workbench, qtbot)["cut"]
    assert not line.isEnabled()
    assert remark(line) == "can't be used"
    assert str(models / "cut.gguf") in line.toolTip() and len(line.toolTip().splitlines()[0]) > 10


def test_a_menu_without_models_says_so(workbench: Workbench, qtbot: QtBot) -> None:
    assert "No models found on this computer" in opened(workbench, qtbot)


def test_many_models_do_not_outgrow_the_screen(workbench: Workbench, qtbot: QtBot, models: Path) -> None:
    for number in range(MAX_ENTRIES):
        (models / f"no model {number}.gguf").write_bytes(b"GGUF")
    found = opened(workbench, qtbot)
    assert sum(words.startswith(("tiny", "cut", "no model")) for words in found) == MAX_ENTRIES
    more = found["More models"].menu()
    assert isinstance(more, QMenu) and len(more.actions()) == 2


def test_choosing_a_line_loads_its_model_and_checks_it(workbench: Workbench, qtbot: QtBot, models: Path) -> None:
    tiny(opened(workbench, qtbot)).trigger()
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=WAIT_MS)
    assert workbench.models.state.path == models / "tiny & small.gguf"
    line = tiny(opened(workbench, qtbot))
    assert line.isChecked() and remark(line) == "in use"
    assert not lines(workbench)["No model: answer with quotes"].isChecked()


def test_a_loaded_model_from_elsewhere_is_checked(
    workbench: Workbench, qtbot: QtBot, model: Callable[[str], Path]
) -> None:
    workbench.models.choose(model("An answer."))
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=WAIT_MS)
    assert opened(workbench, qtbot)["scripted"].isChecked()


def test_models_that_are_not_chosen_can_be_unloaded(
    workbench: Workbench, qtbot: QtBot, models: Path, model: Callable[[str], Path]
) -> None:
    for path in (model("An answer."), models / "tiny & small.gguf"):
        choose(workbench, qtbot, path)
    workbench.model_menu.open_menu()
    qtbot.waitUntil(lambda: "Unload unused models" in lines(workbench))
    unload = lines(workbench)["Unload unused models"]
    assert remark(unload) == "frees 0.5 GB"
    unload.trigger()
    qtbot.waitUntil(lambda: workbench.models.others.unused == ())
    assert "Unload unused models" not in lines(workbench)


class TestServer:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(remote=ServerSettings(url="https://gpu.example:8000", model="big"))

    @pytest.fixture
    def home(self, home: Home, settings: Settings) -> Home:
        SettingsFile(home.settings).save(settings)
        return home

    def test_a_server_that_is_set_up_is_offered(self, workbench: Workbench, qtbot: QtBot) -> None:
        workbench.model_menu.open_menu()
        qtbot.waitUntil(lambda: "big on gpu.example" in lines(workbench))
        line = lines(workbench)["big on gpu.example"]
        assert line.isEnabled() and remark(line) == "personal data is masked"

    def test_offline_greys_it(self, workbench: Workbench, qtbot: QtBot) -> None:
        workbench.network.choose(True)
        qtbot.waitUntil(lambda: workbench.network.state.offline)
        workbench.model_menu.open_menu()
        qtbot.waitUntil(lambda: "big on gpu.example" in lines(workbench))
        line = lines(workbench)["big on gpu.example"]
        assert not line.isEnabled() and line.toolTip() == "Carrel is offline."


def test_what_a_model_needs_is_said_in_words() -> None:
    fit = ModelFit(
        device="cpu",
        context_tokens=8192,
        weights_bytes=8 * 10**9,
        kv_bytes_per_1k_tokens=10**8,
        kv_bytes=10**9,
        compute_bytes=10**8,
        total_bytes=9_100_000_000,
        expected_tokens_per_second=11.6,
        verdict="too large",
        advice="",
    )
    assert fit_summary(fit, 8 * 10**9) == "too large: needs 9.1 of 8.0 GB"
    assert fit_summary(replace(fit, verdict="tight"), 8 * 10**9) == "tight, about 12 tokens/s"
    assert fit_summary(replace(fit, verdict="fits", expected_tokens_per_second=None), 8 * 10**9) == "fits"


def test_the_question_may_choose_the_model(workbench: Workbench, qtbot: QtBot, models: Path) -> None:
    workbench.models.choose(models / "tiny & small.gguf")
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=WAIT_MS)
    workbench.model_menu.open_menu()
    entry = lines(workbench)["Choose by the question"]
    assert (entry.isCheckable(), entry.isChecked()) == (True, False)
    entry.trigger()
    qtbot.waitUntil(lambda: workbench.models.others.by_difficulty, timeout=WAIT_MS)
    assert lines(workbench)["Choose by the question"].isChecked()
    assert not lines(workbench)["No model: answer with quotes"].isChecked()


def test_a_long_name_leaves_room_for_the_title(workbench: Workbench) -> None:
    menu, name = workbench.model_menu, "A model whose name has very many words"
    menu.show_state(ModelState(model="A model whose name", engine="llama.cpp"))
    width = menu.sizeHint().width()
    menu.show_state(ModelState(model=name * 2, engine="llama.cpp"))
    assert width <= menu.sizeHint().width() <= 1.5 * width
    assert name in menu.toolTip()
