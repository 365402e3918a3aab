from pathlib import Path

import pytest

from assistant.home import Home, HomeUnusable, find_home


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
