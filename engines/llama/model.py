"""A GGUF model: its weights, its vocabulary, its chat template."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from engines.errors import GrammarInvalid, ModelUnreadable, TemplateRefused
from engines.llama.bindings import LlamaLibrary
from engines.template import CHATML, ChatTemplate
from engines.thought_markers import is_part_of_marker

_VOCABULARY_NONE = 0
_CONTROL = 1 << 3  # llama.h: LLAMA_TOKEN_ATTR_CONTROL
_NO_TOKEN = -1
_PIECE_BYTES = 512
_TEXT_BYTES = 256


@dataclass(frozen=True, slots=True)
class OffloadShares:
    """Layers that graphics processors hold, the output as one of them, and the share of each processor in them."""

    layers: int
    split: tuple[float, ...]


class LlamaModel:
    """Weights and vocabulary. `tokenize`, `count` and `prompt_tokens` are thread-safe; RuntimeError after `close`."""

    def __init__(
        self,
        library: LlamaLibrary,
        path: Path,
        on_progress: Callable[[float], None] = lambda share: None,
        *,
        vocabulary_only: bool = False,
        offload: OffloadShares | None = None,
    ) -> None:
        """Load the model, which takes seconds, or its vocabulary and template alone, which do not compute.

        `on_progress`: told the share that is loaded. `offload`: None: llama.cpp decides. Raises ModelUnreadable.
        """
        self._library, self._api = library, library.api
        self.gpu_layers = offload.layers if offload else None
        self._in_use = Lock()
        self._handle: Any = self._load(path, on_progress, vocabulary_only, offload)
        self._vocabulary = self._api.llama_model_get_vocab(self._handle)
        try:
            if self._api.llama_vocab_type(self._vocabulary) == _VOCABULARY_NONE:
                raise ModelUnreadable(path, "It has no vocabulary. Choose a chat model.")
            if self._api.llama_model_has_encoder(self._handle) or not self._api.llama_model_has_decoder(self._handle):
                raise ModelUnreadable(path, "It does not write text. Choose a chat model.")
            self._bos = self.token_text(self._api.llama_vocab_bos(self._vocabulary))
            tokens = self.tokenize("a")
            self.adds_space = bool(tokens) and self.token_text(tokens[0]).startswith("▁")
            self.template = self._chat_template(path)
        except ModelUnreadable:
            self.close()
            raise
        buffer = ctypes.create_string_buffer(_TEXT_BYTES)
        size = self._api.llama_model_meta_val_str(self._handle, b"general.name", buffer, len(buffer))
        self.name = (buffer.value.decode("utf-8", "replace") if size > 0 else "") or path.stem
        self._piece = ctypes.create_string_buffer(_PIECE_BYTES)
        self._markers = self._find_markers() if self.template.may_think else {}

    @property
    def handle(self) -> Any:
        """The native model."""
        self._require_open()
        return self._handle

    @property
    def trained_tokens(self) -> int:
        """The longest window the model was trained for; 0 when its file does not say."""
        return int(self._api.llama_model_n_ctx_train(self.handle))

    @property
    def weight_bytes(self) -> int:
        """Bytes of all tensors."""
        return int(self._api.llama_model_size(self.handle))

    @property
    def description(self) -> str:
        """Architecture, size and quantisation in llama.cpp's words, as `qwen2 1B Q4_0`."""
        text = ctypes.create_string_buffer(_TEXT_BYTES)
        self._api.llama_model_desc(self.handle, text, _TEXT_BYTES)
        return text.value.decode("utf-8", "replace")

    @property
    def size(self) -> int:
        """Tokens in the vocabulary."""
        return int(self._api.llama_vocab_n_tokens(self._vocabulary))

    def tokenize(self, text: str, *, begins: bool = False) -> list[int]:
        """The tokens of `text`, control tokens recognised. `begins`: with the token that the model expects first."""
        return self._tokenize(text, begins=begins, control=True)

    def count(self, text: str) -> int:
        """The number of tokens of `text`, control tokens taken as plain text."""
        return len(self._tokenize(text, begins=False, control=False))

    def prompt_tokens(self, prompt: str) -> list[int]:
        """The tokens of a rendered prompt; begins with the beginning-of-text token exactly once if the model has it."""
        return self.tokenize(prompt, begins=not (self._bos and prompt.startswith(self._bos)))

    def is_end(self, token: int) -> bool:
        """True if the model ends its message with this token."""
        return self._library.is_end(self._vocabulary, token)

    def is_control(self, token: int) -> bool:
        """True if the token structures a conversation and stands for no text of its own."""
        return bool(self._api.llama_vocab_get_attr(self._vocabulary, token) & _CONTROL)

    def piece(self, token: int) -> bytes:
        """The bytes that the token stands for. For one thread at a time.

        None for control tokens, but for those that mark the thoughts of a model that may think.
        """
        if (marker := self._markers.get(token)) is not None:
            return marker
        size = self._library.piece(self._vocabulary, token, self._piece, _PIECE_BYTES, 0, False)
        if size >= 0:
            return self._piece.raw[:size]
        longer = ctypes.create_string_buffer(-size)
        return longer.raw[: self._library.piece(self._vocabulary, token, longer, -size, 0, False)]

    def token_text(self, token: int) -> str:
        """The name of a token, as `<|im_end|>`; empty for no token."""
        if token == _NO_TOKEN:
            return ""
        text: bytes = self._api.llama_vocab_get_text(self._vocabulary, token)
        return text.decode("utf-8", "replace")

    def grammar(self, text: str) -> Any:
        """A native sampler that refuses tokens outside the grammar in GBNF. Thread-safe. Raises GrammarInvalid."""
        data = text.encode("utf-8", "replace").replace(b"\0", b"?")
        with self._in_use:
            self._require_open()
            grammar = self._api.llama_sampler_init_grammar(self._vocabulary, data, b"root")
        if not grammar:
            raise GrammarInvalid("It is not valid GBNF, or it has a left-recursive rule.")
        return grammar

    def close(self) -> None:
        """Free the weights."""
        with self._in_use:
            handle, self._handle = self._handle, None
            if handle is not None:
                self._api.llama_model_free(handle)

    def _load(
        self, path: Path, on_progress: Callable[[float], None], vocabulary_only: bool, offload: OffloadShares | None
    ) -> Any:
        def tell(share: float, _: object) -> bool:
            on_progress(share)
            return True

        parameters = self._api.llama_model_default_params()
        parameters.progress_callback = self._api.llama_progress_callback(tell)
        parameters.vocab_only = vocabulary_only
        none = (ctypes.c_void_p * 1)()  # a list of devices ends with an empty one
        if offload and not offload.layers:
            parameters.devices = ctypes.cast(none, ctypes.c_void_p)
        elif offload:
            parameters.n_gpu_layers = offload.layers
            split = (ctypes.c_float * self._api.llama_max_devices())(*offload.split)
            parameters.tensor_split = ctypes.cast(split, ctypes.c_void_p)
        parameters.check_tensors = True  # a NaN among the weights would end the whole process later
        handle = self._api.llama_model_load_from_file(os.fsencode(path), parameters)
        if not handle:
            raise ModelUnreadable(
                path, "llama.cpp cannot load it: it is damaged, incomplete, too large, or of an unsupported kind."
            )
        return handle

    def _find_markers(self) -> dict[int, bytes]:
        control = {token: self.token_text(token) for token in range(self.size) if self.is_control(token)}
        return {token: text.encode() for token, text in control.items() if is_part_of_marker(text)}

    def _chat_template(self, path: Path) -> ChatTemplate:
        source: bytes | None = self._api.llama_model_chat_template(self._handle, None)
        text = source.decode("utf-8", "replace") if source else CHATML
        eos = self.token_text(self._api.llama_vocab_eos(self._vocabulary))
        control = [self.token_text(token) for token in range(self.size) if self.is_control(token)]
        try:
            return ChatTemplate(text, bos=self._bos, eos=eos, control=control)
        except TemplateRefused as error:
            raise ModelUnreadable(path, f"Its chat template is broken: {error.hint}") from error

    def _tokenize(self, text: str, *, begins: bool, control: bool) -> list[int]:
        data = text.encode("utf-8", "replace")
        room = 3 * len(data) + 8  # at worst three for a byte: where a space is spelled with three bytes
        tokens = (self._api.llama_token * room)()
        with self._in_use:
            self._require_open()
            count = self._api.llama_tokenize(self._vocabulary, data, len(data), tokens, room, begins, control)
        if count < 0:
            raise RuntimeError(f"llama_tokenize wants {-count} tokens for {len(data)} bytes")
        return list(tokens[:count])

    def _require_open(self) -> None:
        if self._handle is None:
            raise RuntimeError("the model has been closed")
