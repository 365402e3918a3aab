"""More events at once than the system keeps: the folder is walked, and nothing is missed."""

import threading
from pathlib import Path

import pytest

from tests.faults.library_under_test import assert_true, open_library

QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")


@pytest.mark.skipif(not QUEUE.exists(), reason="Linux's inotify has a queue that can run over")
def test_a_burst_beyond_the_queue_leads_to_a_walk(tmp_path: Path) -> None:
    notes, changed = tmp_path / "notes", threading.Event()
    notes.mkdir()
    library = open_library(tmp_path / "home")
    library.add_folder(notes)
    library.sync()
    watcher = library.watch(changed.set)
    touched = notes / "touched.xyz"
    for _ in range(int(QUEUE.read_text()) // 2 + 1_000):  # two events each: made and removed
        touched.touch()
        touched.unlink()
    (notes / "last.md").write_text("# Last\n\nkettle\n")
    assert changed.wait(30), "nobody was told"
    watcher.stop()
    library.sync()
    assert [row.path.name for row in library.files()] == ["last.md"]
    library.close()
    assert_true(tmp_path / "home", (notes,))
