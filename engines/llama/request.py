"""A request on its way between the thread that reads the answer and the worker that computes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING

from engines.protocol import Finish, Piece, Sampling, Usage

if TYPE_CHECKING:  # circular: the worker takes requests
    from engines.llama.worker import LlamaWorker


_CLOSING_TOKENS = 16  # of what closes a thought: Harmony's takes 8


class LlamaRequest:
    """A prompt to answer, and the state of its answer. The worker writes the counts; `pieces` leads to the reader.

    `persona`: tokens that other chats begin with too, as of a system message. `keep` False: a helper call, whose cache
    is freed afterwards. `ahead`: a prefill, with no answer. `rewrites`: the prompt replaces the tail of its chat, which
    needs no copy. `continues`: the prompt ends within an answer, whose tokens are those that were generated; `cut`: the
    tokens of prompt and answer, where it was cut at its limit. `thought_tokens`: the most tokens of thoughts, besides
    the answer's; 0: none are set aside for them. In `pieces`, None is the end and an exception is for the
    reader to raise.
    """

    def __init__(
        self,
        prompt: str,
        tokens: list[int],
        sampling: Sampling,
        *,
        persona: list[int],
        keep: bool,
        ahead: bool,
        rewrites: bool = False,
        thought_tokens: int = 0,
        continues: bool = False,
    ) -> None:
        self.prompt, self.tokens, self.sampling = prompt, tokens, sampling
        self.persona, self.keep, self.ahead, self.rewrites = persona, keep, ahead, rewrites
        self.continues, self.cut = continues, list[int]()
        self.thought_tokens, self.most_tokens = thought_tokens, sampling.max_tokens
        if thought_tokens:
            self.most_tokens += thought_tokens + _CLOSING_TOKENS
        self.pieces: SimpleQueue[Piece | Exception | None] = SimpleQueue()
        self.stopped = self.ended = False
        self.finish: Finish = "stopped"
        self.submitted = perf_counter()
        self.prompt_tokens = self.reused_tokens = self.read_tokens = self.output_tokens = 0
        self.prefill_seconds = self.first_token_seconds = self.decode_seconds = 0.0

    def end(self, finish: Finish = "stopped", failure: Exception | None = None) -> None:
        """Tell the reader that no more comes."""
        if not self.ended:
            self.finish, self.ended = finish, True
            self.pieces.put(failure)

    @property
    def usage(self) -> Usage:
        """Counts and times so far."""
        return Usage(
            prompt_tokens=self.prompt_tokens,
            reused_tokens=self.reused_tokens,
            read_tokens=self.read_tokens,
            output_tokens=self.output_tokens,
            prefill_seconds=self.prefill_seconds,
            first_token_seconds=self.first_token_seconds,
            decode_seconds=self.decode_seconds,
        )


class LlamaReply:
    """A running answer; see `Reply`. Submitted when it is first iterated; the worker never waits for the reader."""

    def __init__(
        self, worker: LlamaWorker, request: LlamaRequest, remember: Callable[[str, list[int]], None] | None = None
    ) -> None:
        """`remember`: takes the text of a prompt and its cut answer, and their tokens."""
        self._worker, self._request, self._remember = worker, request, remember
        self._begun = False

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once; a second iteration is empty. The first piece raises EngineBusy, GenerationFailed."""
        if self._begun:
            return
        self._begun = True
        self._worker.submit(self._request)
        shown = [self._request.prompt]
        try:
            while (piece := self._request.pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise piece
                shown.append(piece.text)
                yield piece
            if self._remember and self._request.cut:
                self._remember("".join(shown), self._request.cut)
        finally:
            self.stop()

    def stop(self) -> None:
        """End the stream within 100 ms, in prefill or decoding. Any thread, any number of times."""
        self._worker.stop(self._request)

    @property
    def finish(self) -> Finish:
        """The reason why the answer ended; `stopped` until then."""
        return self._request.finish

    @property
    def usage(self) -> Usage:
        """Counts so far. A prompt that was stopped counts as far as it was computed.

        Times are the engine's own, without what the reader does between two pieces.
        """
        return self._request.usage
