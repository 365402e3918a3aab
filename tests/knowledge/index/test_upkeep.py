"""Upkeep: no version is dropped that a search may read, and few parts are left."""

import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pytest

from knowledge.index import upkeep
from knowledge.index.entry import Entry, Restriction
from knowledge.index.index import TABLE, IndexTable
from knowledge.index.upkeep import Unread

DIMENSIONS = 8
KEEP_S = 0.4


def entry(i: int) -> Entry:
    row = np.random.default_rng(i).normal(size=DIMENSIONS).astype(np.float32)
    return Entry(i, 1, i, ["w"], (row / np.linalg.norm(row)).tobytes())


@pytest.fixture
def index(tmp_path: Path) -> IndexTable:
    return IndexTable(tmp_path / "index", DIMENSIONS, vector_index_from_rows=256)


def table(tmp_path: Path) -> Any:
    return lancedb.connect(tmp_path / "index").open_table(TABLE)


def fragments(tmp_path: Path) -> int:
    count: int = table(tmp_path).stats()["fragment_stats"]["num_fragments"]
    return count


class Versions:
    """A table whose versions were made so long ago."""

    def __init__(self, *ages: timedelta) -> None:
        self._made = [datetime.now() - age for age in ages]

    def list_versions(self) -> list[dict[str, object]]:
        return [{"timestamp": made} for made in self._made]


@pytest.mark.parametrize(
    ("ages", "unread", "kept_from"),
    [
        ([timedelta(days=1)], 0, timedelta(days=1)),
        ([timedelta(days=1), timedelta(seconds=5)], 0, timedelta(days=1)),  # the first may still be read
        ([timedelta(days=2), timedelta(days=1), timedelta(seconds=5), timedelta(0)], 1, timedelta(days=1)),
        ([timedelta(minutes=3), timedelta(minutes=2), timedelta(seconds=61)], 2, timedelta(seconds=61)),
    ],
)
def test_a_version_is_kept_until_a_minute_after_it_was_replaced(
    ages: list[timedelta], unread: int, kept_from: timedelta
) -> None:
    found = Unread.of(Versions(*ages))
    assert found.versions == unread
    assert kept_from < found.older_than < kept_from + timedelta(seconds=1)


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_versions_are_dropped_once_no_search_reads_them(
    index: IndexTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "KEEP_VERSIONS_FOR", timedelta(seconds=KEEP_S))
    for i in range(15):
        index.write([entry(i)])
    index.optimise()
    time.sleep(KEEP_S)
    assert index.wants_upkeep()
    index.optimise()
    assert len(table(tmp_path).list_versions()) == 1
    assert not index.wants_upkeep()
    assert index.ids() == set(range(15))


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_long_run_of_writes_is_merged_on_the_way(
    index: IndexTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "MOST_FRAGMENTS", 8)
    for i in range(20):
        index.write([entry(i)])
    assert fragments(tmp_path) < 8


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_the_vector_index_is_built_anew_when_it_is_in_too_many_parts(
    index: IndexTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "NEW_FRAGMENTS", 1)
    monkeypatch.setattr(upkeep, "VECTOR_INDEX_PARTS", 2)
    index.write([entry(i) for i in range(300)])
    parts = []
    for i in range(300, 305):
        index.optimise()
        parts.append(next(x.num_segments for x in table(tmp_path).list_indices() if x.columns == ["vector"]))
        index.write([entry(i)])
    assert parts[0] == 1 and max(parts) <= 3 and parts != sorted(parts)


def test_a_table_that_nobody_used_is_not_opened_for_upkeep(tmp_path: Path) -> None:
    assert not IndexTable(tmp_path / "index", DIMENSIONS).wants_upkeep()
    assert not (tmp_path / "index").exists()


def test_removed_rows_are_erased_while_searches_go_on(index: IndexTable, tmp_path: Path) -> None:
    marked = [replace(entry(i), terms=["zyzzyva"], facts=('tag="zyzzyva"',)) for i in range(0, 600, 50)]
    index.write([entry(i) for i in range(600) if i % 50] + marked)
    index.optimise()
    index.write([], [row.id for row in marked])
    assert index.holds_removed(longer_than_s=-1.0)
    reader = IndexTable(tmp_path / "index", DIMENSIONS)  # as another process has it
    everywhere, stop, failures = Restriction((1,)), threading.Event(), list[Exception]()

    def search() -> None:
        while not stop.is_set():
            try:
                assert len(reader.by_terms(dict.fromkeys(["w"], 1.0), 5, everywhere)) == 5
            except Exception as error:  # noqa: BLE001 (told by the test)
                failures.append(error)

    searching = threading.Thread(target=search)
    searching.start()
    index.erase_removed()
    stop.set()
    searching.join()
    assert failures == []
    assert not index.holds_removed(longer_than_s=-1.0)
    assert not [path for path in (tmp_path / "index").rglob("*") if path.is_file() and b"zyzzyva" in path.read_bytes()]
    assert (
        len(table(tmp_path).list_versions()) == 1
        and reader.by_terms(dict.fromkeys(["zyzzyva"], 1.0), 5, everywhere) == []
    )
    assert index.ids() == {i for i in range(600) if i % 50}
