"""Sampling from few candidates gives the tokens that llama.cpp's own chain draws from the whole vocabulary."""

import ctypes
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings, strategies as st

from engines.llama.bindings import llama_library
from engines.llama.model import LlamaModel
from engines.llama.sampler import Candidates, Sampler
from engines.protocol import Sampling
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = pytest.mark.engine
SIZE = 20_007  # tokens of a vocabulary, which no table holds in full rows
DRAWS = 8


Logits = npt.NDArray[np.float32]


class NativeChain:
    """llama.cpp's chain of samplers over the whole vocabulary, as its `llama_sampler_sample` applies it."""

    def __init__(self, sampling: Sampling) -> None:
        self._api = api = llama_library().api
        self._chain = api.llama_sampler_chain_init(api.llama_sampler_chain_default_params())
        links = [api.llama_sampler_init_penalties(SIZE, 64, sampling.repeat_penalty, 0.0, 0.0)]
        if sampling.temperature > 0:
            links += [
                api.llama_sampler_init_top_k(sampling.top_k),
                api.llama_sampler_init_top_p(sampling.top_p, 1),
                api.llama_sampler_init_min_p(sampling.min_p, 1),
                api.llama_sampler_init_temp(sampling.temperature),
                api.llama_sampler_init_dist(sampling.seed),
            ]
        else:
            links.append(api.llama_sampler_init_greedy())
        for link in links:
            api.llama_sampler_chain_add(self._chain, link)

    def draw(self, logits: Logits) -> int:
        data = (self._api.llama_token_data * SIZE)()
        tokens = np.frombuffer(data, [("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        tokens["id"], tokens["logit"] = np.arange(SIZE), logits
        array = self._api.llama_token_data_array(data, SIZE, -1, False)
        self._api.llama_sampler_apply(self._chain, ctypes.byref(array))
        token = int(data[array.selected].id)
        self._api.llama_sampler_accept(self._chain, token)
        return token

    def close(self) -> None:
        self._api.llama_sampler_free(self._chain)


class Draw:
    """Draws in both ways, with the same seed."""

    def __init__(self, model: LlamaModel) -> None:
        self._model, self._candidates = model, Candidates(llama_library().api, SIZE)

    def __call__(self, sampling: Sampling, logits: Logits) -> tuple[list[int], list[int]]:
        """Several tokens each, ours and llama.cpp's, from one prediction: so penalties count."""
        ours = Sampler(llama_library().api, None, self._model, sampling, self._candidates)
        native = NativeChain(sampling)
        found = [ours.draw(logits) for _ in range(DRAWS)], [native.draw(logits) for _ in range(DRAWS)]
        ours.close()
        native.close()
        return found


@pytest.fixture(scope="module")
def draw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Draw]:
    model = LlamaModel(llama_library(), write_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf"))
    yield Draw(model)
    model.close()


SAMPLINGS = st.builds(
    Sampling,
    temperature=st.sampled_from([0.0, 0.3, 0.8, 2.0]),
    top_k=st.sampled_from([0, 1, 2, 40, 200, 500]),
    top_p=st.sampled_from([0.5, 0.95, 1.0]),
    min_p=st.sampled_from([0.0, 0.05]),
    repeat_penalty=st.sampled_from([0.8, 1.0, 1.1, 3.0]),
    seed=st.integers(0, 2**32 - 2),  # the last one is random to llama.cpp
)


SEEDS = st.integers(0, 2**32 - 1)


@given(sampling=SAMPLINGS, seed=SEEDS, spread=st.sampled_from([0.1, 3.0, 30.0]))
@settings(max_examples=60, deadline=None)
def test_same_tokens_as_the_native_chain(draw: Draw, sampling: Sampling, seed: int, spread: float) -> None:
    ours, native = draw(sampling, np.random.default_rng(seed).normal(0.0, spread, SIZE).astype(np.float32))
    assert ours == native


@given(sampling=SAMPLINGS, seed=SEEDS, levels=st.sampled_from([1, 2, 30, 5_000]))
@settings(max_examples=60, deadline=None)
def test_same_tokens_where_many_are_equally_likely(draw: Draw, sampling: Sampling, seed: int, levels: int) -> None:
    ours, native = draw(
        sampling, np.random.default_rng(seed).integers(0, levels, SIZE).astype(np.float32) / np.float32(4)
    )
    assert ours == native


@given(sampling=SAMPLINGS, places=st.lists(st.integers(0, SIZE - 1), min_size=1, max_size=60, unique=True))
@settings(max_examples=60, deadline=None)
def test_same_tokens_where_few_are_possible(draw: Draw, sampling: Sampling, places: list[int]) -> None:
    logits = np.full(SIZE, -np.inf, np.float32)
    logits[places] = np.linspace(-3.0, 5.0, len(places), dtype=np.float32)
    ours, native = draw(sampling, logits)
    assert ours == native


@pytest.mark.parametrize("seed", [-1, 2**32 - 1])
def test_any_seed_draws_the_same_tokens_again(draw: Draw, seed: int) -> None:
    sampling = Sampling(temperature=1.0, top_k=0, seed=seed)
    assert len({tuple(draw(sampling, np.zeros(SIZE, np.float32))[0]) for _ in range(2)}) == 1


@pytest.mark.parametrize(("size", "found"), [(SIZE, True), (600, False)])
def test_likeliest_are_looked_for_where_a_vocabulary_is_large(size: int, found: bool) -> None:
    logits = np.arange(size, dtype=np.float32)
    assert Candidates(llama_library().api, size).select_top(logits, 40) == found
