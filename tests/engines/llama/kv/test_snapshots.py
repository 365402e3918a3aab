"""A snapshot is loaded unchanged or not at all, and no fault of the disk is an error."""

import os
import random
import resource
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from engines.llama.kv import snapshots as snapshot_folder
from engines.llama.kv.prefix import CachedTokens, DeletedTexts
from engines.llama.kv.snapshot_file import read_header, write_snapshot
from engines.llama.kv.snapshots import Snapshot, SnapshotFolder, SnapshotStore

IDENTITY, OTHER = b"m" * 32, b"n" * 32
STATE = random.Random(0).randbytes(70_000)
MEBIBYTE = 1 << 20

OpenStore = Callable[..., SnapshotStore]


@pytest.fixture
def open_store(tmp_path: Path) -> OpenStore:
    """Opens stores on one folder, as processes one after the other do."""

    def open_one(identity: bytes = IDENTITY, *, budget: int = 64 * MEBIBYTE, rolls_back: bool = True) -> SnapshotStore:
        return SnapshotStore(SnapshotFolder(tmp_path / "chats", budget), identity, rolls_back=rolls_back)

    return open_one


def chat(text: str) -> CachedTokens:
    """The cached tokens of `text`, one for each letter."""
    cached = CachedTokens()
    cached.extend([ord(letter) for letter in text])
    cached.mark(text)
    return cached


def keep(store: SnapshotStore, text: str, state: bytes = STATE) -> bool:
    return store.save(chat(text), memoryview(state))


def texts(store: SnapshotStore) -> set[str]:
    return {snapshot.cached.text for snapshot in store.all()}


def only(store: SnapshotStore) -> Snapshot:
    (snapshot,) = store.all()
    return snapshot


def loaded(store: SnapshotStore, snapshot: Snapshot) -> bytes | None:
    into = bytearray(snapshot.state_bytes)
    return bytes(into) if store.load(snapshot, memoryview(into)) else None


def files(store_folder: Path) -> list[Path]:
    return sorted((store_folder / "chats").iterdir())


def test_chat_is_there_after_a_restart(open_store: OpenStore) -> None:
    assert keep(open_store(), "persona|question|")
    again = open_store()
    assert texts(again) == {"persona|question|"}
    assert loaded(again, only(again)) == STATE


def test_transcript_comes_back_with_its_marks(open_store: OpenStore) -> None:
    cached = chat("q|")
    cached.append(-7, "", whole=False)
    cached.append(-8, "é\ud800🙂", whole=True)
    open_store().save(cached, memoryview(STATE))
    found = only(open_store()).cached
    assert (found.tokens, found.text, found.marks) == (cached.tokens, cached.text, cached.marks)
    assert found.continued_by("q|é\ud800🙂|more") == (4, 5)


@given(st.text(), st.lists(st.integers(-(2**31), 2**31 - 1)), st.binary(max_size=300))
def test_any_chat_is_written_and_read_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, more: list[int], state: bytes
) -> None:
    path = tmp_path_factory.mktemp("chat") / "one"
    cached = chat(text)
    cached.extend(more)
    write_snapshot(path, IDENTITY, cached, memoryview(state))
    header = read_header(path)
    assert (header.cached.tokens, header.cached.text) == (cached.tokens, text)
    assert (header.identity, header.state_bytes) == (IDENTITY, len(state))


def test_another_process_sees_added_and_deleted_chats(open_store: OpenStore) -> None:
    one, other = open_store(), open_store()
    keep(one, "first|")
    keep(other, "second|")
    assert texts(one) == texts(other) == {"first|", "second|"}
    first = next(snapshot for snapshot in one.all() if snapshot.cached.text == "first|")
    one.delete(first)
    assert texts(other) == {"second|"}


def test_chat_that_another_process_deleted_is_lost_without_an_error(open_store: OpenStore) -> None:
    store = open_store()
    keep(store, "q|")
    snapshot = only(store)
    open_store().delete(snapshot)
    assert loaded(store, snapshot) is None
    assert not store.all()


def test_later_stage_replaces_the_earlier_ones(open_store: OpenStore) -> None:
    store = open_store()
    for text in ("q|", "q|a|", "other|", "q|a|q|"):
        assert keep(store, text)
    assert texts(store) == {"other|", "q|a|q|"}


def test_earlier_stage_is_not_written_beside_the_later_one(open_store: OpenStore) -> None:
    store = open_store()
    keep(store, "q|a|")
    assert keep(store, "q|", state=b"shorter")
    assert texts(store) == {"q|a|"}


def test_memory_that_cannot_roll_back_keeps_every_stage(open_store: OpenStore) -> None:
    store = open_store(rolls_back=False)
    for text in ("q|", "q|a|", "q|"):
        assert keep(store, text)
    assert texts(store) == {"q|", "q|a|"}


def test_models_do_not_see_each_others_chats(open_store: OpenStore) -> None:
    mine, other = open_store(IDENTITY), open_store(OTHER)
    keep(mine, "q|", state=b"mine")
    keep(other, "q|", state=b"other")
    assert loaded(open_store(IDENTITY), only(mine)) == b"mine"
    assert loaded(open_store(OTHER), only(other)) == b"other"


def test_file_renamed_to_another_model_is_deleted(open_store: OpenStore, tmp_path: Path) -> None:
    keep(open_store(IDENTITY), "q|")
    keep(open_store(OTHER), "other|")
    mine = only(open_store(IDENTITY)).path
    mine.replace(only(open_store(OTHER)).path)
    assert not open_store(OTHER).all()
    assert not files(tmp_path)


def test_chat_under_the_name_of_another_is_not_loaded(open_store: OpenStore) -> None:
    store = open_store()
    keep(store, "first|", state=b"1")
    keep(store, "second|", state=b"2")
    first, second = sorted(store.all(), key=lambda snapshot: snapshot.cached.text)
    second.path.replace(first.path)
    assert loaded(store, first) is None


def flipped(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def zeroed(data: bytes, start: int) -> bytes:
    return data[:start] + bytes(len(data[start : start + 4096])) + data[start + 4096 :]


def damaged(good: bytes) -> Iterator[bytes]:
    """Bits flipped at every byte of the beginning and all over, pages zeroed, and every kind of cut."""
    chance, size = random.Random(1), len(good)
    for at in (*range(120), *(chance.randrange(size) for _ in range(200)), size - 1):
        yield flipped(good, at, chance.randrange(8))
    for start in range(0, size, 4096):
        yield zeroed(good, start)
    for end in (0, 1, 30, 59, 60, size // 2, size - 1, *(chance.randrange(size) for _ in range(30))):
        yield good[:end]
    yield good + bytes(1)
    yield chance.randbytes(size)


def test_no_damage_is_believed(open_store: OpenStore) -> None:
    """Found when the folder is looked at or when the state is loaded, and the file is gone then."""
    keep(open_store(), "persona|question|")
    path = only(open_store()).path
    for data in damaged(path.read_bytes()):
        path.write_bytes(data)
        store = open_store()
        assert [loaded(store, snapshot) for snapshot in store.all()] in ([], [None])
        assert not path.exists()


def test_damage_after_the_folder_was_looked_at_is_found_too(open_store: OpenStore) -> None:
    store = open_store()
    keep(store, "q|")
    snapshot = only(store)
    snapshot.path.write_bytes(snapshot.path.read_bytes()[:-1] + b"?")
    assert loaded(store, snapshot) is None
    assert not snapshot.path.exists()


def test_lost_chat_can_be_saved_again(open_store: OpenStore) -> None:
    store = open_store()
    keep(store, "q|")
    only(store).path.write_bytes(b"")
    assert loaded(store, only(store)) is None
    assert keep(store, "q|")
    assert loaded(store, only(store)) == STATE


def test_longest_unused_goes_first(open_store: OpenStore) -> None:
    store = open_store(budget=3 * len(STATE) + 2000)
    for age, text in enumerate(("first|", "second|", "third|")):
        keep(store, text)
        path = next(snapshot.path for snapshot in store.all() if snapshot.cached.text == text)
        os.utime(path, (0, age))
    first = next(snapshot for snapshot in store.all() if snapshot.cached.text == "first|")
    assert loaded(store, first)
    assert keep(store, "fourth|")
    assert texts(store) == {"first|", "third|", "fourth|"}


def test_budget_holds_for_all_models_together(open_store: OpenStore, tmp_path: Path) -> None:
    budget = 2 * len(STATE) + 2000
    for number in range(6):
        keep(open_store(bytes([number]) * 32, budget=budget), f"chat {number}|")
        assert sum(path.stat().st_size for path in files(tmp_path)) <= budget
    assert len(files(tmp_path)) == 2


def test_chat_larger_than_the_budget_displaces_none(open_store: OpenStore) -> None:
    store = open_store(budget=len(STATE) + 1000)
    keep(store, "q|")
    assert not keep(store, "larger|", state=2 * STATE)
    assert texts(store) == {"q|"}


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Writing past `size` bytes fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_full_disk_leaves_no_file(open_store: OpenStore, tmp_path: Path) -> None:
    store = open_store()
    with file_size_limit(len(STATE) // 2):
        assert not keep(store, "q|")
    assert not files(tmp_path)
    assert keep(store, "q|")


def test_last_gigabyte_is_left_to_others(open_store: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store()
    monkeypatch.setattr(snapshot_folder, "_SPARED_BYTES", 1 << 60)
    assert not keep(store, "q|")


def test_folder_that_cannot_be_created_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "chats").write_text("a file where the folder should be")
    store = SnapshotStore(SnapshotFolder(tmp_path / "chats", MEBIBYTE), IDENTITY, rolls_back=True)
    assert not keep(store, "q|")
    assert not store.all()


def test_only_the_owner_may_read(open_store: OpenStore, tmp_path: Path) -> None:
    (tmp_path / "chats").mkdir(mode=0o755)
    keep(open_store(), "q|")
    assert stat.S_IMODE((tmp_path / "chats").stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in files(tmp_path)] == [0o600]


def test_deleted_conversation_is_gone_with_all_its_branches_and_models(open_store: OpenStore, tmp_path: Path) -> None:
    keep(open_store(IDENTITY), "persona|secret question|yes|")
    keep(open_store(IDENTITY), "persona|secret question|no|")
    keep(open_store(OTHER), "<persona><secret question>")
    keep(open_store(IDENTITY), "persona|harmless|")
    SnapshotFolder(tmp_path / "chats", MEBIBYTE).delete_containing(DeletedTexts(["secret question"]))
    assert texts(open_store(IDENTITY)) == {"persona|harmless|"}
    assert not open_store(OTHER).all()
    assert not any(b"secret" in path.read_bytes() for path in files(tmp_path))


def test_unreadable_chat_is_deleted_with_any_conversation(open_store: OpenStore, tmp_path: Path) -> None:
    keep(open_store(), "secret|")
    path = only(open_store()).path
    path.write_bytes(b"?" + path.read_bytes()[1:])
    SnapshotFolder(tmp_path / "chats", MEBIBYTE).delete_containing(DeletedTexts(["secret"]))
    assert not files(tmp_path)


def test_unfinished_file_of_a_dead_process_is_deleted_after_an_hour(open_store: OpenStore, tmp_path: Path) -> None:
    keep(open_store(), "q|")
    name = only(open_store()).path.stem
    fresh, old = (tmp_path / "chats" / f"{name}.{mark}.part" for mark in ("00000000", "11111111"))
    for part in (fresh, old):
        part.write_bytes(b"half")
    os.utime(old, (0, time.time() - 3601))
    open_store()
    assert fresh.exists()
    assert not old.exists()


def test_files_of_others_are_left_alone(open_store: OpenStore, tmp_path: Path) -> None:
    (tmp_path / "chats").mkdir()
    notes = tmp_path / "chats" / "notes.txt"
    notes.write_text("mine")
    store = open_store(budget=len(STATE) + 1000)
    keep(store, "first|")
    keep(store, "second|")
    SnapshotFolder(tmp_path / "chats", 0).delete_containing(DeletedTexts(["m"]))
    assert notes.read_text() == "mine"


WRITER = """
import random, sys
from pathlib import Path
from engines.llama.kv.prefix import DeletedTexts
from engines.llama.kv.prefix import CachedTokens
from engines.llama.kv.snapshots import SnapshotFolder
from engines.llama.kv.snapshots import SnapshotStore

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(seed)
store = SnapshotStore(SnapshotFolder(folder, 300_000), b"m" * 32, rolls_back=True)
while True:
    cached = CachedTokens()
    cached.extend([chance.randrange(4) for _ in range(chance.randrange(1, 6))])
    cached.mark("x")
    number = sum(token * 4**at for at, token in enumerate(cached.tokens))
    store.save(cached, memoryview(number.to_bytes(2, "little") * 20_000))
    for snapshot in store.all():
        into = bytearray(snapshot.state_bytes)
        if store.load(snapshot, memoryview(into)):
            tokens = snapshot.cached.tokens
            number = sum(token * 4**at for at, token in enumerate(tokens))
            assert into == number.to_bytes(2, "little") * 20_000, tokens
    print(".", flush=True)
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_two_processes_and_a_kill_at_any_moment_hurt_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    for seed in range(6):
        command = [sys.executable, "-c", WRITER, str(folder)]
        pair = [subprocess.Popen([*command, str(seed + 10 * one)], stdout=subprocess.PIPE) for one in range(2)]
        for process in pair:
            assert process.stdout
            process.stdout.readline()
        time.sleep(0.05 + seed / 50)
        assert [process.poll() for process in pair] == [None, None]
        for process in pair:
            process.kill()
            process.communicate()
    store = SnapshotStore(SnapshotFolder(folder, 300_000), IDENTITY, rolls_back=True)
    found = store.all()
    assert found
    assert all(loaded(store, snapshot) for snapshot in found)
