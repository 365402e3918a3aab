"""An index in a store works as one in a folder."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from knowledge.index.entry import Entry, Restriction
from knowledge.index.index import IndexTable
from knowledge.library import Library
from tests.knowledge.index.s3_store import lead_to, s3_store

Location = tuple[str, dict[str, str]]  # a URI, and the options of its store
ALL = Restriction((1,))


@pytest.fixture(params=["s3", "file", "memory"])
def location(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Location]:
    if request.param == "file":
        yield f"file://{tmp_path}/index", {}
    elif request.param == "memory":
        yield "memory://index", {}
    else:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        with s3_store() as (endpoint, _):
            yield "s3://bucket/a/b", {"endpoint": endpoint, "allow_http": "true", "aws_region": "us-east-1"}


def entry(i: int, word: str = "w") -> Entry:
    vector = np.zeros(8, np.float32)
    vector[i % 8] = 1
    return Entry(i, 1, i, [word], vector.tobytes(), (f"n={i % 2}",))


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_rows_are_written_replaced_removed_found_and_optimised(location: Location) -> None:
    uri, options = location
    index = IndexTable(uri, 8, options, vector_index_from_rows=256)
    index.write([entry(i) for i in range(300)])
    for i in range(12):
        index.write([entry(i, "other")], [i + 100])
    before = index.version()
    index.optimise()
    assert index.version() > before
    left = set(range(300)) - set(range(100, 112))
    assert index.ids() == left
    assert {i for i, _ in index.by_terms(dict.fromkeys(["other"], 1.0), 500, ALL)} == set(range(12))
    found = index.by_vector(np.eye(8, dtype=np.float32)[3], 10, ALL)
    assert {i % 8 for i, _ in found} == {3} and len(found) == 10


def test_another_index_on_the_same_store_sees_what_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with s3_store() as (endpoint, objects):
        options = {"endpoint": endpoint, "allow_http": "true", "aws_region": "us-east-1"}
        IndexTable("s3://bucket/a", 8, options).write([entry(i) for i in range(5)])
        assert objects
        assert IndexTable("s3://bucket/a", 8, options).ids() == set(range(5))


def test_a_set_aside_index_begins_empty_again(location: Location) -> None:
    uri, options = location
    index = IndexTable(uri, 8, options)
    index.write([entry(1)])
    index.quarantine()
    assert index.ids() == set() and index.is_empty()
    index.write([entry(2)])
    assert index.ids() == {2}


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_library_keeps_its_index_in_a_store_and_builds_it_again_when_it_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "a.md").write_text("# Otters\n\nOtters hold hands while they sleep.\n")
    with s3_store() as (endpoint, objects):
        lead_to(endpoint, monkeypatch)
        library = Library(tmp_path / "home", lambda name: None, index_uri=lambda: "s3://bucket/mine/")
        library.add_folder(documents)
        library.sync()
        assert objects and all(key.startswith("mine/") for key in objects)
        assert [p.path.name for p in library.searcher.search("otters").passages] == ["a.md"]
        library.close()

        objects.clear()
        library = Library(tmp_path / "home", lambda name: None, index_uri=lambda: "s3://bucket/mine/")
        assert [p.path.name for p in library.searcher.search("otters").passages] == ["a.md"]
        library.close()
