"""`carrel connections`, and what `carrel doctor` says of the network."""

import json
from pathlib import Path

import pytest

from assistant import cli
from assistant.doctor.checks import run_checks
from assistant.home import Home
from assistant.models.servers import open_connections
from assistant.settings import NetworkSettings, SearchSettings, Settings
from assistant.settings_file import SettingsFile
from assistant.workspace import Workspace
from network.connections import Offline


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def test_connections_lists_what_was_opened_and_refused(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with open_connections(home).opened("download of bge-m3", "hub.example", 443) as traffic:
        traffic.received_bytes += 1234
    SettingsFile(home.settings).save(Settings(network=NetworkSettings(offline=True)))
    with pytest.raises(Offline):
        open_connections(home).announce("question", "server.example", 8000)
    assert cli.main(["connections", "--home", str(home.path)]) == 0
    opened, refused = capsys.readouterr().out.splitlines()
    assert "hub.example:443  download of bge-m3: done · 0 B sent, 1,234 B received" in opened
    assert "server.example:8000  question: refused: offline" in refused


def test_connections_as_json_say_whether_carrel_is_offline(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    open_connections(home).note("index on object storage", "bucket", 443)
    assert cli.main(["connections", "--json", "--home", str(home.path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["offline"], [line["host"] for line in told["connections"]]) == (False, ["bucket"])


@pytest.mark.parametrize(("offline", "words"), [(True, "offline: the settings"), (False, "allowed when needed")])
def test_doctor_says_whether_carrel_is_offline(home: Home, offline: bool, words: str) -> None:
    SettingsFile(home.settings).save(Settings(network=NetworkSettings(offline=offline)))
    (network,) = (check for check in run_checks(home) if check.name == "network")
    assert network.detail.startswith(words)


def test_an_index_elsewhere_is_not_touched_while_offline(home: Home) -> None:
    elsewhere = SearchSettings(index_uri="s3://bucket/carrel")
    SettingsFile(home.settings).save(Settings(search=elsewhere, network=NetworkSettings(offline=True)))
    workspace = Workspace(home)
    try:
        with pytest.raises(Offline):
            workspace.library.searcher.search("desk", k=1)
    finally:
        workspace.close()
    assert {line.host for line in open_connections(home).history()} == {"bucket"}
