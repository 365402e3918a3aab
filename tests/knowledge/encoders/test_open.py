from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from knowledge.embed import EmbedderMissing
from knowledge.encoders.encoder_catalogue import ENCODER_CATALOGUE, EncoderUnknown, find_encoder
from knowledge.encoders.encoder_folder import AGREEMENT
from knowledge.encoders.open_encoders import (
    InstalledEmbedder,
    InstalledReranker,
    open_installed_embedder,
    open_installed_reranker,
)
from knowledge.rerank import RerankerMissing
from tests.models import tiny_bert, tiny_xlm_roberta


@pytest.fixture
def models(tmp_path: Path) -> Path:
    tiny_bert.write_model(tmp_path / "bge-small-en-v1.5")
    tiny_xlm_roberta.write_reranker(tmp_path / "bge-reranker-base")
    return tmp_path


Model = TypeVar("Model", InstalledEmbedder, InstalledReranker)


class Opened(Protocol):
    """Passes a model on, and closes it at the end."""

    def __call__(self, model: Model) -> Model: ...


@pytest.fixture
def opened() -> Iterator[Opened]:
    with ExitStack() as stack:

        def keep(model: Model) -> Model:
            return stack.enter_context(closing(model))

        yield keep


def test_an_unchecked_model_opens_in_its_own_precision(models: Path, opened: Opened) -> None:
    assert opened(open_installed_embedder("bge-small-en-v1.5", [models])).name == "bge-small-en-v1.5"
    assert opened(open_installed_reranker("bge-reranker-base", [models])).name == "bge-reranker-base"


@pytest.mark.parametrize(("agrees", "name"), [(True, "bge-small-en-v1.5-int8"), (False, "bge-small-en-v1.5")])
def test_int8_is_the_default_where_it_was_found_to_agree(models: Path, opened: Opened, agrees: bool, name: str) -> None:
    tiny_bert.write_json(models / "bge-small-en-v1.5" / AGREEMENT, {"agrees": agrees})
    assert opened(open_installed_embedder("bge-small-en-v1.5", [models])).name == name


def test_int8_that_was_measured_needs_no_check(tmp_path: Path, opened: Opened) -> None:
    tiny_bert.write_model(tmp_path / "all-MiniLM-L6-v2")
    assert opened(open_installed_embedder("all-MiniLM-L6-v2", [tmp_path])).name == "all-MiniLM-L6-v2-int8"


def test_an_embedder_opens_again_by_its_own_name(models: Path, opened: Opened) -> None:
    fast = opened(open_installed_embedder("bge-small-en-v1.5", [models], "int8"))
    again = opened(open_installed_embedder(fast.name, [models]))
    assert again.name == fast.name
    assert again.embed(["cat"]).tolist() == fast.embed(["cat"]).tolist()


def test_a_damaged_check_is_no_agreement(models: Path, opened: Opened) -> None:
    (models / "bge-reranker-base" / AGREEMENT).write_text("{")
    assert opened(open_installed_reranker("bge-reranker-base", [models])).name == "bge-reranker-base"


def test_bge_wants_its_instruction_before_questions_alone(models: Path, opened: Opened) -> None:
    embedder = opened(open_installed_embedder("bge-small-en-v1.5", [models]))
    instructed = embedder.embed(["Represent this sentence for searching relevant passages: the cat"])[0]
    assert embedder.embed_question("the cat").tolist() == instructed.tolist() != embedder.embed(["the cat"])[0].tolist()


def test_the_first_folder_that_has_the_model_wins(tmp_path: Path, opened: Opened) -> None:
    for seed, place in enumerate(("first", "second")):
        tiny_bert.write_model(tmp_path / place / "bge-small-en-v1.5", seed)
    alone = opened(open_installed_embedder("bge-small-en-v1.5", [tmp_path / "first"])).embed(["cat"])
    places = [tmp_path / "absent", tmp_path / "first", tmp_path / "second"]
    assert opened(open_installed_embedder("bge-small-en-v1.5", places)).embed(["cat"]).tolist() == alone.tolist()


def test_what_is_not_installed_is_missing_and_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(EmbedderMissing) as embedder:
        open_installed_embedder("bge-m3", [tmp_path])
    with pytest.raises(RerankerMissing) as reranker:
        open_installed_reranker("bge-reranker-large", [tmp_path])
    assert "models pull bge-m3" in embedder.value.hint
    assert "models pull bge-reranker-large" in reranker.value.hint


def test_an_unknown_name_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnknown) as caught:
        open_installed_embedder("bge-smal-en-v1.5", [tmp_path])
    assert caught.value.hint == "Did you mean “bge-small-en-v1.5”?"


def test_a_reranker_is_no_embedder() -> None:
    with pytest.raises(EncoderUnknown, match="No embedder is called “bge-reranker-base”"):
        find_encoder("bge-reranker-base", "embedder")


def test_every_model_of_the_catalogue_is_pinned_and_licensed() -> None:
    assert len({model.name for model in ENCODER_CATALOGUE}) == len(ENCODER_CATALOGUE)
    for model in ENCODER_CATALOGUE:
        assert len(model.revision) == 40
        assert model.licence in ("Apache-2.0", "MIT")
        assert (model.dimensions is None) == (model.kind == "reranker")
