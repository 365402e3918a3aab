"""`carrel tool` on the command line."""

from __future__ import annotations

import json

import pytest

from assistant import cli


def test_tools_are_listed_described_and_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["tool"]) == 0
    assert "analyze_transformer" in capsys.readouterr().out
    assert cli.main(["tool", "estimate_cost"]) == 0
    assert "* users_per_day" in capsys.readouterr().out
    assert cli.main(["tool", "analyze_transformer", "model=llama-3.1-8b", "weight-bits=4.5", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    weights = next(figure for figure in told["figures"] if figure["name"] == "weights")
    assert weights["unit"] == "GB" and 4.4 < weights["value"] < 4.6


def test_a_wrong_argument_is_a_failure_with_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["tool", "sus_score", "answer=1"]) == 1
    assert "Did you mean answers?" in capsys.readouterr().err
    assert cli.main(["tool", "sus_score", "1 2 3"]) == 1
    assert "NAME=VALUE" in capsys.readouterr().err
