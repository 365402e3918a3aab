"""Progress of an indexing: never done before it is."""

from __future__ import annotations

import pytest

from desktop.folders.indexing_progress import fraction_done, progress_text
from knowledge.sync.pace import Battery, Pace
from knowledge.sync.progress import SyncProgress


@pytest.mark.parametrize(
    ("at", "fraction"),
    [
        (SyncProgress(), 0.0),
        (SyncProgress(done_files=1, total_files=2), 0.5),
        (SyncProgress(done_files=2, total_files=2, chunks=10, ready=4), 0.4),
        (SyncProgress(done_files=2, total_files=2, chunks=10, ready=12), 1.0),
        (SyncProgress(chunks=5530, ready=0), 0.0),
        (SyncProgress(chunks=100, ready=25), 0.25),
    ],
)
def test_the_bar_counts_passages_as_well_as_files(at: SyncProgress, fraction: float) -> None:
    assert fraction_done(at) == pytest.approx(fraction)


def test_once_every_file_is_read_the_words_speak_of_passages() -> None:
    words = progress_text(SyncProgress(done_files=2, total_files=2, chunks=1000, ready=40))
    assert words == "40 of 1,000 passages ready"


def test_words_say_why_an_indexing_rests() -> None:
    """The reasons are those that the pace really gives."""
    pace = Pace(battery=lambda: Battery(50.0, plugged_in=False))
    reasons: list[str] = []

    def told(worked_s: float = 0.0) -> str:
        reasons.clear()
        pace.wait(worked_s, lambda: bool(reasons), reasons.append)
        return progress_text(SyncProgress(done_files=3, total_files=9, pause_reason=reasons[0]))

    with pace.answering():
        assert told() == "Waiting for the answer · Read 3 of 9 files"
        pace.pause()
        assert told() == "Paused · Read 3 of 9 files"
    pace.resume()
    assert told(worked_s=5.0) == "Slower on battery · Read 3 of 9 files"


def test_words_say_that_a_low_battery_is_waited_for() -> None:
    progress = SyncProgress(done_files=3, total_files=9, pause_reason="the battery is at 12 %")
    assert progress_text(progress) == "Waiting for power · Read 3 of 9 files"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (SyncProgress(chunks=5530, ready=1200, seconds_left=130.0), "1,200 of 5,530 passages ready · about 2 min left"),
        (
            SyncProgress(done_files=3, total_files=9, chunks=50, ready=20, seconds_left=24.0),
            "Read 3 of 9 files · 20 of 50 passages ready · about 20 s left",
        ),
        (SyncProgress(done_files=3, total_files=9, seconds_left=2.0), "Read 3 of 9 files · a few seconds left"),
        (SyncProgress(chunks=50, seconds_left=9000.0), "0 of 50 passages ready · about 2 h left"),
    ],
)
def test_words_say_what_is_embedded_and_how_long_the_rest_takes(at: SyncProgress, words: str) -> None:
    assert progress_text(at) == words
