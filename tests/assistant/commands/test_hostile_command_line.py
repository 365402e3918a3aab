"""Every bad argument, closed stream and full device ends in a message and the right exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import cli

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
NOT_TEXT = b"\xff\xfe"


def carrel(home: Path, *arguments: str | bytes, streams: str = "", stdin: bytes = b"") -> tuple[int, bytes, bytes]:
    """Runs a verb in a process of its own, with the shell's redirections `streams`."""
    command = [sys.executable, "-m", "desktop", "--home", str(home), *arguments]
    shell = ["sh", "-c", f'exec "$@" {streams}', "sh", *command]
    done = subprocess.run(shell, input=stdin, capture_output=True, timeout=25)
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="streams are closed by a shell")
@pytest.mark.parametrize("streams", [">&-", "<&- >&-", ">/dev/full"])
@pytest.mark.parametrize("json_option", [(), ("--json",)])
def test_result_that_cannot_be_written_is_a_failure(tmp_path: Path, streams: str, json_option: tuple[str, ...]) -> None:
    code, _, err = carrel(tmp_path, "personas", "list", *json_option, streams=streams)
    assert code == cli.FAILED
    assert b"The result cannot be written" in err


@pytest.mark.skipif(sys.platform == "win32", reason="streams are closed by a shell")
@pytest.mark.parametrize("streams", ["2>&-", "<&- 2>&-", "2>/dev/full"])
def test_messages_that_cannot_be_written_cost_no_result(tmp_path: Path, streams: str) -> None:
    code, out, _ = carrel(tmp_path, "personas", "list", "--json", streams=streams)
    assert code == cli.DONE
    assert json.loads(out)["personas"]


@pytest.mark.skipif(sys.platform == "win32", reason="streams are closed by a shell")
def test_no_stream_at_all_is_only_an_exit_code(tmp_path: Path) -> None:
    assert carrel(tmp_path, "personas", "list", streams="<&- >&- 2>&-")[0] == cli.FAILED


@pytest.mark.skipif(sys.platform == "win32", reason="streams are closed by a shell")
def test_chat_says_that_its_input_is_closed(tmp_path: Path) -> None:
    code, _, err = carrel(tmp_path, "chat", streams="<&-")
    assert code == cli.FAILED
    assert b"Standard input is closed" in err


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are text there")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("ask", NOT_TEXT), cli.WRONG_USAGE),
        (("search", NOT_TEXT), cli.WRONG_USAGE),
        (("search", "x", "--where", NOT_TEXT), cli.WRONG_USAGE),
        (("search", "x", "--k", "9" * 30), cli.WRONG_USAGE),
        ((NOT_TEXT,), cli.WRONG_USAGE),
        (("personas", "show", NOT_TEXT), cli.FAILED),
        (("folders", "add", NOT_TEXT), cli.FAILED),
        (("models", "remove", NOT_TEXT), cli.FAILED),
        (("remote", "key", NOT_TEXT), cli.FAILED),
    ],
)
def test_argument_that_is_not_text_is_reported(
    tmp_path: Path, arguments: tuple[str | bytes, ...], expected: int
) -> None:
    code, out, err = carrel(tmp_path, *arguments, "--json")
    assert code == expected
    assert set(json.loads(out)) == {"error"}
    assert err


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
def test_folder_whose_name_is_not_text_is_refused(tmp_path: Path) -> None:
    folder = bytes(tmp_path) + b"/" + NOT_TEXT
    subprocess.run(["mkdir", folder], check=True)
    code, _, err = carrel(tmp_path / "home", "folders", "add", folder)
    assert code == cli.FAILED
    assert b"not text" in err


def test_folder_that_is_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    code, _, err = carrel(tmp_path / "home", "folders", "add", str(tmp_path / "loop"))
    assert code == cli.FAILED
    assert b"does not exist" in err


def test_chat_reads_lines_that_are_not_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")
    code, out, _ = carrel(tmp_path, "chat", "--json", stdin=NOT_TEXT + b"\n")
    assert code == cli.DONE
    assert len(json.loads(out)["turns"]) == 1


def test_help_as_json_is_one_object(tmp_path: Path) -> None:
    code, out, _ = carrel(tmp_path, "ask", "--help", "--json")
    assert code == cli.DONE
    assert "usage: carrel ask" in json.loads(out)["help"]


@pytest.mark.logs("a bug")
def test_bug_as_json_is_one_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("assistant.commands.personas.show_all", lambda *_: 1 / 0)
    assert cli.main(["personas", "list", "--json", "--home", str(tmp_path)]) == cli.FAILED
    assert json.loads(capsys.readouterr().out)["error"]["title"] == "Something went wrong inside Carrel"


@pytest.mark.logs("a bug")
def test_failure_after_the_result_adds_no_second_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("assistant.workspace.Workspace.close", lambda self: 1 / 0)
    cli.main(["status", "--json", "--home", str(tmp_path)])
    assert set(json.loads(capsys.readouterr().out))


def test_name_of_a_file_forges_no_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "a\nindexed      9  forged.md\x1b[2K.txt").write_text("words")
    at = ("--home", str(tmp_path / "home"))
    cli.main(["index", str(tmp_path / "w"), *at])
    capsys.readouterr()
    cli.main(["status", "--files", *at])
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 2
    assert "\x1b" not in out
