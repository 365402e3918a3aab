"""Progress of an indexing: never done before it is."""

import pytest

from desktop.progress import fraction_done, progress_words
from knowledge.sync import SyncProgress


@pytest.mark.parametrize(
    ("at", "fraction"),
    [
        (SyncProgress(), 0.0),
        (SyncProgress(done_files=1, total_files=2), 0.5),
        (SyncProgress(done_files=2, total_files=2, chunks=10, ready=4), 0.4),
        (SyncProgress(done_files=2, total_files=2, chunks=10, ready=12), 1.0),
    ],
)
def test_the_bar_counts_passages_as_well_as_files(at, fraction):
    assert fraction_done(at) == pytest.approx(fraction)


def test_once_every_file_is_read_the_words_speak_of_passages():
    words = progress_words(SyncProgress(done_files=2, total_files=2, chunks=1000, ready=40))
    assert words == "Indexing 2 files · 40 of 1,000 passages"
