"""What the engines on a folder of safetensors share: the model's name, its window, its prompts and their tokens."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from engines.failures import PromptEmpty, PromptTooLong
from engines.model_folder import ModelFolder
from engines.protocol import Message

_log = logging.getLogger("carrel.engines")


class FolderEngine(ABC):
    """The part of `Engine` that needs the folder alone. What computes is the adapter's."""

    def __init__(self, path: Path, context_tokens: int) -> None:
        """`context_tokens`: the window wanted. Raises ModelUnreadable."""
        self._folder = ModelFolder(path)
        self._context_tokens = self._folder.context_tokens(context_tokens)
        _log.info("%s: %s", self.model, self._folder.stability)

    @property
    def model(self) -> str:
        """The folder's name."""
        return self._folder.card.name

    @property
    def context_tokens(self) -> int:
        """Prompt and output together never exceed this: the window asked for, or the model's own if shorter."""
        return self._context_tokens

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` with no template around it."""
        self._require_open()
        return len(self._folder.tokenize(text))

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt that `reply` would read. An answer of this engine counts as it was written."""
        return len(self._folder.prompt(messages)[1])

    @property
    @abstractmethod
    def _closed(self) -> bool:
        """Whether `close` has been called."""

    def _prompt(self, messages: Sequence[Message], *, ahead: bool) -> tuple[str, list[int]]:
        """The text and the tokens to read: of a prompt, or `ahead` of one. Raises as `Engine.reply` does."""
        self._require_open()
        if not messages:
            raise PromptEmpty
        is_answered = ahead and messages[-1].role == "assistant"
        text, tokens = self._folder.beginning(messages) if is_answered else self._folder.prompt(messages)
        if len(tokens) >= self._context_tokens:
            raise PromptTooLong(len(tokens), self._context_tokens)
        return text, tokens

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("the model has been closed")
