"""One answer of a server, received on a thread of its own, so that `stop` never waits."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from queue import SimpleQueue
from time import perf_counter
from typing import Any

from engines.errors import ServerRefused, ServerUnreachable
from engines.protocol import Finish, Piece, Usage
from engines.remote.client import CancelledError, CancelToken
from engines.thoughts import Part, ThoughtSplitter
from errors import AppError

_MAX_EVENT_BYTES = 1 << 20  # a chunk of an answer takes some hundred
_MAX_COUNT = 1 << 31  # tokens; databases hold no number of a thousand digits


class EventStream:
    """Decodes server-sent events from bytes (WHATWG, HTML, 9.2)."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._data: list[str] = []
        self._size = 0  # of the event that has begun, in bytes

    def feed(self, received: bytes) -> Iterator[str]:
        """The data of each event that `received` completes. Raises ServerRefused for one without an end."""
        *lines, rest = received.split(b"\n")
        if lines:
            lines[0], self._rest = bytes(self._rest) + lines[0], bytearray()
        self._rest += rest
        for line in lines:
            text = line.rstrip(b"\r").decode("utf-8", "replace")
            self._size += len(line)
            if text.startswith("data:"):
                self._data.append(text.removeprefix("data:").removeprefix(" "))
            elif not text:
                if self._data:
                    yield "\n".join(self._data)
                self._data, self._size = [], 0
            self._require_end()
        self._require_end()

    def _require_end(self) -> None:
        if self._size + len(self._rest) > _MAX_EVENT_BYTES:
            raise ServerRefused("The server sent an invalid answer", "Is it a server for language models?")


_THOUGHTS = ("reasoning_content", "reasoning")  # DeepSeek's and vLLM's name, and OpenRouter's; some send both
_FINISHES: Mapping[str, Finish] = {"length": "length"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionChunk:
    """One chunk of a streamed answer. `finish`: the reason of its end; None: it goes on. Missing counts are None.

    `thought`: text that the server itself keeps apart. `error`: a failure of the server in the middle of the answer.
    """

    text: str = ""
    thought: str = ""
    finish: Finish | None = None
    prompt_tokens: int | None = None
    reused_tokens: int | None = None
    output_tokens: int | None = None
    error: str = ""


def parse_chunk(data: str) -> CompletionChunk:
    """The chunk in the data of an event. Raises ValueError for anything else."""
    event = json.loads(data)
    if not isinstance(event, dict):
        raise ValueError("not an object")
    if problem := event.get("error"):
        message = str(problem.get("message", problem) if isinstance(problem, dict) else problem)
        return CompletionChunk(error=without_surrogates(message))
    choices, usage = event.get("choices"), _mapping(event.get("usage"))
    choice = _mapping(choices[0]) if isinstance(choices, list) and choices else {}
    reason, delta = choice.get("finish_reason"), _mapping(choice.get("delta"))
    thought = next((said for name in _THOUGHTS if isinstance(said := delta.get(name), str) and said), "")
    text, more = _content(delta.get("content"))
    return CompletionChunk(
        text=without_surrogates(text),
        thought=without_surrogates(thought + more),
        finish=_FINISHES.get(str(reason), "end") if reason else None,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        reused_tokens=_count(_mapping(usage.get("prompt_tokens_details")).get("cached_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
    )


def _content(content: Any) -> tuple[str, str]:
    """The text and the thoughts of a content, which is a text, or as Mistral's a list of both."""
    if isinstance(content, str):
        return content, ""
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    texts = [str(part.get("text") or "") for part in parts if part.get("type") == "text"]
    thoughts = [_content(part.get("thinking"))[0] for part in parts if part.get("type") == "thinking"]
    return "".join(texts), "".join(thoughts)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < _MAX_COUNT else None


def without_surrogates(text: str) -> str:
    """The text with U+FFFD for each half of a pair, which JSON can escape and no file or database can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_DONE = "[DONE]"
_MOST_CHARACTERS = 128  # of one token: vocabularies have tokens of as many spaces
_MOST_COUNTED = 2  # times the tokens asked for, as some servers leave out a part of them when they count

Ask = Callable[[CancelToken, Callable[[Iterator[bytes]], None]], None]
"""Sends the question and passes the bytes of the answer on. Raises AppErrors and CancelledError."""


class RemoteReply:
    """A running answer; see `Reply`. Counts are the server's; times are measured here and include the network.

    `prefill_seconds` lasts until the first text, as no server tells when it began to decode. `answer_tokens`: the most,
    thoughts left out. `max_tokens`: of both; a server that writes far more is cut off. `on_thought`: told of the first.
    """

    def __init__(
        self, host: str, ask: Ask, answer_tokens: int, max_tokens: int, on_thought: Callable[[], None] = lambda: None
    ) -> None:
        self._host, self._ask, self._max_tokens, self._on_thought = host, ask, max_tokens, on_thought
        self._splitter, self._thought, self._after_thought = ThoughtSplitter(), False, False
        self._answer_left, self._unshown = answer_tokens, 0
        self._characters = 0
        self._cancel = CancelToken()
        self._events = SimpleQueue[Piece | AppError | Finish | None]()
        self._begun = False
        self._finish: Finish | None = None
        self._prompt_tokens = self._reused_tokens = self._output_tokens = 0
        self._started = self._first_text = self._last_text = 0.0

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once; a second iteration is empty."""
        if self._begun or self._cancel.is_cancelled:
            return
        self._begun = True
        threading.Thread(target=self._receive, name="carrel-remote", daemon=True).start()
        try:
            while (event := self._events.get()) is not None and not self._cancel.is_cancelled:
                if isinstance(event, AppError):
                    raise event
                if isinstance(event, str):
                    self._finish = event
                    return
                yield event
        finally:
            self._cancel.cancel()  # above all for GeneratorExit: nobody reads on

    def stop(self) -> None:
        """End the stream at once, in whatever state the network is. Any thread, any number of times."""
        self._cancel.cancel()
        self._events.put(None)

    @property
    def finish(self) -> Finish:
        """The reason why the answer ended; `stopped` until then."""
        return self._finish or "stopped"

    @property
    def usage(self) -> Usage:
        """Counts so far; those of the prompt are 0 until the server sends them, which may be at the end."""
        first = self._first_text - self._started if self._first_text else 0.0
        return Usage(
            prompt_tokens=self._prompt_tokens,
            reused_tokens=self._reused_tokens,
            output_tokens=self._output_tokens,
            prefill_seconds=first,
            first_token_seconds=first,
            decode_seconds=self._last_text - self._first_text,
        )

    def _receive(self) -> None:
        self._started = perf_counter()
        ended = list[Finish]()
        try:
            self._ask(self._cancel, lambda received: ended.append(self._read(received)))
            self._events.put(ended[-1])
        except AppError as error:
            self._events.put(error)
        except CancelledError:
            pass
        finally:
            self._events.put(None)

    def _read(self, received: Iterator[bytes]) -> Finish:
        """Read an answer to its end. Raises ServerRefused, and ServerUnreachable where it has no end."""
        events, finish = EventStream(), None
        for data in (data for part in received for data in events.feed(part)):
            if data == _DONE:
                break
            try:
                chunk = parse_chunk(data)
            except (ValueError, RecursionError) as error:
                raise ServerRefused(f"{self._host} sent an invalid answer", "Check the server.") from error
            if chunk.error:
                raise ServerRefused(f"{self._host} failed in the middle of the answer", chunk.error[:300])
            finish = finish or chunk.finish
            self._count(chunk)
            if self._is_far_too_long() or (self._thought and self._answer_left <= 0):
                finish = "length"
                break
        if finish is None:
            raise ServerUnreachable(self._host, "broke off in the middle", "Ask again, and check the server.")
        self._pass_on(self._splitter.flush())
        if self._unshown:  # counted at the end, as the token that ends the answer is
            self._events.put(Piece("", self._unshown))
        return finish

    def _count(self, chunk: CompletionChunk) -> None:
        """Pass on a chunk's text and tokens: the server's count, else one for each chunk with text."""
        before, said = self._output_tokens, chunk.text or chunk.thought
        self._characters += len(chunk.text) + len(chunk.thought)
        if said:
            self._last_text = perf_counter()
            self._first_text = self._first_text or self._last_text
        guess = before + bool(said)
        self._output_tokens = guess if chunk.output_tokens is None else max(before, chunk.output_tokens)
        self._prompt_tokens = chunk.prompt_tokens or self._prompt_tokens
        self._reused_tokens = min(chunk.reused_tokens or self._reused_tokens, self._prompt_tokens)
        self._unshown += self._output_tokens - before
        parts = [Part(chunk.thought, "thought")] if chunk.thought else []
        if chunk.thought:
            self._splitter.note_thought()
        parts += self._splitter.feed(chunk.text)
        if self._splitter.is_thinking or chunk.thought:
            self._thought = self._after_thought = True
        elif self._thought and any(part.kind == "answer" for part in parts):
            # what closes a thought, and the white space behind it, is none of the answer
            self._answer_left -= 1 if self._after_thought else self._output_tokens - before
            self._after_thought = False
        self._pass_on(parts)

    def _pass_on(self, parts: list[Part]) -> None:
        for part in parts:
            if part.kind == "thought":
                self._on_thought()
            self._events.put(Piece(part.text, self._unshown, part.kind, part.recasts))
            self._unshown = 0

    def _is_far_too_long(self) -> bool:
        too_many = self._output_tokens > self._max_tokens * _MOST_COUNTED
        return too_many or self._characters > self._max_tokens * _MOST_CHARACTERS


class EmptyReply:
    """The reply to a prefill on a server, which has ended: its protocol has no request that only computes a prompt."""

    finish: Finish = "end"
    usage = Usage()

    def __iter__(self) -> Iterator[Piece]:
        """Yield nothing."""
        return iter(())

    def stop(self) -> None:
        """Do nothing: nothing runs."""
