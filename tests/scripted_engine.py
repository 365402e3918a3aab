"""An engine that says what it was told to: the one fake, where a real model would stand. It keeps the contract."""

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from engines.errors import ModelUnreadable, PromptEmpty, PromptTooLong, SamplingUnsupported
from engines.protocol import Finish, Message, Piece, Reply, Sampling, Usage
from engines.repetition import end_repetition
from engines.sampling_choice import SamplingChoice
from engines.streaming import StopFilter, Utf8Stream
from engines.thoughts import ThoughtSplitter

READ_AT_ONCE = 16  # tokens


class ScriptedEngine:
    """Implements engines.protocol.Engine: a token is a word, its answer is the script, prompts are kept.

    `script`: a text, or the bytes of each token; None: words without an end. `before_piece` runs before each token.
    """

    name, keeps_thoughts = "scripted", False
    recommended = SamplingChoice()

    def __init__(
        self,
        script: str | Sequence[bytes] | None,
        *,
        model: str = "script",
        context_tokens: int = 8192,
        read_seconds: float = 0.0,
        write_seconds: float = 0.0,
    ) -> None:
        self.script, self.model = script, model
        self._context_tokens = context_tokens
        self.read_seconds, self.write_seconds = read_seconds, write_seconds  # of each token
        self.prompts: list[tuple[Message, ...]] = []
        self.samplings: list[Sampling] = []
        self.before_piece: Callable[[int], None] = lambda at: None
        self.closed = False
        self.read: list[str] = []  # the tokens in memory
        self.forgotten: list[Message] = []
        self._prefills: list[ScriptedReply] = []

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    def count_tokens(self, text: str) -> int:
        self._require_open()
        return len(text.split())

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        self._require_open()
        return len(_tokens(messages))

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> Reply:
        if sampling.grammar:
            raise SamplingUnsupported("A script")
        reply = self._open_reply(messages, sampling, keep)
        self.samplings.append(sampling)
        for prefill in self._prefills:
            prefill.stop()
        self._prefills.clear()
        return end_repetition(reply, sampling)

    def prefill(self, messages: Sequence[Message], *, thinks: bool = False) -> "ScriptedReply":
        reply = self._open_reply(messages, None, True)
        self._prefills.append(reply)
        return reply

    def forget(self, messages: Sequence[Message]) -> None:
        self.forgotten += messages
        self.read = []

    def memory(self) -> Mapping[str, int]:
        return {"weights": 400_000_000, "kv": 90_000_000, "kv_parked": 0, "compute": 0}

    def close(self) -> None:
        self.closed = True

    def spoken(self) -> Iterable[bytes]:
        if self.script is None:
            return (f" word{number}".encode()[number == 0 :] for number in itertools.count())
        if isinstance(self.script, str):
            return [word.encode() for word in re.split("(?= )", self.script) if word]
        return self.script

    def _open_reply(self, messages: Sequence[Message], sampling: Sampling | None, keep: bool) -> "ScriptedReply":
        self._require_open()
        if not messages:
            raise PromptEmpty
        begun = messages[-1].text.split() if sampling and messages[-1].role == "assistant" else []
        tokens = [*_tokens(messages[:-1]), *begun] if begun else _tokens(messages)
        if len(tokens) >= self.context_tokens:
            raise PromptTooLong(len(tokens), self.context_tokens)
        self.prompts.append(tuple(messages))
        return ScriptedReply(self, tokens, sampling, keep, said=len(begun))

    def _require_open(self) -> None:
        if self.closed:
            raise RuntimeError("the engine has been closed")


class ScriptedReply:
    """Reads the prompt, then says the script token by token. `sampling` None: reads only."""

    def __init__(
        self, engine: ScriptedEngine, tokens: list[str], sampling: Sampling | None, keep: bool, said: int = 0
    ) -> None:
        """`said`: how many tokens of the script the prompt ends with."""
        self._engine, self._tokens, self._sampling, self._keep, self._said = engine, tokens, sampling, keep, said
        self._stop_asked = threading.Event()
        self._begun = self._is_reading = False
        self._finish: Finish = "stopped"
        self._read = self._reused = self._written = 0
        self._prefill_seconds = self._decode_seconds = 0.0

    def __iter__(self) -> Iterator[Piece]:
        if self._begun:
            return iter(())
        self._begun = True
        return self._stream()

    def stop(self) -> None:
        self._stop_asked.set()

    @property
    def usage(self) -> Usage:
        return Usage(
            prompt_tokens=len(self._tokens) if self._is_reading else self._read,
            reused_tokens=self._reused,
            read_tokens=self._read,
            output_tokens=self._written,
            prefill_seconds=self._prefill_seconds,
            first_token_seconds=self._prefill_seconds if self._written else 0.0,
            decode_seconds=self._decode_seconds,
        )

    @property
    def finish(self) -> Finish:
        return self._finish

    @property
    def _stopped(self) -> bool:
        return self._stop_asked.is_set() or self._engine.closed

    def _stream(self) -> Iterator[Piece]:
        begun = time.perf_counter()
        if not self._stopped:
            self._read_prompt()
        self._prefill_seconds = time.perf_counter() - begun
        if self._read < len(self._tokens):
            return
        if self._sampling is None:
            self._finish = "end"
            return
        yield from self._write(self._sampling)

    def _read_prompt(self) -> None:
        same = (one == other for one, other in zip(self._engine.read, self._tokens, strict=False))
        known = sum(1 for _ in itertools.takewhile(bool, same))
        self._reused = self._read = min(known, len(self._tokens) - 1)
        self._is_reading = True
        while self._read < len(self._tokens) and not self._stopped:
            chunk = min(READ_AT_ONCE, len(self._tokens) - self._read)
            time.sleep(self._engine.read_seconds * chunk)
            self._read += chunk
        self._is_reading = False
        self._remember(self._tokens[: self._read])

    def _write(self, sampling: Sampling) -> Iterator[Piece]:
        characters, stops, splitter = Utf8Stream(), StopFilter(sampling.stop), ThoughtSplitter()
        limit = min(sampling.max_tokens, self._engine.context_tokens - len(self._tokens))
        said, unshown, answered, begun = "", 0, 0, time.perf_counter()
        for at, data in enumerate(itertools.islice(self._engine.spoken(), self._said, None)):
            self._engine.before_piece(at)
            if self._stopped:
                return
            if answered == limit:
                self._finish = "length"
                break
            text = characters.feed(data)
            said, unshown = said + text, unshown + 1
            self._written = at + 1
            self._remember([*self._tokens, *said.split()])
            time.sleep(self._engine.write_seconds)
            self._decode_seconds = time.perf_counter() - begun
            was_thinking, parts = splitter.is_thinking, splitter.feed(stops.feed(text))
            answered += not (was_thinking or splitter.is_thinking)
            for part in parts:
                yield Piece(part.text, unshown, part.kind, part.recasts)
                unshown = 0
            if stops.stopped:
                break
        if self._finish != "length":
            self._finish = "end"
        for part in [*splitter.feed(stops.flush()), *splitter.flush()]:
            yield Piece(part.text, unshown, part.kind, part.recasts)

    def _remember(self, tokens: list[str]) -> None:
        if self._keep:
            self._engine.read = tokens


def open_script(model: Path) -> ScriptedEngine:
    """An engine whose every answer is the text of its model file. Raises ModelUnreadable."""
    try:
        return ScriptedEngine(model.read_text("utf-8"), model=model.stem, write_seconds=0.002)
    except (OSError, UnicodeDecodeError) as error:
        raise ModelUnreadable(model, "It is not there, or not a text.") from error


def _tokens(messages: Sequence[Message]) -> list[str]:
    """The words of a prompt, and a control token around each message."""
    spoken = ([f"<{message.role}>", *message.text.split(), "<end>"] for message in messages)
    return [*itertools.chain.from_iterable(spoken), "<assistant>"]
