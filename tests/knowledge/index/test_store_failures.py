"""Object storage that is out of reach, refuses or hangs is told apart from an index that is damaged."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge.index.index import IndexDamaged, IndexTable
from knowledge.index.store_failure import IndexStoreUnavailable, IndexTaken
from knowledge.library import Library
from knowledge.sync.indexing import LibraryBusy
from tests.knowledge.index.s3_store import Objects, lead_to, s3_store
from tests.knowledge.index.test_index_stores import entry

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.logs("The store of the index failed")]
Open = Callable[[], Library]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    """A store, to which the environment leads."""
    with s3_store() as (endpoint, objects):
        lead_to(endpoint, monkeypatch)
        yield objects


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "a.md").write_text("# Otters\n\nOtters hold hands while they sleep.\n")
    return documents


def library(home: Path) -> Library:
    return Library(home, lambda name: None, index_uri=lambda: "s3://bucket/mine")


def found(opened: Library, question: str = "otters") -> list[str]:
    return [passage.path.name for passage in opened.searcher.search(question).passages]


TROUBLES = [
    ((403, "SignatureDoesNotMatch"), "key is not accepted", "AWS_SECRET_ACCESS_KEY"),
    ((403, "AccessDenied"), "key is not accepted", "AWS_ACCESS_KEY_ID"),
    ((404, "NoSuchBucket"), "bucket does not exist", "index_uri"),
    ((301, "PermanentRedirect"), "another region", "AWS_REGION"),
    ((503, "SlowDown"), "too busy", "in a moment"),
]


@pytest.mark.parametrize(("refuses", "why", "hint"), TROUBLES)
def test_what_a_store_refuses_is_no_damage_and_nothing_is_rebuilt(
    store: Objects,
    documents: Path,
    tmp_path: Path,
    refuses: tuple[int, str],
    why: str,
    hint: str,
) -> None:
    opened = library(tmp_path / "home")
    opened.add_folder(documents)
    opened.sync()
    before = dict(store)
    store.refuses = refuses
    for fails in (lambda: found(opened, "hands"), lambda: library(tmp_path / "home").searcher.search("otters")):
        with pytest.raises(IndexStoreUnavailable, match=why) as told:
            fails()
        assert hint in told.value.hint and "Nothing is lost" in told.value.hint
        assert "s3://bucket" in told.value.title
    (documents / "b.md").write_text("# Beavers\n\nBeavers build dams.\n")
    with pytest.raises(IndexStoreUnavailable):
        opened.sync()
    store.refuses = None
    assert dict(store) == before  # not touched, let alone deleted
    opened.sync()
    assert found(opened, "beavers") == ["b.md"] and found(opened) == ["a.md"]
    opened.close()


def test_a_store_that_cannot_be_reached_is_no_damage(
    store: Objects, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = library(tmp_path / "home")
    opened.add_folder(documents)
    opened.sync()
    opened.close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        dead = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with monkeypatch.context() as patched:
        patched.setenv("AWS_ENDPOINT", dead)
        again = library(tmp_path / "home")
        with pytest.raises(IndexStoreUnavailable, match="cannot be reached"):
            found(again)
        again.close()
    again = library(tmp_path / "home")
    assert found(again) == ["a.md"]  # a restart
    again.close()


def test_a_store_that_falls_silent_in_the_middle_is_no_damage(store: Objects) -> None:
    table = IndexTable("s3://bucket/mine", 8, {"timeout": "1s", "client_retry_timeout": "2", "client_max_retries": "1"})
    table.write([entry(n) for n in range(5)])
    store.hangs = threading.Event()
    with pytest.raises(IndexStoreUnavailable, match=r"in time|reached"):
        table.write([entry(9)])
    store.hangs.set()
    store.hangs = None
    assert table.ids() == set(range(5))
    table.write([entry(9)])
    assert table.ids() == {0, 1, 2, 3, 4, 9}


@pytest.mark.logs("was damaged and is built again")
def test_objects_that_are_gone_or_changed_are_damage_and_the_index_is_built_again(
    store: Objects, documents: Path, tmp_path: Path
) -> None:
    for spoil in (store.pop, lambda key: store.__setitem__(key, b"x" * len(store[key]))):
        opened = library(tmp_path / "home")
        opened.add_folder(documents)
        opened.sync()
        opened.close()
        for key in [key for key in store if "chunks.lance/data" in key]:
            spoil(key)
        again = library(tmp_path / "home")
        with pytest.raises(IndexDamaged):
            IndexTable(next(_places(store)), None).ids()
        assert found(again) == ["a.md"]
        again.close()


def _places(store: Objects) -> Iterator[str]:
    return (f"s3://bucket/{key.split('/chunks.lance')[0]}" for key in store if "chunks.lance" in key)


def test_another_home_is_refused_and_takes_nothing_away(store: Objects, documents: Path, tmp_path: Path) -> None:
    opened = library(tmp_path / "home")
    opened.add_folder(documents)
    opened.sync()
    before = dict(store)
    other = library(tmp_path / "other")
    other.add_folder(documents)
    with pytest.raises(IndexTaken, match="another home"):
        other.sync()
    assert found(other) == []
    other.close()
    assert dict(store) == before and found(opened) == ["a.md"]
    opened.close()


def test_two_writers_of_one_home_take_turns(store: Objects, documents: Path, tmp_path: Path) -> None:
    first, second = library(tmp_path / "home"), library(tmp_path / "home")
    first.add_folder(documents)
    first.sync()
    with first._indexing.lock(), pytest.raises(LibraryBusy):
        second.sync(wait=False)
    (documents / "b.md").write_text("# Beavers\n\nBeavers build dams.\n")
    second.sync()
    assert found(first, "beavers") == ["b.md"]
    first.close()
    second.close()
