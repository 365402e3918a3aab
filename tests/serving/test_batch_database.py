"""The database of batches: encrypted with the home, set aside when damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.home import Home
from assistant.passphrase import conversion
from serving.batches.api_files import ApiFiles
from serving.batches.batch_database import BatchDatabase, BatchesUnavailable
from serving.batches.stored_batches import StoredBatch, StoredBatches
from tests.serving.conftest import ANSWER

KEY = "0" * 64


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with a file and a batch of a program."""
    home = Home(tmp_path / "home").create()
    database = BatchDatabase(home.batches, lambda: None)
    file = ApiFiles(database).add(KEY, "asked.jsonl", ANSWER.encode())
    StoredBatches(database).add(StoredBatch(id="", key=KEY, endpoint="/v1/search", input=file.id))
    database.close()
    return home


def test_a_passphrase_encrypts_what_programs_have_left(home: Home) -> None:
    assert ANSWER.encode() in home.batches.read_bytes()
    key = conversion.set_passphrase(home, "a first passphrase")
    assert not [path for path in home.path.rglob("*") if path.is_file() and ANSWER.encode() in path.read_bytes()]
    database = BatchDatabase(home.batches, lambda: key.databases)
    [file] = ApiFiles(database).listed(KEY, "", "", 10)
    assert b"".join(ApiFiles(database).content(file)) == ANSWER.encode()
    assert [one.input for one in StoredBatches(database).unfinished()] == [file.id]
    database.close()


def test_a_damaged_head_stands_in_nobodys_way(home: Home) -> None:
    home.batches.write_bytes(b"no database" * 1_000)
    conversion.set_passphrase(home, "a first passphrase")
    assert not home.batches.exists()


@pytest.mark.logs("the batches were damaged: batches.db.damaged-")
def test_damage_that_is_met_is_told_and_the_next_start_sets_it_aside(home: Home) -> None:
    content = bytearray(home.batches.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    home.batches.write_bytes(content)
    database = BatchDatabase(home.batches, lambda: None)
    with pytest.raises(BatchesUnavailable, match="cannot be used"):
        ApiFiles(database).listed(KEY, "", "", 10)
    database.close()
    database = BatchDatabase(home.batches, lambda: None)
    assert ApiFiles(database).listed(KEY, "", "", 10) == []
    database.close()
    assert list(home.path.glob("batches.db.damaged-*"))
