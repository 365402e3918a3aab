"""A process that indexes one file or folder after another in a library of its own, and reports pauses and memory.

`python -m tests.faults.indexed_alone HOME FILE …` prints a JSON line for each file. A thread that wakes every
millisecond stands for the window; what it misses is a pause.
"""

from __future__ import annotations

import gc
import json
import shutil
import sys
import threading
import time
from pathlib import Path

from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.library import Library

TICK_S = 0.001
EMBED_S = 2.0  # of embedding are enough: every batch is like the next
ARRIVED_S = 120.0


class Ticker:
    """Notes the longest time that this process kept its thread from running, and the most memory of the process.

    Time in which the kernel ran other processes instead is no pause of ours.
    """

    def __init__(self) -> None:
        self.longest_s = 0.0
        self.most_bytes = 0
        self._ended = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def take(self) -> tuple[float, int]:
        """Seconds and bytes since the last call."""
        taken = self.longest_s, self.most_bytes
        self.longest_s, self.most_bytes = 0.0, 0
        return taken

    def _run(self) -> None:
        last, delayed = time.perf_counter(), _delayed_s()
        while not self._ended.wait(TICK_S):
            now = time.perf_counter()
            self.longest_s = max(self.longest_s, now - last - TICK_S - (_delayed_s() - delayed))
            self.most_bytes = max(self.most_bytes, resident_bytes())
            last, delayed = time.perf_counter(), _delayed_s()


def resident_bytes() -> int:
    """Memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def _delayed_s() -> float:
    """For how long this thread, and the main one, which works, could have run, but no processor was free."""
    threads = Path("/proc/thread-self/schedstat"), Path("/proc/self/schedstat")
    return sum(int(thread.read_text().split()[1]) for thread in threads) / 1e9


def main() -> None:
    """Index each file."""
    home, *files = map(Path, sys.argv[1:])
    folder = home / "watched"
    folder.mkdir(parents=True)
    library = Library(home, lambda name: open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders()))
    library.add_folder(folder)
    (folder / "first.md").write_text("# Kettle\n\nThe kettle boils.\n")
    library.sync()
    library.searcher.search("kettle")
    # The window's process collects garbage between its own events (desktop/app.py), not on these threads.
    gc.disable()
    ticker = Ticker()
    for file in files:
        place = folder / file.name
        file.rename(place)
        gc.collect()
        idle_bytes = resident_bytes()
        ticker.take()
        began = time.perf_counter()
        _sync(library)
        pause_s, most_bytes = ticker.take()
        rows = [row for row in library.files() if row.path.is_relative_to(place)]
        row = max(rows, key=lambda row: row.chunks)
        found = {"status": row.status, "reason": row.reason, "chunks": row.chunks, "files": len(rows)}
        took_s = time.perf_counter() - began
        took = {"pause_ms": pause_s * 1e3, "mb": max(most_bytes - idle_bytes, 0) / 2**20, "s": took_s}
        print(json.dumps({"name": file.name, **found, **took}), flush=True)  # noqa: T201
        shutil.rmtree(place) if place.is_dir() else place.unlink()
        library.sync()
    library.close()


def _sync(library: Library) -> None:
    """Sync until the file is read, and has been embedded for a while."""
    stop, read = threading.Event(), threading.Event()
    threading.Thread(target=_stop_later, args=(read, stop), daemon=True).start()
    library.sync(
        on_progress=lambda at: read.set() if at.embedded and at.done_files == at.total_files else None, cancelled=stop
    )
    read.set()


def _stop_later(read: threading.Event, stop: threading.Event) -> None:
    read.wait(ARRIVED_S)
    time.sleep(EMBED_S)
    stop.set()


if __name__ == "__main__":
    main()
