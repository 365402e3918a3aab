"""Rows in memory: the same is found as by LanceDB and by brute force, and only while the table is as it is held."""

import random
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.index.entry import Both, Either, Entry, HasAny, Not, Restriction
from knowledge.index.index import IndexTable
from knowledge.index.postings import MAX_ROWS

DIMENSIONS = 8
ALL = Restriction((1, 2, 3))
ROW_BYTES = DIMENSIONS * 4 + 3 * 8
FACTS = ((), ("a=1",), ("a=1", "b=2"), ("b=2", 'c="x"'))
WORDS = ("kv", "cache", "缓存", "łódź", "gpu", "a", "index", "speicher", "tensor", "batch")


@pytest.fixture(autouse=True)
def lancedb_answers_until_rows_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.index.index.FEW_ROWS", 0)


@pytest.fixture(autouse=True)
def loading_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.index.memory_index.PAUSE_PER_LOADING", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> IndexTable:
    return IndexTable(folder, DIMENSIONS)


def vector(seed: int) -> NDArray[np.float32]:
    row = np.random.default_rng(seed).normal(size=DIMENSIONS).astype(np.float32)
    unit: NDArray[np.float32] = row / np.linalg.norm(row)
    return unit


def words(seed: int | None) -> list[str]:
    pick = random.Random(seed)
    return [pick.choice(WORDS) for _ in range(pick.randrange(1, 12))]


def entry(i: int, folder: int | None = None, seed: int | None = None) -> Entry:
    seed = i if seed is None else seed
    return Entry(i, folder or 1 + i % 2, i // 4, words(seed), vector(seed).tobytes(), FACTS[i % 4])


def assert_alike(index: IndexTable, folder: Path, within: Restriction = ALL, limit: int = 10) -> None:
    """What is held in memory gives what LanceDB gives."""
    assert index.memory_bytes >= len(index.ids()) * ROW_BYTES
    of_table = IndexTable(folder, DIMENSIONS)
    for question in map(vector, range(1_000, 1_005)):
        expected, found = of_table.by_vector(question, limit, within), index.by_vector(question, limit, within)
        assert [i for i, _ in found] == [i for i, _ in expected]
        assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=1e-5)
    for terms in (["kv"], ["缓存", "gpu", "nowhere"], ["nowhere"], ["a", "batch", "łódź", "a"]):
        holding = {i for i, _ in of_table.by_terms(dict.fromkeys(terms, 1.0), 1_000, within)}
        assert {i for i, _ in index.by_terms(dict.fromkeys(terms, 1.0), 1_000, within)} == holding
        assert len(index.by_terms(dict.fromkeys(terms, 1.0), limit, within)) == min(limit, len(holding))


RESTRICTIONS = [
    ALL,
    Restriction((2,)),
    Restriction(()),
    Restriction((9,)),
    Restriction((1,), (3, 5, 999)),
    Restriction((1,), (7,)),
    Restriction((1,), ()),
    Restriction((1, 2), None, HasAny(("a=1", "c=none"))),
    Restriction((2,), None, HasAny(())),
    Restriction((1, 2), tuple(range(9)), Not(HasAny(('c="x"',)))),
    Restriction((1, 2), None, Both((HasAny(("a=1",)), Not(HasAny(("b=2",)))))),
    Restriction((1,), None, Either((HasAny(("b=2",)), HasAny(("a=1",)), Not(HasAny(("a=1",)))))),
]


@pytest.mark.parametrize("within", RESTRICTIONS)
@pytest.mark.parametrize("limit", [1, 10, 500])
def test_the_same_is_found_as_by_lancedb(index: IndexTable, folder: Path, within: Restriction, limit: int) -> None:
    index.write([entry(i) for i in range(100)])
    index.warm()
    assert_alike(index, folder, within, limit)


@pytest.mark.parametrize("within", RESTRICTIONS)
def test_words_are_scored_as_by_lancedb(index: IndexTable, folder: Path, within: Restriction) -> None:
    index.write([entry(i) for i in range(100)])
    index.warm()
    terms = ["kv", "缓存", "speicher", "nowhere"]
    expected = dict(IndexTable(folder, DIMENSIONS).by_terms(dict.fromkeys(terms, 1.0), 100, within))
    found = index.by_terms(dict.fromkeys(terms, 1.0), 100, within)
    assert dict(found) == pytest.approx(expected, rel=1e-4)
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))


def test_the_same_is_found_after_every_kind_of_change(index: IndexTable, folder: Path) -> None:
    index.write([entry(i) for i in range(60)])
    index.warm()
    index.write([entry(i) for i in range(60, 90)])
    assert_alike(index, folder)
    index.write([], range(0, 90, 3))
    assert_alike(index, folder)
    index.write([entry(i, folder=3) for i in range(1, 30, 3)])
    assert_alike(index, folder, Restriction((3,)), 20)
    index.write([entry(i, seed=i + 500) for i in range(2, 30, 3)])
    assert_alike(index, folder)
    index.optimise()
    assert_alike(index, folder)


@pytest.mark.parametrize("seed", range(4))
def test_what_followed_many_changes_is_what_is_loaded_anew(index: IndexTable, folder: Path, seed: int) -> None:
    pick = random.Random(seed)
    index.write([entry(i) for i in range(50)])
    index.warm()
    for _ in range(12):
        written = [entry(pick.randrange(200), pick.choice((1, 2, 3)), pick.randrange(10**6))]
        index.write(written * pick.randrange(2), pick.sample(range(200), pick.choice((0, 1, 40))))
    within = pick.choice(RESTRICTIONS)
    assert_alike(index, folder, ALL, 500)
    assert_alike(index, folder, within, 20)


def test_many_small_changes_leave_few_blocks(index: IndexTable) -> None:
    index.write([entry(i) for i in range(20)])
    index.warm()
    for i in range(20, 40):
        index.write([entry(i)], [i - 20])
    held = index.memory_bytes
    index.release()
    index.warm()
    assert held < 4 * index.memory_bytes


def test_the_scores_of_merged_blocks_are_those_of_one(index: IndexTable, folder: Path) -> None:
    index.write([entry(i) for i in range(40)])
    index.warm()
    for start in range(40, 100, 10):
        index.write([entry(i) for i in range(start, start + 10)])
    followed = index.by_terms(dict.fromkeys(["kv", "gpu"], 1.0), 100, ALL)
    anew = IndexTable(folder, DIMENSIONS)
    anew.warm()
    assert followed == anew.by_terms(dict.fromkeys(["kv", "gpu"], 1.0), 100, ALL)


def test_more_rows_than_a_block_takes(index: IndexTable, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("postings", "rows", "memory_index"):
        monkeypatch.setattr(f"knowledge.index.{module}.MAX_ROWS", 64)
    monkeypatch.setattr("knowledge.index.memory_index.ROWS_PER_BATCH", 16)
    rows = [entry(i) for i in range(300)]
    index.write(rows)
    index.warm()
    assert {i for i, _ in index.by_terms(dict.fromkeys(["gpu"], 1.0), 500, ALL)} == {
        row.id for row in rows if "gpu" in row.terms
    }
    question = vector(7)
    cosines = {row.id: float(np.frombuffer(row.vector or b"", np.float32) @ question) for row in rows}
    best = sorted(cosines, key=lambda i: -cosines[i])[:10]
    assert [i for i, _ in index.by_vector(question, 10, ALL)] == best


@pytest.mark.parametrize("within", [ALL, Restriction((2,)), Restriction((1, 2), None, HasAny(("a=1",)))])
@pytest.mark.parametrize("limit", [5, 30])
def test_the_best_of_many_blocks_are_the_best_of_all(
    index: IndexTable, folder: Path, monkeypatch: pytest.MonkeyPatch, within: Restriction, limit: int
) -> None:
    for module in ("postings", "rows", "memory_index"):
        monkeypatch.setattr(f"knowledge.index.{module}.MAX_ROWS", 64)
    monkeypatch.setattr("knowledge.index.memory_index.ROWS_PER_BATCH", 64)
    rare = [Entry(i, 1 + i % 2, i, [*words(i), f"rare{i % 37}"], vector(i).tobytes(), FACTS[i % 4]) for i in range(400)]
    index.write(rare)
    index.warm()
    of_table = IndexTable(folder, DIMENSIONS)
    for n in range(12):
        terms = [f"rare{n}", f"rare{n + 9}", "kv", "a", "gpu", "缓存", "batch"]
        scores = dict(of_table.by_terms(dict.fromkeys(terms, 1.0), 1_000, within))
        found = index.by_terms(dict.fromkeys(terms, 1.0), limit, within)
        assert dict(found) == pytest.approx({i: scores[i] for i, _ in found}, rel=1e-4)
        assert [s for _, s in found] == pytest.approx(sorted(scores.values(), reverse=True)[:limit], rel=1e-4)


def test_a_term_that_stands_very_often_is_found(index: IndexTable) -> None:
    index.write([Entry(1, 1, 1, ["x"] * 1_000 + ["y"], vector(1).tobytes()), entry(2)])
    index.warm()
    assert [i for i, _ in index.by_terms(dict.fromkeys(["x"], 1.0), 5, ALL)] == [1]
    assert [i for i, _ in index.by_terms(dict.fromkeys(["y"], 1.0), 5, ALL)] == [1]


def test_rows_without_terms_are_no_hit(index: IndexTable) -> None:
    index.write([Entry(1, 1, 1, [], vector(1).tobytes()), entry(2, seed=2)])
    index.warm()
    assert {i for i, _ in index.by_terms(dict.fromkeys(list(WORDS), 1.0), 5, ALL)} == {2}
    assert len(index.by_vector(vector(1), 5, ALL)) == 2


def test_an_index_of_rows_without_terms_is_searched(index: IndexTable) -> None:
    index.write([Entry(1, 1, 1, [], vector(1).tobytes())])
    index.warm()
    assert index.by_terms(dict.fromkeys(["x"], 1.0), 5, ALL) == []


def test_a_block_takes_what_two_bytes_count() -> None:
    assert np.iinfo(np.uint16).max + 1 == MAX_ROWS


def test_a_change_is_found_at_once(index: IndexTable) -> None:
    index.write([entry(i) for i in range(20)])
    index.warm()
    index.write([entry(20, seed=777)], [0])
    assert index.memory_bytes > 0
    assert [i for i, _ in index.by_vector(vector(777), 1, ALL)] == [20]
    assert {i for i, _ in index.by_vector(vector(777), 50, ALL)} == set(range(1, 21))
    assert {i for i, _ in index.by_terms(dict.fromkeys(list(WORDS), 1.0), 50, ALL)} == set(range(1, 21))


def test_a_change_by_another_is_found_once_the_version_is_asked_for(index: IndexTable, folder: Path) -> None:
    index.write([entry(i) for i in range(20)])
    index.warm()
    IndexTable(folder, DIMENSIONS).write([entry(20, seed=777)])
    index.version()
    assert [i for i, _ in index.by_vector(vector(777), 1, ALL)] == [20]


def test_a_change_by_another_is_found_after_one_of_its_own(index: IndexTable, folder: Path) -> None:
    index.write([entry(i) for i in range(20)])
    index.warm()
    IndexTable(folder, DIMENSIONS).write([entry(20, seed=777)], [0])
    index.write([entry(21)])
    assert {i for i, _ in index.by_vector(vector(777), 50, ALL)} == set(range(1, 22))


def test_a_table_begun_anew_by_another_is_told_from_the_one_before(index: IndexTable, folder: Path) -> None:
    index.write([entry(i) for i in range(20)])
    index.warm()
    version = index.version()
    other = IndexTable(folder, DIMENSIONS)
    other.quarantine()
    other.write([entry(i) for i in range(100, 120)])
    assert other.version() == version == index.version()
    assert {i for i, _ in index.by_vector(vector(777), 50, ALL)} == set(range(100, 120))


def test_equally_good_rows_come_by_id(index: IndexTable) -> None:
    same = np.eye(DIMENSIONS, dtype=np.float32)[0]
    index.write([Entry(i, 1, 1, ["w"], same.tobytes()) for i in (9, 4, 7, 1, 8)])
    index.warm()
    assert index.by_vector(same, 3, ALL) == [(1, 1.0), (4, 1.0), (7, 1.0)]
    assert [i for i, _ in index.by_terms(dict.fromkeys(["w"], 1.0), 3, ALL)] == [1, 4, 7]


def test_a_quarantined_index_keeps_nothing_in_memory(index: IndexTable) -> None:
    index.write([entry(i) for i in range(20)])
    index.warm()
    index.quarantine()
    assert index.memory_bytes == 0
    assert index.by_vector(vector(1), 5, ALL) == []


def test_what_outgrows_its_share_is_freed(index: IndexTable, monkeypatch: pytest.MonkeyPatch) -> None:
    index.write([entry(i) for i in range(20)])
    index.warm()
    held = index.memory_bytes
    monkeypatch.setattr("knowledge.index.memory_index.max_bytes", lambda: held)
    index.optimise()
    assert index.memory_bytes == held
    index.write([entry(20)])
    index.warm()
    assert index.memory_bytes == 0
    assert len(index.by_vector(vector(1), 50, ALL)) == 21


@pytest.fixture
def no_vectors_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.index.memory_index.MAX_VECTOR_BYTES", 0)


@pytest.mark.usefixtures("no_vectors_in_memory")
@pytest.mark.parametrize("within", RESTRICTIONS)
def test_vectors_beyond_their_share_are_searched_on_disk(index: IndexTable, folder: Path, within: Restriction) -> None:
    index.write([entry(i) for i in range(60)])
    index.warm()
    index.write([entry(i) for i in range(60, 90)], range(0, 30, 3))
    index.write([entry(i, seed=i + 500) for i in range(40, 50)])
    assert index.memory_bytes > 0
    of_table = IndexTable(folder, DIMENSIONS)
    assert index.by_vector(vector(7), 500, within) == of_table.by_vector(vector(7), 500, within)
    terms = ["kv", "缓存", "speicher"]
    assert {i for i, _ in index.by_terms(dict.fromkeys(terms, 1.0), 500, within)} == {
        i for i, _ in of_table.by_terms(dict.fromkeys(terms, 1.0), 500, within)
    }


def test_vectors_that_outgrow_their_share_are_freed(
    index: IndexTable, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.write([entry(i) for i in range(20)])
    index.warm()
    with_vectors = index.memory_bytes
    monkeypatch.setattr("knowledge.index.memory_index.MAX_VECTOR_BYTES", 20 * DIMENSIONS * 4)
    index.write([entry(20)])
    assert 0 < index.memory_bytes < with_vectors - 10 * DIMENSIONS * 4
    expected = dict(IndexTable(folder, DIMENSIONS).by_vector(vector(1), 50, ALL))
    assert dict(index.by_vector(vector(1), 50, ALL)) == pytest.approx(expected)


def test_facts_count_as_memory_too(index: IndexTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.index.memory_index.max_bytes", lambda: 40 * ROW_BYTES)
    index.write([Entry(i, 1, 1, ["w"], vector(i).tobytes(), (f"title={'x' * 100}{i}",)) for i in range(20)])
    index.warm()
    assert index.memory_bytes == 0


def test_loading_pauses_while_another_keeps_changing_the_index(
    index: IndexTable, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.index.memory_index.PAUSE_PER_LOADING", 10**6)
    index.write([entry(i) for i in range(20)])
    index.warm()
    IndexTable(folder, DIMENSIONS).write([entry(20)])
    index.version()
    index.warm()
    assert index.memory_bytes == 0
    assert len(index.by_vector(vector(1), 50, ALL)) == 21


def test_an_index_without_vectors_has_its_words_in_memory(folder: Path) -> None:
    index = IndexTable(folder, None)
    index.write([Entry(1, 1, 1, ["w"], None)])
    index.warm()
    assert index.memory_bytes > 0
    index.write([Entry(2, 1, 1, ["w", "w"], None)])
    assert [i for i, _ in index.by_terms(dict.fromkeys(["w"], 1.0), 5, ALL)] == [2, 1]


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_searches_beside_changes_and_loading_find_what_is_there(index: IndexTable) -> None:
    index.write([entry(i) for i in range(400)])
    ended = threading.Event()
    wrong: list[int] = []
    loaded: list[bool] = []

    def search() -> None:
        while not ended.is_set():
            for found in (
                index.by_vector(vector(1), 1_000, ALL),
                index.by_terms(dict.fromkeys(list(WORDS), 1.0), 1_000, ALL),
            ):
                wrong.extend(set(range(200)) - {i for i, _ in found})
            loaded.append(index.memory_bytes > 0)

    def warm() -> None:
        while not ended.is_set():
            index.warm()

    threads = [threading.Thread(target=run) for run in (search, search, warm, warm)]
    for thread in threads:
        thread.start()
    while not any(loaded):  # ends by the test's time limit where nothing is ever loaded
        time.sleep(0.01)
    for start in range(200, 400, 20):
        index.write([entry(i) for i in range(start + 200, start + 220)], range(start, start + 20))
        found = {i for i, _ in index.by_vector(vector(1), 1_000, ALL)}
        assert found == {*range(200), *range(start + 20, start + 220)}
    ended.set()
    for thread in threads:
        thread.join()
    assert not wrong
