"""Vectors in memory find what LanceDB finds, and only while the table is as it was when they were loaded."""

import threading
import time

import numpy as np
import pytest

from knowledge.index.facts import Both, Either, HasAny, Not
from knowledge.index.index import Entry, Index, Restriction

DIMENSIONS = 8
ALL = Restriction((1, 2, 3))
ROW_BYTES = DIMENSIONS * 4 + 3 * 8
FACTS = ((), ("a=1",), ("a=1", "b=2"), ("b=2", 'c="x"'))


@pytest.fixture(autouse=True)
def loading_at_once(monkeypatch):
    monkeypatch.setattr("knowledge.index.resident.PAUSE_PER_LOADING", 0)


@pytest.fixture
def index(tmp_path):
    return Index(tmp_path / "index", DIMENSIONS)


def vector(seed):
    row = np.random.default_rng(seed).normal(size=DIMENSIONS).astype(np.float32)
    return row / np.linalg.norm(row)


def entry(i, folder=None, seed=None):
    return Entry(i, folder or 1 + i % 2, i // 4, ["w"], vector(i if seed is None else seed).tobytes(), FACTS[i % 4])


def both(index, within=ALL, limit=10):
    """What LanceDB finds for some questions, and what is found once the vectors are in memory."""
    questions = [vector(seed) for seed in range(1_000, 1_005)]
    index.release()
    assert index.resident_bytes == 0
    of_table = [index.by_vector(q, limit, within) for q in questions]
    index.warm()
    assert index.resident_bytes >= len(index.ids()) * ROW_BYTES
    return of_table, [index.by_vector(q, limit, within) for q in questions]


def assert_alike(index, within=ALL, limit=10):
    for of_table, resident in zip(*both(index, within, limit), strict=True):
        assert [i for i, _ in of_table] == [i for i, _ in resident]
        assert [s for _, s in resident] == pytest.approx([s for _, s in of_table], abs=1e-5)


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
def test_the_same_is_found_as_by_lancedb(index, within, limit):
    index.write([entry(i) for i in range(100)])
    assert_alike(index, within, limit)


def test_the_same_is_found_after_every_kind_of_change(index):
    index.write([entry(i) for i in range(60)])
    index.warm()
    index.write([entry(i) for i in range(60, 90)])
    assert_alike(index)
    index.write([], range(0, 90, 3))
    assert_alike(index)
    index.write([entry(i, folder=3) for i in range(1, 30, 3)])
    assert_alike(index, Restriction((3,)), 20)
    index.write([entry(i, seed=i + 500) for i in range(2, 30, 3)])
    assert_alike(index)
    index.optimise()
    assert_alike(index)


def test_a_change_is_found_at_once(index):
    index.write([entry(i) for i in range(20)])
    index.warm()
    index.write([entry(20, seed=777)], [0])
    assert [i for i, _ in index.by_vector(vector(777), 1, ALL)] == [20]
    assert {i for i, _ in index.by_vector(vector(777), 50, ALL)} == set(range(1, 21))


def test_a_change_by_another_is_found_once_the_version_is_asked_for(index, tmp_path):
    index.write([entry(i) for i in range(20)])
    index.warm()
    Index(tmp_path / "index", DIMENSIONS).write([entry(20, seed=777)])
    index.version()
    assert [i for i, _ in index.by_vector(vector(777), 1, ALL)] == [20]


def test_a_table_begun_anew_by_another_is_told_from_the_one_before(index, tmp_path):
    index.write([entry(i) for i in range(20)])
    index.warm()
    version = index.version()
    other = Index(tmp_path / "index", DIMENSIONS)
    other.quarantine()
    other.write([entry(i) for i in range(100, 120)])
    assert other.version() == version == index.version()
    assert {i for i, _ in index.by_vector(vector(777), 50, ALL)} == set(range(100, 120))


def test_equally_near_rows_come_by_id(index):
    same = np.eye(DIMENSIONS, dtype=np.float32)[0]
    index.write([Entry(i, 1, 1, ["w"], same.tobytes()) for i in (9, 4, 7, 1, 8)])
    index.warm()
    assert index.by_vector(same, 3, ALL) == [(1, 1.0), (4, 1.0), (7, 1.0)]


def test_a_quarantined_index_keeps_nothing_in_memory(index):
    index.write([entry(i) for i in range(20)])
    index.warm()
    index.quarantine()
    assert index.resident_bytes == 0
    assert index.by_vector(vector(1), 5, ALL) == []


def test_what_outgrows_its_share_is_freed(index, monkeypatch):
    index.write([entry(i) for i in range(20)])
    index.warm()
    held = index.resident_bytes
    monkeypatch.setattr("knowledge.index.resident.MOST_RESIDENT_BYTES", held)
    index.optimise()
    index.warm()
    assert index.resident_bytes == held
    index.write([entry(20)])
    index.warm()
    assert index.resident_bytes == 0
    assert len(index.by_vector(vector(1), 50, ALL)) == 21


def test_facts_count_as_memory_too(index, monkeypatch):
    monkeypatch.setattr("knowledge.index.resident.MOST_RESIDENT_BYTES", 21 * ROW_BYTES)
    index.write([Entry(i, 1, 1, ["w"], vector(i).tobytes(), (f"title={'x' * 100}{i}",)) for i in range(20)])
    index.warm()
    assert index.resident_bytes == 0


def test_loading_pauses_while_the_index_keeps_changing(index, monkeypatch):
    monkeypatch.setattr("knowledge.index.resident.PAUSE_PER_LOADING", 10**6)
    index.write([entry(i) for i in range(20)])
    index.warm()
    index.write([entry(20)])
    index.warm()
    assert index.resident_bytes == 0
    assert len(index.by_vector(vector(1), 50, ALL)) == 21


def test_an_index_without_vectors_has_none_in_memory(tmp_path):
    index = Index(tmp_path / "index", None)
    index.write([Entry(1, 1, 1, ["w"], None)])
    index.warm()
    assert index.resident_bytes == 0


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_searches_beside_changes_and_loading_find_what_is_there(index):
    index.write([entry(i) for i in range(400)])
    ended, wrong, loaded = threading.Event(), [], []

    def search():
        while not ended.is_set():
            found = {i for i, _ in index.by_vector(vector(1), 1_000, ALL)}
            if not set(range(200)) <= found:
                wrong.append(sorted(set(range(200)) - found))
            loaded.append(index.resident_bytes > 0)

    def warm():
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
