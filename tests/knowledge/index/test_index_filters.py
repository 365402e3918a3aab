"""A filtered search finds exactly what brute force finds: before and after optimising, with and without vector index,
and with the vectors in memory.

LanceDB's filters have had bugs that lose rows silently (lancedb#3095, #3352, #3436), so this is asked of every release.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from knowledge.document import Metadata
from knowledge.index.entry import Entry, Restriction, fact_values, metadata_facts
from knowledge.index.index import IndexTable
from knowledge.index.where import Where, parse_where

Rows = dict[int, Entry]  # by id

DIMENSIONS = 16
ROWS = 600
WORDS = [f"w{i}" for i in range(30)]
FILES = ROWS // 3
PAGES: list[Metadata] = [
    {
        **({"level": ("basic", "expert", "it's")[i % 3]} if i % 7 else {}),
        **({"topics": tuple(f"t{n}" for n in range(i % 4))} if i % 5 else {}),
        **({"year": 2000 + i % 9} if i % 3 else {}),
    }
    for i in range(FILES)
]
KNOWN = {key: {v for page in PAGES for k, v in fact_values(page) if k == key} for key in ("level", "topics", "year")}

comparisons = st.sampled_from(
    [
        "level = 'expert'",
        "level != 'basic'",
        "level has '''s'",
        "level > 'c'",
        "topics has 't0'",
        "topics has 't2'",
        "topics has 't'",
        "year >= 2004",
        "year < 2002",
        "year = 1990",
        "missing = 'x'",
        "missing != 'x'",
    ]
)
filters = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("NOT {}".format, inner),
    ),
    max_leaves=4,
)
places = st.one_of(
    st.builds(Restriction, st.sets(st.integers(1, 5)).map(tuple)),
    st.builds(Restriction, st.just(()), st.sets(st.integers(0, FILES + 5), max_size=60).map(tuple)),
)


def entry(i: int, version: int) -> Entry:
    random = np.random.default_rng([i, version])
    vector = random.normal(size=DIMENSIONS).astype(np.float32)
    vector /= np.linalg.norm(vector)
    file = i % FILES
    terms = tuple(WORDS[w] for w in random.zipf(1.5, size=8) % len(WORDS))
    return Entry(i, 1 + file % 4, file, terms, vector.tobytes(), metadata_facts(PAGES[file]))


def fresh(index: IndexTable, rows: Rows) -> None:
    for start in range(0, ROWS, 200):
        batch = [entry(i, 0) for i in range(start, start + 200)]
        index.write(batch)
        rows |= {e.id: e for e in batch}
    index.optimise()


def changed(index: IndexTable, rows: Rows) -> None:
    """Some rows removed, some written anew with other contents, some in another folder, some added."""
    fresh(index, rows)
    gone = set(range(0, ROWS, 5))
    other = [entry(i, 1) for i in range(1, ROWS, 7)] + [replace(entry(i, 0), folder_id=5) for i in range(2, ROWS, 11)]
    batch = {e.id: e for e in [*other, *(entry(i, 0) for i in range(ROWS, ROWS + 50))]}
    index.write([], gone)
    for start in range(0, len(batch), 15):  # so many small files that optimising merges them
        index.write(list(batch.values())[start : start + 15])
    for i in gone - batch.keys():
        del rows[i]
    rows |= batch


def optimised(index: IndexTable, rows: Rows) -> None:
    changed(index, rows)
    before = index.version()
    index.optimise()
    assert index.version() > before


def changed_again(index: IndexTable, rows: Rows) -> None:
    """Rows that the indexes lack beside rows that they hold, and holes in them."""
    optimised(index, rows)
    batch = [entry(i, 2) for i in range(ROWS, ROWS + 120)]
    gone = set(range(1, ROWS, 6))
    index.write(batch, gone)
    for i in gone:
        rows.pop(i, None)
    rows |= {e.id: e for e in batch}


Filled = tuple[IndexTable, Rows]
WAYS = ("vector index", "scan", "memory")


@pytest.fixture(scope="module", params=[(s, w) for s in (fresh, changed, optimised, changed_again) for w in WAYS])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    fill, way = request.param
    index = IndexTable(
        tmp_path_factory.mktemp("index"), DIMENSIONS, vector_index_from_rows=10**9 if way == "scan" else 256
    )
    rows: Rows = {}
    fill(index, rows)
    if way == "memory":
        index.warm()
    assert (index.memory_bytes > 0) == (way == "memory")
    return index, rows


def allowed(rows: Rows, within: Restriction, where: Where | None) -> set[int]:
    return {
        row.id
        for row in rows.values()
        if (row.file_id in within.file_ids if within.file_ids is not None else row.folder_id in within.folder_ids)
        and (where is None or where.test(PAGES[row.file_id]))
    }


@settings(max_examples=50)
@given(places, st.one_of(st.none(), filters), st.integers(0, 10**6), st.sampled_from([5, 2 * ROWS]))
def test_a_filtered_search_finds_what_brute_force_finds(
    filled: Filled, place: Restriction, text: str | None, seed: int, limit: int
) -> None:
    index, rows = filled
    where = None if text is None else parse_where(text)
    within = place if where is None else replace(place, facts=where.predicate(KNOWN))
    passing = allowed(rows, within, where)

    question = np.frombuffer(entry(seed, 3).vector or b"", np.float32)
    cosines = {i: float(np.frombuffer(rows[i].vector or b"", np.float32) @ question) for i in passing}
    found = index.by_vector(question, limit, within)
    best = sorted(cosines.values(), reverse=True)[:limit]
    assert [score for _, score in found] == pytest.approx(best, abs=1e-4)
    assert dict(found) == pytest.approx({i: cosines[i] for i, _ in found}, abs=1e-4)

    words = [WORDS[seed % len(WORDS)], WORDS[seed // 7 % len(WORDS)]]
    holding = {i for i in passing if not set(words).isdisjoint(rows[i].terms)}
    hits = index.by_terms(dict.fromkeys(words, 1.0), limit, within)
    assert len(hits) == min(limit, len(holding)) and {i for i, _ in hits} <= holding
    scores = [score for _, score in hits]
    assert scores == sorted(scores, reverse=True)


def test_the_rows_are_those_that_were_written(filled: Filled) -> None:
    index, rows = filled
    assert index.ids() == rows.keys()
