"""The command line tells of repairs on stderr, once, and keeps its JSON pure; unreadable settings keep it offline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import cli
from assistant.conversations.conversations import Conversations
from assistant.home import Home
from assistant.settings_file import load_settings
from tests.assistant.samples import make_turn

pytestmark = pytest.mark.timeout(30)


def test_repair_is_told_on_stderr_once(tmp_path: Path, notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    assert cli.main(["--home", str(home), "folders", "add", str(notes)]) == 0
    (home / "library" / "ledger.db").write_bytes(b"garbage " * 2000)
    capsys.readouterr()
    listing = ["--home", str(home), "folders", "list", "--json"]
    assert cli.main(listing) == 0
    said = capsys.readouterr()
    assert [folder["path"] for folder in json.loads(said.out)["folders"]] == [str(notes)]
    assert "was damaged" in said.err and "ledger.db.damaged-" in said.err
    assert cli.main(listing) == 0
    assert capsys.readouterr().err == ""


def test_doctor_tells_of_a_repair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = Home(tmp_path / "home").create()
    talks = Conversations(home.conversations)
    talks.save(make_turn(1))
    talks.close()
    home.conversations.write_bytes(bytes(16) + home.conversations.read_bytes()[16:])
    cli.main(["--home", str(home.path), "doctor"])
    assert "was damaged, and is repaired" in capsys.readouterr().out


def test_second_command_stays_offline_while_settings_are_damaged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "home").create()
    home.settings.write_text("[network\noffline = false\n")
    listing = ["--home", str(home.path), "folders", "list"]
    for _ in range(2):
        assert cli.main(listing) == 0
        assert "stays offline" in capsys.readouterr().err
        assert load_settings(home.settings).network.offline
