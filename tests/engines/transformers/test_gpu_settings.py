"""The settings for GPUs reach torch and bitsandbytes, as far as that can be seen without one."""

import os
from types import SimpleNamespace

import pytest

from engines.engine_settings import TransformersSettings
from engines.transformers.causal_lm import best_attention, choose_arithmetic, use_allocator


@pytest.fixture
def torch() -> SimpleNamespace:
    """Keeps what it is told."""
    told = SimpleNamespace(precision="", backends=SimpleNamespace(cudnn=SimpleNamespace()))
    told.set_float32_matmul_precision = lambda precision: setattr(told, "precision", precision)
    return told


@pytest.mark.parametrize(("tf32", "precision"), [(True, "high"), (False, "highest")])
def test_tf32_and_autotune_are_what_the_settings_say(torch: SimpleNamespace, tf32: bool, precision: str) -> None:
    choose_arithmetic(torch, TransformersSettings(tf32=tf32, cudnn_autotune=not tf32))
    assert torch.precision == precision
    assert (torch.backends.cudnn.allow_tf32, torch.backends.cudnn.benchmark) == (tf32, not tf32)


@pytest.mark.parametrize(
    ("installed", "capability", "chosen"),
    [
        ({"flash_attn", "flash_attn_interface"}, 9, "flash_attention_3"),
        ({"flash_attn", "flash_attn_interface"}, 8, "flash_attention_2"),
        ({"flash_attn"}, 9, "flash_attention_2"),
        ({"flash_attn"}, 7, None),
        (set(), 9, None),
    ],
)
def test_the_fastest_attention_that_is_installed_is_taken(
    monkeypatch: pytest.MonkeyPatch, installed: set[str], capability: int, chosen: str | None
) -> None:
    monkeypatch.setattr("engines.transformers.causal_lm.find_spec", lambda name: name in installed or None)
    assert best_attention(capability) == chosen


def test_the_allocator_is_told_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTORCH_ALLOC_CONF", raising=False)
    use_allocator(TransformersSettings(allocator=""))
    assert "PYTORCH_ALLOC_CONF" not in os.environ
    use_allocator(TransformersSettings())
    assert os.environ["PYTORCH_ALLOC_CONF"] == "expandable_segments:True"
    monkeypatch.setenv("PYTORCH_ALLOC_CONF", "backend:native")
    use_allocator(TransformersSettings())
    assert os.environ["PYTORCH_ALLOC_CONF"] == "backend:native"
