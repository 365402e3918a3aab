"""Clocks that jump, and files from another time: edits are noticed, and nothing is read for nothing."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.conversations.conversations import Conversations
from knowledge.library import Library
from tests.faults.acts import a_turn
from tests.faults.library_under_test import assert_true, open_library
from tests.faults.stage import write_notes

DAY_S = 86_400
JUMPS = {"a day on": DAY_S, "a day back": -DAY_S, "ten years on": 3653 * DAY_S, "ten years back": -3653 * DAY_S}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    write_notes(tmp_path / "notes")
    library = open_library(tmp_path / "home")
    library.add_folder(tmp_path / "notes")
    library.sync()
    time.sleep(0.1)  # until the files' times are settled
    library.sync()
    yield library
    library.close()


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_jumps_reads_nothing_anew_and_hides_no_edit(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: str
) -> None:
    real, real_ns = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: real() + JUMPS[jump])
    monkeypatch.setattr(time, "time_ns", lambda: real_ns() + JUMPS[jump] * 10**9)
    assert library.sync().indexed == 0
    note = next((tmp_path / "notes").rglob("1.md"))
    note.write_text("# Other\n\nteapot\n")
    library.sync()
    assert library.document_text(note) == "# Other\n\nteapot\n"
    assert_true(tmp_path / "home", (tmp_path / "notes",))


@pytest.mark.parametrize("jump", JUMPS)
def test_files_of_another_time_are_indexed_once_and_again_when_edited(
    library: Library, tmp_path: Path, jump: str
) -> None:
    for path in (tmp_path / "notes").rglob("*.md"):
        os.utime(path, (time.time() + JUMPS[jump],) * 2)
    library.sync()
    report = library.sync()
    assert (report.indexed, report.embedded) == (0, 0)
    note = next((tmp_path / "notes").rglob("1.md"))
    note.write_text("# Other\n\nteapot\n")
    os.utime(note, (time.time() + JUMPS[jump] + 60,) * 2)
    library.sync()
    assert library.document_text(note) == "# Other\n\nteapot\n"
    assert_true(tmp_path / "home", (tmp_path / "notes",))


@pytest.mark.parametrize("jump", JUMPS)
def test_turns_keep_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: str) -> None:
    from dataclasses import replace

    talks = Conversations(tmp_path / "talks.db")
    first = replace(a_turn(0), created_at=time.time())
    second = replace(
        a_turn(1), conversation_id=first.conversation_id, parent_id=first.id, created_at=time.time() + JUMPS[jump]
    )
    talks.save(first)
    talks.save(second)
    assert [turn.id for turn in talks.turns(first.conversation_id)] == [first.id, second.id]
    talks.close()
