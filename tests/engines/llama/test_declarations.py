"""Our declarations of llama.cpp's structs and functions are those of its header."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Any

import pytest

from engines.llama.declarations import FUNCTIONS, MAY_BE_MISSING, TYPES
from engines.llama.layout import CONTEXT_LAYOUTS
from tests.engines.llama.c_header import functions, our_type, read_header, structs

NAMES = {kind: name for name, kind in TYPES.items() if isinstance(kind, type) and issubclass(kind, ctypes.Structure)}


@pytest.fixture(scope="module")
def header() -> str:
    folder = os.environ.get("CARREL_TEMPLATES")
    if folder is None:
        pytest.skip("needs llama.h: make test-templates")
    return read_header(Path(folder) / "llama.h")


def declared(kind: Any) -> list[tuple[str, str]]:
    return [(name, our_type(field, NAMES)) for name, field, *_ in kind._fields_]


@pytest.mark.templates
def test_structs_are_those_of_the_header(header: str) -> None:
    found = structs(header, NAMES.values())
    for kind, name in NAMES.items():
        layouts = [declared(one) for one in (CONTEXT_LAYOUTS if name == "llama_context_params" else (kind,))]
        assert found[name] in layouts, name


@pytest.mark.templates
def test_functions_are_those_of_the_header(header: str) -> None:
    signatures = {**FUNCTIONS, **MAY_BE_MISSING}
    ours = {name: tuple(our_type(one, NAMES) for one in signature) for name, signature in signatures.items()}
    assert ours == functions(header, ours)


def test_a_header_is_parsed_field_by_field(tmp_path: Path) -> None:
    (tmp_path / "a.h").write_text(
        "struct a { const float * b; // one\n enum c d; size_t e; }; /* f */\n"
        "LLAMA_API struct a * g(struct h * i, llama_pos j, bool k);\nLLAMA_API bool l(void);"
    )
    text = read_header(tmp_path / "a.h")
    assert structs(text, "ah") == {"a": [("b", "pointer"), ("d", "int32_t"), ("e", "size_t")]}
    assert functions(text, "gl") == {"g": ("pointer", "pointer", "int32_t", "bool"), "l": ("bool",)}
