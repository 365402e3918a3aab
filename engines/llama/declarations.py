"""The part of llama.cpp's interface that Carrel uses: llama.h and ggml.h as ctypes, under C's own names.

A handle of a model, vocabulary, context, memory or sampler is an address. `make test-templates` compares all of it with
the headers of the pinned version; `engines.llama.layout` compares it with the library that is loaded.
"""

from __future__ import annotations

from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_bool,
    c_char_p,
    c_float,
    c_int8,
    c_int32,
    c_int64,
    c_size_t,
    c_uint8,
    c_uint32,
    c_uint64,
    c_void_p,
)
from typing import Any

VERSIONS = ("0.5", "0.6")  # of llama.cpp: those whose headers have been compared with this

_Fields = list[tuple[str, Any]]

Token = Position = SequenceId = c_int32
Enum = c_int32  # C's enumerations

LogCallback = CFUNCTYPE(None, Enum, c_char_p, c_void_p)  # level, text, user data
ProgressCallback = CFUNCTYPE(c_bool, c_float, c_void_p)  # the share that is loaded; false aborts the loading
AbortCallback = CFUNCTYPE(c_bool, c_void_p)  # true aborts the computation


class TokenData(Structure):
    """A candidate of sampling: its logit, and its probability once a sampler has computed it."""

    _fields_ = [("id", Token), ("logit", c_float), ("p", c_float)]


class TokenDataArray(Structure):
    """Candidates. `selected`: the index of the chosen one in `data`, not its token; -1: none."""

    _fields_ = [("data", POINTER(TokenData)), ("size", c_size_t), ("selected", c_int64), ("sorted", c_bool)]


class LlamaBatch(Structure):
    """Tokens to compute: each one's position and sequences, and in `logits` 1 where its logits are wanted, else 0."""

    _fields_ = [
        ("n_tokens", c_int32),
        ("token", POINTER(Token)),
        ("embd", POINTER(c_float)),
        ("pos", POINTER(Position)),
        ("n_seq_id", POINTER(c_int32)),
        ("seq_id", POINTER(POINTER(SequenceId))),
        ("logits", POINTER(c_int8)),
    ]


class ModelParams(Structure):
    """The parameters of loading a model."""

    _fields_ = [
        ("devices", c_void_p),
        ("tensor_buft_overrides", c_void_p),
        ("n_gpu_layers", c_int32),
        ("split_mode", Enum),
        ("load_mode", Enum),
        ("lazy_mode", Enum),
        ("main_gpu", c_int32),
        ("tensor_split", c_void_p),
        ("progress_callback", ProgressCallback),
        ("progress_callback_user_data", c_void_p),
        ("kv_overrides", c_void_p),
        ("vocab_only", c_bool),
        ("check_tensors", c_bool),
        ("use_extra_bufts", c_bool),
        ("no_host", c_bool),
        ("no_alloc", c_bool),
        ("load_mtp", c_bool),
    ]


_CONTEXT_BEGINS: _Fields = [
    ("n_ctx", c_uint32),
    ("n_batch", c_uint32),
    ("n_ubatch", c_uint32),
    ("n_seq_max", c_uint32),
    ("n_rs_seq", c_uint32),
    ("n_outputs_max", c_uint32),
    ("n_outputs_max_per_seq", c_uint32),
    ("n_threads", c_int32),
    ("n_threads_batch", c_int32),
    ("ctx_type", Enum),
    ("rope_scaling_type", Enum),
    ("pooling_type", Enum),
    ("attention_type", Enum),
    ("flash_attn_type", Enum),
    ("rope_freq_base", c_float),
    ("rope_freq_scale", c_float),
    ("yarn_ext_factor", c_float),
    ("yarn_attn_factor", c_float),
    ("yarn_beta_fast", c_float),
    ("yarn_beta_slow", c_float),
    ("yarn_orig_ctx", c_uint32),
    ("defrag_thold", c_float),
    ("cb_eval", c_void_p),
    ("cb_eval_user_data", c_void_p),
    ("type_k", Enum),
    ("type_v", Enum),
]
_CONTEXT_ENDS: _Fields = [
    ("abort_callback", c_void_p),
    ("abort_callback_data", c_void_p),
    ("embeddings", c_bool),
    ("offload_kqv", c_bool),
    ("no_perf", c_bool),
    ("op_offload", c_bool),
    ("swa_full", c_bool),
    ("kv_unified", c_bool),
    ("samplers", c_void_p),
    ("n_samplers", c_size_t),
    ("ctx_other", c_void_p),
]


class ContextParams(Structure):
    """The parameters of a context. Its memory is allocated for `n_ctx` tokens at once."""

    _fields_ = [*_CONTEXT_BEGINS, *_CONTEXT_ENDS]


class ContextParams06(Structure):
    """The same from llama.cpp 0.6 on."""

    _fields_ = [*_CONTEXT_BEGINS, ("moe_cache_size", c_size_t), *_CONTEXT_ENDS]


class ChainParams(Structure):
    """The parameters of a chain of samplers."""

    _fields_ = [("no_perf", c_bool)]


class QuantizeParams(Structure):
    """The parameters of writing a model with another quantisation."""

    _fields_ = [
        ("nthread", c_int32),
        ("ftype", Enum),
        ("output_tensor_type", Enum),
        ("token_embedding_type", Enum),
        ("allow_requantize", c_bool),
        ("quantize_output_tensor", c_bool),
        ("only_copy", c_bool),
        ("pure", c_bool),
        ("keep_split", c_bool),
        ("dry_run", c_bool),
        ("imatrix", c_void_p),
        ("kv_overrides", c_void_p),
        ("tt_overrides", c_void_p),
        ("prune_layers", c_void_p),
        ("max_buf_size", c_size_t),
    ]


TYPES: dict[str, Any] = {
    "ggml_abort_callback": AbortCallback,
    "ggml_log_callback": LogCallback,
    "llama_batch": LlamaBatch,
    "llama_context_params": ContextParams,
    "llama_model_params": ModelParams,
    "llama_model_quantize_params": QuantizeParams,
    "llama_pos": Position,
    "llama_progress_callback": ProgressCallback,
    "llama_sampler_chain_params": ChainParams,
    "llama_seq_id": SequenceId,
    "llama_token": Token,
    "llama_token_data": TokenData,
    "llama_token_data_array": TokenDataArray,
}

# Result, then arguments. A sequence's positions go from the first to before the last; -1: from or to its end.
FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "llama_backend_init": (None,),
    "llama_batch_init": (
        LlamaBatch,
        c_int32,
        c_int32,
        c_int32,
    ),  # tokens, width of an embedding or 0, sequences of each
    "llama_batch_free": (None, LlamaBatch),
    "llama_batch_get_one": (LlamaBatch, POINTER(Token), c_int32),  # tokens of sequence 0, after those it has
    "llama_context_default_params": (ContextParams,),
    "llama_decode": (c_int32, c_void_p, LlamaBatch),  # 0: done, 1: no room, 2: aborted, negative: failed
    "llama_free": (None, c_void_p),
    "llama_get_logits_ith": (POINTER(c_float), c_void_p, c_int32),  # of the i-th token of the batch; -1: its last
    "llama_get_memory": (c_void_p, c_void_p),
    "llama_init_from_model": (c_void_p, c_void_p, ContextParams),  # None where there is not enough memory
    "llama_log_set": (None, LogCallback, c_void_p),
    "llama_max_devices": (c_size_t,),  # the length of `tensor_split`
    "llama_memory_clear": (None, c_void_p, c_bool),  # true: the data too, not only who it belongs to
    "llama_memory_seq_cp": (None, c_void_p, SequenceId, SequenceId, Position, Position),  # source, target, positions
    "llama_memory_seq_pos_min": (Position, c_void_p, SequenceId),  # -1: the sequence is empty
    "llama_memory_seq_rm": (c_bool, c_void_p, SequenceId, Position, Position),  # false: a part cannot be removed
    "llama_model_chat_template": (c_char_p, c_void_p, c_char_p),  # model, name; None: the default one
    "llama_model_default_params": (ModelParams,),
    "llama_model_desc": (c_int32, c_void_p, c_char_p, c_size_t),  # model, buffer, its size
    "llama_model_free": (None, c_void_p),
    "llama_model_get_vocab": (c_void_p, c_void_p),
    "llama_model_has_decoder": (c_bool, c_void_p),
    "llama_model_has_encoder": (c_bool, c_void_p),
    "llama_model_is_hybrid": (c_bool, c_void_p),
    "llama_model_is_recurrent": (c_bool, c_void_p),
    "llama_model_load_from_file": (c_void_p, c_char_p, ModelParams),  # None where it cannot be loaded
    "llama_model_meta_val_str": (c_int32, c_void_p, c_char_p, c_char_p, c_size_t),  # model, key, buffer, its size
    "llama_model_n_ctx_train": (c_int32, c_void_p),
    "llama_model_n_swa": (c_int32, c_void_p),
    "llama_model_size": (c_uint64, c_void_p),
    "llama_n_ctx": (c_uint32, c_void_p),
    "llama_print_system_info": (c_char_p,),
    "llama_sampler_accept": (None, c_void_p, Token),
    "llama_sampler_apply": (None, c_void_p, POINTER(TokenDataArray)),
    "llama_sampler_chain_add": (None, c_void_p, c_void_p),  # chain, sampler, which the chain frees
    "llama_sampler_chain_default_params": (ChainParams,),
    "llama_sampler_chain_init": (c_void_p, ChainParams),
    "llama_sampler_free": (None, c_void_p),
    "llama_sampler_init_dist": (c_void_p, c_uint32),  # seed
    "llama_sampler_init_grammar": (c_void_p, c_void_p, c_char_p, c_char_p),  # vocabulary, GBNF, its first rule
    "llama_sampler_init_greedy": (c_void_p,),
    "llama_sampler_init_min_p": (c_void_p, c_float, c_size_t),  # p, tokens to keep at least
    "llama_sampler_init_penalties": (c_void_p, c_int32, c_int32, c_float, c_float, c_float),
    "llama_sampler_init_temp": (c_void_p, c_float),
    "llama_sampler_init_top_k": (c_void_p, c_int32),
    "llama_sampler_init_top_p": (c_void_p, c_float, c_size_t),  # p, tokens to keep at least
    "llama_set_abort_callback": (None, c_void_p, AbortCallback, c_void_p),
    "llama_state_seq_get_data": (c_size_t, c_void_p, POINTER(c_uint8), c_size_t, SequenceId),  # 0: it failed
    "llama_state_seq_get_data_ext": (c_size_t, c_void_p, POINTER(c_uint8), c_size_t, SequenceId, c_uint32),
    "llama_state_seq_get_size": (c_size_t, c_void_p, SequenceId),
    "llama_state_seq_get_size_ext": (c_size_t, c_void_p, SequenceId, c_uint32),
    "llama_state_seq_set_data": (c_size_t, c_void_p, POINTER(c_uint8), c_size_t, SequenceId),
    "llama_state_seq_set_data_ext": (c_size_t, c_void_p, POINTER(c_uint8), c_size_t, SequenceId, c_uint32),
    "llama_supports_gpu_offload": (c_bool,),
    "llama_synchronize": (None, c_void_p),
    "llama_token_to_piece": (c_int32, c_void_p, Token, c_char_p, c_int32, c_int32, c_bool),  # negative: room wanted
    "llama_tokenize": (c_int32, c_void_p, c_char_p, c_int32, POINTER(Token), c_int32, c_bool, c_bool),  # the same
    "llama_version": (c_char_p,),
    "llama_vocab_bos": (Token, c_void_p),
    "llama_vocab_eos": (Token, c_void_p),
    "llama_vocab_get_attr": (Enum, c_void_p, Token),
    "llama_vocab_get_text": (c_char_p, c_void_p, Token),
    "llama_vocab_is_eog": (c_bool, c_void_p, Token),
    "llama_vocab_n_tokens": (c_int32, c_void_p),
    "llama_vocab_type": (Enum, c_void_p),
}

# Not in every library: one without them answers all the same.
MAY_BE_MISSING: dict[str, tuple[Any, ...]] = {
    "llama_model_quantize": (c_uint32, c_char_p, c_char_p, POINTER(QuantizeParams)),  # from, to; 0: done
    "llama_model_quantize_default_params": (QuantizeParams,),
}

# Of ggml-backend.h: what computes. A device or backend is an address. Not exported where ggml is a library of its own
# that the system does not search, as on Windows.
DEVICE_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "ggml_backend_load_all_from_path": (None, c_char_p),  # the best of each kind of backend in a folder
    "ggml_backend_reg_count": (c_size_t,),
    "ggml_backend_reg_get": (c_void_p, c_size_t),
    "ggml_backend_reg_name": (c_char_p, c_void_p),
    "ggml_backend_dev_count": (c_size_t,),
    "ggml_backend_dev_get": (c_void_p, c_size_t),
    "ggml_backend_dev_name": (c_char_p, c_void_p),
    "ggml_backend_dev_description": (c_char_p, c_void_p),
    "ggml_backend_dev_type": (Enum, c_void_p),  # 0: the processor, 1: a GPU, 2: an integrated one, 3: another
    "ggml_backend_dev_memory": (None, c_void_p, POINTER(c_size_t), POINTER(c_size_t)),  # free, total
    "ggml_backend_dev_backend_reg": (c_void_p, c_void_p),
}
