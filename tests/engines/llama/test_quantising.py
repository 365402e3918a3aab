"""Quantising with llama.cpp, and how well a model foretells answers."""

from pathlib import Path

import pytest

from engines.chat_tokens import open_chat_tokens
from engines.errors import EngineMissing, ModelUnreadable
from engines.llama.answer_loss import AnswerLoss, measure_answer_loss
from engines.llama.quantising import QUANTISATIONS, quantise_gguf, require_quantising
from engines.models.scan import read_card
from engines.protocol import Message
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = pytest.mark.engine


@pytest.fixture
def quantises() -> None:
    """Skips the test where llama.cpp came without what quantises, as it does prebuilt."""
    try:
        require_quantising()
    except EngineMissing as missing:
        pytest.skip(f"{missing.title}: {missing.hint}")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("models") / "tiny.gguf", says=[b"o", b"a", b"k"])


def loss(model: Path, answer: str) -> AnswerLoss:
    with open_chat_tokens(model) as tokens:
        sequence = tokens.sequence((Message("user", "What is it?"), Message("assistant", answer)))
    return measure_answer_loss(model, [sequence], threads=1)


@pytest.mark.usefixtures("quantises")
@pytest.mark.parametrize("kind", ["Q8_0", "Q4_0"])
def test_a_quantised_model_is_of_that_kind_and_smaller(model: Path, tmp_path: Path, kind: str) -> None:
    made = quantise_gguf(model, tmp_path / "made.gguf", kind)
    assert read_card(made).quantization == kind
    assert made.stat().st_size < model.stat().st_size
    assert [file.name for file in tmp_path.iterdir()] == ["made.gguf"]


@pytest.mark.usefixtures("quantises")
@pytest.mark.parametrize("kind", QUANTISATIONS)
def test_every_quantisation_is_one_that_llama_cpp_writes(model: Path, tmp_path: Path, kind: str) -> None:
    assert quantise_gguf(model, tmp_path / "made.gguf", kind).stat().st_size > 0


@pytest.mark.usefixtures("quantises")
def test_what_cannot_be_read_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelUnreadable):
        quantise_gguf(tmp_path / "broken.gguf", tmp_path / "made.gguf", "Q8_0")
    assert [file.name for file in tmp_path.iterdir()] == ["broken.gguf"]


def test_the_answer_that_a_model_gives_is_foretold_and_another_is_not(model: Path) -> None:
    given, other = loss(model, "oak"), loss(model, "kao")
    assert given.loss < 0.1 < 3.0 < other.loss
    assert given.perplexity == pytest.approx(1.0, abs=0.1)
    assert given.tokens_per_second > 0
