"""What is on the disk after a write was flushed there."""

import os
from pathlib import Path

import pytest

from knowledge.index.entry import Entry
from knowledge.index.index import IndexTable
from knowledge.index.table_files import Durability


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    paths = []
    flush = os.fsync

    def record(descriptor: int) -> None:
        paths.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    return paths


def below(folder: Path) -> set[Path]:
    return {folder, *folder.rglob("*")}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="file names are read from /proc")
def test_every_file_and_folder_of_a_write_is_flushed_with_the_folder_that_names_them(
    tmp_path: Path, flushed: list[Path]
) -> None:
    folder = tmp_path / "index"
    IndexTable(folder, None).write([Entry(1, 1, 1, ["a"], None)])
    assert below(folder) | {tmp_path} <= set(flushed)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="file names are read from /proc")
def test_a_file_is_flushed_once_and_a_new_one_after_what_it_names(tmp_path: Path, flushed: list[Path]) -> None:
    folder = tmp_path / "index"
    (folder / "data").mkdir(parents=True)
    old = folder / "data" / "old"
    old.write_text("old")
    durability = Durability(folder)
    durability.ensure()
    flushed.clear()
    new = folder / "data" / "new"
    new.write_text("new")
    durability.ensure()
    assert old not in flushed
    assert flushed.index(new) < flushed.index(folder / "data") < flushed.index(folder)
