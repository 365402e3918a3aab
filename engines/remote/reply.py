"""One answer of a server: a thread of its own reads it, so that `stop` waits for nobody."""

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
from errors import AppError

_MAX_EVENT_BYTES = 1 << 20  # a chunk of an answer takes some hundred


class EventStream:
    """Collects bytes and gives the data of the events that are complete (WHATWG, HTML, 9.2)."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []

    def feed(self, received: bytes) -> Iterator[str]:
        """The data of each event that `received` completes. Raises ServerRefused for one without an end."""
        *lines, self._rest = (self._rest + received).split(b"\n")
        if len(self._rest) > _MAX_EVENT_BYTES:
            raise ServerRefused("The server sends something that is no answer", "Is it a server for language models?")
        for line in lines:
            text = line.rstrip(b"\r").decode("utf-8", "replace")
            if text.startswith("data:"):
                self._data.append(text.removeprefix("data:").removeprefix(" "))
            elif not text and self._data:
                yield "\n".join(self._data)
                self._data.clear()


_FINISHES: Mapping[str, Finish] = {"length": "length"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionChunk:
    """`text`: what it adds. `finish`: why the answer is over; None: it is not. Counts are None where it has none.

    `error`: what went wrong on the server in the middle of the answer.
    """

    text: str = ""
    finish: Finish | None = None
    prompt_tokens: int | None = None
    reused_tokens: int | None = None
    output_tokens: int | None = None
    error: str = ""


def parse_chunk(data: str) -> CompletionChunk:
    """The chunk in an event's data. Raises ValueError for data that is none."""
    told = json.loads(data)
    if not isinstance(told, dict):
        raise ValueError("no object")
    if problem := told.get("error"):
        return CompletionChunk(error=str(problem.get("message", problem) if isinstance(problem, dict) else problem))
    choice = _first(told.get("choices"))
    usage = _mapping(told.get("usage"))
    reason = choice.get("finish_reason")
    return CompletionChunk(
        text=_text(_mapping(choice.get("delta")).get("content")),
        finish=_FINISHES.get(str(reason), "end") if reason else None,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        reused_tokens=_count(_mapping(usage.get("prompt_tokens_details")).get("cached_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
    )


def _first(choices: Any) -> Mapping[str, Any]:
    return _mapping(choices[0]) if isinstance(choices, list) and choices else {}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None


_DONE = "[DONE]"

Ask = Callable[[CancelToken, Callable[[Iterator[bytes]], None]], None]
"""Sends the question on a line and has the bytes of the answer taken. Raises AppErrors and CancelledError."""


class RemoteReply:
    """A running answer; see `Reply`. Its counts are the server's; its times are what passed here, the network's too.

    `prefill_seconds` lasts until the first text, as no server says when it began to write.
    """

    def __init__(self, host: str, ask: Ask) -> None:
        self._host, self._ask = host, ask
        self._line = CancelToken()
        self._news = SimpleQueue[Piece | AppError | Finish | None]()
        self._begun = False
        self._finish: Finish | None = None
        self._ended: Finish = "end"
        self._prompt_tokens = self._reused_tokens = self._output_tokens = 0
        self._started = self._first_text = self._last_text = 0.0

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once; a second iteration is empty."""
        if self._begun:
            return iter(())
        self._begun = True
        return self._stream()

    def stop(self) -> None:
        """End the stream at once, in whatever state the network is. Any thread, any number of times."""
        self._line.cut()
        self._news.put(None)

    @property
    def finish(self) -> Finish:
        """Why it ended; `stopped` until then."""
        return self._finish or "stopped"

    @property
    def usage(self) -> Usage:
        """Counts so far; the prompt's are 0 until the server has told them, which some do only at the end."""
        first = self._first_text - self._started if self._first_text else 0.0
        return Usage(
            prompt_tokens=self._prompt_tokens,
            reused_tokens=self._reused_tokens,
            output_tokens=self._output_tokens,
            prefill_seconds=first,
            first_token_seconds=first,
            decode_seconds=self._last_text - self._first_text,
        )

    def _stream(self) -> Iterator[Piece]:
        if self._line.is_cancelled:
            return
        threading.Thread(target=self._run, name="carrel-remote", daemon=True).start()
        try:
            while (news := self._news.get()) is not None and not self._line.is_cancelled:
                if isinstance(news, AppError):
                    raise news
                if isinstance(news, str):
                    self._finish = news
                    return
                yield news
        finally:
            self._line.cut()  # above all for GeneratorExit: nobody reads on

    def _run(self) -> None:
        self._started = perf_counter()
        try:
            self._ask(self._line, self._take)
            self._news.put(self._ended)
        except AppError as error:
            self._news.put(error)
        except CancelledError:
            pass
        finally:
            self._news.put(None)

    def _take(self, received: Iterator[bytes]) -> None:
        """Read an answer to its end. Raises ServerUnreachable where it has none."""
        events, finish = EventStream(), None
        for data in (data for part in received for data in events.feed(part)):
            if data == _DONE:
                break
            chunk = self._understood(data)
            finish = finish or chunk.finish
            self._count(chunk)
        if finish is None:
            raise ServerUnreachable(self._host, "broke off in the middle", "Ask again, and look at the server.")
        self._ended = finish

    def _understood(self, data: str) -> CompletionChunk:
        try:
            chunk = parse_chunk(data)
        except (ValueError, RecursionError) as error:
            raise ServerRefused(f"{self._host} sends something that is no answer", "Look at the server.") from error
        if chunk.error:
            raise ServerRefused(f"{self._host} failed in the middle of the answer", chunk.error[:300])
        return chunk

    def _count(self, chunk: CompletionChunk) -> None:
        """Pass on a chunk's text with its tokens: what the server says of them, else one for each chunk with text."""
        before = self._output_tokens
        if chunk.text:
            self._last_text = perf_counter()
            self._first_text = self._first_text or self._last_text
        guess = before + bool(chunk.text)
        self._output_tokens = guess if chunk.output_tokens is None else max(before, chunk.output_tokens)
        self._prompt_tokens = chunk.prompt_tokens or self._prompt_tokens
        self._reused_tokens = min(chunk.reused_tokens or self._reused_tokens, self._prompt_tokens)
        if chunk.text or self._output_tokens > before:
            self._news.put(Piece(chunk.text, self._output_tokens - before))


class EmptyReply:
    """What reading ahead is on a server: a reply that has ended. Its protocol has no request that only reads."""

    finish: Finish = "end"
    usage = Usage()

    def __iter__(self) -> Iterator[Piece]:
        """Nothing."""
        return iter(())

    def stop(self) -> None:
        """Nothing runs."""
