"""Gives each prompt a sequence that already holds its longest cached prefix, from memory, parked chats or disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from engines.llama.context import LlamaContext
from engines.llama.kv.parked import ParkedChat, ParkedChatStore, StateBuffer
from engines.llama.kv.prefix import (
    CachedTokens,
    DeletedTexts,
    PrefillPlan,
    common_length,
    longest_prefix,
    plan_exactly,
    plan_prefill,
)
from engines.llama.kv.snapshots import Snapshot
from engines.llama.model import LlamaModel
from engines.llama.request import LlamaRequest

_WORTH_A_COPY = 64  # tokens: a shorter tail is computed again sooner than it is worth a copy of the whole chat


@dataclass(slots=True, eq=False)
class ChatSequence:
    """One sequence of the context. `reserved`: the tokens that it may grow to while it is `busy`.

    `persona_tokens`: the number of its first tokens that other chats of its persona begin with. `parked`: a copy of an
    earlier stage of this chat; `unsaved`: an answer came since. `deleted`: it is freed when it is no longer busy.
    """

    id: int
    cached: CachedTokens = field(default_factory=CachedTokens)
    persona_tokens: int = 0
    busy: bool = False
    unsaved: bool = False
    deleted: bool = False
    last_used: int = 0
    reserved: int = 0
    parked: ParkedChat | None = None

    @property
    def holds_its_copy(self) -> bool:
        """True if no token of its copy is missing here, as after a failure."""
        return self.parked is not None and len(self.parked.cached.tokens) <= len(self.cached.tokens)


class SequencePool:
    """Keeps the sequences of a context equal to their cached tokens. For the worker's thread.

    There are no chat ids: a prompt continues whatever begins as it does. An idle chat leaves the context when another
    is taken up, as the tokens of all sequences slow every one of them down.
    """

    def __init__(
        self, context: LlamaContext, model: LlamaModel, parked: ParkedChatStore, window: int, reuse: bool = True
    ) -> None:
        """`reuse`: continue what is cached; False: compute every prompt from its first token."""
        self._reuse = reuse
        self._context, self._model, self._parked, self._window = context, model, parked, window
        self._free = list(range(context.sequences))
        self._open: list[ChatSequence] = []
        self._clock = count(1)

    def acquire(self, request: LlamaRequest) -> tuple[ChatSequence, PrefillPlan] | None:
        """A sequence for `request` and the plan of its prefill; None while the busy ones leave no room."""
        source = self._find_source(request) if self._reuse else None
        for one in self._open:
            if one.parked is source:  # which is about to be loaded: a new copy must not take its buffer
                one.parked = None
        cached = source.cached if source else CachedTokens()
        plan = plan_prefill(cached, request.prompt, request.tokens, self._model)
        if request.continues or len(plan.tokens) >= self._window:
            plan = plan_exactly(cached, request.tokens)
        in_place = source if isinstance(source, ChatSequence) and self._can_take_over(source, plan, request) else None
        reserved = min(len(plan.tokens) + request.most_tokens, self._window)
        held = len(source.cached.tokens) if isinstance(source, ParkedChat) else 0
        if not self._make_room(max(reserved, held), source, in_place, all_idle=request.keep):
            if any(one.busy for one in self._open):
                return None
            for sequence in tuple(self._open):  # the chat that a helper call begins like fills the memory
                self._evict(sequence)
            return self.acquire(request)
        if in_place:
            sequence = in_place
        else:
            sequence = ChatSequence(self._free.pop(0))
            self._open.append(sequence)
        sequence.busy, sequence.reserved, sequence.last_used = True, reserved, next(self._clock)
        sequence.persona_tokens = common_length(request.persona, plan.tokens)
        kept = self._load_prefix(sequence, source, plan, request)
        return sequence, plan if kept == plan.reused else plan_exactly(sequence.cached, plan.tokens)

    def release(self, sequence: ChatSequence, request: LlamaRequest) -> None:
        """End the use of a sequence. That of a helper call is freed."""
        sequence.busy, sequence.reserved = False, 0
        if not request.keep or sequence.deleted:
            self._free_sequence(sequence)
        elif not request.ahead:
            sequence.unsaved = bool(sequence.cached.tokens)  # empty after a failure

    def prefetch(self) -> None:
        """After a restart, begin to load the chat that was used last from disk: it is the likeliest to continue."""
        self._parked.prefetch(self._context.cells)

    def checkpoint(self, sequence: ChatSequence) -> None:
        """Copy the state of a sequence that other chats may continue."""
        if parked := self._copy(ChatSequence(sequence.id, sequence.cached, last_used=sequence.last_used)):
            parked.shared = parked.persisted = True

    def roll_back(self) -> None:
        """Remove what an interrupted batch has left in the sequences."""
        for sequence in self._open:
            if sequence.busy and not self._context.truncate(sequence.id, len(sequence.cached.tokens)):
                sequence.cached.clear()
                sequence.unsaved = False

    def reset(self) -> None:
        """Empty the context, of which nothing can be trusted after a failure."""
        self._context.clear()
        for sequence in self._open:
            sequence.cached.clear()
            sequence.unsaved = False

    def delete(self, texts: DeletedTexts, done: Callable[[], None]) -> None:
        """Delete the chats that contain one of the texts; a busy one goes when it is released.

        `done` is called when none of the others is on its way to the disk.
        """
        for sequence in [one for one in self._open if texts.occur_in(one.cached.text)]:
            sequence.deleted = True
            if not sequence.busy:
                self._free_sequence(sequence)
        self._parked.delete_containing(texts, done)

    def park_idle(self) -> None:
        """Copy idle chats, so that evicting them later costs nothing."""
        for sequence in self._open:
            if not sequence.busy:
                self._park(sequence)

    def persist(self) -> None:
        """Begin to write the copies to disk."""
        self._parked.persist()

    def close(self) -> None:
        """Write every chat to disk; returns when that is done."""
        self.park_idle()
        self._parked.close()

    def _find_source(self, request: LlamaRequest) -> ChatSequence | ParkedChat | None:
        """The chat with the longest prefix of the prompt; from disk only where that is clearly longer.

        The copy of an earlier stage of an open chat is left out: the chat itself covers as much, without being loaded.
        """
        stages = [one.parked for one in self._open if one.holds_its_copy]
        in_memory: list[ChatSequence | ParkedChat] = list(self._open)
        in_memory += [chat for chat in self._parked.all() if chat not in stages]
        near, length = longest_prefix(in_memory, request, self._can_truncate)
        while request.keep:  # a helper call is not worth waiting for the disk
            loadable = [chat for chat in self._parked.on_disk() if len(chat.cached.tokens) <= self._context.cells]
            far, more = longest_prefix(loadable, request, self._can_truncate)
            if far is None or more < length + _WORTH_A_COPY:
                break
            if restored := self._parked.restore(far, next(self._clock)):
                return restored
        return near

    def _can_truncate(self, chat: ChatSequence | ParkedChat | Snapshot, count: int) -> bool:
        size = len(chat.cached.tokens)
        if self._context.can_truncate_saved(size, count):
            return True
        return (
            isinstance(chat, ChatSequence)
            and self._context.can_remove_tail
            and self._context.can_truncate(chat.id, count)
        )

    def _can_take_over(self, source: ChatSequence, plan: PrefillPlan, request: LlamaRequest) -> bool:
        """True if nothing is lost when `request` continues in the sequence itself, which is copied if need be."""
        dropped = len(source.cached.tokens) - plan.reused
        no_loss = (request.rewrites or dropped < _WORTH_A_COPY) and self._context.can_remove_tail
        return request.keep and not source.busy and (no_loss or self._park(source))

    def _make_room(
        self,
        tokens: int,
        source: ChatSequence | ParkedChat | None,
        in_place: ChatSequence | None,
        *,
        all_idle: bool,
    ) -> bool:
        """Evict idle sequences, the least recently used first; `all_idle`: also where there is room. False: too few."""
        idle = sorted((one for one in self._open if not one.busy and one is not source), key=lambda one: one.last_used)
        for sequence in idle:
            if not self._fits(tokens, in_place) or (all_idle and self._park(sequence)):
                self._evict(sequence)
        return self._fits(tokens, in_place)

    def _fits(self, tokens: int, in_place: ChatSequence | None) -> bool:
        others = [one for one in self._open if one is not in_place]
        taken = sum(max(one.reserved, len(one.cached.tokens)) for one in others)
        return taken + tokens <= self._context.cells and (in_place is not None or bool(self._free))

    def _load_prefix(
        self, sequence: ChatSequence, source: ChatSequence | ParkedChat | None, plan: PrefillPlan, request: LlamaRequest
    ) -> int:
        """Bring the first `plan.reused` tokens into the sequence. Returns how many of them are there."""
        if isinstance(source, ParkedChat):
            source.last_used = sequence.last_used
            if self._context.load(sequence.id, source.buffer, source.size):
                sequence.cached = source.cached.copy()
                sequence.parked = None if source.shared else source
            else:
                self._parked.delete(source)
        elif source and source is not sequence:
            self._context.copy(source.id, sequence.id, plan.reused)
            sequence.cached = source.cached.copy()
        held = len(sequence.cached.tokens)
        kept = min(plan.reused, held)
        is_branch = held - kept >= _WORTH_A_COPY and not request.rewrites
        if is_branch or not self._context.can_roll_back:
            sequence.parked = None  # the chat continues from an earlier place: the copy stays a chat of its own
        if kept < held and not self._context.truncate(sequence.id, kept):
            kept = 0
        sequence.cached.truncate(kept, request.prompt)
        return kept

    def _park(self, sequence: ChatSequence) -> bool:
        """Copy an idle chat, and its persona's prefix, if the copy is old. False when there is no room for one."""
        if not sequence.unsaved:
            return True
        parked = self._copy(sequence)
        sequence.parked, sequence.unsaved = parked, parked is None
        tokens = sequence.cached.tokens[: sequence.persona_tokens]
        known = any(chat.shared and chat.cached.tokens == tokens for chat in self._parked.all())
        if not known and len(tokens) >= _WORTH_A_COPY and self._free and self._context.can_roll_back:
            prefix = ChatSequence(self._free[0], last_used=sequence.last_used)
            prefix.cached.extend(tokens)
            self._context.copy(sequence.id, prefix.id, len(tokens))
            self.checkpoint(prefix)  # not persisted: on disk it is a part of its chats
            self._context.truncate(prefix.id, 0)
        return parked is not None

    def _copy(self, sequence: ChatSequence) -> ParkedChat | None:
        def save(into: StateBuffer, size: int) -> bool:
            return self._context.save(sequence.id, into, size)

        size = self._context.state_bytes(sequence.id)
        return self._parked.park(sequence.cached, size, save, sequence.last_used, sequence.parked)

    def _evict(self, sequence: ChatSequence) -> None:
        self._park(sequence)
        self._free_sequence(sequence)

    def _free_sequence(self, sequence: ChatSequence) -> None:
        self._context.truncate(sequence.id, 0)
        self._open.remove(sequence)
        self._free.append(sequence.id)
