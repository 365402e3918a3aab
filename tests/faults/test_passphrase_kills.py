"""Killed before any change of any file, setting and removing a passphrase leaves one whole home or the other."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from assistant.passphrase.conversion import remove_passphrase, set_passphrase
from assistant.passphrase.header import read_header
from assistant.passphrase.protection import Protection
from tests.protected_home import ALL, FIRST, Killed, filled_home, killed_at, opened, questions, readable

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]


@pytest.mark.parametrize("action", ["set", "remove"])
def test_killed_at_any_step_it_is_one_home_or_the_other(
    action: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    monkeypatch.setattr("assistant.passphrase.home_key._N", 1 << 8)
    home = filled_home(tmp_path)
    for step in range(100):
        key = set_passphrase(home, FIRST) if action == "remove" else None
        with monkeypatch.context() as patch:
            killed_at(step, patch)
            try:
                remove_passphrase(home, key) if key else set_passphrase(home, FIRST)
                break
            except Killed:
                pass
        space = opened(home, FIRST if read_header(home) else "")
        assert len(space.conversations.search("beetle")) == 2
        assert len(space.library.files()) > 5 and space.repairs == ()
        space.close()
        is_set = read_header(home) is not None
        assert not is_set or readable(home) == set()
        if is_set:
            protection = Protection(home)
            protection.unlock(FIRST)
            there = protection.home_key()
            assert there
            remove_passphrase(home, there)
    assert step > 10
    assert questions(home, FIRST if action == "set" else "") == ALL
