"""The command line with a settings file that has mistakes."""

from pathlib import Path

import pytest

from assistant import cli


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_command_line_notes_each_problem_once_and_goes_on(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text("[model]\ncontext_token = 4\n[network]\noffline = true\n")
    assert cli.main(["connections", "--home", str(path.parent)]) == 0
    told = capsys.readouterr().err
    assert told.count("context_token”") == 1 and "Did you mean “context_tokens”?" in told
    assert "Carrel is offline." in told


def test_command_line_is_offline_with_an_emptied_file(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text("[model]\nthreads = 3\n")
    assert cli.main(["connections", "--home", str(path.parent)]) == 0
    assert "Connections are allowed." in capsys.readouterr().err
    path.write_text("")
    assert cli.main(["connections", "--home", str(path.parent)]) == 0
    told = capsys.readouterr().err
    assert "settings.toml is empty" in told and "Carrel is offline." in told


def test_doctor_shows_problems_as_failed_checks(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text("[model]\ncontext_token = 4\n")
    cli.main(["doctor", "--home", str(path.parent)])
    told = capsys.readouterr()
    assert "✗ settings       settings.toml, line 2: unknown setting “context_token” under [model]" in told.out
    assert "Did you mean “context_tokens”?" in told.out
    assert "context_token" not in told.err
