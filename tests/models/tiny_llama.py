"""Builds a tiny Llama as Hugging Face publishes models, which vLLM and transformers load in seconds."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.processors import ByteLevel as ByteLevelOffsets

from tests.models.byte_bpe import CHATML, CONTROL, END, WORDS, byte_alphabet, is_ascii, merges_of, recital, spoken
from tests.models.tiny_bert import write_json, write_safetensors

_HEAD_WIDTH, _HEADS, _KV_HEADS = 32, 2, 1  # vLLM's attention on a CPU takes heads of 32, 64, … numbers
_WIDTH, _FEED_FORWARD = _HEAD_WIDTH * _HEADS, 128


def write_tiny_folder(
    folder: Path,
    *,
    seed: int = 0,
    context: int = 2048,
    layers: int = 2,
    says: str | Sequence[bytes] | None = None,
    template: str | None = CHATML,
    scale: float = 1.0,
    extra: Mapping[str, object] | None = None,
) -> Path:
    """A Llama with a byte-level BPE vocabulary that writes random ASCII and never ends; returns `folder`.

    `seed`, `context`, `says`, `template`: as in tests.models.tiny_gguf. `layers`: more make it read more slowly.
    `scale`: of its embeddings. `extra`: more keys of its config.json.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokens = _write_tokenizer(folder, says, template)
    end = tokens.index(END)
    write_json(folder / "config.json", {**_config(len(tokens), layers, context, end), **(extra or {})})
    write_json(folder / "generation_config.json", {"eos_token_id": end})
    weights = _weights(tokens, layers, np.random.default_rng(seed), says)
    weights["model.embed_tokens.weight"] *= np.float32(scale)
    write_safetensors(folder / "model.safetensors", weights)
    return folder


def _config(vocabulary: int, layers: int, context: int, end: int) -> dict[str, object]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": _WIDTH,
        "intermediate_size": _FEED_FORWARD,
        "num_hidden_layers": layers,
        "num_attention_heads": _HEADS,
        "num_key_value_heads": _KV_HEADS,
        "head_dim": _HEAD_WIDTH,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "max_position_embeddings": context,
        "vocab_size": vocabulary,
        "tie_word_embeddings": False,
        "eos_token_id": end,
        "bos_token_id": None,
        "dtype": "float32",
    }


def _write_tokenizer(folder: Path, says: str | Sequence[bytes] | None, template: str | None) -> list[str]:
    merges = merges_of(WORDS.split())
    known = [*byte_alphabet(), *(left + right for left, right in merges), *spoken(says or "")]
    plain = list(dict.fromkeys(known))
    tokenizer = Tokenizer(BPE({token: number for number, token in enumerate(plain)}, merges))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = ByteLevelOffsets(trim_offsets=False)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in CONTROL])
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": END, "pad_token": CONTROL[0]}
    write_json(folder / "tokenizer_config.json", settings | ({"chat_template": template} if template else {}))
    return [*plain, *CONTROL]


def _weights(
    tokens: Sequence[str], layers: int, random: np.random.Generator, says: str | Sequence[bytes] | None
) -> dict[str, NDArray[np.float32]]:
    def tensor(*shape: int, scale: float) -> NDArray[np.float32]:
        return (random.standard_normal(shape) * scale).astype(np.float32)

    mixing = 0.3 if says is None else 0.0  # a model that recites looks at nothing but the last token
    embedding = tensor(len(tokens), _WIDTH, scale=1.0)
    output = tensor(len(tokens), _WIDTH, scale=0.3)
    output[[not is_ascii(token) for token in tokens]] = 0.0
    output = output if says is None else recital(says, tokens, embedding)
    weights = {"model.embed_tokens.weight": embedding, "lm_head.weight": output}
    weights["model.norm.weight"] = np.ones(_WIDTH, dtype=np.float32)
    for layer in range(layers):
        block = f"model.layers.{layer}."
        for norm in ("input_layernorm", "post_attention_layernorm"):
            weights[f"{block}{norm}.weight"] = np.ones(_WIDTH, dtype=np.float32)
        for name, rows in (("q", _WIDTH), ("k", _KV_HEADS * _HEAD_WIDTH), ("v", _KV_HEADS * _HEAD_WIDTH)):
            weights[f"{block}self_attn.{name}_proj.weight"] = tensor(rows, _WIDTH, scale=0.3)
        weights[f"{block}self_attn.o_proj.weight"] = tensor(_WIDTH, _WIDTH, scale=mixing)
        for name in ("gate", "up"):
            weights[f"{block}mlp.{name}_proj.weight"] = tensor(_FEED_FORWARD, _WIDTH, scale=0.3)
        weights[f"{block}mlp.down_proj.weight"] = tensor(_WIDTH, _FEED_FORWARD, scale=mixing)
    return weights
