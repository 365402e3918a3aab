from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from knowledge.encoders import proto
from knowledge.encoders.bert import INPUT, embedding_model
from knowledge.encoders.encoder_catalogue import Precision
from knowledge.encoders.encoder_folder import EncoderShape, WeightsUnreadable
from knowledge.encoders.graph import quantize_weights
from tests.models import tiny_bert
from tests.models.tiny_bert import Weights


@pytest.fixture
def weights(tmp_path: Path) -> Weights:
    written = tiny_bert.random_weights(seed=7)
    tiny_bert.write_safetensors(tmp_path / "model.safetensors", written)
    return written


def vectors(folder: Path, ids: NDArray[np.int64], precision: Precision = "float32") -> NDArray[np.float32]:
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
    model = embedding_model(EncoderShape.from_config(tiny_bert.CONFIG), folder / "model.safetensors", precision, "mean")
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    found: NDArray[np.float32] = session.run(None, {INPUT: np.array(ids, np.int64)})[0]
    return found


@pytest.mark.parametrize("length", [1, 2, 9, tiny_bert.POSITIONS])
def test_the_graph_computes_what_bert_does(tmp_path: Path, weights: Weights, length: int) -> None:
    ids = np.random.default_rng(length).integers(0, len(tiny_bert.VOCABULARY), (3, length))
    expected = [tiny_bert.reference(weights, row) for row in ids]
    assert vectors(tmp_path, ids) == pytest.approx(np.array(expected), abs=1e-5)


@pytest.mark.parametrize("length", [1, 9, tiny_bert.POSITIONS])
def test_integer_products_stay_near_the_models_own_vectors(tmp_path: Path, weights: Weights, length: int) -> None:
    ids = np.random.default_rng(length).integers(0, len(tiny_bert.VOCABULARY), (3, length))
    expected = np.array([tiny_bert.reference(weights, row) for row in ids])
    assert (vectors(tmp_path, ids, "int8") * expected).sum(axis=1).min() > 0.99


def test_integer_products_treat_each_text_alone(tmp_path: Path, weights: Weights) -> None:
    ids = np.random.default_rng(5).integers(0, len(tiny_bert.VOCABULARY), (6, 12))
    alone = np.concatenate([vectors(tmp_path, row[None], "int8") for row in ids])
    assert vectors(tmp_path, ids, "int8") == pytest.approx(alone, abs=1e-6)


def test_a_row_of_zero_weights_is_no_division_by_zero(tmp_path: Path, weights: Weights) -> None:
    weights["encoder.layer.0.intermediate.dense.weight"][:] = 0
    weights["encoder.layer.0.intermediate.dense.bias"][:] = 0  # and so every activation that follows is 0
    tiny_bert.write_safetensors(tmp_path / "model.safetensors", weights)
    ids = np.array([[2, 9, 3]])
    expected = tiny_bert.reference(weights, ids[0])
    assert (vectors(tmp_path, ids, "int8")[0] * expected).sum() > 0.99


def test_quantized_weights_use_seven_bits_and_miss_by_half_a_step_at_most() -> None:
    weights = np.random.default_rng(1).normal(size=(4, 50)).astype(np.float32)
    levels, scales = quantize_weights(weights)
    assert np.abs(levels).max(axis=1).tolist() == [63] * 4
    assert np.abs(levels * scales[:, None] - weights).max() <= 0.51 * scales.max()


def test_weights_stay_in_their_file(tmp_path: Path, weights: Weights) -> None:
    model = embedding_model(
        EncoderShape.from_config(tiny_bert.CONFIG), tmp_path / "model.safetensors", "float32", "mean"
    )
    assert len(model) < 12_000
    assert weights["embeddings.word_embeddings.weight"][0].tobytes() not in model


def test_an_absent_tensor_is_named(tmp_path: Path, weights: Weights) -> None:
    del weights["encoder.layer.1.output.dense.bias"]
    tiny_bert.write_safetensors(tmp_path / "model.safetensors", weights)
    with pytest.raises(WeightsUnreadable, match=r"encoder\.layer\.1\.output\.dense\.bias is absent"):
        embedding_model(EncoderShape.from_config(tiny_bert.CONFIG), tmp_path / "model.safetensors", "float32", "mean")


def test_half_precision_is_refused_rather_than_misread(tmp_path: Path, weights: Weights) -> None:
    halves = {name: array.astype(np.float16) for name, array in weights.items()}
    tiny_bert.write_safetensors(tmp_path / "model.safetensors", halves)
    with pytest.raises(WeightsUnreadable, match="F16, not F32"):
        embedding_model(EncoderShape.from_config(tiny_bert.CONFIG), tmp_path / "model.safetensors", "float32", "mean")


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "roberta"},
        {"hidden_act": "relu"},
        {"position_embedding_type": "relative_key"},
        {"num_hidden_layers": "two"},
        {"hidden_size": 0},
    ],
)
def test_a_model_of_another_build_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        EncoderShape.from_config(tiny_bert.CONFIG | change)


def test_messages_are_encoded_as_protobuf_defines() -> None:
    named_axis, axis_of_300 = b"\x0a\x03\x12\x01n", b"\x0a\x03\x08\xac\x02"
    shape = b"\x12\x0a" + named_axis + axis_of_300
    tensor_type = b"\x0a\x0e\x08\x01" + shape
    assert proto.value("x", proto.FLOAT, ["n", 300]) == b"\x0a\x01x\x12\x10" + tensor_type


def test_negative_numbers_are_encoded_in_twos_complement() -> None:
    axis = b"\x0a\x04axis\x18" + b"\xff" * 9 + b"\x01" + b"\xa0\x01\x02"
    assert b"\x2a" + bytes([len(axis)]) + axis in proto.node("Op", [], "y", {"axis": -1})
