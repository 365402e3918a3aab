"""Rerankers with the shape of bge-reranker-base or a smaller one, and random weights: the real ones are not at hand.

What it computes means nothing, but costs what the real one costs, and both sides of a comparison can read it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

CONFIG = {
    "architectures": ["XLMRobertaForSequenceClassification"],
    "model_type": "xlm-roberta",
    "hidden_act": "gelu",
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "max_position_embeddings": 514,
    "type_vocab_size": 1,
    "vocab_size": 250002,
    "layer_norm_eps": 1e-5,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "num_labels": 1,
    "id2label": {"0": "LABEL_0"},
    "label2id": {"LABEL_0": 0},
    "torch_dtype": "float32",
}
SMALL = {**CONFIG, "hidden_size": 384, "intermediate_size": 1536}  # the shape of mmarco-mMiniLMv2-L12-H384-v1
MARKS = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
SPREAD = 0.04  # of the weights: twice what training starts from, so that texts get scores well apart
PIECES = 8_000  # of the commonest words, so that rare ones fall apart into several, as in the real vocabulary


def write_reranker(folder: Path, texts: Iterable[str], config: Mapping[str, object] = CONFIG) -> None:
    """Write the model, with a vocabulary of the commonest words of `texts`."""
    folder.mkdir(parents=True)
    _write_weights(folder / "model.safetensors", config)
    (folder / "config.json").write_text(json.dumps(config))
    marks = {**MARKS, "cls_token": "<s>", "sep_token": "</s>"}
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", **marks}))
    _tokenizer(texts).save(str(folder / "tokenizer.json"))


def _tokenizer(texts: Iterable[str]) -> Tokenizer:
    counts = Counter(word for text in texts for word in re.findall(r"\S+", text))
    letters = sorted({letter for word in counts for letter in word} | {"▁"})
    words = [f"▁{word}" for word, _ in counts.most_common(PIECES)]
    pieces = [(mark, 0.0) for mark in MARKS.values()]
    pieces += [(piece, -5.0 - n / 1000) for n, piece in enumerate(words)] + [(letter, -20.0) for letter in letters]
    made = Tokenizer(Unigram(list(dict(pieces).items()), unk_id=3, byte_fallback=False))
    made.pre_tokenizer, made.decoder = Metaspace(), decoders.Metaspace()
    made.add_special_tokens(list(MARKS.values()))
    template = {"single": "<s> $A </s>", "pair": "<s> $A </s> </s> $B </s>"}
    made.post_processor = TemplateProcessing(**template, special_tokens=[("<s>", 0), ("</s>", 2)])
    return made


def _write_weights(path: Path, config: Mapping[str, object]) -> None:
    shapes = dict(_shapes(config))
    header, offset = {}, 0
    for name, shape in shapes.items():
        size = 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    head = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    random = np.random.default_rng(0)
    with path.open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        for name, shape in shapes.items():
            _values(name, shape, random).tofile(file)


def _values(name: str, shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    if name.endswith("LayerNorm.weight"):
        return np.ones(shape, np.float32)
    if name.endswith("bias"):
        return np.zeros(shape, np.float32)
    return random.standard_normal(shape, np.float32) * np.float32(SPREAD)


def _shapes(config: Mapping[str, object]) -> Iterator[tuple[str, tuple[int, ...]]]:
    hidden, inner = int(str(config["hidden_size"])), int(str(config["intermediate_size"]))
    table = "roberta.embeddings."
    yield f"{table}word_embeddings.weight", (int(str(config["vocab_size"])), hidden)
    yield f"{table}position_embeddings.weight", (int(str(config["max_position_embeddings"])), hidden)
    yield f"{table}token_type_embeddings.weight", (1, hidden)
    yield from _pair(f"{table}LayerNorm", (hidden,))
    for number in range(int(str(config["num_hidden_layers"]))):
        layer = f"roberta.encoder.layer.{number}."
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            yield from _pair(f"{layer}attention.{part}", (hidden, hidden))
        yield from _pair(f"{layer}attention.output.LayerNorm", (hidden,))
        yield from _pair(f"{layer}intermediate.dense", (inner, hidden))
        yield from _pair(f"{layer}output.dense", (hidden, inner))
        yield from _pair(f"{layer}output.LayerNorm", (hidden,))
    yield from _pair("classifier.dense", (hidden, hidden))
    yield from _pair("classifier.out_proj", (1, hidden))


def _pair(name: str, shape: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", shape
    yield f"{name}.bias", shape[:1]
