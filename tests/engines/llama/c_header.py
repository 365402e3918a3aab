"""A parser of llama.h, good for its structs and functions only, and the same notation for our declarations."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from engines.llama.declarations import AbortCallback, LogCallback, ProgressCallback

ALIASES = {
    **dict.fromkeys(("llama_token", "llama_pos", "llama_seq_id", "int"), "int32_t"),
    **{"llama_state_seq_flags": "uint32_t", "llama_memory_t": "pointer"},
    **dict.fromkeys(("ggml_backend_sched_eval_callback", "ggml_abort_callback", "ggml_log_callback"), "pointer"),
    "llama_progress_callback": "pointer",
}
OURS: dict[Any, str] = {
    None: "void",
    ctypes.c_bool: "bool",
    ctypes.c_char_p: "pointer",
    ctypes.c_float: "float",
    ctypes.c_int32: "int32_t",
    ctypes.c_int64: "int64_t",
    ctypes.c_size_t: "size_t",
    ctypes.c_uint32: "uint32_t",
    ctypes.c_void_p: "pointer",
    **dict.fromkeys((AbortCallback, LogCallback, ProgressCallback), "pointer"),
}
SAME = {"uint64_t": "size_t"}  # ctypes has one type for both where pointers have 64 bits


def read_header(path: Path) -> str:
    """The text of a header without its comments."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)


def structs(text: str, wanted: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """The fields of each struct that is wanted: name and type, in their order."""
    found = re.findall(r"struct (\w+) \{([^{}]*)\}", text)
    return {
        name: [_named(line) for line in fields.split(";") if line.strip()] for name, fields in found if name in wanted
    }


def functions(text: str, wanted: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The types of each function that is wanted: its result, then its arguments."""
    found = re.findall(r"LLAMA_API\s+([^;(]+?[\s*])(\w+)\s*\(([^()]*)\)\s*;", text)
    return {
        name: (
            c_type(result),
            *(_named(one)[1] for one in arguments.split(",") if one.strip() not in ("", "void")),
        )
        for result, name, arguments in found
        if name in wanted
    }


def c_type(text: str) -> str:
    """A type in one notation: `pointer`, `int32_t` also for enumerations, or the name of a struct."""
    words = text.replace("*", " * ").replace("const", "").replace("struct", "").split()
    if "*" in words:
        return "pointer"
    name = "int32_t" if words[0] == "enum" else ALIASES.get(words[0], words[0])
    return SAME.get(name, name)


def our_type(declared: Any, names: dict[Any, str]) -> str:
    """The same notation of a type of ctypes. `names`: of the structs."""
    if declared in names:
        return names[declared]
    name = OURS.get(declared, "pointer" if hasattr(declared, "contents") else "")
    return SAME.get(name, name)


def _named(text: str) -> tuple[str, str]:
    kind, name = re.fullmatch(r"\s*(.*?[\s*])(\w+)\s*", text, re.DOTALL).groups()  # type: ignore[union-attr]
    return name, c_type(kind)
