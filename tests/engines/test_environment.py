"""Environment variables are as they were after the block, whatever happens in it."""

import os

import pytest

from engines.safetensors_folder import environment


def test_variables_are_set_for_the_block_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARREL_BEFORE", "old")
    monkeypatch.delenv("CARREL_NEW", raising=False)
    with pytest.raises(ZeroDivisionError), environment({"CARREL_BEFORE": "new", "CARREL_NEW": "1"}):
        assert (os.environ["CARREL_BEFORE"], os.environ["CARREL_NEW"]) == ("new", "1")
        raise ZeroDivisionError
    assert os.environ["CARREL_BEFORE"] == "old"
    assert "CARREL_NEW" not in os.environ
