"""An engine that says what it was told to: the one fake, where a real model would stand."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from engines.protocol import Finish, Message, Piece, Sampling, Usage


class ScriptedReply:
    """Says the script word by word; `before_piece` runs before each word."""

    def __init__(self, words: Sequence[str], before_piece: Callable[[int], None], prompt_tokens: int) -> None:
        self._words = words
        self._before_piece = before_piece
        self._stopped = threading.Event()
        self._written = 0
        self._prompt_tokens = prompt_tokens

    def __iter__(self) -> Iterator[Piece]:
        for at, word in enumerate(self._words):
            self._before_piece(at)
            if self._stopped.is_set():
                return
            self._written += 1
            yield Piece(word, 1)

    def stop(self) -> None:
        self._stopped.set()

    @property
    def usage(self) -> Usage:
        return Usage(prompt_tokens=self._prompt_tokens, output_tokens=self._written, prefill_seconds=0.01)

    @property
    def finish(self) -> Finish:
        return "stopped" if self._stopped.is_set() else "end"


class ScriptedEngine:
    """Implements engines.protocol.Engine: a token is a word, its answer is the script, prompts are kept."""

    name = "scripted"
    model = "script"

    def __init__(self, script: str, *, context_tokens: int = 8192) -> None:
        self.script = script
        self.context_tokens = context_tokens
        self.prompts: list[tuple[Message, ...]] = []
        self.samplings: list[Sampling] = []
        self.before_piece: Callable[[int], None] = lambda at: None
        self.closed = False

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        return sum(self.count_tokens(message.text) for message in messages)

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> ScriptedReply:
        self.prompts.append(tuple(messages))
        self.samplings.append(sampling)
        words = self.script.split(" ")
        pieces = [word if at == 0 else f" {word}" for at, word in enumerate(words)]
        return ScriptedReply(pieces, self.before_piece, self.count_prompt_tokens(messages))

    def prefill(self, messages: Sequence[Message]) -> ScriptedReply:
        self.prompts.append(tuple(messages))
        return ScriptedReply([], self.before_piece, self.count_prompt_tokens(messages))

    def memory(self) -> Mapping[str, int]:
        return {"weights": 5, "kv": 7}

    def close(self) -> None:
        self.closed = True
