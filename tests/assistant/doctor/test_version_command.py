"""`carrel version`: nothing is asked unless `--check` is given, and then only the configured index."""

from __future__ import annotations

import json
import os
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from assistant.cli import main
from network.releases import Release
from tests.http_server import answering


class Releases(BaseHTTPRequestHandler):
    """A package index that has these files of Carrel."""

    files: list[dict[str, object]]
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body = json.dumps({"files": self.files}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(autouse=True)
def unconfigured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("assistant.doctor.version_command.own_version", lambda: "1.2")


def file(version: str, **more: object) -> dict[str, object]:
    name = f"carrel_desktop-{version}-py3-none-any.whl"
    return {"filename": name, "url": name, "hashes": {}, **more}


def checked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *files: dict[str, object]) -> str:
    with answering(Releases, files=list(files), asked=[]) as url:
        monkeypatch.setenv("PIP_INDEX_URL", url)
        assert main(["version", "--check"]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("words", [["version"], ["--version"]])
def test_the_version_is_shown_and_nothing_is_asked(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.invalid/simple")
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("Carrel 1.2 on Python ")
    assert not (tmp_path / "home" / "logs").exists()


def test_a_newer_release_is_named_with_how_to_update(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = checked(monkeypatch, capsys, file("99.2"), file("99.10"), file("100.0rc1"), file("101.0", yanked="broken"))
    assert "Carrel 99.10 is there." in said and "uv tool upgrade carrel-desktop" in said


def test_the_newest_release_is_said_to_be_that(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "There is no newer version." in checked(monkeypatch, capsys, file("1.1"), file("1.2.0"))


def test_offline_nothing_is_asked_and_a_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CARREL_OFFLINE", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.invalid/simple")
    assert main(["version", "--check"]) == 1
    assert "Carrel is offline: check for a newer version cannot connect" in capsys.readouterr().err


def test_an_index_without_carrel_is_an_expected_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(Releases, files=[], asked=[]) as url:
        monkeypatch.setenv("PIP_INDEX_URL", url)
        assert main(["version", "--check", "--json"]) == 1
    assert "No package index has a release of carrel-desktop." in capsys.readouterr().out


def test_releases_are_ordered_by_number() -> None:
    assert Release.parse("1.2.0") == Release.parse("1.2") < Release.parse("1.2.0.1") < Release.parse("10.0")
    assert Release.parse("0.10") > Release.parse("0.9.1") > Release.parse("0.9")
