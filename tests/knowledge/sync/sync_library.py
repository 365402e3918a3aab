"""Looks at the folder, the ledger and the index of a library in sync."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.index.index import IndexTable
from knowledge.ledger.ledger import Ledger
from knowledge.library import Library
from knowledge.sync.indexing import folder_name
from knowledge.sync.walk import FoundFile, list_directories


def write(path: Path, text: str, seconds_ago: int = 10) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    then = time.time_ns() - seconds_ago * 10**9
    os.utime(path, ns=(then, then))
    return path


def walk(folder: Path, **options: Any) -> Iterator[FoundFile]:
    """Every file below a folder, in the order in which directories are listed."""
    for listing in list_directories(folder, **options):
        yield from listing.found()


def ids(library: Library) -> dict[Path, int]:
    return {row.path: row.id for row in library.files()}


def index(tmp_path: Path) -> IndexTable:
    return IndexTable(tmp_path / "home" / "index" / folder_name("words"), 3)


def index_version(tmp_path: Path) -> int:
    return index(tmp_path).version()


def assert_true(library: Library, ledger: Ledger, tmp_path: Path, *folders: Path) -> None:
    """Folder, ledger and index hold the same."""
    found = {found.path for folder in folders for found in walk(folder)}
    assert {row.path for row in library.files()} == found
    assert index(tmp_path).ids() == ledger.chunks.ids()
    assert not ledger.read("SELECT * FROM pending")
