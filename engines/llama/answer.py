"""A request that the worker computes: first its prompt is read, then an answer is written, token by token."""

from collections.abc import Sequence
from time import perf_counter

from engines.llama.context import LlamaContext, Part
from engines.llama.drafting import DraftEconomy, Drafter
from engines.llama.kv.prefix import Reading
from engines.llama.kv.sequences import ChatSequence
from engines.llama.model import LlamaModel
from engines.llama.request import Request
from engines.llama.sampler import Sampler
from engines.protocol import Finish, Piece
from engines.streaming import StopFilter, Utf8Stream


class Answer:
    """Turns predictions into pieces for the reader. Work per token does not grow with the answer.

    Between two batches `sequence.transcript` is what the memory holds; a token that was drawn and not computed yet is
    not in it.
    """

    def __init__(
        self,
        request: Request,
        sequence: ChatSequence,
        plan: Reading,
        model: LlamaModel,
        context: LlamaContext,
        *,
        window: int,
    ) -> None:
        self.request, self.sequence = request, sequence
        self._plan, self._model, self._context = plan, model, context
        self._sampler: Sampler | None = None
        self._drawn: tuple[int, str, bool] | None = None
        self._drafts: DraftEconomy | None = None
        self._drafter: Drafter | None = None
        self._asked = 0.0
        self._characters, self._stops = Utf8Stream(), StopFilter(request.sampling.stop)
        self._checkpoints = self._copied() if request.keep else ()
        self._limit = min(request.sampling.max_tokens, window - len(plan.tokens))
        self._unshown = 0
        self._since = perf_counter()
        request.prompt_tokens, request.reused_tokens = len(plan.tokens), plan.keep

    @property
    def is_reading(self) -> bool:
        """Whether some of the prompt is still to be read."""
        return self._drawn is None

    def next_part(self, chunk_tokens: int, drafts: DraftEconomy | None) -> Part:
        """What to compute next: the token that was drawn and a draft, or at most `chunk_tokens` of the prompt."""
        at = len(self.sequence.transcript.tokens)
        if self._drawn is not None:
            written = [self._drawn[0], *self._draft(self._drawn[0], drafts)]
            return Part(self.sequence.id, written, at, len(written))
        end = min(at + chunk_tokens, *(place for place in self._checkpoints if place > at), len(self._plan.tokens))
        tokens = self._plan.tokens[at:end]
        return Part(self.sequence.id, tokens, at, at + len(tokens) == len(self._plan.tokens))

    def serves(self, asked: Request, chunk_tokens: int) -> bool:
        """Whether the chunk that is being read is in the other prompt too: it is worth waiting for."""
        end = len(self.sequence.transcript.tokens) + chunk_tokens
        return self._plan.tokens[:end] == asked.tokens[:end]

    def computed(self, part: Part, last: int) -> bool:
        """Go on from a part that was computed, whose last token has place `last` in the batch. False when it ended."""
        transcript = self.sequence.transcript
        if self._drawn is not None:
            return self._write(part.tokens, last - len(part.tokens) + 1)
        transcript.extend(part.tokens)
        if not part.predict:
            self._mark_before_last()
            return True
        transcript.mark(self.request.prompt)
        self.request.prefill_seconds = perf_counter() - self._since
        self._since = self.request.submitted
        if self._limit <= 0:
            return self._end("length")
        self._sampler = self._context.sampler(self.request.sampling, self._model)
        return self._draw(last)

    def close(self) -> None:
        """Free the sampler, and end the request if it has not ended."""
        if self._drawn is None and not self.request.ended:
            self.request.prompt_tokens = len(self.sequence.transcript.tokens)
        if self._sampler is not None:
            self._sampler.close()
        self.request.end()

    def _draft(self, drawn: int, drafts: DraftEconomy | None) -> list[int]:
        self._drafts, self._asked = drafts, perf_counter()
        if drafts is None:
            return []
        if self._drafter is None:
            self._drafter = Drafter([*self.sequence.transcript.tokens, drawn], drafts)
        return self._drafter.draft(self._limit - self.request.output_tokens)

    def _write(self, tokens: Sequence[int], first: int) -> bool:
        """Go on from the drawn token, and from its draft as far as the same is drawn. The rest is forgotten."""
        transcript = self.sequence.transcript
        end = len(transcript.tokens) + len(tokens)
        try:
            for place, token in enumerate(tokens, first):
                if self._drawn is None or self._drawn[0] != token:
                    break
                transcript.append(*self._drawn)
                if not self._draw(place):
                    return False
        finally:
            if len(transcript.tokens) < end:
                self._context.keep(self.sequence.id, len(transcript.tokens))
        if self._drafts is not None:
            self._drafts.timed(len(tokens), perf_counter() - self._asked)
        return True

    def _copied(self) -> tuple[int, ...]:
        if self._context.can_roll_back:
            return ()
        persona = self.sequence.persona_tokens
        return (persona,) if self._context.can_undo else (persona, len(self._plan.tokens) - 1)

    @property
    def is_at_checkpoint(self) -> bool:
        """Whether other chats, or this one once more, may go on from here where the model cannot be rolled back."""
        return self.is_reading and len(self.sequence.transcript.tokens) in self._checkpoints

    def _mark_before_last(self) -> None:
        """Where all but one token is read: say for what text, as far as that token tells."""
        if self.is_at_checkpoint and len(self.sequence.transcript.tokens) == len(self._plan.tokens) - 1:
            last = self._model.piece(self._plan.tokens[-1]).decode("utf-8", "ignore")
            if last and self.request.prompt.endswith(last):
                self.sequence.transcript.mark(self.request.prompt.removesuffix(last))

    def _draw(self, last: int) -> bool:
        assert self._sampler is not None
        token = self._sampler.sample(last)
        if self._model.is_end(token):
            return self._end("end")
        self._count()
        if self._drafter is not None:
            self._drafter.add(token)
        text = self._characters.feed(self._model.piece(token))
        self._drawn = token, text, not self._characters.waiting
        self._show(text)
        if self._stops.stopped:
            return self._end("end")
        return self.request.output_tokens < self._limit or self._end("length")

    def _show(self, text: str) -> None:
        shown = self._stops.feed(text)
        self._unshown += 1
        if shown:
            self.request.pieces.put(Piece(shown, self._unshown))
            self._unshown = 0

    def _end(self, finish: Finish) -> bool:
        if held := self._stops.flush():
            self.request.pieces.put(Piece(held, self._unshown))
        self.request.end(finish)
        return False

    def _count(self) -> None:
        request, now = self.request, perf_counter()
        request.output_tokens += 1
        if request.output_tokens == 1:
            request.first_token_seconds = now - self._since
        else:
            request.decode_seconds += now - self._since
        self._since = now
