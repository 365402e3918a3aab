"""An XLM-RoBERTa of two small layers with random weights, a reranker or an embedder, written as real ones are."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

from tests.models import tiny_bert
from tests.models.tiny_bert import Array, Weights

PADDING, FIRST_POSITION = 1, 2
EPSILON = 1e-5
POSITIONS = tiny_bert.POSITIONS - FIRST_POSITION
CONFIG = tiny_bert.CONFIG | {"model_type": "xlm-roberta", "layer_norm_eps": EPSILON, "pad_token_id": PADDING}
_MARKS = ["<s>", "<pad>", "</s>", "<unk>"]
_PIECES = ["▁the", "▁cat", "▁dog", "▁sat", "the", "▁", *"abcdefghijklmnopqrstuvwxyz", *"猫狗坐在垫子上的"]


def tokenizer() -> Tokenizer:
    """A vocabulary with the marks of the real one, and its template for pairs."""
    pieces = [(piece, 0.0) for piece in _MARKS] + [(piece, -2.0 - 0.01 * n) for n, piece in enumerate(_PIECES)]
    made = Tokenizer(Unigram(pieces, unk_id=3, byte_fallback=False))
    made.pre_tokenizer, made.decoder = Metaspace(), decoders.Metaspace()
    made.add_special_tokens(_MARKS)
    made.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    made.enable_truncation(8)
    return made


def write_reranker(folder: Path, seed: int = 0) -> Weights:
    """Write the whole folder; returns its weights by name, the encoder's without their prefix."""
    encoder = encoder_weights(seed)
    head = tiny_bert.fill(
        tiny_bert.linear("classifier.dense", tiny_bert.HIDDEN, tiny_bert.HIDDEN)
        | tiny_bert.linear("classifier.out_proj", tiny_bert.HIDDEN, 1),
        seed + 1,
    )
    folder.mkdir(parents=True)
    stored = {f"roberta.{name}": array for name, array in encoder.items()} | head
    tiny_bert.write_safetensors(folder / "model.safetensors", stored)
    architecture = {"architectures": ["XLMRobertaForSequenceClassification"], "id2label": {"0": "LABEL_0"}}
    tiny_bert.write_json(folder / "config.json", CONFIG | sizes() | architecture)
    tokenizer().save(str(folder / "tokenizer.json"))
    return encoder | head


def write_embedder(folder: Path, seed: int = 0) -> Weights:
    """Write the whole folder, but for the weights, which are returned by name."""
    (folder / "1_Pooling").mkdir(parents=True)
    tiny_bert.write_json(folder / "config.json", CONFIG | sizes())
    tiny_bert.write_json(
        folder / "1_Pooling" / "config.json", {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    )
    tiny_bert.write_json(folder / "sentence_bert_config.json", {"max_seq_length": 8192})
    tokenizer().save(str(folder / "tokenizer.json"))
    return encoder_weights(seed)


def encoder_weights(seed: int) -> Weights:
    """Random, with enough weight on what is attended to that the first token tells texts apart."""
    weights = tiny_bert.fill(tiny_bert.shapes(len(_MARKS) + len(_PIECES), segments=1), seed)
    for name, array in weights.items():
        if name.endswith(("value.weight", "query.weight")):
            array *= 4
    return weights


def sizes() -> dict[str, int]:
    """What transformers needs to know beside what the graph reads."""
    return {"vocab_size": len(_MARKS) + len(_PIECES), "type_vocab_size": 1, "bos_token_id": 0, "eos_token_id": 2}


def logit(weights: Weights, ids: Sequence[int]) -> float:
    """The score of one pair's token ids, in float64."""
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    first = tiny_bert.encode(w, ids, FIRST_POSITION, EPSILON)[0]
    thought = np.tanh(tiny_bert.linear_of(first, w, "classifier.dense"))
    return float(tiny_bert.linear_of(thought, w, "classifier.out_proj")[0])


def vector(weights: Weights, ids: Sequence[int]) -> Array:
    """The vector of one text's token ids, in float64: its first token, of length 1."""
    first = tiny_bert.encode(weights, ids, FIRST_POSITION, EPSILON)[0]
    return np.asarray(first / np.linalg.norm(first))
