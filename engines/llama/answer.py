"""A request that the worker computes: first its prompt in chunks, then an answer, token by token."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from time import perf_counter

from engines.llama.context import BatchSlice, LlamaContext
from engines.llama.drafting import Drafter, DraftPolicy
from engines.llama.kv.prefix import PrefillPlan
from engines.llama.kv.sequences import ChatSequence
from engines.llama.model import LlamaModel
from engines.llama.request import LlamaRequest
from engines.llama.sampler import Sampler
from engines.protocol import Finish, Piece
from engines.streaming import StopFilter, Utf8Stream
from engines.thoughts import Part, ThoughtSplitter


class Answer:
    """Turns logits into pieces for the reader. Work per token does not grow with the answer.

    Between two batches `sequence.cached` equals the KV cache; a token that was sampled and not computed yet is not in
    it.
    """

    def __init__(
        self,
        request: LlamaRequest,
        sequence: ChatSequence,
        plan: PrefillPlan,
        model: LlamaModel,
        context: LlamaContext,
        *,
        window: int,
    ) -> None:
        self.request, self.sequence = request, sequence
        self._plan, self._model, self._context = plan, model, context
        self._sampler: Sampler | None = None
        self._drawn: tuple[int, str, bool] | None = None
        self._drafts: DraftPolicy | None = None
        self._drafter: Drafter | None = None
        self._asked = 0.0
        self._characters, self._stops = Utf8Stream(), StopFilter(request.sampling.stop)
        self._checkpoints: tuple[int, ...] = ()  # numbers of tokens after which the state is copied
        if request.keep and not context.can_roll_back:
            last = () if context.can_remove_tail else (len(plan.tokens) - 1,)
            self._checkpoints = (sequence.persona_tokens, *last)
        self._splitter = None if request.sampling.grammar else ThoughtSplitter(request.prompt)
        self._limit = min(request.most_tokens, window - len(plan.tokens))
        self._answered = self._thought = 0  # tokens
        self._forced = deque[int]()  # tokens that close a thought
        self._unshown = 0
        self._since = perf_counter()
        request.prompt_tokens, request.reused_tokens, request.read_tokens = len(plan.tokens), plan.reused, plan.reused

    @property
    def is_prefilling(self) -> bool:
        """True while some of the prompt is still to be computed."""
        return self._drawn is None

    def next_slice(self, chunk_tokens: int, drafts: DraftPolicy | None) -> BatchSlice:
        """The tokens to compute next: the sampled one and a draft, or at most `chunk_tokens` of the prompt."""
        at = len(self.sequence.cached.tokens)
        if self._drawn is None:
            end = min(at + chunk_tokens, *(place for place in self._checkpoints if place > at), len(self._plan.tokens))
            tokens = self._plan.tokens[at:end]
            return BatchSlice(self.sequence.id, tokens, at, at + len(tokens) == len(self._plan.tokens))
        written = [self._drawn[0]]
        self._drafts, self._asked = drafts, perf_counter()
        if drafts is not None:
            if self._drafter is None:
                self._drafter = Drafter([*self.sequence.cached.tokens, *written], drafts)
            written += self._drafter.draft(self._left)
        return BatchSlice(self.sequence.id, written, at, len(written))

    def serves(self, other: LlamaRequest, chunk_tokens: int) -> bool:
        """True if the chunk that is being computed is part of the other prompt too, and worth waiting for."""
        end = len(self.sequence.cached.tokens) + chunk_tokens
        return self._plan.tokens[:end] == other.tokens[:end]

    def advance(self, computed: BatchSlice, last: int) -> bool:
        """Continue after a slice whose last token has index `last` in the batch. False when the answer ended."""
        cached = self.sequence.cached
        if self._drawn is not None:
            return self._accept(computed.tokens, last - len(computed.tokens) + 1)
        cached.extend(computed.tokens)
        self.request.read_tokens = len(cached.tokens)
        if not computed.outputs:
            if self.is_at_checkpoint and len(cached.tokens) == len(self._plan.tokens) - 1:
                # all but one token is computed: mark the text before it, as far as that token tells
                end = self._model.piece(self._plan.tokens[-1]).decode("utf-8", "ignore")
                if end and self.request.prompt.endswith(end):
                    cached.mark(self.request.prompt.removesuffix(end))
            return True
        cached.mark(self.request.prompt)
        self.request.prefill_seconds = perf_counter() - self._since
        self._since = self.request.submitted
        if self._limit <= 0:
            return self._end("length")
        self._sampler = self._context.sampler(self.request.sampling, self._model)
        return self._draw(last)

    @property
    def is_at_checkpoint(self) -> bool:
        """True if a model that cannot be rolled back should copy its state here, for other chats or this one."""
        return self.is_prefilling and len(self.sequence.cached.tokens) in self._checkpoints

    def close(self) -> None:
        """Free the sampler, and end the request if it has not ended."""
        if self._drawn is None and not self.request.ended:
            self.request.prompt_tokens = len(self.sequence.cached.tokens)
        if self._sampler is not None:
            self._sampler.close()
        self.request.end()

    def _accept(self, tokens: Sequence[int], first: int) -> bool:
        """Continue from the sampled token, and from its draft as far as sampling agrees; truncate the rest."""
        cached = self.sequence.cached
        end = len(cached.tokens) + len(tokens)
        try:
            for place, token in enumerate(tokens, first):
                if self._drawn is None or self._drawn[0] != token:
                    break
                cached.append(*self._drawn)
                if not self._draw(place):
                    return False
        finally:
            if len(cached.tokens) < end:
                self._context.truncate(self.sequence.id, len(cached.tokens))
        if self._drafts is not None:
            self._drafts.record_batch(len(tokens), perf_counter() - self._asked)
        return True

    def _draw(self, last: int) -> bool:
        assert self._sampler is not None
        token = self._forced.popleft() if self._forced else self._sampler.sample(last)
        if self._model.is_end(token):
            return self._end("end")
        request, now = self.request, perf_counter()
        request.output_tokens += 1
        if request.output_tokens == 1:
            request.first_token_seconds = now - self._since
        else:
            request.decode_seconds += now - self._since
        self._since = now
        if self._drafter is not None:
            self._drafter.add(token)
        text = self._characters.feed(self._model.piece(token))
        self._drawn = token, text, not self._characters.waiting
        self._unshown += 1
        for part in self._split(text):
            self._show(part)
        if self._stops.stopped:
            return self._end("end")
        return self._left > 0 or self._end("length")

    @property
    def _left(self) -> int:
        """The number of tokens that may still be written."""
        of_answer = self.request.sampling.max_tokens - self._answered
        return (
            self._limit - self.request.output_tokens
            if self._is_thinking
            else min(of_answer, self._limit - self.request.output_tokens)
        )

    @property
    def _is_thinking(self) -> bool:
        return self._splitter is not None and self._splitter.is_thinking

    def _split(self, text: str) -> list[Part]:
        """The parts that the text of a token completes. Counts it, and closes a thought that has become too long."""
        if self._splitter is None:
            self._answered += 1
            return [Part(text)]
        was_thinking = self._splitter.is_thinking
        parts = self._splitter.feed(text)
        if not was_thinking and not self._splitter.is_thinking:
            self._answered += 1
            return parts
        self._thought += 1
        if 0 < self.request.thought_tokens <= self._thought and not self._forced:
            self._forced.extend(self._model.tokenize(self._splitter.closing))
        return parts

    def _show(self, part: Part) -> None:
        text = self._stops.feed(part.text) if part.kind == "answer" else part.text
        if text or part.recasts:
            self.request.pieces.put(Piece(text, self._unshown, part.kind, part.recasts))
            self._unshown = 0

    def _end(self, finish: Finish) -> bool:
        for part in self._splitter.flush() if self._splitter else ():
            self._show(part)
        if held := self._stops.flush():
            self.request.pieces.put(Piece(held, self._unshown))
        if finish == "length" and self._drawn is not None:
            self.request.cut = self._whole_tokens(*self._drawn)
        self.request.end(finish)
        return False

    def _whole_tokens(self, drawn: int, text: str, whole: bool) -> list[int]:
        """The tokens of prompt and answer, without those of a character that is not complete."""
        cached = self.sequence.cached
        return [*cached.tokens, drawn] if whole else cached.tokens[: cached.marks[-1][1]]
