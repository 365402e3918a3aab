"""Fixtures of the tests in which several processes share a home."""

from pathlib import Path

import pytest


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with a note in it."""
    folder = tmp_path / "notes"
    folder.mkdir()
    text = "# Desk\n\nThe desk is made of oak from Jutland. It was built in 1931 by a carpenter.\n"
    (folder / "desk.md").write_text(text, "utf-8")
    return folder
