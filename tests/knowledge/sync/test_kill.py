"""A kill at any moment: the next run makes the index equal the folder, by itself."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.index.index import IndexTable
from knowledge.ledger.ledger import Ledger
from knowledge.library import Library
from knowledge.sync.indexing import folder_name

INDEXER = """
import sys; from pathlib import Path
from knowledge.library import Library
library = Library(Path(sys.argv[1]), lambda name: None)
library.add_folder(Path(sys.argv[2]))
print("started", flush=True)
library.sync(on_progress=lambda p: print(p.done_files, flush=True))
print("finished", flush=True)
"""


def index_until_killed(home: Path, folder: Path, lines: int) -> None:
    """Kill the indexer once it has printed so many lines: two for each file that it reads."""
    child = subprocess.Popen([sys.executable, "-c", INDEXER, home, folder], stdout=subprocess.PIPE, text=True)
    assert child.stdout
    printed = [child.stdout.readline() for _ in range(lines)]
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert "finished\n" not in printed


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", range(3))
def test_killed_while_indexing_the_index_still_equals_the_folder(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder, home = tmp_path / "notes", tmp_path / "home"
    folder.mkdir()
    for n in range(300):
        (folder / f"{n}.md").write_text(f"# Note {n}\n\nkettle number {n}\n")
    for _ in range(3):
        index_until_killed(home, folder, chance.randrange(2, 400))
        for n in chance.sample(range(300), 250):
            (folder / f"{n}.md").write_text(f"# Changed\n\nteapot {chance.random()}\n")
    library = Library(home, lambda name: None)
    library.sync()
    assert {row.path for row in library.files() if row.status == "indexed"} == set(folder.iterdir())
    assert all(library.document_text(path) == path.read_text() for path in folder.iterdir())
    library.close()
    assert IndexTable(home / "index" / folder_name("keywords"), None).ids() == Ledger(home / "ledger.db").chunks.ids()
