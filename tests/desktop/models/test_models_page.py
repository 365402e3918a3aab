"""The page of models to download, against a hub on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from assistant.doctor.llama_check import UnusedCard
from assistant.home import Home
from desktop.models.download_card import DownloadCard, progress_text
from desktop.models.download_list import Download
from desktop.models.hub_finder import NOTHING, TokenRow
from desktop.models.models_page import ModelsPage
from desktop.network.connections_page import NetworkState
from desktop.window.workbench import Workbench
from engines.models.hub_choice import chat_model_spec
from engines.models.model_catalogue import CatalogueModel
from knowledge.encoders.encoder_catalogue import ENCODER_CATALOGUE
from network.download_job import Progress, unfinished
from tests.desktop.driver import click, press, texts, write
from tests.hub_models import embedder_hub
from tests.hub_server import Hub, serving
from tests.models.tiny_gguf import write_tiny_gguf
from tests.vault import Vault

pytestmark = pytest.mark.timeout(60)  # each download starts Python
WAIT_MS = 30_000
REPOSITORY = "owner/tiny-GGUF"
FILE = "tiny-Q8_0.gguf"
NAME = chat_model_spec(REPOSITORY, "Q8_0").name


def listed(name: str, memory_gb: int, repository: str = REPOSITORY) -> CatalogueModel:
    return CatalogueModel(
        name=name,
        repository=repository,
        quantization="Q8_0",
        memory_gb=memory_gb,
        size=100_000 if memory_gb < 1000 else 10**15,
        parameters=1e5,
        context_tokens=512,
        licence="MIT",
    )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of its own, and a list of two models: one for any computer, one for none."""
    models = (listed("tiny", 1), listed("huge", 1_000_000, "owner/huge-GGUF"))
    for place in ("engines.models.model_catalogue", "assistant.models.model_downloads"):
        monkeypatch.setattr(f"{place}.MODEL_CATALOGUE", models)
    monkeypatch.setattr(
        "assistant.models.model_library.with_bandwidth", lambda machine, kept: machine
    )  # it takes a second
    return Home(tmp_path / "home").create()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    data = write_tiny_gguf(tmp_path / "served.gguf").read_bytes()
    with serving(Hub(REPOSITORY, "c" * 40, {FILE: data})) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


@pytest.fixture
def page(workbench: Workbench, qtbot: QtBot) -> ModelsPage:
    """The page once the list is known."""
    page = workbench.pages.show_models()
    qtbot.waitUntil(lambda: len(page.cards) > 2, timeout=WAIT_MS)
    return page


def begun(page: ModelsPage, hub: Hub, qtbot: QtBot) -> DownloadCard:
    """A download that waits in the middle of the weights."""
    hub.hold = threading.Event()
    page.cards[NAME].button.click()
    qtbot.waitUntil(lambda: page.cards[NAME].progress.text().startswith("0.00 of "), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: any(path.endswith(FILE) for _, path, _ in hub.asked), timeout=WAIT_MS)
    return page.cards[NAME]


def test_what_suits_this_computer_comes_first_and_what_is_too_large_cannot_be_taken(page: ModelsPage) -> None:
    tiny, huge, *_ = page.cards.values()
    assert tiny.fit.text() == "Fits this computer" and tiny.button.isEnabled()
    assert huge.fit.text().startswith("Too large: needs ") and not huge.button.isEnabled()
    assert "GB of memory" in page.machine.text() and "free on disk" in page.machine.text()


def test_a_graphics_card_that_is_not_used_is_named_with_the_command_that_changes_it(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    card = UnusedCard("NVIDIA", "make run LLAMA=cuda")
    monkeypatch.setattr("desktop.models.download_list.find_unused_card", lambda library: card)
    page = workbench.pages.show_models()
    qtbot.waitUntil(lambda: "by NVIDIA is not used" in page.machine.text(), timeout=WAIT_MS)
    assert page.machine.text().endswith("make run LLAMA=cuda")


def test_a_model_is_brought_and_writes_the_answers_from_then_on(
    workbench: Workbench, page: ModelsPage, hub: Hub, home: Home, qtbot: QtBot
) -> None:
    page.cards[NAME].button.click()
    assert page.cards[NAME].step == "pause"
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=WAIT_MS)
    assert workbench.models.state.path == home.models / "owner" / "tiny-GGUF" / FILE
    qtbot.waitUntil(lambda: page.cards[NAME].step == "in use", timeout=WAIT_MS)
    assert workbench.downloads.downloads == {}


def test_a_model_that_is_here_is_used_with_a_click(
    workbench: Workbench, page: ModelsPage, hub: Hub, qtbot: QtBot
) -> None:
    page.cards[NAME].button.click()
    qtbot.waitUntil(lambda: page.cards[NAME].step == "in use", timeout=WAIT_MS)
    workbench.models.choose(None)
    qtbot.waitUntil(lambda: page.cards[NAME].step == "use", timeout=WAIT_MS)
    page.cards[NAME].button.click()
    qtbot.waitUntil(lambda: page.cards[NAME].step == "in use", timeout=WAIT_MS)


def test_a_download_is_paused_and_taken_up_again(
    workbench: Workbench, page: ModelsPage, hub: Hub, qtbot: QtBot
) -> None:
    card = begun(page, hub, qtbot)
    card.button.click()
    qtbot.waitUntil(lambda: card.step == "resume", timeout=WAIT_MS)
    assert card.progress.text().startswith("Paused")
    assert hub.hold is not None
    hub.hold.set()
    hub.hold = None
    card.button.click()
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=WAIT_MS)


def test_a_paused_download_can_be_discarded(page: ModelsPage, hub: Hub, home: Home, qtbot: QtBot) -> None:
    card = begun(page, hub, qtbot)
    assert card.discard.isHidden()
    card.button.click()
    qtbot.waitUntil(lambda: not card.discard.isHidden(), timeout=WAIT_MS)
    card.discard.click()
    qtbot.waitUntil(lambda: page.cards[NAME].step == "download", timeout=WAIT_MS)
    assert unfinished(home.models) == []


def test_going_offline_pauses_what_is_on_its_way(
    workbench: Workbench, page: ModelsPage, hub: Hub, qtbot: QtBot
) -> None:
    card = begun(page, hub, qtbot)
    workbench.network.choose(True)
    qtbot.waitUntil(lambda: card.step == "resume", timeout=WAIT_MS)
    assert not card.button.isEnabled() and not page.offline.isHidden()
    workbench.network.choose(False)
    qtbot.waitUntil(card.button.isEnabled, timeout=WAIT_MS)
    assert page.offline.isHidden()


def test_too_little_room_is_said_with_what_to_do(page: ModelsPage, hub: Hub, qtbot: QtBot) -> None:
    hub.stated_sizes[FILE] = 10**15
    page.cards[NAME].button.click()
    qtbot.waitUntil(lambda: page.cards[NAME].step == "retry", timeout=WAIT_MS)
    assert page.cards[NAME].problem.text().startswith("There is not enough space")
    assert page.cards[NAME].hint.text().startswith("Free ")


def test_a_failure_is_told_on_the_chat_page_too(workbench: Workbench, page: ModelsPage, hub: Hub, qtbot: QtBot) -> None:
    hub.wrong_bytes[FILE] = bytes(len(hub.files[FILE]))
    page.cards[NAME].button.click()
    workbench.pages.show_chat()
    qtbot.waitUntil(lambda: bool(workbench.chat.notices.notices()), timeout=WAIT_MS)
    assert "checksum" in workbench.chat.notices.notices()[0].title


def test_any_model_of_the_hub_is_brought_by_its_name(
    workbench: Workbench, page: ModelsPage, hub: Hub, qtbot: QtBot
) -> None:
    page.field.setText(REPOSITORY)
    press(page.field, Qt.Key.Key_Return)
    assert "owner--tiny-GGUF" in page.cards
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "owner--tiny-GGUF" not in page.cards, timeout=WAIT_MS)


def test_the_hub_is_searched_and_what_it_finds_can_be_brought(
    workbench: Workbench, page: ModelsPage, hub: Hub, qtbot: QtBot
) -> None:
    hub.results = [
        {"id": REPOSITORY, "downloads": 12_345, "likes": 6, "gated": "auto", "tags": ["gguf", "license:mit"]},
        {"id": "owner/other-GGUF", "downloads": 7, "likes": 0, "gated": False, "tags": ["gguf"]},
    ]
    write(page.field, "tiny words")
    press(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "owner--other-GGUF" in page.cards, timeout=WAIT_MS)
    assert any("search=tiny+words" in path or "search=tiny%20words" in path for _, path, _ in hub.asked)
    card = page.cards["owner--tiny-GGUF"]
    assert "12,345 downloads last month  ·  mit  ·  terms to accept on its page" in texts(card)
    click(card.button)
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=WAIT_MS)
    hub.results = []
    page.search()
    qtbot.waitUntil(page.note.isVisible, timeout=WAIT_MS)
    assert page.note.text() == NOTHING and "owner--other-GGUF" not in page.cards


def test_a_hub_that_answers_nonsense_is_said_on_the_page(page: ModelsPage, hub: Hub, qtbot: QtBot) -> None:
    hub.results = [{"name": "no id"}]
    page.field.setText("any words")
    page.search()
    qtbot.waitUntil(page.note.isVisible, timeout=WAIT_MS)
    assert page.note.text() == "The hub's answer cannot be read. Try again later."


def test_a_model_with_terms_comes_with_the_token_of_the_keyring(
    workbench: Workbench, page: ModelsPage, hub: Hub, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault()
    monkeypatch.setattr(keyring, "get_keyring", lambda: vault)
    hub.token = "hf_mine"
    page.cards[NAME].button.click()
    qtbot.waitUntil(lambda: page.cards[NAME].step == "retry", timeout=WAIT_MS)
    assert "enter your token" in page.cards[NAME].hint.text()
    (row,) = page.findChildren(TokenRow)
    click(row.open)
    write(row.field, "hf_mine")
    click(row.save)
    qtbot.waitUntil(lambda: row.note.text() == "The token is in the keyring.")
    assert row.field.text() == ""
    page.cards[NAME].button.click()
    qtbot.waitUntil(lambda: bool(workbench.models.state.engine), timeout=WAIT_MS)


def test_a_model_is_deleted_once_that_is_not_taken_back(
    workbench: Workbench, page: ModelsPage, hub: Hub, home: Home, qtbot: QtBot
) -> None:
    page.cards[NAME].button.click()
    qtbot.waitUntil(lambda: page.cards[NAME].step == "in use", timeout=WAIT_MS)
    assert page.cards[NAME].delete.isHidden()
    workbench.models.choose(None)
    qtbot.waitUntil(lambda: page.cards[NAME].step == "use", timeout=WAIT_MS)
    file = home.models / "owner" / "tiny-GGUF" / FILE
    click(page.cards[NAME].delete)
    assert page.cards[NAME].isHidden() and workbench.toast.isVisible()
    workbench.toast.take_back()
    assert page.cards[NAME].isVisible() and file.is_file()
    click(page.cards[NAME].delete)
    workbench.toast._finish()
    qtbot.waitUntil(lambda: page.cards[NAME].step == "download", timeout=WAIT_MS)
    qtbot.waitUntil(page.cards[NAME].isVisible)
    assert not file.exists()


def test_models_of_search_say_what_they_are(page: ModelsPage) -> None:
    e5 = page.cards["multilingual-e5-small"]
    assert "278 MB  ·  a hundred languages  ·  MIT" in texts(e5)
    assert "Embedder" in texts(e5)
    assert page.cards["bge-reranker-base"].step == "download"
    assert e5.contents.path is None or e5.delete.isHidden()  # it is in the environment, not in the home


def test_an_embedder_is_downloaded_like_any_model_and_writes_no_answers(
    workbench: Workbench, page: ModelsPage, home: Home, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, model = embedder_hub(tmp_path / "on the hub")
    monkeypatch.setattr("knowledge.encoders.encoder_catalogue.ENCODER_CATALOGUE", (ENCODER_CATALOGUE[0], model))
    served.hold = threading.Event()
    with serving(served):
        monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
        page.field.setText(model.name)
        page.search()
        qtbot.waitUntil(lambda: bool(served.asked_for("model.safetensors")), timeout=WAIT_MS)
        page.cards[model.name].button.click()
        qtbot.waitUntil(lambda: page.cards[model.name].step == "resume", timeout=WAIT_MS)
        served.hold.set()
        served.hold = None
        page.cards[model.name].button.click()
        qtbot.waitUntil(lambda: page.cards[model.name].step == "use", timeout=WAIT_MS)
    assert (home.models / model.name / "model.safetensors").is_file()
    assert workbench.downloads.downloads == {} and not workbench.models.state.engine


def test_progress_says_how_fast_and_how_long() -> None:
    half = Progress(name="m", stage="downloading", done_bytes=1_250_000_000, total_bytes=2_500_000_000)
    assert progress_text(Download(half, 5e6)) == "1.25 of 2.50 GB  ·  5.0 MB/s  ·  about 4 min left"
    assert progress_text(Download(half)) == "1.25 of 2.50 GB"


def test_what_is_being_checked_cannot_be_measured_in_bytes() -> None:
    assert progress_text(Download(Progress(name="m", stage="checking"))) == "Checking the download…"


def test_where_the_environment_forbids_connections_none_are_offered(page: ModelsPage) -> None:
    page.offline.show_state(NetworkState(offline=True, fixed=True))
    assert page.offline._allow.isHidden()
