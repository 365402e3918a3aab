import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge.embed import EmbedderMissing
from knowledge.encoders.encoder_folder import EncoderDamaged, WeightsUnreadable, token_counts, tokenizer_of
from knowledge.encoders.onnx_encoders import OnnxEmbedder
from tests.models import tiny_bert, tiny_xlm_roberta
from tests.models.tiny_bert import Weights

TEXTS = ["the cat sat on the mat", "dog", "", "é中文 ∀🙂", "cat", "of the dog", "the dog sat on the cat " * 90, "mat"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tiny"


@pytest.fixture
def weights(folder: Path) -> Weights:
    return tiny_bert.write_model(folder)


@pytest.fixture
def embedder(folder: Path, weights: Weights) -> Iterator[OnnxEmbedder]:
    opened = OnnxEmbedder(folder, precision="float32", threads=2)
    yield opened
    opened.close()


@pytest.fixture
def fast(folder: Path, weights: Weights) -> Iterator[OnnxEmbedder]:
    opened = OnnxEmbedder(folder, threads=2)
    yield opened
    opened.close()


def token_ids(text: str) -> list[int]:
    tokenizer = tiny_bert.tokenizer()
    tokenizer.no_padding()
    tokenizer.enable_truncation(tiny_bert.MAX_TOKENS)
    ids: list[int] = tokenizer.encode(text).ids
    return ids


def test_every_text_gets_the_models_own_vector_in_the_order_given(embedder: OnnxEmbedder, weights: Weights) -> None:
    expected = [tiny_bert.reference(weights, token_ids(text)) for text in TEXTS]
    assert embedder.embed(TEXTS) == pytest.approx(np.array(expected), abs=1e-5)


def test_integers_give_nearly_the_same_vectors(embedder: OnnxEmbedder, fast: OnnxEmbedder) -> None:
    assert (fast.embed(TEXTS) * embedder.embed(TEXTS)).sum(axis=1).min() > 0.99


def test_vectors_of_each_precision_go_by_their_own_name(embedder: OnnxEmbedder, fast: OnnxEmbedder) -> None:
    assert (embedder.name, fast.name) == ("tiny", "tiny-int8")


def test_vectors_are_float32_rows_of_length_one(embedder: OnnxEmbedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), embedder.dimensions) == (len(TEXTS), tiny_bert.HIDDEN)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-6)


@pytest.mark.parametrize("precision", ["embedder", "fast"])
def test_a_vector_does_not_depend_on_its_neighbours(precision: str, request: pytest.FixtureRequest) -> None:
    embedder = request.getfixturevalue(precision)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    assert embedder.embed(TEXTS * 20)[: len(TEXTS)] == pytest.approx(alone, abs=1e-6)


def test_a_question_is_embedded_as_a_text_is(embedder: OnnxEmbedder) -> None:
    assert embedder.embed_question("the cat").tolist() == embedder.embed(["the cat"])[0].tolist()


def test_no_texts_give_no_rows(embedder: OnnxEmbedder) -> None:
    assert embedder.embed([]).shape == (0, tiny_bert.HIDDEN)


def test_tokens_are_counted_whole_where_embedding_stops(embedder: OnnxEmbedder) -> None:
    assert embedder.max_tokens == tiny_bert.MAX_TOKENS
    tokenizer = tokenizer_of(embedder.tokenizer_file.read_bytes())
    assert token_counts(tokenizer, ["", "cat", "dog " * 100]) == [2, 3, 102]


def test_what_lies_beyond_the_last_token_read_changes_nothing(embedder: OnnxEmbedder) -> None:
    whole, cut = embedder.embed(["cat " * 500, "cat " * (tiny_bert.MAX_TOKENS - 2)])
    assert whole.tolist() == cut.tolist()


def test_threads_do_not_disturb_each_other(embedder: OnnxEmbedder) -> None:
    expected = embedder.embed(TEXTS).tolist()
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: embedder.embed(TEXTS * 5)[: len(TEXTS)], range(20)))
    for vectors in results:
        assert vectors == pytest.approx(np.array(expected), abs=1e-6)


def test_a_question_does_not_wait_for_the_texts_being_indexed(embedder: OnnxEmbedder) -> None:
    indexing = threading.Thread(target=embedder.embed, args=(["the cat sat on the mat"] * 20_000,))
    indexing.start()
    embedder.embed(["dog", "the cat"])
    assert indexing.is_alive()
    indexing.join()


def test_one_thread_is_enough(folder: Path, weights: Weights, embedder: OnnxEmbedder) -> None:
    single = OnnxEmbedder(folder, precision="float32", threads=1)
    assert single.embed(TEXTS) == pytest.approx(embedder.embed(TEXTS), abs=1e-6)
    single.close()


def test_a_folder_behind_a_symbolic_link_opens_under_its_own_name(
    tmp_path: Path, folder: Path, weights: Weights
) -> None:
    (tmp_path / "link").symlink_to(folder)
    opened = OnnxEmbedder(tmp_path / "link", threads=1)
    assert opened.name == "tiny-int8"
    opened.close()


def test_ranks_count_from_the_commonest_word(embedder: OnnxEmbedder) -> None:
    assert embedder.piece_ranks(["the", "Of", "cats", "∀"]) == [[1], [2], [3, 8 + "abcdefghijklmnopqrs".index("s")], []]


def test_single_characters_count_as_the_middle_of_an_alphabet(embedder: OnnxEmbedder) -> None:
    assert embedder.piece_ranks(["x"]) == [[1024]]


def test_an_absent_model_is_missing(tmp_path: Path) -> None:
    with pytest.raises(EmbedderMissing):
        OnnxEmbedder(tmp_path / "absent")


@pytest.mark.parametrize(
    "file", ["config.json", "tokenizer.json", "1_Pooling/config.json", "sentence_bert_config.json"]
)
@pytest.mark.parametrize("content", ["{", "{}", None])
def test_a_damaged_or_absent_file_is_an_expected_failure(
    folder: Path, weights: Weights, file: str, content: str | None
) -> None:
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_text(content)
    with pytest.raises(EncoderDamaged) as caught:
        OnnxEmbedder(folder)
    assert "carrel models pull" in caught.value.hint


def test_weights_cut_short_are_an_expected_failure(folder: Path, weights: Weights) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(WeightsUnreadable, match="cut short"):
        OnnxEmbedder(folder)


def test_weights_of_another_shape_are_an_expected_failure(folder: Path, weights: Weights) -> None:
    weights["encoder.layer.0.output.dense.weight"] = np.ones((3, 5), np.float32)
    tiny_bert.write_safetensors(folder / "model.safetensors", weights)
    with pytest.raises(EncoderDamaged):
        OnnxEmbedder(folder)


@pytest.fixture
def multilingual(tmp_path: Path) -> Iterator[tuple[OnnxEmbedder, Weights]]:
    folder = tmp_path / "multilingual"
    weights = tiny_xlm_roberta.write_embedder(folder)
    tiny_bert.write_safetensors(folder / "model.safetensors", weights)
    opened = OnnxEmbedder(folder, precision="float32", threads=1)
    yield opened, weights
    opened.close()


def test_xlm_roberta_takes_the_first_token_and_counts_positions_from_behind_the_padding(
    multilingual: tuple[OnnxEmbedder, Weights],
) -> None:
    embedder, weights = multilingual
    tokenizer = tiny_xlm_roberta.tokenizer()
    tokenizer.no_truncation()
    texts = ["the cat", "猫坐在垫子上", ""]
    expected = [tiny_xlm_roberta.vector(weights, tokenizer.encode(text).ids) for text in texts]
    assert embedder.embed(texts) == pytest.approx(np.array(expected), abs=1e-5)


def test_xlm_roberta_reads_as_many_tokens_as_have_a_position(multilingual: tuple[OnnxEmbedder, Weights]) -> None:
    assert multilingual[0].max_tokens == tiny_xlm_roberta.POSITIONS


def test_a_vocabulary_of_many_languages_is_not_ranked(multilingual: tuple[OnnxEmbedder, Weights]) -> None:
    assert multilingual[0].piece_ranks(["the", "猫"]) is None


def test_an_embedder_tells_the_size_of_its_weights(embedder: OnnxEmbedder, fast: OnnxEmbedder, folder: Path) -> None:
    file_bytes = (folder / "model.safetensors").stat().st_size
    assert 0.5 * file_bytes < embedder.weight_bytes <= file_bytes
    assert fast.weight_bytes < embedder.weight_bytes
