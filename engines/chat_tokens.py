"""Conversations as a model's tokens, with its own vocabulary and chat template, but without its weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engines.llama.bindings import llama_library
from engines.llama.model import LlamaModel
from engines.protocol import Message
from engines.safetensors_folder import SafetensorsFolder
from engines.template import ChatTemplate


@dataclass(frozen=True, slots=True)
class TokenSequence:
    """The tokens of a conversation. `in_answer`: for each, whether the model is to write it: answers and their ends."""

    tokens: tuple[int, ...]
    in_answer: tuple[bool, ...]

    def __len__(self) -> int:
        """The number of tokens."""
        return len(self.tokens)

    @property
    def answer_tokens(self) -> int:
        """The number of tokens that the model is to write."""
        return sum(self.in_answer)


class ChatTokens:
    """Conversations as the tokens that an engine would read and write for them."""

    def __init__(
        self, template: ChatTemplate, prompt_tokens: Callable[[str], list[int]], tokenize: Callable[[str], list[int]]
    ) -> None:
        """`prompt_tokens`: of a whole prompt, `tokenize`: of a text within one."""
        self._template, self._prompt_tokens, self.tokenize = template, prompt_tokens, tokenize
        self._end = template.answer_end

    def sequence(self, messages: Sequence[Message]) -> TokenSequence:
        """The conversation, which ends with an answer, as tokens.

        A prompt and its answer are split where an engine splits them. Where the template rewrites earlier messages as
        the conversation goes on, only the last answer is one to write. Raises TemplateRefused.
        """
        parts, done = list[tuple[str, bool]](), ""
        for at, message in enumerate(messages):
            if message.role != "assistant":
                continue
            prompt, answered = self._template.render(messages[:at]), self._template.render(messages[: at + 1])
            if not prompt.startswith(done):
                parts, done = [], ""
            answer = answered[len(prompt) :] + self._end
            parts += [(prompt[len(done) :], False), (answer, True)]
            done = prompt + answer
        return self._joined(parts)

    def _joined(self, parts: Sequence[tuple[str, bool]]) -> TokenSequence:
        tokens, in_answer = list[int](), list[bool]()
        for text, is_answer in parts:
            found = self.tokenize(text) if tokens else self._prompt_tokens(text)
            tokens += found
            in_answer += [is_answer] * len(found)
        return TokenSequence(tuple(tokens), tuple(in_answer))


@contextmanager
def open_chat_tokens(path: Path) -> Iterator[ChatTokens]:
    """The tokens of a GGUF file or a folder of safetensors. Raises ModelUnreadable, EngineMissing."""
    if path.is_dir():
        folder = SafetensorsFolder(path)
        yield ChatTokens(folder.template, folder.tokenize, folder.tokenize)
        return
    model = LlamaModel(llama_library(), path, vocabulary_only=True)
    try:
        yield ChatTokens(model.template, model.prompt_tokens, model.tokenize)
    finally:
        model.close()
