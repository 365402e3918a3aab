"""The switch to a write-ahead log, while another connection writes."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.sqlite.database_file import write_ahead


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "some.db", isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_switching_to_a_write_ahead_log_waits_for_a_writer(writer: sqlite3.Connection, tmp_path: Path) -> None:
    threading.Timer(0.1, writer.execute, ["COMMIT"]).start()
    opened = sqlite3.connect(tmp_path / "some.db", timeout=5, isolation_level=None)
    write_ahead(opened, timeout_s=5)
    assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    opened.close()


def test_switching_to_a_write_ahead_log_gives_up_in_time(writer: sqlite3.Connection, tmp_path: Path) -> None:
    opened = sqlite3.connect(tmp_path / "some.db", timeout=5, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        write_ahead(opened, timeout_s=0.05)
    opened.close()
