"""Fixtures of the assistant's tests."""

from pathlib import Path

import pytest


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with two small notes in it."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "desk.md").write_text(
        "# Desk\n\nThe desk is made of oak from Jutland. It was built in 1931 by a carpenter.\n\n"
        "## Lamp\n\nThe lamp above the desk is brass. Its bulb draws 7 watts.\n",
        "utf-8",
    )
    (folder / "garden.md").write_text(
        "# Garden\n\nRoses bloom in June beside the wall. The apple tree carries fruit in October.\n", "utf-8"
    )
    return folder
