"""Persona folders to test with."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def write_persona(tmp_path: Path) -> Callable[..., Path]:
    """Writes `<folder>/<id>/persona.md` below the test's folder and returns it; `head` is its YAML."""

    def write(id: str, head: str = "name: Cook\nsummary: Cooks.", body: str = "You cook.", folder: str = "own") -> Path:
        place = tmp_path / folder / id
        place.mkdir(parents=True)
        file = place / "persona.md"
        file.write_text(f"---\n{head}\n---\n{body}\n", encoding="utf-8", newline="")
        return file

    return write
