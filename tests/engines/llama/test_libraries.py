"""Every installed library of llama.cpp computes the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from engines.engine_settings import EngineSettings, LlamaSettings, Tuning
from engines.llama.bindings import llama_library
from engines.llama.context import BatchSlice, LlamaContext
from engines.llama.library_file import LibraryFile, library_files
from engines.llama.model import LlamaModel
from engines.opening import open_engine
from engines.protocol import Message, Sampling
from tests.models.tiny_gguf import write_tiny_gguf
from tests.small_model import small_model

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.timeout(120)]
QUESTIONS = ("When does the lease end?", "Name three colours.", "Write a short letter to the landlord.")
TEXT = "Dear landlord, I hope this letter finds you well. The lease ends on January 1st, 2024. A cat sat on the mat."
# Weights of 4 bits: one library alone is as far apart from itself, between a batch of 64 tokens and one after another.
ROUNDING = 1.0


@pytest.fixture(scope="module")
def installed() -> list[LibraryFile]:
    files = list(library_files(None))
    if len(files) < 2:
        pytest.skip("needs a compiled and a prebuilt llama.cpp: make install compile")
    return files


def answers(model: Path, library: LibraryFile) -> list[str]:
    """Those of a process of its own, with the library."""
    llama = LlamaSettings(library=library.path, threads=1, context_tokens=512)
    engine = open_engine(model, EngineSettings(llama=llama))
    sampling = Sampling(temperature=0.0, max_tokens=64)
    written = ["".join(piece.text for piece in engine.reply([Message("user", one)], sampling)) for one in QUESTIONS]
    engine.close()
    return written


def logits(model: Path, library: LibraryFile) -> npt.NDArray[np.float32]:
    """Those after each token of TEXT."""
    native = llama_library(library.path)
    loaded = LlamaModel(native, model)
    context = LlamaContext(native, loaded, LlamaSettings(), Tuning(threads=1), 512)
    rows = []
    for place, token in enumerate(loaded.tokenize(TEXT)):
        context.decode([BatchSlice(0, [token], place, 1)])
        pointer = native.api.llama_get_logits_ith(context._handle, -1)
        rows.append(np.ctypeslib.as_array(pointer, (loaded.size,)).copy())
    context.close()
    loaded.close()
    return np.array(rows)


def test_random_weights_answer_the_same(installed: list[LibraryFile], tmp_path: Path) -> None:
    for seed in range(3):
        model = write_tiny_gguf(tmp_path / f"{seed}.gguf", seed=seed)
        first, *others = (answers(model, one) for one in installed)
        assert others == [first] * len(others)


def test_the_likeliest_token_is_the_same_where_rounding_does_not_decide(installed: list[LibraryFile]) -> None:
    first, *others = (logits(small_model(), one) for one in installed)
    best = np.sort(first, axis=1)
    clear = best[:, -1] - best[:, -2] > ROUNDING
    assert clear.sum() > 5
    for other in others:
        assert np.abs(other - first).mean() < ROUNDING / 2
        assert (other.argmax(axis=1) == first.argmax(axis=1))[clear].all()
