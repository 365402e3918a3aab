"""An index in memory beside an encrypted ledger: kept between two processes, never readable, never stale."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge.index.index import IN_MEMORY
from knowledge.library import Library
from knowledge.sqlite.encrypted import DatabaseKey
from knowledge.sync.follow import Follower
from tests.embedders import RankedWordsEmbedder

pytestmark = pytest.mark.timeout(60)  # the first to search waits for LanceDB to load
WORD = "zyzzyvafil"
KEY = DatabaseKey(secrets.token_bytes(48))

Open = Callable[[], Library]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    for number in range(12):
        path = tmp_path / "notes" / f"{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# Beetle {number}\n\nThe {WORD} beetle of page {number} sleeps.\n")
    return tmp_path / "notes"


@pytest.fixture
def start(tmp_path: Path, notes: Path) -> Iterator[Open]:
    """Opens the library as another process does; the first has indexed the notes."""
    made: list[Library] = []

    def begin() -> Library:
        made.append(
            Library(
                tmp_path / "home",
                lambda name: RankedWordsEmbedder("words"),
                index_uri=lambda: IN_MEMORY,
                key=lambda: KEY,
            )
        )
        return made[-1]

    first = begin()
    first.add_folder(notes)
    first.sync()
    first.close()
    yield begin
    for library in made:
        library.close()


def found(library: Library, question: str) -> set[str]:
    return {passage.path.name for passage in library.searcher.search(question).passages}


def rows(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "home" / "index").glob("*.rows")
    return path


def test_next_process_builds_nothing(start: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("written again")

    monkeypatch.setattr(Follower, "_follow", fail)
    library = start()
    assert len(found(library, "sleeping beetle")) > 1
    assert library.sync().unchanged == 12


def test_no_word_is_on_the_disk(start: Open, tmp_path: Path) -> None:
    assert rows(tmp_path).stat().st_size > 1000
    for path in (tmp_path / "home").rglob("*"):
        assert not path.is_file() or WORD.encode() not in path.read_bytes()


def test_changed_file_of_rows_is_not_used(start: Open, tmp_path: Path) -> None:
    content = bytearray(rows(tmp_path).read_bytes())
    content[500] ^= 1
    rows(tmp_path).write_bytes(content)
    assert len(found(start(), "sleeping beetle")) > 1


def test_rows_of_an_earlier_state_are_not_used(start: Open, notes: Path, tmp_path: Path) -> None:
    earlier = rows(tmp_path).read_bytes()
    (notes / "new.md").write_text("# Quokka\n\nA quokka smiles.\n")
    second = start()
    second.sync()
    second.close()
    rows(tmp_path).write_bytes(earlier)
    assert found(start(), "smiling quokka") >= {"new.md"}


def test_two_processes_see_each_others_files(start: Open, notes: Path) -> None:
    one, other = start(), start()
    assert found(one, "sleeping beetle") and found(other, "sleeping beetle")
    (notes / "new.md").write_text("# Quokka\n\nA quokka smiles.\n")
    one.sync()
    assert "new.md" in found(other, "smiling quokka") and "new.md" in found(one, "smiling quokka")
    (notes / "new.md").unlink()
    other.sync()
    assert "new.md" not in found(one, "smiling quokka") | found(other, "smiling quokka")


def test_rows_of_removed_files_are_not_kept(start: Open, notes: Path, tmp_path: Path) -> None:
    library = start()
    (notes / "0.md").unlink()
    library.sync()
    assert not list((tmp_path / "home" / "index").glob("*.rows"))
    library.close()
    assert rows(tmp_path).exists()
    assert "0.md" not in found(start(), "beetle of page 0")
