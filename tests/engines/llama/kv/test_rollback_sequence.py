"""A computation of a recurrent or hybrid model is interrupted anywhere, and leaves no trace."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engines.engine_settings import LlamaSettings, Tuning
from engines.llama.bindings import LlamaLibrary, llama_library
from engines.llama.context import BatchSlice, LlamaContext
from engines.llama.model import LlamaModel
from engines.protocol import Sampling
from tests.models.tiny_mamba import write_tiny_mamba
from tests.models.tiny_memory_kinds import write_tiny_hybrid

pytestmark = pytest.mark.engine
CHUNK, CHUNKS, WRITTEN = 16, 3, 20
KINDS = {"hybrid": write_tiny_hybrid, "recurrent": write_tiny_mamba}


class Interrupter:
    """Aborts a computation when llama.cpp has asked for the `at`th time whether to."""

    def __init__(self) -> None:
        self.asked, self.at = 0, -1

    def __call__(self, _: object) -> bool:
        self.asked += 1
        return self.asked == self.at


@pytest.fixture(params=KINDS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return KINDS[request.param](tmp_path / "model.gguf")


@pytest.fixture
def interrupter() -> Interrupter:
    return Interrupter()


@pytest.fixture
def context(path: Path, interrupter: Interrupter) -> Iterator[tuple[LlamaContext, LlamaModel]]:
    library = llama_library()
    interruptible: LlamaLibrary = replace(library, abort_callback=library.api.ggml_abort_callback(interrupter))
    model = LlamaModel(library, path)
    made = LlamaContext(interruptible, model, LlamaSettings(), Tuning(threads=1, batch_tokens=CHUNK), 512)
    yield made, model
    made.close()
    model.close()


def written(
    context: LlamaContext,
    model: LlamaModel,
    tokens: list[int],
    compute: Callable[[BatchSlice], object],
    sequence: int = 0,
) -> list[int]:
    """The tokens that follow greedily on `tokens`, which are read in chunks."""
    sampler = context.sampler(Sampling(temperature=0), model)
    for at in range(0, len(tokens), CHUNK):
        compute(BatchSlice(sequence, tokens[at : at + CHUNK], at, at + CHUNK == len(tokens)))
    following = [sampler.sample(CHUNK - 1)]
    while len(following) < WRITTEN:
        compute(BatchSlice(sequence, [following[-1]], len(tokens) + len(following) - 1, 1))
        following.append(sampler.sample(0))
    sampler.close()
    context.truncate(sequence, 0)
    return following


def test_interrupting_anywhere_changes_no_token(
    context: tuple[LlamaContext, LlamaModel], interrupter: Interrupter, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, model = context
    monkeypatch.setattr("engines.llama.context._UNNOTICED_SECONDS", 0.0)
    tokens = model.tokenize("What is said in the notes of the garden?" * 4)[: CHUNK * CHUNKS]
    expected = written(made, model, tokens, lambda computed: made.decode([computed]))
    interrupted = 0

    def insist(computed: BatchSlice) -> None:
        nonlocal interrupted
        interrupter.asked, interrupter.at = 0, interrupter.at + 1
        while not made.decode([computed]):
            interrupted += 1
            assert made.truncate(computed.sequence, computed.position)

    for _ in range(6):
        assert written(made, model, tokens, insist) == expected
    assert interrupted > WRITTEN


def test_interrupting_one_sequence_harms_no_other(
    context: tuple[LlamaContext, LlamaModel], interrupter: Interrupter
) -> None:
    made, model = context
    tokens = model.tokenize("What is said in the notes of the garden?" * 4)[: CHUNK * CHUNKS]
    expected = written(made, model, tokens, lambda computed: made.decode([computed]))
    other = model.tokenize("Something else altogether")[:CHUNK]

    def after_an_interrupted(computed: BatchSlice) -> None:
        interrupter.asked, interrupter.at = 0, 5
        assert not made.decode([BatchSlice(1, other, 0, 0)])
        assert made.truncate(1, 0)
        interrupter.at = -1
        assert made.decode([computed])

    assert written(made, model, tokens, after_an_interrupted) == expected


def test_batch_that_cannot_be_rolled_back_is_not_interrupted(context: tuple[LlamaContext, LlamaModel]) -> None:
    made, model = context
    made._library = replace(made._library, abort_callback=llama_library().abort_callback)
    tokens = model.tokenize("What is said?")[:8]
    made.stop.set()
    assert made.decode([BatchSlice(0, tokens, 0, 1), BatchSlice(1, tokens, 0, 1)])
    assert not made.decode([BatchSlice(2, tokens, 0, 1)])
