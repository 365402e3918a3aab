"""The wheel of llama.cpp, built by `make llama-wheel`: installed into a folder, and run from there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.doctor.llama_check import check_llama
from engines.engine_settings import EngineSettings, LlamaSettings
from engines.errors import EngineMissing
from engines.llama.bindings import llama_library
from engines.llama.library_file import library_files
from engines.opening import open_engine
from engines.protocol import Message, Sampling
from libraries import PIP, llama_wheel
from llama.wheel_file import WheelMember, write_wheel
from shared_objects import elf_files, greatest_version, needed
from tests.models.tiny_gguf import write_tiny_gguf

# Of manylinux: what every system has.
EVERYWHERE = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "libdl.so.2"}
pytestmark = [pytest.mark.packages, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the package."""
    if not (wheel := llama_wheel()):
        pytest.skip("`make llama-wheel` builds it")
    site = tmp_path_factory.mktemp("site")
    subprocess.run([*PIP, "install", "--no-index", "--target", site, wheel], check=True)
    return site / "carrel_llama"


def greedy(model: Path, library: Path) -> str:
    """The tokens of an answer, from a process of its own."""
    engine = open_engine(model, EngineSettings(llama=LlamaSettings(library=library, threads=1, context_tokens=512)))
    reply = engine.reply([Message("user", "Name three colours.")], Sampling(temperature=0.0, max_tokens=64))
    written = "".join(piece.text for piece in reply)
    engine.close()
    return written


def test_it_answers_as_the_installed_libraries_do(installed: Path, tmp_path: Path) -> None:
    ours = installed / "libcarrel-llama.so"
    for seed in range(2):
        model = write_tiny_gguf(tmp_path / f"{seed}.gguf", seed=seed)
        others = {greedy(model, file.path) for file in library_files(None)}
        assert others == {greedy(model, ours)}


def test_the_doctor_names_the_part_in_use_and_offers_no_compiling(installed: Path, tmp_path: Path) -> None:
    processor = tmp_path / "cpuinfo"
    processor.write_text("flags : avx_vnni amx_int8\n")
    check = check_llama(installed / "libcarrel-llama.so", processor, vendors=())
    kinds = [path.stem.removeprefix("libggml-cpu-") for path in installed.glob("libggml-cpu-*.so")]
    assert check.ok and any(f"built for CPU ({kind})" in check.detail for kind in kinds)
    assert not check.hint


def test_without_a_part_for_the_processor_it_is_refused(installed: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(installed, bare, ignore=shutil.ignore_patterns("libggml-cpu-*"))
    with pytest.raises(EngineMissing) as raised:
        llama_library(bare / "libcarrel-llama.so")
    assert "no part of it for this processor" in raised.value.hint


@pytest.mark.skipif(sys.platform != "linux", reason="of ELF")
def test_it_needs_what_its_tag_says(installed: Path) -> None:
    libraries = list(elf_files(installed))
    there = {path.name for path in libraries}
    assert set().union(*map(needed, libraries)) - there <= EVERYWHERE
    wheel = llama_wheel()
    assert wheel
    promised = tuple(int(part) for part in wheel.stem.split("manylinux_")[1].split("_")[:2])
    assert greatest_version(libraries, "GLIBC") <= promised


def test_a_wheel_is_the_same_bytes_each_time_and_installs(tmp_path: Path) -> None:
    name, files = "thing-1.0-py3-none-any.whl", [WheelMember("thing/a.so", b"bytes", runs=True)]
    metadata = "Metadata-Version: 2.4\nName: thing\nVersion: 1.0\n"
    first, second = (write_wheel(tmp_path / part / name, files, {"LICENSE": b"MIT"}, metadata) for part in "ab")
    assert first.read_bytes() == second.read_bytes()
    subprocess.run([*PIP, "install", "--no-index", "--target", tmp_path / "site", first], check=True)
    assert (tmp_path / "site" / "thing" / "a.so").read_bytes() == b"bytes"
