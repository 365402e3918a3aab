"""A search within single files and folders finds what a search everywhere finds of them, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import UnreadFiles
from knowledge.library import Library
from knowledge.search.query import Scope, Stage
from tests.embedders import WordsEmbedder

WORDS = ("kettle", "boiler", "lamp", "garden", "roof", "vinegar", "invoice", "bread")
STAGES: frozenset[Stage] = frozenset({"vector", "keyword"})  # each passage that has anything of the question


@pytest.fixture
def library(tmp_path: Path, notes: Path) -> Iterator[Library]:
    chance = random.Random(7)
    for number in range(24):
        place = notes / ("a" if number % 2 else "b.md.d")
        place.mkdir(exist_ok=True)
        words = chance.choices(WORDS, k=12)
        (place / f"{number}.md").write_text(f"# {number}\n\nThe {' '.join(words)} of number {number}.\n")
    opened = Library(tmp_path / "home", lambda _: WordsEmbedder("words", 64))
    opened.add_folder(notes)
    opened.sync()
    yield opened
    opened.close()


def found(library: Library, paths: tuple[Path, ...] | None) -> set[Path]:
    searched = library.searcher.search("kettle vinegar", scope=Scope(paths), k=100, stages=STAGES)
    return {passage.path for passage in searched.passages}


@pytest.mark.parametrize("seed", range(6))
def test_files_and_folders_restrict_as_brute_force_does(library: Library, notes: Path, seed: int) -> None:
    chance = random.Random(seed)
    everything = found(library, None)
    files = chance.sample([row.path for row in library.files()], 5)
    chosen = (*files, notes / "a") if seed % 2 else tuple(files)
    expected = {path for path in everything if any(path.is_relative_to(one) for one in chosen)}
    assert len(everything) > 12
    assert found(library, chosen) == expected


def test_a_file_that_is_not_watched_finds_nothing(library: Library, tmp_path: Path) -> None:
    assert found(library, (tmp_path / "elsewhere.md",)) == set()


def test_a_file_whose_name_begins_another_is_told_apart(library: Library, notes: Path) -> None:
    (notes / "b.md").write_text("The kettle likes vinegar.")
    library.sync()
    assert found(library, (notes / "b.md",)) == {notes / "b.md"}


def test_unread_files_are_counted_within_single_files(library: Library, notes: Path) -> None:
    library.read_again([notes / "a" / "1.md", notes / "a" / "3.md"])
    assert library.unread([notes / "a" / "1.md"]) == UnreadFiles(1, 1)
    assert library.unread([notes / "a" / "5.md"]) == UnreadFiles(0, 1)
