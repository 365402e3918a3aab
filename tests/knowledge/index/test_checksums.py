"""Which damage to the files of an index shows."""

import os
from pathlib import Path

import pytest

from knowledge.index.entry import Entry
from knowledge.index.index import IndexTable
from knowledge.index.table_files import REPLACED, Checksums


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The folder of a small table that was written twice, with an index of its words."""
    index = IndexTable(tmp_path / "index", None)
    for n in (1, 2):
        index.write([Entry(n, 1, 1, ["kettle", f"word{n}"], None)])
    (table,) = (tmp_path / "index").glob("*.lance")
    return table


def keep_times(path: Path, status: os.stat_result) -> None:
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_one_flipped_bit_anywhere_in_any_file_shows(table: Path) -> None:
    checksums = Checksums(table)
    known = checksums.taken({})
    kinds = {path.split("/")[0] for path in known}
    assert kinds == {"data", "_versions", "_indices", "_transactions"}
    for path in known:
        file, status = table / path, (table / path).stat()
        content = file.read_bytes()
        for position in {0, len(content) // 3, len(content) - 1}:
            file.write_bytes(content[:position] + bytes([content[position] ^ 4]) + content[position + 1 :])
            keep_times(file, status)
            assert checksums.missing(known) is None
            assert checksums.changed(known) == path, (path, position)
        file.write_bytes(content)
    assert checksums.changed(known) is None


def test_a_file_that_is_gone_or_cut_shows_without_being_read(table: Path) -> None:
    checksums = Checksums(table)
    known = checksums.taken({})
    first, second, *_ = known
    os.truncate(table / second, 5)
    assert checksums.missing(known) == second
    (table / first).unlink()
    assert checksums.missing(known) == first


def test_what_is_known_is_not_read_again_and_what_is_gone_is_left_out(table: Path) -> None:
    checksums = Checksums(table)
    before = checksums.taken({})
    first, second, *_ = before
    (table / first).write_bytes(b"damage")
    (table / second).unlink()
    (table / "new").write_bytes(b"new")
    after = checksums.taken(before)
    assert after.keys() == (before.keys() | {"new"}) - {second}
    assert after[first] == before[first]


def test_the_one_file_that_is_replaced_is_not_watched(table: Path) -> None:
    assert next(table.rglob(REPLACED)).exists()
    assert not [path for path in Checksums(table).taken({}) if Path(path).name == REPLACED]


def test_a_copy_is_told_by_its_time(table: Path) -> None:
    checksums = Checksums(table)
    known = checksums.taken({})
    first, *_ = known
    assert checksums.touched(known) == {}
    os.utime(table / first, ns=(1, 1))
    assert [(path, of.mtime_ns) for path, of in checksums.touched(known).items()] == [(first, 1)]


def test_told_to_stop_it_finds_nothing(table: Path) -> None:
    checksums = Checksums(table)
    known = checksums.taken({})
    (table / next(iter(known))).write_bytes(b"damage")
    assert checksums.changed(known, stopped=lambda: True) is None
