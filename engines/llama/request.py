"""One request on its way between the thread that reads the answer and the worker that computes it."""

from queue import SimpleQueue
from time import perf_counter

from engines.protocol import Finish, Piece, Sampling, Usage


class Request:
    """What is asked, and what came of it so far. The worker writes the counts; `pieces` is the way to the reader.

    `persona`: tokens that other chats begin with too, as of a system message. `keep` False: a helper call. `ahead`:
    only to be read, in case that it is asked for. `rewrites`: the chat goes on as it is written here; what this drops
    of it is wanted by nobody. A None among the pieces is the end; an exception there is for the reader to raise.
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
    ) -> None:
        self.prompt, self.tokens, self.sampling = prompt, tokens, sampling
        self.persona, self.keep, self.ahead, self.rewrites = persona, keep, ahead, rewrites
        self.pieces: SimpleQueue[Piece | Exception | None] = SimpleQueue()
        self.stopped = self.ended = False
        self.finish: Finish = "stopped"
        self.submitted = perf_counter()
        self.prompt_tokens = self.reused_tokens = self.output_tokens = 0
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
            output_tokens=self.output_tokens,
            prefill_seconds=self.prefill_seconds,
            first_token_seconds=self.first_token_seconds,
            decode_seconds=self.decode_seconds,
        )
