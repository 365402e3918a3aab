"""Writes a folder of safetensors in the shape of Qwen2.5-0.5B, as it is published, but with random weights."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_LAYERS, _WIDTH, _FEED_FORWARD, _HEADS, _KV_HEADS, _VOCABULARY = 24, 896, 4864, 14, 2, 151_936
_CONTROL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_SCALE = 0.02  # of the weights, as training begins


def write_random_folder(path: Path) -> Path:
    """The folder at `path`, 1 GB in bfloat16, written unless it is there. It never ends an answer by itself."""
    if path.exists():
        return path
    partial = path.with_suffix(".partial")
    partial.mkdir(parents=True, exist_ok=True)
    end = _write_tokenizer(partial)
    _write_json(partial / "config.json", _config(end))
    _write_weights(partial / "model.safetensors", np.random.default_rng(0))
    return partial.rename(path)


def _config(end: int) -> dict[str, object]:
    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "hidden_size": _WIDTH,
        "intermediate_size": _FEED_FORWARD,
        "num_hidden_layers": _LAYERS,
        "num_attention_heads": _HEADS,
        "num_key_value_heads": _KV_HEADS,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "rope_theta": 1_000_000.0,
        "max_position_embeddings": 32_768,
        "vocab_size": _VOCABULARY,
        "tie_word_embeddings": True,
        "eos_token_id": end,
        "dtype": "bfloat16",
        "transformers_version": "5.0.0",
    }


def _write_tokenizer(folder: Path) -> int:
    """A vocabulary in which each byte is a token; returns the number of the one that ends a message."""
    from tokenizers import AddedToken, Tokenizer, decoders
    from tokenizers.models import BPE
    from tokenizers.pre_tokenizers import ByteLevel

    alphabet = sorted(ByteLevel.alphabet())
    words = [f"w{number}" for number in range(_VOCABULARY - len(alphabet) - len(_CONTROL))]
    plain = [*alphabet, *words]
    tokenizer = Tokenizer(BPE({token: number for number, token in enumerate(plain)}, []))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in _CONTROL])
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(
        folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>"}
    )
    return _VOCABULARY - 1


def _write_weights(path: Path, random: np.random.Generator) -> None:
    shapes = {"model.embed_tokens.weight": (_VOCABULARY, _WIDTH), "model.norm.weight": (_WIDTH,)}
    for layer in range(_LAYERS):
        shapes |= {f"model.layers.{layer}.{name}": shape for name, shape in _layer().items()}
    header, offset = dict[str, object](), 0
    for name, shape in shapes.items():
        size = 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    head = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        for name, shape in shapes.items():
            file.write(_bfloat16(_values(name, shape, random)).tobytes())


def _layer() -> dict[str, tuple[int, ...]]:
    keys = _WIDTH // _HEADS * _KV_HEADS
    projections = {"q": _WIDTH, "k": keys, "v": keys}
    return {
        "input_layernorm.weight": (_WIDTH,),
        "post_attention_layernorm.weight": (_WIDTH,),
        **{f"self_attn.{name}_proj.weight": (rows, _WIDTH) for name, rows in projections.items()},
        **{f"self_attn.{name}_proj.bias": (rows,) for name, rows in projections.items()},
        "self_attn.o_proj.weight": (_WIDTH, _WIDTH),
        "mlp.gate_proj.weight": (_FEED_FORWARD, _WIDTH),
        "mlp.up_proj.weight": (_FEED_FORWARD, _WIDTH),
        "mlp.down_proj.weight": (_WIDTH, _FEED_FORWARD),
    }


def _values(name: str, shape: tuple[int, ...], random: np.random.Generator) -> NDArray[np.float32]:
    if "norm" in name:
        return np.ones(shape, dtype=np.float32)
    values = random.standard_normal(shape, dtype=np.float32) * np.float32(_SCALE)
    if "embed" in name:  # what ends an answer is never drawn
        values[-len(_CONTROL) :] = 0
    return values


def _bfloat16(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    """The upper half of each number, as numpy knows no bfloat16."""
    return (values.view(np.uint32) >> 16).astype(np.uint16)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), "utf-8")
