"""What the chat page says of where questions go, and of who wrote an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import keyring
import pytest
from keyring.backends import fail
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.settings import ServerSettings, Settings
from assistant.settings_file import SettingsFile
from desktop.composer.chat_foot import LOCAL_NOTE
from desktop.models.model_choice import SERVER
from desktop.window.workbench import Workbench
from tests.openai_server import OpenAIServer, serving
from tests.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.timeout(40)  # the first to search waits for LanceDB to load
Handling = Literal["mask", "refuse"]
Model = Callable[[str], Path]


@pytest.fixture
def personal_data() -> Handling:
    return "mask"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, personal_data: Handling) -> Iterator[Home]:
    """A home whose settings name a server, which counts as one on another computer."""
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    monkeypatch.delenv("CARREL_REMOTE_KEY", raising=False)
    monkeypatch.setattr("assistant.models.servers.is_this_machine", lambda host: False)
    home = Home(tmp_path / "home").create()
    with serving(OpenAIServer(ScriptedEngine("Oak."))) as server:
        SettingsFile(home.settings).save(Settings(remote=ServerSettings(url=server.url, personal_data=personal_data)))
        yield home


def use(workbench: Workbench, qtbot: QtBot, path: Path) -> None:
    workbench.models.choose(path)
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=10_000)


def ask(workbench: Workbench, qtbot: QtBot, question: str) -> str:
    """The words beside the name of who answers."""
    with qtbot.waitSignal(workbench.session.answered, timeout=20_000):
        workbench.chat.ask(question)
    return workbench.chat.view.answers[-1]._mark.text()


def test_the_chat_says_so_while_carrel_is_offline(workbench: Workbench, qtbot: QtBot) -> None:
    badge = workbench.chat.foot.offline
    assert badge.isHidden()
    workbench.network.choose(True)
    qtbot.waitUntil(lambda: not badge.isHidden())
    assert "blocks" in badge.accessibleDescription()
    badge.click()
    assert workbench.pages.currentWidget() is workbench.pages.show_connections()
    workbench.network.choose(False)
    qtbot.waitUntil(badge.isHidden)


def test_an_answer_from_a_server_names_it(workbench: Workbench, qtbot: QtBot) -> None:
    use(workbench, qtbot, SERVER)
    assert "are sent to tiny at 127.0.0.1" in workbench.chat.foot.note.text()
    assert ask(workbench, qtbot, "What is the desk made of?") == "Written by tiny at 127.0.0.1 on a server"


def test_an_answer_from_this_computer_needs_no_such_words(workbench: Workbench, qtbot: QtBot, model: Model) -> None:
    use(workbench, qtbot, model("Oak."))
    assert workbench.chat.foot.note.text() == LOCAL_NOTE
    assert ask(workbench, qtbot, "What is the desk made of?") == ""


@pytest.mark.parametrize("personal_data", ["refuse"])
def test_an_answer_that_had_to_stay_here_says_why(workbench: Workbench, qtbot: QtBot, notes: Path) -> None:
    workbench.folders.add(notes)
    qtbot.waitUntil(lambda: len(workbench.folders.snapshot.files) == 2 and not workbench.folders.busy, timeout=10_000)
    use(workbench, qtbot, SERVER)
    words = ask(workbench, qtbot, "Should anna@example.org water the tomatoes?")
    assert words == "Quotes only: 1 e-mail address must not leave this machine."
