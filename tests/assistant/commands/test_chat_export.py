"""`carrel chat --export`: an earlier chat as a file, without a model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import cli

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in a home with one chat, and returns its exit code and output."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "kettle.md").write_text("# Kettle\n\nThe kettle is descaled with vinegar.\n")
    cli.main(["ask", "How is the kettle descaled?", "--folder", str(notes), "--model", "none"])
    capsys.readouterr()

    def run(*argv: str) -> tuple[int, str]:
        code = cli.main([*argv])
        read = capsys.readouterr()
        return code, read.out + read.err

    return run


def test_the_newest_chat_is_written_with_its_sources(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "kettle.md"
    code, said = run("chat", "--export", str(path))
    assert code == 0 and "1 answer written" in said
    text = path.read_text("utf-8")
    assert "The kettle is descaled with vinegar. [^1-1]" in text
    assert "[^1-1]: **kettle.md**, Kettle: “The kettle is descaled with vinegar.”" in text


def test_a_chat_is_found_by_words_of_its_title(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "kettle.json"
    code, said = run("chat", "--export", str(path), "--chat", "KETTLE", "--json")
    assert code == 0 and json.loads(said)["turns"] == 1
    assert json.loads(path.read_text("utf-8"))["turns"][0]["question"] == "How is the kettle descaled?"


@pytest.mark.parametrize("argv", [["--chat", "rhubarb"], []])
def test_what_cannot_be_written_says_why(run: Run, tmp_path: Path, argv: list[str]) -> None:
    path = tmp_path / ("kettle.md" if argv else "kettle.exe")
    code, said = run("chat", "--export", str(path), *argv)
    assert code == 1 and ("no chat “rhubarb”" in said or "cannot be written to a .exe" in said)
    assert not path.exists()
