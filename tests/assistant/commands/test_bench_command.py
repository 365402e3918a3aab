from pathlib import Path

import pytest

from assistant.cli import main
from assistant.commands import bench


@pytest.mark.parametrize("what", bench.MODULES)
def test_benchmark_runs_with_json(what: str) -> None:
    module, _ = bench.MODULES[what]
    path = bench.SOURCE.joinpath(*module.split("."))
    source = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
    assert "--json" in source.read_text("utf-8")


def test_options_after_the_dashes_go_to_the_benchmark(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "index", "--", "--help"]) == 0
    assert "--only" in capfd.readouterr().out


def test_failed_benchmark_is_an_expected_failure(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "index", "--", "--only", "nothing"]) == 1
    assert "The benchmark index failed" in capfd.readouterr().err


def test_without_the_source_it_says_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "SOURCE", tmp_path)
    assert main(["bench", "engine"]) == 1
    assert "come with Carrel's source" in capfd.readouterr().err
