"""Quantises a GGUF file with llama.cpp's own function."""

from __future__ import annotations

import os
from pathlib import Path

from engines.errors import ModelUnreadable
from engines.llama.bindings import llama_library

# llama.h: enum llama_ftype
QUANTISATIONS = {
    "F16": 1,
    "BF16": 32,
    "Q8_0": 7,
    "Q6_K": 18,
    "Q5_K_M": 17,
    "Q5_K_S": 16,
    "Q4_K_M": 15,
    "Q4_K_S": 14,
    "Q4_0": 2,
    "Q4_1": 3,
    "IQ4_XS": 30,
    "IQ4_NL": 25,
    "Q3_K_M": 12,
    "Q2_K": 10,
}
"""The kinds of quantisation that need no importance matrix, by their usual names."""


def require_quantising() -> None:
    """Raises EngineMissing where no llama.cpp is installed that quantises: a prebuilt one does not."""
    llama_library().api.llama_model_quantize_default_params()


def quantise_gguf(source: Path, target: Path, quantisation: str) -> Path:
    """Write `source`, in 16 or 32 bits, to `target` in one of QUANTISATIONS; a half-written file is never left there.

    Raises ModelUnreadable, EngineMissing.
    """
    api = llama_library().api
    parameters = api.llama_model_quantize_default_params()
    parameters.ftype = QUANTISATIONS[quantisation]
    half = target.with_name(f".{target.name}.half")
    try:
        code = api.llama_model_quantize(os.fsencode(source), os.fsencode(half), parameters)
        if code:
            raise ModelUnreadable(source, f"llama.cpp cannot write it as {quantisation}. Is the disk full?")
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return target
