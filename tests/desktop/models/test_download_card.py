"""The card of a model: what can be done next, how far it is, and why not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from assistant.models.model_downloads import ListedModel
from desktop.models.download_card import OFFLINE, CardContents, DownloadCard, chat_contents, fit_text, progress_text
from desktop.models.download_list import Download
from desktop.models.models_page import machine_text
from engines.models.machine import Gpu, Machine
from engines.models.model_catalogue import FitEstimate
from network.download_job import Progress
from tests.desktop.driver import texts
from tests.desktop.values import LISTED

HALF = Progress(name="tiny", stage="downloading", done_bytes=1_250_000_000, total_bytes=2_500_000_000)
PAUSED = Download(replace(HALF, stage="paused"))
FAILED = Download(replace(HALF, stage="failed", title="The disk is full", hint="Make room and try again."))
HERE = replace(LISTED, path=Path("/models/tiny.gguf"))


@pytest.fixture
def card(qtbot: QtBot) -> DownloadCard:
    return shown(qtbot, LISTED)


def shown(qtbot: QtBot, listed: ListedModel | None, name: str = "tiny") -> DownloadCard:
    made = DownloadCard(chat_contents(listed) if listed else CardContents(name))
    qtbot.addWidget(made)
    made.resize(600, 80)
    return made


def test_a_model_that_is_not_here_can_be_downloaded(card: DownloadCard, qtbot: QtBot) -> None:
    assert card.button.text() == "Download"
    with qtbot.waitSignal(card.acted) as acted:
        card.button.click()
    assert acted.args == ["download"]


def test_a_model_is_told_by_its_size_its_context_and_its_licence(card: DownloadCard) -> None:
    about = texts(card)[1]
    assert (
        about
        == "for short answers  ·  3.8 billion parameters  ·  2.5 GB in Q4_K_M  ·  32,768 tokens of context  ·  MIT"
    )


def test_a_download_under_way_can_be_paused_but_not_discarded(card: DownloadCard) -> None:
    card.show_download(Download(HALF))
    assert card.button.accessibleName() == "Pause: tiny"
    assert card.discard.isHidden()


def test_a_paused_download_can_be_resumed_or_discarded(card: DownloadCard) -> None:
    card.show_download(PAUSED)
    assert card.button.text() == "Resume"
    assert not card.discard.isHidden()


def test_a_failed_download_says_why_and_can_be_tried_again(card: DownloadCard) -> None:
    card.show_download(FAILED)
    assert card.button.text() == "Try again"
    assert texts(card)[-2:] == ["The disk is full", "Make room and try again."]
    assert card.progress.isHidden()


def test_a_download_that_goes_on_after_a_failure_no_longer_says_why(card: DownloadCard) -> None:
    card.show_download(FAILED)
    card.show_download(Download(HALF))
    assert "The disk is full" not in texts(card)


def test_a_discarded_download_can_be_begun_anew(card: DownloadCard) -> None:
    card.show_download(PAUSED)
    card.show_download(None)
    assert card.button.text() == "Download"
    assert card.fit.text() in texts(card)


def test_a_model_that_is_here_can_be_used(qtbot: QtBot) -> None:
    card = shown(qtbot, HERE)
    with qtbot.waitSignal(card.acted) as acted:
        card.button.click()
    assert acted.args == ["use"]


def test_the_model_in_use_has_nothing_left_to_do(qtbot: QtBot) -> None:
    card = shown(qtbot, HERE)
    card.show_use(True)
    assert (card.button.text(), card.button.isEnabled()) == ("In use", False)


@pytest.mark.parametrize("download", [None, PAUSED, FAILED])
def test_offline_nothing_can_be_brought_and_the_button_says_so(card: DownloadCard, download: Download | None) -> None:
    card.show_download(download)
    card.show_offline(True)
    assert not card.button.isEnabled()
    assert card.button.toolTip() == OFFLINE
    card.show_offline(False)
    assert card.button.isEnabled()


def test_offline_a_model_that_is_here_can_still_be_used(qtbot: QtBot) -> None:
    card = shown(qtbot, HERE)
    card.show_offline(True)
    assert card.button.isEnabled()


def test_a_model_that_is_too_large_cannot_be_downloaded(qtbot: QtBot) -> None:
    card = shown(qtbot, replace(LISTED, expectation=FitEstimate(verdict="too large", tokens_per_second=None)))
    assert not card.button.isEnabled()
    assert "Too large: needs a computer with at least 8 GB of memory" in texts(card)


def test_the_recommended_model_is_marked(qtbot: QtBot) -> None:
    assert "Recommended" in texts(shown(qtbot, replace(LISTED, recommended=True)))


def test_a_model_of_any_name_has_its_button_in_reach(qtbot: QtBot) -> None:
    card = shown(qtbot, None, "owner/" + "a-very-long-name-of-a-model-" * 10)
    assert card.minimumSizeHint().width() < 600


@pytest.mark.parametrize("name", ["owner/<b>tiny</b>", "소유자/모델"])
def test_a_model_is_named_as_it_is_named_on_the_hub(qtbot: QtBot, name: str) -> None:
    card = shown(qtbot, None, name)
    assert texts(card)[0] == name
    assert card.button.accessibleName() == f"Download: {name}"


@pytest.mark.parametrize(
    ("expectation", "words"),
    [
        (FitEstimate(verdict="fits", tokens_per_second=40.4), "Fits this computer, about 40 tokens/s"),
        (FitEstimate(verdict="fits", tokens_per_second=None), "Fits this computer"),
        (
            FitEstimate(verdict="tight", tokens_per_second=2.0),
            "Tight: works best with at least 8 GB of memory, slow: about 2 tokens/s",
        ),
        (FitEstimate(verdict="fits", tokens_per_second=0.4), "Fits this computer, slow: about 1 token/s"),
    ],
)
def test_how_a_model_would_do_here_is_said_in_words(expectation: FitEstimate, words: str) -> None:
    assert fit_text(replace(LISTED, expectation=expectation)) == words


@pytest.mark.parametrize(
    ("download", "words"),
    [
        (Download(replace(HALF, stage="waiting", total_bytes=0)), "Connecting…"),
        (Download(HALF), "1.25 of 2.50 GB"),
        (Download(HALF, 12.5e6), "1.25 of 2.50 GB  ·  12.5 MB/s  ·  about 2 min left"),
        (Download(HALF, 1.25e9), "1.25 of 2.50 GB  ·  1250.0 MB/s  ·  less than a minute left"),
        (Download(HALF, 0.1e6), "1.25 of 2.50 GB  ·  0.1 MB/s  ·  about 3 h left"),
        (Download(replace(HALF, stage="checking")), "Checking the download…"),
        (PAUSED, "Paused  ·  1.25 of 2.50 GB"),
        (Download(replace(HALF, stage="paused", total_bytes=0)), "Paused"),
        (FAILED, ""),
        (Download(replace(HALF, stage="done")), ""),
    ],
)
def test_how_far_a_download_is_is_said_in_words(download: Download, words: str) -> None:
    assert progress_text(download) == words


def test_this_computer_is_described_with_its_gpu_and_its_disk() -> None:
    machine = Machine(
        cpu="x", cores=8, memory_bytes=16 * 10**9, available_bytes=0, gpus=(Gpu("NVIDIA X", 8 * 10**9, 0),)
    )
    words = machine_text(machine, 120 * 10**9)
    assert words == "This computer: 16 GB of memory, NVIDIA X with 8 GB, 120 GB free on disk."
