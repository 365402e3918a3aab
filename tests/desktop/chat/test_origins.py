"""What the chat page says of where questions go, and of who wrote an answer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail
from pytestqt.qtbot import QtBot

from assistant.home import Home
from assistant.models.routing import PersonalData
from assistant.settings import ServerSettings, Settings
from assistant.settings_file import SettingsFile
from desktop.chat.composer import HERE
from desktop.models.model_choice import SERVER
from desktop.window.workbench import Workbench
from tests.openai_server import OpenAIServer, serving
from tests.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.timeout(40)  # the first to search waits for LanceDB to load
Model = Callable[[str], Path]


@pytest.fixture
def personal_data() -> PersonalData:
    return "mask"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, personal_data: PersonalData) -> Iterator[Home]:
    """A home whose settings name a server, which counts as one on another computer."""
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    monkeypatch.delenv("CARREL_REMOTE_KEY", raising=False)
    monkeypatch.setattr("assistant.models.servers.is_this_machine", lambda host: False)
    home = Home(tmp_path / "home").create()
    with serving(OpenAIServer(ScriptedEngine("Oak."))) as server:
        SettingsFile(home.settings).save(Settings(remote=ServerSettings(url=server.url, personal_data=personal_data)))
        yield home


def use(bench: Workbench, qtbot: QtBot, path: Path) -> None:
    bench.models.choose(path)
    qtbot.waitUntil(lambda: bool(bench.models.state.engine), timeout=10_000)


def ask(bench: Workbench, qtbot: QtBot, question: str) -> str:
    """The words beside the name of who answers."""
    with qtbot.waitSignal(bench.session.answered, timeout=20_000):
        bench.chat.ask(question)
    return bench.chat.view.answers[-1]._mark.text()


def test_the_chat_says_so_while_carrel_is_offline(bench: Workbench, qtbot: QtBot) -> None:
    badge = bench.chat.foot.offline
    assert badge.isHidden()
    bench.network.choose(True)
    qtbot.waitUntil(lambda: not badge.isHidden())
    assert "refused" in badge.accessibleDescription()
    badge.click()
    assert bench.pages.currentWidget() is bench.pages.show_connections()
    bench.network.choose(False)
    qtbot.waitUntil(badge.isHidden)


def test_an_answer_from_a_server_names_it(bench: Workbench, qtbot: QtBot) -> None:
    use(bench, qtbot, SERVER)
    assert "go to tiny at 127.0.0.1" in bench.chat.foot.note.text()
    assert ask(bench, qtbot, "What is the desk made of?") == "Written by tiny at 127.0.0.1, a server"


def test_an_answer_from_this_computer_needs_no_such_words(bench: Workbench, qtbot: QtBot, model: Model) -> None:
    use(bench, qtbot, model("Oak."))
    assert bench.chat.foot.note.text() == HERE
    assert ask(bench, qtbot, "What is the desk made of?") == ""


@pytest.mark.parametrize("personal_data", ["refuse"])
def test_an_answer_that_had_to_stay_here_says_why(bench: Workbench, qtbot: QtBot, notes: Path) -> None:
    bench.folders.add(notes)
    qtbot.waitUntil(lambda: len(bench.folders.shelf.files) == 2 and not bench.folders.busy, timeout=10_000)
    use(bench, qtbot, SERVER)
    words = ask(bench, qtbot, "Should anna@example.org water the tomatoes?")
    assert words == "Quotes from your files: 1 e-mail address must not leave this machine."
