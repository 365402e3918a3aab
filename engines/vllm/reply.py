"""One reply of vLLM: a request to its core, whose outputs arrive on a queue and are streamed from there."""

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Lock
from time import perf_counter
from typing import Any

from engines.failures import GrammarInvalid
from engines.model_folder import ModelFolder
from engines.protocol import Finish, Piece, Usage
from engines.vllm.core import VllmCore

_FINISH: dict[str | None, Finish] = {"stop": "end", "length": "length", "abort": "stopped"}


class VllmReply:
    """A running answer; see `Reply`. `reads_only`: one that ends once its prompt is read, and says nothing."""

    def __init__(
        self,
        core: VllmCore,
        folder: ModelFolder,
        prompt: tuple[str, list[int]],
        sampling: Any,
        *,
        reads_only: bool = False,
        keep: bool = True,
    ) -> None:
        """`prompt`: its text and ids. `sampling`: vLLM's SamplingParams."""
        self._core, self._folder, self._sampling = core, folder, sampling
        self._text, self._ids = prompt
        self._reads_only, self._keep = reads_only, keep
        self._arrivals = SimpleQueue[tuple[float, Any]]()
        self._lock = Lock()
        self._cancel: Callable[[], object] | None = None
        self._stopped = self._begun = False
        self._finish: Finish = "stopped"
        self._written: list[int] = []
        self._prompt_tokens = self._reused_tokens = self._output_tokens = 0
        self._first_token_seconds = self._decode_seconds = 0.0

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once; a second iteration is empty."""
        with self._lock:
            if self._begun or self._stopped:
                return iter(())
            self._begun = True
            self._cancel = self._core.begin(
                self._ids, self._sampling, urgent=not self._reads_only, deliver=self._arrive
            )
        return self._stream(perf_counter())

    def stop(self) -> None:
        """End the stream at once. vLLM drops the request after the step that it is computing. Any thread."""
        with self._lock:
            self._stopped = True
            cancel = self._cancel
        if cancel:
            cancel()
        self._arrive(None)

    @property
    def finish(self) -> Finish:
        """Why it ended; `stopped` until then."""
        return self._finish

    @property
    def usage(self) -> Usage:
        """Counts so far. The prompt counts once it is read; its reading time ends with the first token."""
        return Usage(
            prompt_tokens=self._prompt_tokens,
            reused_tokens=self._reused_tokens,
            output_tokens=self._output_tokens,
            prefill_seconds=self._first_token_seconds,
            first_token_seconds=self._first_token_seconds,
            decode_seconds=self._decode_seconds,
        )

    def _arrive(self, arrival: Any) -> None:
        self._arrivals.put((perf_counter(), arrival))

    def _stream(self, begun: float) -> Iterator[Piece]:
        unshown, before = 0, begun
        shown: list[str] = []
        try:
            while True:
                now, arrival = self._arrivals.get()
                if arrival is None or self._stopped:
                    return
                if isinstance(arrival, Exception):
                    raise arrival
                unshown += self._count(arrival, now - before)
                before = now
                text = arrival.outputs[0].text
                if text and not self._reads_only:
                    shown.append(text)
                    yield Piece(text, unshown)
                    unshown = 0
                if arrival.finished:
                    self._end(arrival.outputs[0], "".join(shown))
                    return
        finally:
            self._leave()

    def _count(self, arrival: Any, seconds: float) -> int:
        """Note what arrived `seconds` after what came before it; returns how many tokens were written."""
        if not self._prompt_tokens:
            self._prompt_tokens, self._first_token_seconds = len(self._ids), seconds
            self._reused_tokens = arrival.num_cached_tokens or 0
        else:
            self._decode_seconds += seconds
        if self._reads_only:
            return 0
        output = arrival.outputs[0]
        self._written.extend(output.token_ids)
        ended = output.finish_reason == "stop" and output.token_ids and output.token_ids[-1] in self._folder.end_tokens
        written = len(output.token_ids) - bool(ended)
        self._output_tokens += written
        return written

    def _end(self, output: Any, text: str) -> None:
        if output.finish_reason == "error":  # a schema or a grammar that only fails where it is compiled
            raise GrammarInvalid("vLLM gave up on this answer: its schema or grammar is beyond it.")
        self._finish = "end" if self._reads_only else _FINISH.get(output.finish_reason, "end")
        ids = self._written[: self._output_tokens]
        if self._keep and not isinstance(output.stop_reason, str):
            self._folder.remember(self._text + text, [*self._ids, *ids])

    def _leave(self) -> None:
        """Whoever iterates no more wants no more tokens."""
        if self._cancel:
            self._cancel()
