"""`carrel ask --file`: from these files alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import cli

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
QUESTION = "To how many degrees is the kettle heated?"


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, degrees in (("tea", 80), ("coffee", 95), ("soup", 100)):
        (folder / f"{name}.md").write_text(f"# {name}\n\nThe kettle is heated to {degrees} degrees for {name}.\n")
    (folder / "locked.zip").write_bytes(b"PK")
    cli.main(["index", str(folder)])
    capsys.readouterr()
    return folder


def test_only_the_named_files_are_read(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["--file", str(notes / "tea.md"), "--file", str(notes / "soup.md")]
    cli.main(["ask", QUESTION, *files, "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert {Path(passage["path"]).stem for passage in answer["passages"]} == {"tea", "soup"}


def test_a_file_outside_of_the_folders_is_refused_with_what_to_do(
    notes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["ask", QUESTION, "--file", str(tmp_path / "letter.md")]) == 1
    said = capsys.readouterr().err
    assert "letter.md is in no watched folder" in said and f"carrel folders add {tmp_path}" in said


def test_a_file_that_cannot_be_read_is_refused(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask", QUESTION, "--file", str(notes / "locked.zip")]) == 1
    assert "locked.zip can't be read" in capsys.readouterr().err
