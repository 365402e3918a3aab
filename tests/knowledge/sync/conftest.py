"""A library of notes that is kept in sync."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.ledger.ledger import Ledger
from knowledge.library import Library
from tests.embedders import WordsEmbedder


@pytest.fixture
def embedder() -> WordsEmbedder:
    return WordsEmbedder("words", 3)


@pytest.fixture
def library(tmp_path: Path, notes: Path, embedder: WordsEmbedder) -> Iterator[Library]:
    opened = Library(tmp_path / "home", lambda name: embedder)
    opened.add_folder(notes)
    yield opened
    opened.close()


@pytest.fixture
def ledger(tmp_path: Path, library: Library) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "home" / "ledger.db")
    yield opened
    opened.close()
