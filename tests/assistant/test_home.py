import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.home import Home, HomeUnusable, find_home
from assistant.settings import NetworkSettings
from assistant.workspace import Workspace


def test_argument_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "named"))
    assert find_home(tmp_path / "given").path == tmp_path / "given"


def test_environment_wins_over_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "named"))
    assert find_home().path == tmp_path / "named"


def test_default_is_the_platforms_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CARREL_HOME", raising=False)
    assert find_home().path.name == "carrel"


def test_home_under_a_file_is_an_expected_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeUnusable, match="Cannot use"):
        Home(tmp_path / "file" / "home").create()


def modes(home: Path) -> dict[str, int]:
    """The permission bits of the home and everything in it."""
    return {str(p.relative_to(home)): stat.S_IMODE(p.stat().st_mode) for p in (home, *home.rglob("*"))}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_new_home_is_private_whatever_the_umask(tmp_path: Path, notes: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        home = Home(tmp_path / "home")
        space = Workspace(home)
        space.library.add_folder(notes)
        space.library.sync()
        space.settings = replace(space.settings, network=NetworkSettings(offline=True))
        list(space.asking.ask("What is the desk made of?", persona="001-reader"))
        open_ones = {path: mode for path, mode in modes(home.path).items() if mode & 0o077}
        space.close()
    finally:
        os.umask(before)
    assert not open_ones
    assert (home.conversations.exists(), stat.S_IMODE(home.path.stat().st_mode)) == (True, 0o700)


def test_a_home_that_others_could_read_is_closed(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    for path in (home.library / "index" / "words" / "data.lance", home.logs / "carrel.log", home.conversations):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("secret")
        path.chmod(0o644)
    for folder in (home.path, *(path for path in home.path.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    home.create()
    assert not {path: mode for path, mode in modes(home.path).items() if mode & 0o077}


def test_a_folder_that_holds_other_things_stays_open_to_others(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "minutes.txt").write_text("for everyone")
    (shared / "minutes.txt").chmod(0o644)
    (shared / "conversations.db").write_text("")
    (shared / "conversations.db").chmod(0o644)
    shared.chmod(0o755)
    Home(shared).create()
    assert modes(shared) == {".": 0o755, "minutes.txt": 0o644, "conversations.db": 0o600, "home.json": 0o600}


def test_what_another_user_owns_or_a_link_leads_to_stays_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "settings.toml"
    target.parent.mkdir()
    target.write_text("")
    target.chmod(0o644)
    home = Home(tmp_path / "home")
    home.path.mkdir()
    home.settings.symlink_to(target)
    home.create()
    assert stat.S_IMODE(target.stat().st_mode) == 0o644


def test_files_without_any_permission_are_given_back_to_their_owner(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    ledger = home.library / "ledger.db"
    home.library.mkdir(parents=True)
    for path in (ledger, home.conversations):
        path.touch(mode=0o600)
        path.chmod(0)
    home.create()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (ledger, home.conversations)} == {0o600}
