"""A passphrase: nothing readable is left, nothing is lost, and a wrong one is never taken for damage."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from assistant.cli import main
from assistant.home import Home
from assistant.passphrase.conversion import HomeInUse, change_passphrase, remove_passphrase, set_passphrase
from assistant.passphrase.header import PassphraseFileDamaged, PassphraseWrong
from assistant.passphrase.home_key import PassphraseTooShort
from assistant.passphrase.protection import HomeLocked, Protection
from assistant.values import Answered
from assistant.workspace import Workspace
from tests.protected_home import ALL, FIRST, SECOND, WORD, Killed, filled_home, killed_at, opened, questions, readable
from tests.vault import Vault

pytestmark = pytest.mark.timeout(60)  # the first to search waits for LanceDB to load


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """No keyring, nothing in the environment, and a passphrase that takes a millisecond to try."""
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    monkeypatch.delenv("CARREL_PASSPHRASE", raising=False)
    monkeypatch.setattr("assistant.passphrase.home_key._N", 1 << 8)


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Vault:
    made = Vault()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return filled_home(tmp_path_factory.mktemp("filled"))


@pytest.fixture
def home(filled: Home, tmp_path: Path) -> Home:
    """That home, with whatever else may hold words."""
    home = Home(Path(shutil.copytree(filled.path, tmp_path / "home")))
    home.snapshots.mkdir(exist_ok=True)
    for path in (home.path / "chat-history", home.path / "conversations.db.damaged-2026-01-01", home.snapshots / "a"):
        path.write_text(WORD)
    return home


@pytest.fixture
def locked(home: Home) -> Home:
    set_passphrase(home, FIRST)
    return home


def test_words_are_readable_without_a_passphrase(home: Home) -> None:
    assert {"conversations.db", "ledger.db", "chat-history", "a"} <= readable(home)
    assert questions(home) == ALL


def test_no_word_is_readable_with_one_also_after_it_was_used(locked: Home) -> None:
    assert readable(locked) == set()
    assert questions(locked, FIRST) == ALL
    space = opened(locked, FIRST)
    *_, last = space.asking.ask(f"And what else of {WORD}?", persona="001-reader")
    assert isinstance(last, Answered)
    space.library.sync()
    for copy in locked.backups.glob("*.db"):
        copy.unlink()
    space.keep_copy()
    assert readable(locked) == set()  # logs of databases that are open among them
    space.close()
    assert readable(locked) == set()
    assert list(locked.backups.glob("*.db"))


def test_changed_and_removed_it_loses_nothing(locked: Home, filled: Home) -> None:
    protection = Protection(locked)
    protection.unlock(FIRST)
    key = protection.home_key()
    assert key
    change_passphrase(locked, key, SECOND)
    with pytest.raises(PassphraseWrong):
        Protection(locked).unlock(FIRST)
    assert questions(locked, SECOND) == ALL
    remove_passphrase(locked, key)
    assert questions(locked) == ALL
    assert not any(path.exists() for path in locked.passphrase_files)
    space = Workspace(locked)
    assert [folder.path for folder in space.library.folders() if folder.persona_id is None] == [
        filled.path.parent / "notes"
    ]
    space.close()


def test_wrong_passphrase_damages_nothing(locked: Home) -> None:
    before = {path: path.read_bytes() for path in locked.path.rglob("*.db")}
    with pytest.raises(PassphraseWrong):
        Protection(locked).unlock("not this one")
    asked = iter(["wrong", "wrong again"])
    problems = []

    def ask(problem: str) -> str:
        problems.append(problem)
        try:
            return next(asked)
        except StopIteration:
            raise HomeLocked from None

    space = Workspace(locked, Protection(locked, ask))
    with pytest.raises(HomeLocked):
        space.conversations.list()
    space.close()
    assert problems[0] == "" and all("passphrase" in problem for problem in problems[1:]) and len(problems) == 3
    assert {path: path.read_bytes() for path in locked.path.rglob("*.db")} == before
    assert not list(locked.path.rglob("*.damaged*"))
    assert questions(locked, FIRST) == ALL


def test_locked_home_is_not_taken_for_a_damaged_one(
    locked: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for verb in (["status"], ["search", "beetle"], ["ask", "Which beetle?"], ["doctor"]):
        main(["--home", str(locked.path), *verb])
    assert "CARREL_PASSPHRASE" in capsys.readouterr().err
    assert not list(locked.path.rglob("*.damaged*"))
    assert questions(locked, FIRST) == ALL


def test_accents_may_be_typed_in_either_way(home: Home) -> None:
    set_passphrase(home, "caf\u00e9 au lait")
    Protection(home).unlock("cafe\u0301 au lait")


def test_short_passphrase_changes_nothing(home: Home) -> None:
    with pytest.raises(PassphraseTooShort):
        set_passphrase(home, "short")
    assert questions(home) == ALL


@pytest.mark.parametrize("step", [4, 14, 17])  # before the decision, after it, and while files take their places
def test_killed_it_is_one_home_or_the_other(step: int, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(Killed):
        killed_at(step, patch)
        set_passphrase(home, FIRST)
    is_set = home.has_passphrase
    assert is_set == (step > 13)
    assert questions(home, FIRST if is_set else "") == ALL
    assert not is_set or readable(home) == set()


def test_open_in_another_process_it_is_not_converted(home: Home) -> None:
    hold = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT count(*) FROM turns').fetchall();"
    with subprocess.Popen(
        [sys.executable, "-c", hold + "print('ready', flush=True); input()", str(home.conversations)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout and other.stdout.readline() == "ready\n"
        with pytest.raises(HomeInUse):
            set_passphrase(home, FIRST)
        other.communicate("\n")
    assert not list(home.path.rglob("*.converted"))
    assert questions(home) == ALL


def test_remembered_key_opens_the_home_until_it_is_removed(locked: Home, vault: Vault) -> None:
    protection = Protection(locked)
    protection.unlock(FIRST)
    protection.remember()
    ((service, _),) = vault.kept
    assert service == "carrel" and FIRST not in str(vault.kept)
    assert questions(locked) == ALL
    at = ["--home", str(locked.path)]
    assert main([*at, "passphrase", "remove"]) == 0
    assert vault.kept == {}
    assert questions(locked) == ALL


def test_remembered_key_of_another_home_opens_nothing(locked: Home, vault: Vault) -> None:
    vault.kept["carrel", f"passphrase of {locked.path}"] = "00" * 32
    assert not Protection(locked).is_open
    with pytest.raises(HomeLocked):
        Protection(locked).home_key()


def test_environment_opens_the_home(locked: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARREL_PASSPHRASE", FIRST)
    assert questions(locked) == ALL
    monkeypatch.setenv("CARREL_PASSPHRASE", "wrong")
    with pytest.raises(PassphraseWrong):
        Protection(locked).home_key()


def test_commands_read_it_from_standard_input(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from io import StringIO

    at = ["--home", str(home.path), "passphrase"]
    monkeypatch.setattr(sys, "stdin", StringIO(f"{FIRST}\n"))
    assert main([*at, "set"]) == 0
    assert "no copy" in capsys.readouterr().err
    assert main([*at, "set"]) == 1
    monkeypatch.setattr(sys, "stdin", StringIO(f"{FIRST}\n{SECOND}\n"))
    assert main([*at, "change"]) == 0
    monkeypatch.setattr(sys, "stdin", StringIO("wrong\n"))
    assert main([*at, "remove"]) == 1
    monkeypatch.setattr(sys, "stdin", StringIO(f"{SECOND}\n"))
    assert main([*at, "remove"]) == 0
    assert main([*at, "remove"]) == 1
    assert questions(home) == ALL


class Typist:
    """A terminal at which somebody types these lines."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
        left = iter(lines)

        def typed(prompt: str) -> str:
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("assistant.commands.open_workspace.getpass", typed)
        monkeypatch.setattr(sys, "stdin", self)

    def isatty(self) -> bool:
        return True


def test_terminal_asks_again_after_a_wrong_one_and_three_times_at_most(
    locked: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--home", str(locked.path), "search", "sleeping", "beetle"]
    Typist(monkeypatch, "wrong", FIRST)
    assert main(at) == 0
    said = capsys.readouterr()
    assert "not the passphrase" in said.err and WORD in said.out
    Typist(monkeypatch, "wrong", "wrong", "wrong", FIRST)
    assert main(at) == 1
    Typist(monkeypatch)
    assert main(at) == 1
    assert questions(locked, FIRST) == ALL


def test_two_different_entries_set_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    at = ["--home", str(home.path), "passphrase", "set"]
    Typist(monkeypatch, FIRST, SECOND)
    assert main(at) == 1
    assert questions(home) == ALL
    Typist(monkeypatch, FIRST, FIRST)
    assert main(at) == 0
    assert questions(home, FIRST) == ALL


def test_without_a_keyring_the_home_is_encrypted_and_the_key_not_remembered(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Typist(monkeypatch, FIRST, FIRST)
    assert main(["--home", str(home.path), "passphrase", "set", "--remember"]) == 0
    assert "not remembered" in capsys.readouterr().err
    assert questions(home, FIRST) == ALL


def damage_page(path: Path, number: int) -> None:
    with path.open("r+b") as file:
        file.seek((number - 1) * 4096 + 100)
        file.write(b"\xff" * 50)


@pytest.mark.logs("damaged|index")
@pytest.mark.parametrize("page", [1, 3, 8])
def test_damaged_encrypted_file_is_repaired_with_the_key(locked: Home, page: int) -> None:
    damage_page(locked.conversations, page)
    space = opened(locked, FIRST)
    talks = [turn.question for talk in space.conversations.list() for turn in space.conversations.turns(talk.id)]
    space.close()
    assert sorted(talks) == ALL
    assert readable(locked) == set()


@pytest.mark.logs("damaged|index")
def test_damaged_encrypted_file_without_copies_keeps_the_other_pages(locked: Home) -> None:
    for copy in locked.backups.glob("*.db"):
        copy.unlink()
    damage_page(locked.conversations, 1)  # the schema: no row is on it
    space = opened(locked, FIRST)
    talks = [turn.question for talk in space.conversations.list() for turn in space.conversations.turns(talk.id)]
    assert sorted(talks) == ALL and space.repairs
    space.close()
    assert readable(locked) == set()


@pytest.mark.logs("damaged|index")
def test_damaged_ledger_is_made_anew_encrypted(locked: Home) -> None:
    damage_page(locked.library / "ledger.db", 1)
    space = opened(locked, FIRST)
    assert len(space.library.folders()) >= 1 and space.repairs
    assert space.library.sync().indexed >= 6
    space.close()
    assert readable(locked) == set()


def test_either_copy_of_the_passphrase_file_will_do(locked: Home) -> None:
    first, second = locked.passphrase_files
    kept = first.read_bytes()
    first.unlink()
    assert questions(locked, FIRST) == ALL
    first.write_bytes(kept[:50])
    assert questions(locked, FIRST) == ALL
    second.write_bytes(b"{}")
    with pytest.raises(PassphraseFileDamaged):
        Protection(locked).home_key()
    assert not list(locked.path.rglob("*.db.damaged*"))
    first.write_bytes(kept)
    assert questions(locked, FIRST) == ALL


def test_home_without_a_passphrase_loads_nothing_for_it(home: Home) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from assistant.home import Home; from assistant.workspace import Workspace\n"
        "space = Workspace(Home(Path(sys.argv[1]))); space.conversations.list()\n"
        "space.library.folders(); space.close()\n"
        "print({name.split('.')[0] for name in sys.modules} & {'sqlcipher3', 'cryptography', 'keyring'})"
    )
    run = subprocess.run([sys.executable, "-c", code, str(home.path)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_no_key_is_shown(locked: Home) -> None:
    protection = Protection(locked)
    protection.unlock(FIRST)
    key = protection.home_key()
    assert key
    from engines import LlamaSettings

    shown = repr(key) + repr(key.databases) + repr(LlamaSettings(snapshot_key=protection.snapshot_key()))
    for secret in (key.secret.hex(), key.databases.secret.hex(), protection.snapshot_key(), repr(key.secret)):
        assert secret not in shown


def test_rows_and_errors_are_those_of_sqlite(locked: Home) -> None:
    protection = Protection(locked)
    protection.unlock(FIRST)
    key = protection.database_key()
    assert key
    database = key.connect(locked.conversations)
    database.row_factory = sqlite3.Row
    assert database.execute("SELECT question FROM turns ORDER BY number").fetchone()["question"] in ALL
    with pytest.raises(sqlite3.OperationalError) as failed:
        database.execute("SELECT nothing")
    assert failed.value.sqlite_errorcode == sqlite3.SQLITE_ERROR
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO conversations SELECT * FROM conversations")
    database.close()


@pytest.fixture(autouse=True)
def closed_streams() -> Iterator[None]:
    kept = sys.stdin
    yield
    sys.stdin = kept
