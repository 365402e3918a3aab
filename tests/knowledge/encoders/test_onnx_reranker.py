from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoders.encoder_folder import EncoderDamaged
from knowledge.encoders.onnx_encoders import OnnxReranker
from knowledge.rerank import RerankerMissing
from tests.models import tiny_bert, tiny_xlm_roberta
from tests.models.tiny_bert import Weights

QUESTION = "the cat sat"
TEXTS = ["dog", "the cat sat the dog", "", "猫坐在垫子上", "zebra cat", "the dog sat " * 30]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tiny"


@pytest.fixture
def weights(folder: Path) -> Weights:
    return tiny_xlm_roberta.write_reranker(folder)


@pytest.fixture
def reranker(folder: Path, weights: Weights) -> Iterator[OnnxReranker]:
    opened = OnnxReranker(folder, threads=2)
    yield opened
    opened.close()


def pair_ids(question: str, text: str, room: int = tiny_xlm_roberta.POSITIONS) -> list[int]:
    """As FlagReranker joins a pair: <s> question </s></s> text </s>, the text cut where the window ends."""
    tokenizer = tiny_xlm_roberta.tokenizer()
    tokenizer.no_truncation()
    asked, read = (tokenizer.encode(part, add_special_tokens=False).ids for part in (question, text))
    asked = asked[: room * 3 // 4]
    return [0, *asked, 2, 2, *read[: room - 4 - len(asked)], 2]


def test_every_text_gets_the_models_own_score_in_the_order_given(reranker: OnnxReranker, weights: Weights) -> None:
    expected = [tiny_xlm_roberta.logit(weights, pair_ids(QUESTION, text)) for text in TEXTS]
    assert reranker.scores(QUESTION, TEXTS) == pytest.approx(expected, abs=1e-4)
    assert np.std(expected) > 0.03


def test_a_long_question_leaves_room_for_the_text(reranker: OnnxReranker, weights: Weights) -> None:
    question = "the cat sat " * 20
    expected = [tiny_xlm_roberta.logit(weights, pair_ids(question, text)) for text in TEXTS]
    assert reranker.scores(question, TEXTS) == pytest.approx(expected, abs=1e-4)


def test_integers_give_nearly_the_same_scores(folder: Path, weights: Weights, reranker: OnnxReranker) -> None:
    fast = OnnxReranker(folder, precision="int8", threads=1)
    exact = np.array(reranker.scores(QUESTION, TEXTS))
    assert fast.scores(QUESTION, TEXTS) == pytest.approx(exact, abs=0.2 * exact.std())
    assert fast.name == "tiny-int8"
    fast.close()


def test_no_texts_have_no_scores(reranker: OnnxReranker) -> None:
    assert reranker.scores(QUESTION, []) == []


def test_a_pair_is_scored_on_each_core(reranker: OnnxReranker) -> None:
    assert reranker.batch_pairs == 2


def test_an_absent_model_is_missing(tmp_path: Path) -> None:
    with pytest.raises(RerankerMissing) as caught:
        OnnxReranker(tmp_path / "absent")
    assert "carrel models pull absent" in caught.value.hint


def test_a_model_without_a_classifier_is_no_reranker(folder: Path) -> None:
    tiny_bert.write_safetensors(folder.parent / "model.safetensors", {})
    tiny_xlm_roberta.write_reranker(folder)
    config = tiny_xlm_roberta.CONFIG | {"hidden_act": "relu"}
    tiny_bert.write_json(folder / "config.json", config)
    with pytest.raises(EncoderDamaged, match="relu"):
        OnnxReranker(folder)
