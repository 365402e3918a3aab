"""The index in moto's S3, a server from a package: `make test-s3`."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from knowledge.index.store_failure import IndexStoreUnavailable, IndexTaken
from knowledge.library import Library

MOTO = os.environ.get("CARREL_MOTO", "")
pytestmark = [
    pytest.mark.s3,
    pytest.mark.timeout(120),
    pytest.mark.logs("The store of the index failed"),
    pytest.mark.skipif(not MOTO, reason="moto is not installed: `make test-s3`"),
]


@contextmanager
def moto(port: int = 0, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a running server, and its process."""
    with socket.create_server(("127.0.0.1", port)) as taken:
        port = taken.getsockname()[1]
    command = [MOTO, "-H", "127.0.0.1", "-p", str(port)]
    running = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while running.poll() is None:
            try:
                httpx2.get(f"{address}/moto-api/", timeout=5)
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        yield address, running
    finally:
        running.kill()
        running.wait(10)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has the environment lead to a store."""

    def lead_to(address: str) -> None:
        values = {"ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret", "REGION": "us-east-1", "ALLOW_HTTP": "true"}
        for name, value in {**values, "ENDPOINT": address}.items():
            monkeypatch.setenv(f"AWS_{name}", value)

    return lead_to


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    documents.mkdir()
    for number in range(10):
        (documents / f"{number}.md").write_text(f"# Otters\n\nOtters number {number} hold hands while they sleep.\n")
    return documents


def library(home: Path) -> Library:
    return Library(home, lambda name: None, index_uri=lambda: "s3://bucket/mine")


def found(opened: Library, question: str) -> set[str]:
    return {passage.path.name for passage in opened.searcher.search(question).passages}


def test_an_index_is_built_searched_synced_and_found_again(
    store: Callable[[str], None], documents: Path, tmp_path: Path
) -> None:
    with moto() as (address, server):
        store(address)
        opened = library(tmp_path / "home")
        opened.add_folder(documents)
        with pytest.raises(IndexStoreUnavailable, match="bucket does not exist"):
            opened.sync()
        httpx2.put(f"{address}/bucket")
        opened.sync()
        assert len(found(opened, "otters hold hands")) >= 5
        (documents / "0.md").unlink()
        (documents / "new.md").write_text("# Beavers\n\nBeavers build dams.\n")
        opened.sync()
        assert found(opened, "beavers") == {"new.md"} and "0.md" not in found(opened, "otters")
        opened.close()

        opened = library(tmp_path / "home")
        assert found(opened, "beavers") == {"new.md"}
        other = library(tmp_path / "other")
        other.add_folder(documents)
        with pytest.raises(IndexTaken):
            other.sync()
        other.close()
        server.kill()
        (documents / "more.md").write_text("# Lynx\n\nLynx are shy.\n")
        with pytest.raises(IndexStoreUnavailable, match="cannot be reached"):
            opened.sync()
        opened.close()


def test_a_key_that_is_not_known_is_told_as_that(store: Callable[[str], None], documents: Path, tmp_path: Path) -> None:
    with moto(INITIAL_NO_AUTH_ACTION_COUNT="0") as (address, _):
        store(address)
        opened = library(tmp_path / "home")
        opened.add_folder(documents)
        with pytest.raises(IndexStoreUnavailable, match="key is not accepted"):
            opened.sync()
        opened.close()
