"""Libraries are offline while they load, and what a person set is left as it was."""

import os

import pytest

from engines.safetensors_folder import offline


@pytest.mark.parametrize("before", [None, "0", "1"])
def test_offline_within_and_as_before_after(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    if before is None:
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    else:
        monkeypatch.setenv("HF_HUB_OFFLINE", before)
    with pytest.raises(ZeroDivisionError), offline():
        assert os.environ["HF_HUB_OFFLINE"] == "1"
        raise ZeroDivisionError
    assert os.environ.get("HF_HUB_OFFLINE") == before
    assert os.environ["VLLM_NO_USAGE_STATS"] == os.environ["DO_NOT_TRACK"] == "1"
