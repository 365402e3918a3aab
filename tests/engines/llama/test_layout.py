"""A library is used only where its structs have the layout that is declared."""

from __future__ import annotations

import _ctypes
import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from engines.errors import EngineMissing
from engines.llama import bindings, layout
from engines.llama.bindings import llama_library
from engines.llama.declarations import MAY_BE_MISSING, ContextParams, ContextParams06
from engines.llama.layout import LibraryUnfit, find_context_params

pytestmark = [pytest.mark.engine, pytest.mark.timeout(30)]  # some start Python


class LongerAtTheEnd(ctypes.Structure):
    _fields_ = [*ContextParams._fields_, ("new", ctypes.c_size_t)]


class InAnotherOrder(ctypes.Structure):
    _fields_ = [ContextParams._fields_[1], ContextParams._fields_[0], *ContextParams._fields_[2:]]


@pytest.fixture(scope="module")
def native() -> ctypes.CDLL:
    return ctypes.CDLL(str(llama_library().file.path))


def other(found: type[ctypes.Structure]) -> type[ctypes.Structure]:
    return ContextParams06 if found is ContextParams else ContextParams


def test_the_layout_of_this_library_is_found_whatever_comes_first(native: ctypes.CDLL) -> None:
    found = find_context_params(native)
    assert find_context_params(native, (other(found), found)) is found
    assert llama_library().api.llama_context_params is found


def test_the_layout_of_another_version_is_refused(native: ctypes.CDLL) -> None:
    with pytest.raises(LibraryUnfit, match="llama_context_default_params returns"):
        find_context_params(native, (other(find_context_params(native)),))


@pytest.mark.parametrize("wrong", [LongerAtTheEnd, InAnotherOrder])
def test_a_wrong_layout_is_refused(native: ctypes.CDLL, wrong: type[ctypes.Structure]) -> None:
    with pytest.raises(LibraryUnfit, match="llama_context_default_params returns"):
        find_context_params(native, (wrong,))


def test_a_wrong_order_is_seen_where_the_size_is_not(native: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    with pytest.raises(LibraryUnfit, match="in n_batch, not 2048"):
        find_context_params(native, (InAnotherOrder,))


def test_an_unknown_version_is_refused(native: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "VERSIONS", ("0.1",))
    with pytest.raises(LibraryUnfit, match=r"only 0\.1 are known"):
        find_context_params(native)


def test_the_file_is_loaded_once_whoever_names_it() -> None:
    assert llama_library(llama_library().file.path) is llama_library()


def test_another_library_is_refused_by_its_name(tmp_path: Path) -> None:
    for path, reason in ((Path(_ctypes.__file__), "it has no function"), (tmp_path / "no.so", "no.so")):
        with pytest.raises(EngineMissing) as refused:
            llama_library(path)
        assert str(path) in refused.value.hint
        assert reason in refused.value.hint


def test_a_system_library_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_: str) -> ctypes.CDLL:
        raise OSError("libgomp.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(ctypes, "CDLL", load)
    with pytest.raises(EngineMissing) as refused:
        llama_library(tmp_path / "whole.so")
    assert "apt install libgomp1" in refused.value.hint


def test_a_function_that_is_missing_is_named_when_it_is_called(
    native: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MAY_BE_MISSING, "llama_fly", (None,))
    api = bindings._declare(native, find_context_params(native))
    with pytest.raises(EngineMissing, match="llama_fly"):
        api.llama_fly(1)


def test_the_next_library_serves_where_the_first_does_not_load() -> None:
    program = """
from pathlib import Path
from engines.llama import bindings
from engines.llama.library_file import LibraryFile, library_files
good = next(library_files(None))
bindings.library_files = lambda chosen: iter([LibraryFile(Path("no.so"), "none"), good])
assert bindings.llama_library().file == good
"""
    subprocess.run([sys.executable, "-c", program], check=True)
