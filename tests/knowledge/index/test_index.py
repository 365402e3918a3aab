"""The index: what it finds is what brute force finds, also under a filter and after changes."""

import math
import threading
from datetime import timedelta
from pathlib import Path

import lancedb
import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.index.entry import Entry, Restriction
from knowledge.index.index import TABLE, IndexDamaged, IndexTable

ALL = Restriction((1, 2))
DIMENSIONS = 8


def unit_vectors(n: int, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(n, DIMENSIONS)).astype(np.float32)
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def entries(n: int) -> list[Entry]:
    words = np.random.default_rng(1).choice([f"w{i}" for i in range(50)], size=(n, 6))
    vectors = unit_vectors(n)
    return [
        Entry(i, 1 + i % 2, i // 4, list(words[i]), vectors[i].tobytes(), (f"n={i % 3}", f'l=["{i % 5}"]'))
        for i in range(n)
    ]


@pytest.fixture
def index(tmp_path: Path) -> IndexTable:
    return IndexTable(tmp_path / "index", DIMENSIONS)


def brute_force_bm25(rows: list[Entry], terms: list[str]) -> dict[int, float]:
    mean = sum(len(r.terms) for r in rows) / len(rows)
    scores: dict[int, float] = {}
    for r in rows:
        for t in set(terms):
            holding = sum(t in other.terms for other in rows)
            count = r.terms.count(t)
            idf = math.log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))
            score = idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(r.terms) / mean))
            scores[r.id] = scores.get(r.id, 0) + score
    return {i: s for i, s in scores.items() if s}


def test_keyword_scores_are_bm25(index: IndexTable) -> None:
    rows = entries(200)
    index.write(rows)
    found = dict(index.by_terms(dict.fromkeys(["w1", "w2", "w3"], 1.0), 200, ALL))
    assert found == pytest.approx(brute_force_bm25(rows, ["w1", "w2", "w3"]), rel=1e-4)


def test_vector_scores_are_cosines_best_first(index: IndexTable) -> None:
    rows = entries(200)
    index.write(rows)
    query = unit_vectors(1, seed=9)[0]
    expected = {r.id: float(np.frombuffer(r.vector or b"", np.float32) @ query) for r in rows}
    found = index.by_vector(query, 10, ALL)
    assert [i for i, _ in found] == sorted(expected, key=lambda i: -expected[i])[:10]
    assert dict(found) == pytest.approx({i: expected[i] for i, _ in found}, abs=1e-5)


@pytest.mark.parametrize(
    "within", [Restriction((1,)), Restriction((1, 2), (3, 5, 7)), Restriction(()), Restriction((1,), ())]
)
def test_a_restriction_finds_what_brute_force_finds(index: IndexTable, within: Restriction) -> None:
    rows = entries(120)
    index.write(rows)
    allowed = {
        r.id
        for r in rows
        if (r.file_id in within.file_ids if within.file_ids is not None else r.folder_id in within.folder_ids)
    }
    assert {i for i, _ in index.by_vector(unit_vectors(1)[0], 500, within)} == allowed
    holding = {r.id for r in rows if "w1" in r.terms}
    assert {i for i, _ in index.by_terms(dict.fromkeys(["w1"], 1.0), 500, within)} == allowed & holding


def test_rows_added_later_are_found_before_any_optimising(index: IndexTable) -> None:
    rows = entries(60)
    index.write(rows[:30])
    index.write(rows[30:])
    assert {i for i, _ in index.by_terms(dict.fromkeys(["w1"], 1.0), 100, ALL)} == {
        r.id for r in rows if "w1" in r.terms
    }


def test_removed_rows_are_gone_from_both_searches(index: IndexTable) -> None:
    rows = entries(60)
    index.write(rows)
    index.write([], range(0, 60, 2))
    left = set(range(1, 60, 2))
    assert index.ids() == left
    assert {i for i, _ in index.by_vector(unit_vectors(1)[0], 100, ALL)} == left
    assert {i for i, _ in index.by_terms(dict.fromkeys(["w1"], 1.0), 100, ALL)} <= left


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_many_small_changes_leave_few_fragments(index: IndexTable, tmp_path: Path) -> None:
    rows = entries(45)
    for row in rows:
        index.write([row])
        index.optimise()
    table = lancedb.connect(tmp_path / "index").open_table(TABLE)
    assert table.stats()["fragment_stats"]["num_fragments"] < 20
    assert index.ids() == {r.id for r in rows}


def test_an_empty_index_finds_nothing(index: IndexTable) -> None:
    assert index.ids() == set() and index.by_terms(dict.fromkeys(["x"], 1.0), 5, ALL) == []
    assert index.by_vector(unit_vectors(1)[0], 5, ALL) == []


def test_an_index_without_vectors_finds_words(tmp_path: Path) -> None:
    index = IndexTable(tmp_path / "index", None)
    index.write([Entry(1, 1, 1, ["a"], None)])
    assert [i for i, _ in index.by_terms(dict.fromkeys(["a"], 1.0), 5, ALL)] == [1]


def test_another_index_on_the_same_folder_sees_what_was_added(index: IndexTable, tmp_path: Path) -> None:
    index.write(entries(10))
    assert IndexTable(tmp_path / "index", DIMENSIONS).ids() == set(range(10))


def test_a_damaged_table_is_told_and_can_be_set_aside(index: IndexTable, tmp_path: Path) -> None:
    index.write(entries(10))
    for manifest in (tmp_path / "index" / f"{TABLE}.lance" / "_versions").iterdir():
        manifest.write_bytes(b"\0" * 16)
    damaged = IndexTable(tmp_path / "index", DIMENSIONS)
    with pytest.raises(IndexDamaged):
        damaged.ids()
    damaged.quarantine()
    assert damaged.ids() == set()
    assert (tmp_path / "index.damaged").is_dir()


def test_an_entry_replaces_the_row_of_its_id(index: IndexTable) -> None:
    index.write(entries(10))
    index.write([Entry(3, 2, 7, ["new"], unit_vectors(1, seed=5)[0].tobytes())])
    assert index.ids() == set(range(10))
    assert [i for i, _ in index.by_terms(dict.fromkeys(["new"], 1.0), 5, ALL)] == [3]
    assert [i for i, _ in index.by_vector(unit_vectors(1, seed=5)[0], 1, Restriction((2,), (7,)))] == [3]


def test_an_id_to_remove_that_is_written_too_stays(index: IndexTable) -> None:
    index.write(entries(4), [1, 2])
    assert index.ids() == {0, 1, 2, 3}


def test_a_write_is_at_most_two_versions_and_nothing_is_none(index: IndexTable) -> None:
    index.write(entries(20))
    before = index.version()
    index.write([], [])
    assert index.version() == before
    index.write(entries(5), range(10, 20))
    assert before < index.version() <= before + 2


def test_the_version_is_seen_by_another_index_at_once(index: IndexTable, tmp_path: Path) -> None:
    other = IndexTable(tmp_path / "index", DIMENSIONS)
    index.write(entries(5))
    assert other.version() == index.version()
    index.write(entries(7))
    assert other.version() == index.version()


def test_a_search_whose_version_was_dropped_meanwhile_reads_the_latest(index: IndexTable, tmp_path: Path) -> None:
    index.write(entries(100))
    reader = IndexTable(tmp_path / "index", DIMENSIONS)
    assert len(reader.by_vector(unit_vectors(1)[0], 200, ALL)) == 100
    for start in range(0, 100, 10):
        index.write([], range(start, start + 5))
    lancedb.connect(tmp_path / "index").open_table(TABLE).optimize(cleanup_older_than=timedelta(milliseconds=1))
    assert len(reader.by_vector(unit_vectors(1)[0], 200, ALL)) in (50, 100)
    assert reader.ids() <= set(range(100))


def test_a_table_with_other_columns_is_told_as_damaged(index: IndexTable, tmp_path: Path) -> None:
    IndexTable(tmp_path / "index", None).write([Entry(1, 1, 1, ["a"], None)])
    with pytest.raises(IndexDamaged):
        index.ids()


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_searches_go_on_while_the_index_is_written_and_optimised(tmp_path: Path) -> None:
    index = IndexTable(tmp_path / "index", DIMENSIONS, vector_index_from_rows=256)
    rows = entries(800)
    index.write(rows[:400])
    index.optimise()
    ended, failures, searches = threading.Event(), [], []

    def search() -> None:
        question = unit_vectors(1)[0]
        while not ended.is_set():
            found = {i for i, _ in index.by_vector(question, 1_000, ALL)}
            if not found >= set(range(300)):
                failures.append(sorted(set(range(300)) - found))
            index.by_terms(dict.fromkeys(["w1"], 1.0), 10, ALL)
            searches.append(len(found))

    reader = threading.Thread(target=search)
    reader.start()
    for start in range(400, 800, 10):
        index.write([*rows[start : start + 10], *rows[start - 400 : start - 390]])
        index.optimise()
    ended.set()
    reader.join()
    assert not failures and len(searches) > 10


def without_postings(folder: Path) -> None:
    for file in folder.rglob("*_invert.lance"):
        file.unlink()


def test_a_warm_index_finds_words_without_its_file_of_them(index: IndexTable, tmp_path: Path) -> None:
    index.write(entries(40))
    index.warm()
    without_postings(tmp_path)
    assert index.by_terms(dict.fromkeys(["w1"], 1.0), 100, ALL)
