"""The settings page over a real home: what it shows, what it writes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.settings_catalogue import describe_settings, setting_names
from assistant.settings_file import load_settings
from desktop.app import DesktopApp
from desktop.settings.controls import ChoiceControl, FieldControl, FoldersControl, SwitchControl
from desktop.settings.key_row import KeyRow
from desktop.settings.settings_page import SettingsPage
from desktop.window.workbench import Workbench
from engines import parse_address
from engines.remote.server import find_key
from tests.desktop.driver import button, click, press, settle, texts, write
from tests.vault import Vault

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def page(workbench: Workbench, qtbot: QtBot) -> SettingsPage:
    """The page, opened by its shortcut."""
    press(workbench, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    made = workbench.pages.currentWidget()
    assert isinstance(made, SettingsPage)
    qtbot.waitUntil(lambda: made.is_built, timeout=9000)
    return made


def field(page: SettingsPage, name: str) -> FieldControl:
    control = page.rows[name].control
    assert isinstance(control, FieldControl)
    return control


def enter(page: SettingsPage, name: str, text: str) -> None:
    """Replace what is in a field, and press Enter."""
    box = field(page, name).field
    box.selectAll()
    write(box, text)
    press(box, Qt.Key.Key_Return)


def test_every_key_of_the_settings_file_has_a_row(page: SettingsPage) -> None:
    assert set(page.rows) == set(setting_names())
    assert all(row.setting.meaning and row.setting.title for row in page.rows.values())


def test_a_number_is_written_to_the_file_and_can_be_reset(page: SettingsPage, qtbot: QtBot, home: Home) -> None:
    page.choose_section("Answers")
    enter(page, "answers.cache_hours", "48")
    qtbot.waitUntil(lambda: load_settings(home.settings).answers.cache_hours == 48)
    reset = page.rows["answers.cache_hours"].reset
    qtbot.waitUntil(reset.isVisible)
    assert reset.accessibleName() == "Reset Keep answers to 24 hours"
    click(reset)
    qtbot.waitUntil(lambda: load_settings(home.settings).answers.cache_hours == 24)
    qtbot.waitUntil(lambda: field(page, "answers.cache_hours").field.text() == "24")
    assert not reset.isVisible()


def test_a_number_out_of_range_says_the_range_and_changes_nothing(page: SettingsPage, qtbot: QtBot, home: Home) -> None:
    page.choose_section("Models")
    row = page.rows["model.memory_percent"]
    enter(page, "model.memory_percent", "170")
    qtbot.waitUntil(row.problem.isVisible)
    assert row.problem.text() == "memory_percent must be between 1 and 100. It is 170."
    assert load_settings(home.settings).model.memory_percent == 70
    enter(page, "model.memory_percent", "much")
    assert row.problem.text() == "“much” is not a whole number."
    enter(page, "model.memory_percent", "60")
    qtbot.waitUntil(lambda: load_settings(home.settings).model.memory_percent == 60)
    qtbot.waitUntil(row.problem.isHidden)


def test_the_ranges_of_engines_are_kept_too(page: SettingsPage, qtbot: QtBot) -> None:
    page.choose_section("vLLM")
    enter(page, "vllm.gpu_memory_utilization", "1.5")
    row = page.rows["vllm.gpu_memory_utilization"]
    qtbot.waitUntil(row.problem.isVisible)
    assert row.problem.text() == "gpu_memory_utilization must be between 0 and 1. It is 1.5."


def test_an_empty_field_leaves_the_choice_to_carrel(page: SettingsPage, qtbot: QtBot, home: Home) -> None:
    page.choose_section("Models")
    enter(page, "model.threads", "3")
    qtbot.waitUntil(lambda: load_settings(home.settings).model.threads == 3)
    enter(page, "model.threads", "")
    press(field(page, "model.threads").field, Qt.Key.Key_Backspace)
    press(field(page, "model.threads").field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: load_settings(home.settings).model.threads is None)
    assert field(page, "model.threads").field.placeholderText() == "Automatic"


def test_switches_choices_and_lists_are_written(page: SettingsPage, qtbot: QtBot, home: Home) -> None:
    page.choose_section("Privacy")
    toxicity, risk, allow = (page.rows[f"guard.{key}"].control for key in ("toxicity", "low_risk", "allow"))
    assert isinstance(toxicity, SwitchControl) and isinstance(risk, ChoiceControl) and isinstance(allow, ChoiceControl)
    click(toxicity.switch)
    _pick(risk, "Block")
    _pick(allow, "ip")
    qtbot.waitUntil(lambda: allow.button.text().startswith("ip"))
    _pick(allow, "phone")
    qtbot.waitUntil(lambda: len(load_settings(home.settings).guard.allow) == 2)
    guard = load_settings(home.settings).guard
    assert (guard.toxicity, guard.low_risk, set(guard.allow)) == (True, "block", {"ip", "phone"})


def test_folders_come_and_go_line_by_line(page: SettingsPage, qtbot: QtBot, home: Home, tmp_path: Path) -> None:
    page.choose_section("Models")
    folders = page.rows["model.folders"].control
    assert isinstance(folders, FoldersControl)
    folders.add_folder(tmp_path)
    qtbot.waitUntil(lambda: load_settings(home.settings).model.folders == (tmp_path,))
    qtbot.waitUntil(lambda: str(tmp_path) in texts(folders))
    click(button(folders, f"Remove {tmp_path}"))
    qtbot.waitUntil(lambda: load_settings(home.settings).model.folders == ())


def test_search_finds_by_meaning_and_by_key(page: SettingsPage) -> None:
    write(page.search, "cosine")
    assert [name for name, row in page.rows.items() if row.isVisibleTo(page)] == ["search.cache_similar_cosine"]
    page.search.setText("placeholders")
    assert {"guard.mask", "remote.personal_data"} == {name for name, row in page.rows.items() if row.isVisibleTo(page)}
    page.search.setText("unicorn")
    assert page.nothing.isVisible()
    press(page.search, Qt.Key.Key_Escape)
    assert not page.nothing.isVisible()
    assert page.rows["answers.persona"].isVisibleTo(page)


def test_a_mistake_in_the_file_is_shown_at_the_setting_that_was_meant(
    home: Home, workbench: Workbench, qtbot: QtBot
) -> None:
    home.settings.write_text("[answers]\ncache_hour = 3\n", "utf-8")
    made = workbench.show_settings()
    qtbot.waitUntil(lambda: made.is_built, timeout=9000)
    assert "unknown setting “cache_hour” under [answers]" in made.rows["answers.cache_hours"].problem.text()
    assert made.rows["answers.cache_hours"].problem.isVisibleTo(made)


def test_working_offline_is_one_switch_everywhere(page: SettingsPage, workbench: Workbench, qtbot: QtBot) -> None:
    page.choose_section("Privacy")
    control = page.rows["network.offline"].control
    assert isinstance(control, SwitchControl)
    click(control.switch)
    qtbot.waitUntil(lambda: workbench.network.state.offline)
    workbench.network.choose(False)
    qtbot.waitUntil(lambda: not control.switch.isChecked())


def test_a_key_goes_to_the_keyring_and_out_of_sight(
    page: SettingsPage, qtbot: QtBot, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault()
    monkeypatch.setattr(keyring, "get_keyring", lambda: vault)
    page.choose_section("Model server")
    (row,) = page.findChildren(KeyRow)
    enter(page, "remote.url", "https://gpu.example:8000")
    qtbot.waitUntil(lambda: load_settings(home.settings).remote.url != "")
    write(row.field, "sk-secret")
    click(row.save)
    qtbot.waitUntil(row.done.isVisible)
    assert row.done.text() == "The key for gpu.example is in the keyring."
    assert row.field.text() == ""
    assert find_key(parse_address("https://gpu.example:8000")) == "sk-secret"
    click(row.delete)
    qtbot.waitUntil(lambda: row.done.text() == "The key was deleted.")


def test_appearance_changes_the_whole_window_at_once(page: SettingsPage, workbench: Workbench) -> None:
    page.choose_section("Appearance")
    width = page.search.sizeHint().height()
    workbench._appearance.zoom_to(2.0)
    settle()
    assert page.search.sizeHint().height() > 1.5 * width
    workbench._appearance.choose_face("system")
    assert QApplication.font().families()[0] != "Source Sans Pro"
    workbench._appearance.choose_face("carrel")
    assert QApplication.font().families()[0] == "Source Sans Pro"
    workbench._appearance.zoom_to(1.0)


def test_the_sidebar_leads_to_the_settings(workbench: Workbench) -> None:
    click(workbench.sidebar.settings)
    assert isinstance(workbench.pages.currentWidget(), SettingsPage)


def test_esc_returns_to_the_chat(page: SettingsPage, workbench: Workbench) -> None:
    press(page, Qt.Key.Key_Escape)
    assert workbench.pages.currentWidget() is workbench.chat


def test_every_default_can_be_described() -> None:
    settings = [setting for group in describe_settings() for setting in group.settings]
    assert len({setting.name for setting in settings}) == len(settings)


def _pick(control: ChoiceControl, label: str) -> None:
    menu = control.button.open_menu()
    next(action for action in menu.actions() if action.text() == label).trigger()
    menu.close()


def test_a_language_is_chosen_and_carrel_starts_again_in_it(
    page: SettingsPage, app: DesktopApp, qtbot: QtBot, home: Home
) -> None:
    page.choose_section("Appearance")
    control = page.rows["appearance.language"].control
    assert isinstance(control, ChoiceControl)
    menu = control.button.open_menu()
    assert [action.text() for action in menu.actions()] == ["Same as system", "English", "한국어", "简体中文"]
    menu.actions()[2].trigger()
    qtbot.waitUntil(lambda: load_settings(home.settings).appearance.language == "ko")
    click(button(page, "Restart now"))
    qtbot.waitUntil(lambda: not app.window.isVisible())
    assert app.restarts
