"""A kill at any moment: the next run makes the index equal the folder, by itself."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.index.index import IndexTable
from knowledge.ledger.ledger import Ledger
from knowledge.ledger.rows import FileStatus
from knowledge.library import Library
from knowledge.sync.indexing import folder_name

INDEXER = """
import sys; from pathlib import Path
from knowledge.ledger.rows import FileStatus
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
    ledger = Ledger(home / "ledger.db")
    assert IndexTable(home / "index" / folder_name("keywords"), None).ids() == ledger.chunks.ids()
    ledger.close()


POISONED = """
import os, signal; from knowledge.parse.process.parser_process import ParserProcess
parse = ParserProcess.parse
def parse_or_die(self, path, tokenizer_file=None, **conditions):
    if path.name == "poison.md":
        os.kill(os.getpid(), signal.SIGKILL)
    return parse(self, path, tokenizer_file, **conditions)
ParserProcess.parse = parse_or_die
"""


@pytest.mark.timeout(60)  # three processes, each loads LanceDB
def test_a_file_that_kills_the_app_twice_is_left_alone_and_the_others_are_indexed(tmp_path: Path) -> None:
    folder, home = tmp_path / "notes", tmp_path / "home"
    folder.mkdir()
    for name in ("a", "poison", "z"):
        (folder / f"{name}.md").write_text(f"# {name}\n\nkettle {name}\n")

    def start() -> tuple[int, dict[str, tuple[FileStatus, str]]]:
        code = subprocess.run(
            [sys.executable, "-c", POISONED + INDEXER, home, folder], stdout=subprocess.PIPE
        ).returncode
        ledger = Ledger(home / "ledger.db")
        rows = {row.path.stem: (row.status, row.reason) for row in ledger.files.all()}
        ledger.close()
        return code, rows

    assert start()[0] == -signal.SIGKILL
    code, rows = start()
    assert code == -signal.SIGKILL and rows["poison"] == ("failed", "Carrel ended while reading it")
    code, rows = start()
    assert code == 0 and (rows["a"][0], rows["z"][0]) == ("indexed", "indexed")
    assert rows["poison"] == ("failed", "Carrel ended while reading it, twice: it is left alone until it changes")
    (folder / "poison.md").write_text("# harmless\n")
    library = Library(home, lambda name: None)
    library.sync()
    assert [row.status for row in library.files() if row.path.stem == "poison"] == ["indexed"]
    library.close()


def test_a_file_that_was_only_in_hand_when_the_app_was_killed_is_indexed_at_the_next_start(tmp_path: Path) -> None:
    folder, home = tmp_path / "notes", tmp_path / "home"
    folder.mkdir()
    (folder / "poison.md").write_text("# Innocent\n\nkettle\n")
    subprocess.run([sys.executable, "-c", POISONED + INDEXER, home, folder], stdout=subprocess.PIPE)
    library = Library(home, lambda name: None)
    library.sync()
    assert [(row.status, row.reason) for row in library.files()] == [("indexed", "")]
    library.close()
