"""Builds a tiny model whose memory is a summary, for every test of what cannot be rolled back."""

from pathlib import Path

import gguf
import numpy as np

from tests.models.byte_bpe import CHATML, END, byte_alphabet

_WIDTH, _INNER, _LAYERS, _STATE, _CONVOLUTION, _RANK = 32, 64, 2, 8, 4, 4


def write_tiny_mamba(path: Path, *, context: int = 2048) -> Path:
    """A Mamba model of some 150 KB with hardly more tokens than bytes, which writes random text; returns `path`."""
    space = byte_alphabet()[ord(" ")]
    tokens = [*byte_alphabet(), f"{space}t", "<|im_start|>", END]
    writer = gguf.GGUFWriter(path, "mamba")
    writer.add_name("Tiny Mamba")
    writer.add_context_length(context)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(0)
    writer.add_head_count(0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_ssm_conv_kernel(_CONVOLUTION)
    writer.add_ssm_inner_size(_INNER)
    writer.add_ssm_state_size(_STATE)
    writer.add_ssm_time_step_rank(_RANK)
    _write_vocabulary(writer, tokens)
    _write_weights(writer, len(tokens))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _write_vocabulary(writer: gguf.GGUFWriter, tokens: list[str]) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * 257 + [gguf.TokenType.CONTROL] * 2)
    writer.add_token_merges([" ".join(tokens[256])])
    writer.add_eos_token_id(tokens.index(END))
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHATML)


def _write_weights(writer: gguf.GGUFWriter, vocabulary: int) -> None:
    random = np.random.default_rng(0)

    def tensor(name: str, *shape: int, scale: float = 0.3) -> None:
        writer.add_tensor(name, (random.standard_normal(shape) * scale).astype(np.float32))

    tensor("token_embd.weight", vocabulary, _WIDTH, scale=1.0)
    output = random.standard_normal((vocabulary, _WIDTH)).astype(np.float32)
    output[127:] = 0.0  # it writes ASCII and does not end
    for layer in range(_LAYERS):
        block = f"blk.{layer}."
        writer.add_tensor(f"{block}attn_norm.weight", np.ones(_WIDTH, dtype=np.float32))
        tensor(f"{block}ssm_in.weight", 2 * _INNER, _WIDTH)
        tensor(f"{block}ssm_conv1d.weight", _INNER, _CONVOLUTION)
        tensor(f"{block}ssm_conv1d.bias", _INNER)
        tensor(f"{block}ssm_x.weight", _RANK + 2 * _STATE, _INNER)
        tensor(f"{block}ssm_dt.weight", _INNER, _RANK)
        tensor(f"{block}ssm_dt.bias", _INNER)
        writer.add_tensor(f"{block}ssm_a", -np.exp(random.standard_normal((_INNER, _STATE))).astype(np.float32))
        tensor(f"{block}ssm_d", _INNER)
        tensor(f"{block}ssm_out.weight", _WIDTH, _INNER)
    writer.add_tensor("output_norm.weight", np.ones(_WIDTH, dtype=np.float32))
    writer.add_tensor("output.weight", output)
