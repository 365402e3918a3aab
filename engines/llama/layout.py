"""Tells whether a library of llama.cpp has the layout of `declarations`, before anything is computed with it."""

from __future__ import annotations

import ctypes
import platform
from typing import Any

from engines.llama.declarations import FUNCTIONS, VERSIONS, ContextParams, ContextParams06, ModelParams, QuantizeParams

CONTEXT_LAYOUTS = (ContextParams, ContextParams06)
_ROOM = 1024  # bytes: several times the largest struct
_HIDDEN_ARGUMENT = frozenset({"x86_64", "amd64"})  # in System V's and in Microsoft's calling convention
# What the library's own functions return. Every other field is zero, and None is for one that changes with the version.
_MODEL = {"n_gpu_layers": -1, "split_mode": 1, "load_mode": -1, "lazy_mode": 1, "use_extra_bufts": True}
_CONTEXT = {
    **{"n_ctx": 512, "n_batch": 2048, "n_ubatch": 512, "n_seq_max": 1, "n_outputs_max_per_seq": 1},
    **{"n_threads": 4, "n_threads_batch": 4, "type_k": 1, "type_v": 1},
    **dict.fromkeys(("rope_scaling_type", "pooling_type", "attention_type", "flash_attn_type"), -1),
    **dict.fromkeys(("yarn_ext_factor", "yarn_attn_factor", "yarn_beta_fast", "yarn_beta_slow", "defrag_thold"), -1),
    **dict.fromkeys(("offload_kqv", "no_perf", "op_offload", "swa_full"), True),
}
_QUANTIZE = {
    **{"ftype": 7, "quantize_output_tensor": True, "max_buf_size": 8 << 30},
    **dict.fromkeys(("output_tensor_type", "token_embedding_type")),
}


class LibraryUnfit(Exception):
    """The library lacks a function, or its version or the layout of a struct is another one."""


class _Room(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_uint8 * _ROOM)]


def find_context_params(
    native: ctypes.CDLL, layouts: tuple[type[ctypes.Structure], ...] = CONTEXT_LAYOUTS
) -> type[ctypes.Structure]:
    """The one of `layouts` that the library's `llama_context_params` has.

    Raises LibraryUnfit. The version cannot tell, as it is raised long after a layout has changed.
    """
    missing = [name for name in FUNCTIONS if not hasattr(native, name)]
    if missing:
        raise LibraryUnfit(f"it has no function {missing[0]}")
    version = _text(native, "llama_version")
    if version.rpartition(".")[0] not in VERSIONS:
        raise LibraryUnfit(f"it is version {version}, and only {' and '.join(VERSIONS)} are known")
    _require(native, "llama_model_default_params", ModelParams, _MODEL)
    if hasattr(native, "llama_model_quantize_default_params"):
        _require(native, "llama_model_quantize_default_params", QuantizeParams, _QUANTIZE)
    for layout in layouts:
        if not _difference(native, "llama_context_default_params", layout, _CONTEXT):
            return layout
    raise LibraryUnfit(_difference(native, "llama_context_default_params", layouts[-1], _CONTEXT))


def _require(native: ctypes.CDLL, function: str, layout: type[ctypes.Structure], defaults: dict[str, Any]) -> None:
    if difference := _difference(native, function, layout, defaults):
        raise LibraryUnfit(difference)


def _difference(native: ctypes.CDLL, function: str, layout: type[ctypes.Structure], defaults: dict[str, Any]) -> str:
    """The first difference between the struct that a function returns and its layout; "": there is none."""
    data, size = _returned(native, function)
    if size and size != ctypes.sizeof(layout):
        return f"{function} returns {size} bytes, not {ctypes.sizeof(layout)}"
    values = layout.from_buffer_copy(data)
    for name, *_ in layout._fields_:
        expected, found = defaults.get(name, 0), getattr(values, name)
        if expected is not None and (found or 0) != expected:
            return f"{function} returns {found} in {name}, not {expected}"
    return ""


def _returned(native: ctypes.CDLL, function: str) -> tuple[bytes, int]:
    """The struct that a function returns, and its size in whole words of 8 bytes; 0 where it cannot be told.

    On x86-64 the caller passes, as a first argument, the address that it is written to: what is written twice, over
    different bytes, is the struct. Elsewhere the result has room enough for a longer one.
    """
    if platform.machine().lower() not in _HIDDEN_ARGUMENT:
        return bytes(ctypes.CFUNCTYPE(_Room)((function, native))()), 0
    zeros, ones = (ctypes.create_string_buffer(fill * _ROOM, _ROOM) for fill in (b"\0", b"\xff"))
    for room in (zeros, ones):
        ctypes.CFUNCTYPE(None, ctypes.c_void_p)((function, native))(ctypes.addressof(room))
    written = [at for at, (one, other) in enumerate(zip(zeros.raw, ones.raw, strict=True)) if one == other]
    return zeros.raw, -(-(written[-1] + 1) // 8) * 8


def _text(native: ctypes.CDLL, function: str) -> str:
    """What a function without arguments returns as a string."""
    text: bytes = ctypes.CFUNCTYPE(ctypes.c_char_p)((function, native))()
    return text.decode("utf-8", "replace")
