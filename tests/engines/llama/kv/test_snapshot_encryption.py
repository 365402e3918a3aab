"""Snapshots under a key: nothing of a chat is readable, and any change is noticed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from engines.llama.kv.prefix import CachedTokens, DeletedTexts
from engines.llama.kv.snapshot_file import SnapshotDamaged, read_header, read_state, snapshot_cipher, write_snapshot
from engines.llama.kv.snapshots import SnapshotFolder, SnapshotStore, delete_snapshots
from engines.protocol import Message

KEY, OTHER_KEY = "ab" * 32, "cd" * 32
IDENTITY = b"m" * 32
STATE = random.Random(0).randbytes(2_500_001)  # more than a block, and no whole number of them
WORD = "zyzzyvafil"


def chat(text: str) -> CachedTokens:
    cached = CachedTokens()
    cached.extend([ord(letter) for letter in text])
    cached.mark(text)
    return cached


def opened(folder: Path, key: str) -> SnapshotStore:
    return SnapshotStore(SnapshotFolder(folder, 1 << 26, key), IDENTITY, rolls_back=True)


def test_chat_comes_back_under_its_key_alone(tmp_path: Path) -> None:
    assert opened(tmp_path, KEY).save(chat(f"the {WORD} beetle|"), memoryview(STATE))
    (file,) = tmp_path.iterdir()
    assert WORD.encode() not in file.read_bytes() and STATE[:64] not in file.read_bytes()
    store = opened(tmp_path, KEY)
    (snapshot,) = store.all()
    into = bytearray(snapshot.state_bytes)
    assert store.load(snapshot, memoryview(into))
    assert bytes(into) == STATE and snapshot.cached.text == f"the {WORD} beetle|"


@pytest.mark.parametrize(("written", "read"), [(KEY, OTHER_KEY), (KEY, ""), ("", KEY)])
def test_chat_of_another_key_is_deleted(tmp_path: Path, written: str, read: str) -> None:
    opened(tmp_path, written).save(chat("one|"), memoryview(STATE))
    assert opened(tmp_path, read).all() == ()
    assert list(tmp_path.iterdir()) == []


@given(st.data())
def test_any_changed_byte_is_noticed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path, cipher = tmp_path_factory.mktemp("chat") / "one", snapshot_cipher(KEY)
    state = STATE[:3000]
    write_snapshot(path, IDENTITY, chat("a secret|"), memoryview(state), cipher)
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    into = bytearray(len(state))
    with pytest.raises(SnapshotDamaged):
        read_state(path, IDENTITY, read_header(path, cipher).cached, memoryview(into), cipher)


def test_state_of_one_chat_does_not_pass_for_that_of_another(tmp_path: Path) -> None:
    cipher = snapshot_cipher(KEY)
    for name in ("one", "two"):
        write_snapshot(tmp_path / name, IDENTITY, chat(name), memoryview(name.encode() * 1000), cipher)
    one, two = (tmp_path / "one").read_bytes(), (tmp_path / "two").read_bytes()
    (tmp_path / "one").write_bytes(one[:-3028] + two[-3028:])
    with pytest.raises(SnapshotDamaged):
        read_state(tmp_path / "one", IDENTITY, chat("one"), memoryview(bytearray(3000)), cipher)


def test_deleted_texts_are_found_under_the_key(tmp_path: Path) -> None:
    store = opened(tmp_path, KEY)
    store.save(chat("to be deleted|"), memoryview(STATE))
    store.save(chat("to stay|"), memoryview(STATE))
    delete_snapshots(tmp_path, [Message("user", "to be deleted")], KEY)
    assert [snapshot.cached.text for snapshot in store.all()] == ["to stay|"]
    SnapshotFolder(tmp_path, 0, KEY).delete_containing(DeletedTexts(["stay"]))
    assert store.all() == ()
