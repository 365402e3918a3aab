"""A damaged database of conversations is repaired by the next start, and the damaged file is set aside."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from assistant.conversations.conversations import Conversations
from assistant.conversations.copies import KEPT
from assistant.conversations.store import ConversationsDamaged
from tests.assistant.samples import make_turn

TURNS = 60
PAGE_BYTES = 4096


def filled(path: Path, turns: int = TURNS, *, crashed: bool = False) -> list[bytes]:
    """A database of long and short turns; `crashed`: with its log, as a kill leaves it."""
    talks = Conversations(path)
    for number in range(turns):
        words = " ".join(f"word-{number}-{n}" for n in range(1200 if number % 7 == 0 else 20))
        talks.save(make_turn(number, conversation_id=f"talk-{number % 10}", answer=words))
    if crashed:
        for part in ("", "-wal"):
            shutil.copy(f"{path}{part}", f"{path}{part}.crashed")
    talks.close()
    if crashed:
        for part in ("", "-wal"):
            Path(f"{path}{part}.crashed").rename(f"{path}{part}")
    return [path.read_bytes()]


def turns_in(path: Path) -> dict[str, str]:
    talks = Conversations(path)
    try:
        return {turn.id: turn.answer for talk in talks.list() for turn in talks.every_turn(talk.id)}
    finally:
        talks.close()


def test_garbage_is_set_aside_and_a_new_file_begun(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    path.write_bytes(b"not a database, " * 300)
    talks = Conversations(path)
    talks.save(make_turn(1))
    assert talks.repair and "damaged" in talks.repair.title
    talks.close()
    assert [kept.read_bytes() for kept in tmp_path.glob("*.damaged-*")] == [b"not a database, " * 300]
    again = Conversations(path)
    assert again.repair is None and len(again.list()) == 1
    again.close()


@pytest.mark.parametrize("page", [1, 2, 3, 5, 9, 14])
def test_zeroed_page_costs_only_what_stood_in_it(tmp_path: Path, page: int) -> None:
    path = tmp_path / "conversations.db"
    filled(path)
    content = bytearray(path.read_bytes())
    zeroed = bytes(content[(page - 1) * PAGE_BYTES : page * PAGE_BYTES])
    content[(page - 1) * PAGE_BYTES : page * PAGE_BYTES] = bytes(PAGE_BYTES)
    path.write_bytes(content)
    path.with_name(f"{path.name}.damaged").touch()  # as the read that found it does
    found = turns_in(path)
    lost = {f"turn-{n}" for n in range(TURNS)} - found.keys()
    assert all(one.encode() in zeroed for one in lost), "a turn outside of the page is lost"
    whole = [turn for turn, answer in found.items() if answer]
    assert len(whole) >= TURNS - len(lost) - 1


@pytest.mark.parametrize("at", ["head", "first frame", "middle"])
def test_damage_in_the_log_does_not_hide_what_follows_it(tmp_path: Path, at: str) -> None:
    path = tmp_path / "conversations.db"
    filled(path, 20, crashed=True)
    log = Path(f"{path}-wal")
    content = bytearray(log.read_bytes())
    place = {"head": 17, "first frame": 32 + 24 + 500, "middle": len(content) // 2}[at]
    content[place] ^= 0xFF
    log.write_bytes(content)
    assert len(turns_in(path)) >= 19
    assert turns_in(path).keys() >= {"turn-19", "turn-18"}


def test_log_that_ends_within_a_transaction_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    filled(path, 20, crashed=True)
    log = Path(f"{path}-wal")
    log.write_bytes(log.read_bytes()[:-700])
    talks = Conversations(path)
    assert talks.repair is None and len(talks.list()) == 10
    talks.close()


def test_damage_found_while_reading_is_told_and_repaired_by_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    filled(path)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE found_turns_data SET block = x'00' WHERE id > 10")
    database.close()
    talks = Conversations(path)
    with pytest.raises(ConversationsDamaged) as told:
        talks.search("word-1-1")
    assert "again" in told.value.hint
    talks.close()
    talks = Conversations(path)
    assert talks.repair and len(talks.search("word-1-1")) == 1
    talks.close()


def test_damage_where_the_answers_are_counted_is_repaired(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    filled(path)
    with closing(sqlite3.connect(path)) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_sequence'").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE_BYTES)
        file.write(b"\xff" * 8)
    talks = Conversations(path)
    assert talks.repair and "damaged" in talks.repair.title
    talks.close()
    assert len(turns_in(path)) == TURNS


Emptying = Callable[[Path], object]


def without_tables(path: Path) -> None:
    path.unlink()
    sqlite3.connect(path).execute("PRAGMA user_version = 0").connection.close()


@pytest.mark.parametrize("emptied", [lambda p: p.write_bytes(b""), lambda p: p.unlink(), without_tables])
def test_emptied_database_is_restored_from_the_newest_copy(tmp_path: Path, emptied: Emptying) -> None:
    path = tmp_path / "conversations.db"
    filled(path)
    talks = Conversations(path)
    assert talks.copies.make_if_due()
    talks.close()
    emptied(path)
    talks = Conversations(path)
    assert talks.repair and "were gone" in talks.repair.title and "60" in talks.repair.hint
    talks.close()
    assert len(turns_in(path)) == TURNS


def test_emptied_database_is_restored_from_its_log_too(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    filled(path, 20, crashed=True)
    path.write_bytes(b"")
    assert len(turns_in(path)) == 20


def test_turns_that_only_a_copy_has_come_back(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    filled(path, 10)
    shutil.copy(path, tmp_path / "older")
    talks = Conversations(path)
    talks.save(make_turn(77, conversation_id="later"))
    talks.copies.make_if_due()
    talks.close()
    shutil.copy(tmp_path / "older", path)
    assert "turn-77" in turns_in(path)


def test_damaged_pages_are_filled_from_the_copy(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    filled(path)
    talks = Conversations(path)
    talks.copies.make_if_due()
    talks.save(make_turn(99, conversation_id="later"))
    talks.close()
    content = bytearray(path.read_bytes())
    for page in (3, 5, 9, 11):
        content[page * PAGE_BYTES : (page + 1) * PAGE_BYTES] = bytes(PAGE_BYTES)
    content[:16] = bytes(16)
    path.write_bytes(content)
    assert len(turns_in(path)) >= TURNS


def test_everything_deleted_is_not_brought_back(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    talks = Conversations(path)
    talks.save(make_turn(1))
    talks.copies.make_if_due()
    talks.delete("talk")
    talks.purge("talk")
    talks.close()
    talks = Conversations(path)
    assert talks.repair is None and talks.list() == []
    talks.close()


def test_repair_that_was_cut_short_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "conversations.db"
    filled(path)
    path.write_bytes(b"\0" * 16 + path.read_bytes()[16:])
    with monkeypatch.context() as patch:
        patch.setattr("assistant.conversations.restoring.set_aside", lambda path: path.rename(path.parent / "away"))
        patch.setattr(Path, "rename", _killed_at(2, Path.rename))
        with pytest.raises(KeyboardInterrupt):
            Conversations(path)
    assert len(turns_in(path)) == TURNS


def _killed_at(step: int, rename: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
    done: list[Path] = []

    def killed(self: Path, target: Path) -> Path:
        done.append(self)
        if len(done) == step:
            raise KeyboardInterrupt
        return rename(self, target)

    return killed


def test_random_damage_leaves_a_file_that_opens(tmp_path: Path) -> None:
    filled(tmp_path / "whole.db")
    for seed in range(12):
        chance, path = random.Random(seed), tmp_path / f"{seed}" / "conversations.db"
        path.parent.mkdir()
        content = bytearray((tmp_path / "whole.db").read_bytes())
        for _ in range(chance.choice([1, 10, 200])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content[: chance.choice([len(content), len(content) // 2 // PAGE_BYTES * PAGE_BYTES])])
        path.with_name(f"{path.name}.damaged").touch()
        assert turns_in(path)


def test_a_copy_a_day_is_kept_for_a_week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talks = Conversations(tmp_path / "conversations.db")
    for day in range(1, 11):
        monkeypatch.setattr("time.strftime", lambda form, day=day: f"2026-01-{day:02}")
        talks.save(make_turn(day))
        assert talks.copies.make_if_due() and talks.copies.make_if_due() is None
    assert [copy.name for copy in talks.copies.newest_first()][::6] == [
        "conversations-2026-01-10.db",
        "conversations-2026-01-04.db",
    ]
    assert len(talks.copies.newest_first()) == KEPT
    assert {copy.stat().st_mode & 0o777 for copy in talks.copies.newest_first()} == {0o600}
    talks.close()


def test_unchanged_conversations_are_not_copied_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talks = Conversations(tmp_path / "conversations.db")
    assert talks.copies.make_if_due() is None  # of nothing there is no copy
    talks.save(make_turn(1))
    assert talks.copies.make_if_due()
    monkeypatch.setattr("time.strftime", lambda form: "2100-01-01")
    assert talks.copies.make_if_due() is None
    talks.close()


def test_what_is_saved_after_another_process_repaired_the_file_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    filled(path, 3)
    window = Conversations(path)
    path.with_name(f"{path.name}.damaged").touch()
    other = Conversations(path)
    assert other.repair
    window.save(make_turn(50, conversation_id="later"))
    assert "later" in [talk.id for talk in other.list()]
    window.close()
    other.close()
