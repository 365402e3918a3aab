"""A home of a newer version is refused with a sentence, before anything in it is changed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.conversations import store
from assistant.home import FORMAT, Home, HomeUnusable
from assistant.passphrase import header
from assistant.traces import trace_store
from assistant.traces.trace_store import TraceStore, TracesUnavailable
from engines.llama.kv import snapshot_file
from knowledge.ledger import migration


def files_of(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_a_newer_home_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    (home.path / "home.json").write_text(json.dumps({"format": FORMAT + 1}))
    before = files_of(home.path)
    with pytest.raises(HomeUnusable, match="was written by a newer Carrel") as refused:
        home.create()
    assert "Update Carrel" in refused.value.hint
    assert files_of(home.path) == before


@pytest.mark.parametrize("verb", [("ask", "When does the lease end?"), ("status",), ("doctor",)])
def test_each_verb_says_so(verb: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = Home(tmp_path / "home").create()
    (home.path / "home.json").write_text(json.dumps({"format": FORMAT + 1}))
    main(["--home", str(home.path), *verb])
    said = capsys.readouterr()
    assert "was written by a newer Carrel" in said.out + said.err


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"format": "x"}'])
def test_a_damaged_note_of_the_format_is_written_anew(damaged: str, tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    (home.path / "home.json").write_text(damaged)
    home.create()
    assert json.loads((home.path / "home.json").read_text()) == {"format": FORMAT}


def test_the_format_is_raised_with_what_it_stands_for() -> None:
    """Where one of these is raised, an earlier version cannot read the home: raise assistant.home.FORMAT too."""
    parts = (len(store._MIGRATIONS), migration.SCHEMA_VERSION, header._VERSION, trace_store._VERSION)
    assert (FORMAT, parts, snapshot_file._VERSION) == (1, (16, 5, 1, 1), 1)


def test_newer_traces_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    traces = TraceStore(path)
    with pytest.raises(TracesUnavailable, match="newer Carrel"):
        traces.latest()
    traces.close()
