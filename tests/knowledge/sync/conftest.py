"""A library of notes that is kept in sync."""

import pytest

from knowledge.ledger.ledger import Ledger
from knowledge.library import Library
from tests.knowledge.sync.sync_library import Words


@pytest.fixture
def embedder():
    return Words()


@pytest.fixture
def library(tmp_path, notes, embedder):
    opened = Library(tmp_path / "home", lambda name: embedder)
    opened.add_folder(notes)
    yield opened
    opened.close()


@pytest.fixture
def ledger(tmp_path, library):
    opened = Ledger(tmp_path / "home" / "ledger.db")
    yield opened
    opened.close()
