"""A BERT of two small layers with random weights, written as a real one is, and the same arithmetic in numpy."""

import json
import math
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

Array = NDArray[Any]
Weights = dict[str, Array]
Shapes = dict[str, tuple[int, ...]]

LAYERS, HEADS, HIDDEN, INNER, POSITIONS = 2, 4, 32, 64, 40
EPSILON = 1e-12
CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "hidden_size": HIDDEN,
    "intermediate_size": INNER,
    "layer_norm_eps": EPSILON,
    "max_position_embeddings": POSITIONS,
}
MAX_TOKENS = 32
_MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
_LETTERS = list("abcdefghijklmnopqrstuvwxyzé中文")
_WORDS = ["the", "of", "cat", "dog", "sat", "mat", "on", *("##" + letter for letter in _LETTERS)]
MARKS = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
VOCABULARY = [*_MARKS, *_LETTERS, *_WORDS]


def write_model(folder: Path, seed: int = 0) -> Weights:
    """Write the whole folder; returns its weights by name."""
    weights = random_weights(seed)
    (folder / "1_Pooling").mkdir(parents=True)
    write_safetensors(folder / "model.safetensors", weights)
    write_json(folder / "config.json", CONFIG)
    write_json(folder / "1_Pooling" / "config.json", {"pooling_mode_mean_tokens": True})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": MAX_TOKENS})
    tokenizer().save(str(folder / "tokenizer.json"))
    return weights


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), "utf-8")


def write_safetensors(path: Path, weights: Weights) -> None:
    header: dict[str, object] = {}
    offset = 0
    for name, array in weights.items():
        dtype = {"float32": "F32", "float16": "F16"}[array.dtype.name]
        header[name] = {"dtype": dtype, "shape": array.shape, "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    head = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(head)) + head + b"".join(a.tobytes() for a in weights.values()))


def tokenizer() -> Tokenizer:
    """As MiniLM's, with the padding and the short truncation that it ships with."""
    made = Tokenizer(WordPiece({piece: i for i, piece in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    made.normalizer = BertNormalizer(strip_accents=False)
    made.pre_tokenizer = BertPreTokenizer()
    made.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    made.enable_truncation(8)
    made.enable_padding(length=8)
    return made


def random_weights(seed: int) -> Weights:
    return fill(shapes(len(VOCABULARY), segments=2), seed)


def fill(shapes: Shapes, seed: int) -> Weights:
    random = np.random.default_rng(seed)
    return {name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}


def shapes(vocabulary: int, segments: int) -> Shapes:
    shapes: Shapes = {
        "embeddings.word_embeddings.weight": (vocabulary, HIDDEN),
        "embeddings.position_embeddings.weight": (POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": (segments, HIDDEN),
        **norm("embeddings.LayerNorm"),
    }
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            shapes |= linear(f"{layer}attention.{part}", HIDDEN, HIDDEN)
        shapes |= linear(f"{layer}intermediate.dense", HIDDEN, INNER) | linear(f"{layer}output.dense", INNER, HIDDEN)
        shapes |= norm(f"{layer}attention.output.LayerNorm") | norm(f"{layer}output.LayerNorm")
    return shapes


def linear(name: str, inputs: int, outputs: int) -> Shapes:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def norm(name: str) -> Shapes:
    return {f"{name}.weight": (HIDDEN,), f"{name}.bias": (HIDDEN,)}


def reference(weights: Weights, ids: Sequence[int]) -> Array:
    """The vector of one text's token ids, in float64."""
    mean = encode(weights, ids).mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def encode(weights: Weights, ids: Sequence[int], first_position: int = 0, epsilon: float = EPSILON) -> Array:
    """(tokens, hidden): what the last layer makes of them, in float64."""
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    positions = w["embeddings.position_embeddings.weight"][first_position : first_position + len(ids)]
    x = w["embeddings.word_embeddings.weight"][ids] + positions
    x = _normalize(x + w["embeddings.token_type_embeddings.weight"][0], w, "embeddings.LayerNorm", epsilon)
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        seen = linear_of(_attend(x, w, f"{layer}attention.self."), w, f"{layer}attention.output.dense")
        x = _normalize(x + seen, w, f"{layer}attention.output.LayerNorm", epsilon)
        inner = _gelu(linear_of(x, w, f"{layer}intermediate.dense"))
        x = _normalize(x + linear_of(inner, w, f"{layer}output.dense"), w, f"{layer}output.LayerNorm", epsilon)
    return x


def _attend(x: Array, w: Weights, block: str) -> Array:
    q, k, v = (
        linear_of(x, w, block + part).reshape(len(x), HEADS, -1).swapaxes(0, 1) for part in ("query", "key", "value")
    )
    scores = q @ k.swapaxes(1, 2) / math.sqrt(HIDDEN // HEADS)
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray((shares / shares.sum(axis=-1, keepdims=True) @ v).swapaxes(0, 1).reshape(len(x), HIDDEN))


def linear_of(x: Array, w: Weights, name: str) -> Array:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def _normalize(x: Array, w: Weights, name: str, epsilon: float) -> Array:
    centred = x - x.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + epsilon)
    return np.asarray(scaled * w[f"{name}.weight"] + w[f"{name}.bias"])


def _gelu(x: Array) -> Array:
    return np.asarray(0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))))
