"""What the model has read, wherever it lies: in memory, parked or on disk. Finds each prompt the longest beginning."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from engines.llama.context import LlamaContext
from engines.llama.kv.parked import Memory, ParkedChat, ParkedChats
from engines.llama.kv.prefix import Forgotten, Reading, Transcript, common_length, longest, plan_reading, reading
from engines.llama.kv.snapshots import Snapshot
from engines.llama.model import LlamaModel
from engines.llama.request import Request

_WORTH_KEEPING = 64  # tokens: an end that is shorter is read again sooner than it is worth a copy of the whole chat


@dataclass(slots=True, eq=False)
class ChatSequence:
    """One sequence of the context. `reach`: the tokens that it may grow to while it is `busy`.

    `persona_tokens`: so many of its tokens, from the first, begin other chats of its persona too.
    `parked`: a copy of this chat as it was earlier; `unsaved`: an answer came since. `forgotten`: it goes when it is no
    longer busy.
    """

    id: int
    transcript: Transcript = field(default_factory=Transcript)
    persona_tokens: int = 0
    busy: bool = False
    unsaved: bool = False
    forgotten: bool = False
    used: int = 0
    reach: int = 0
    parked: ParkedChat | None = None


class Sequences:
    """Keeps the sequences of a context and their transcripts equal. For one thread, the worker's.

    There are no chat ids: a prompt goes on in whatever begins as it does. A chat that nobody answers leaves the context
    when another one is taken up, as the tokens of all sequences slow every one of them down.
    """

    def __init__(self, context: LlamaContext, model: LlamaModel, parked: ParkedChats, window: int) -> None:
        self._context, self._model, self._parked, self._window = context, model, parked, window
        self._free = list(range(context.sequences))
        self._open: list[ChatSequence] = []
        self._clock = count(1)

    def take(self, request: Request) -> tuple[ChatSequence, Reading] | None:
        """A sequence for `request` and what is still to be read into it; None while the busy ones leave no room."""
        source = self._longest(request)
        plan = self._plan(source, request)
        in_place = source if isinstance(source, ChatSequence) and self._may_go_on(source, plan, request) else None
        reach = min(len(plan.tokens) + request.sampling.max_tokens, self._window)
        held = len(source.transcript.tokens) if isinstance(source, ParkedChat) else 0
        if not self._make_room(max(reach, held), source, in_place, all_idle=request.keep):
            return None if any(one.busy for one in self._open) else self._take_anew(request)
        sequence = in_place or self._new()
        sequence.busy, sequence.reach, sequence.used = True, reach, next(self._clock)
        sequence.persona_tokens = common_length(request.persona, plan.tokens)
        kept = self._fill(sequence, source, plan, request)
        return sequence, plan if kept == plan.keep else reading(sequence.transcript, plan.tokens)

    def give_back(self, sequence: ChatSequence, request: Request) -> None:
        """The request has ended. What a helper call read is forgotten."""
        sequence.busy, sequence.reach = False, 0
        if not request.keep or sequence.forgotten:
            self._drop(sequence)
        elif not request.ahead:
            sequence.unsaved = bool(sequence.transcript.tokens)  # empty after a failure

    def begin_fetch(self) -> None:
        """After a restart, begin to bring back the chat that was used last: it is the likeliest to go on."""
        self._parked.begin_fetch(self._context.cells)

    def checkpoint(self, sequence: ChatSequence) -> None:
        """Copy what was read so far, to go on from there once more."""
        if parked := self._copy(ChatSequence(sequence.id, sequence.transcript, used=sequence.used)):
            parked.shared = parked.kept = True

    def roll_back(self) -> None:
        """After a batch that was stopped: forget what no transcript has."""
        for sequence in self._open:
            if sequence.busy and not self._context.keep(sequence.id, len(sequence.transcript.tokens)):
                sequence.transcript.clear()
                sequence.unsaved = False

    def forget(self) -> None:
        """After a failure nothing in the context is to be trusted."""
        self._context.clear()
        for sequence in self._open:
            sequence.transcript.clear()
            sequence.unsaved = False

    def let_go(self, forgotten: Forgotten, done: Callable[[], None]) -> None:
        """Drop the chats that are to be forgotten; one that is busy goes when it has ended.

        `done` is called when none of the others is on its way to the disk.
        """
        for sequence in [one for one in self._open if forgotten.is_in(one.transcript.text)]:
            sequence.forgotten = True
            if not sequence.busy:
                self._drop(sequence)
        self._parked.let_go(forgotten, done)

    def save(self) -> None:
        """Copy idle chats, so that to leave them costs nothing later."""
        for sequence in self._open:
            if not sequence.busy:
                self._park(sequence)

    def keep(self) -> None:
        """Begin to write to the disk what was copied."""
        self._parked.keep()

    def close(self) -> None:
        """Returns when every chat is on disk."""
        self.save()
        self._parked.close()

    def _take_anew(self, request: Request) -> tuple[ChatSequence, Reading] | None:
        """The chat that a helper call begins like fills the memory: it leaves first."""
        for sequence in tuple(self._open):
            self._leave(sequence)
        return self.take(request)

    def _longest(self, request: Request) -> ChatSequence | ParkedChat | None:
        in_memory: list[ChatSequence | ParkedChat] = [*self._open, *self._parked.all()]
        near, length = longest(in_memory, request, self._goes_back)
        while request.keep:  # a helper call is not worth waiting for the disk
            holdable = [chat for chat in self._parked.on_disk() if len(chat.transcript.tokens) <= self._context.cells]
            far, more = longest(holdable, request, self._goes_back)
            if far is None or more < length + _WORTH_KEEPING:
                break
            if fetched := self._parked.fetch(far, next(self._clock)):
                return fetched
        return near

    def _goes_back(self, chat: ChatSequence | ParkedChat | Snapshot, count: int) -> bool:
        size = len(chat.transcript.tokens)
        if self._context.saved_goes_back(size, count):
            return True
        return isinstance(chat, ChatSequence) and self._context.can_undo and self._context.goes_back(chat.id, count)

    def _plan(self, source: ChatSequence | ParkedChat | None, request: Request) -> Reading:
        transcript = source.transcript if source else Transcript()
        plan = plan_reading(transcript, request.prompt, request.tokens, self._model)
        return plan if len(plan.tokens) < self._window else reading(transcript, request.tokens)

    def _may_go_on(self, source: ChatSequence, plan: Reading, request: Request) -> bool:
        """Whether nothing is lost when `request` takes the sequence over."""
        dropped = len(source.transcript.tokens) - plan.keep
        no_loss = (request.rewrites or dropped < _WORTH_KEEPING) and self._context.can_undo
        return request.keep and not source.busy and (no_loss or self._park(source))

    def _make_room(
        self,
        tokens: int,
        source: ChatSequence | ParkedChat | None,
        in_place: ChatSequence | None,
        *,
        all_idle: bool,
    ) -> bool:
        idle = sorted((one for one in self._open if not one.busy and one is not source), key=lambda one: one.used)
        for sequence in idle:
            if not self._fits(tokens, in_place) or (all_idle and self._park(sequence)):
                self._leave(sequence)
        return self._fits(tokens, in_place)

    def _fits(self, tokens: int, in_place: ChatSequence | None) -> bool:
        others = [one for one in self._open if one is not in_place]
        taken = sum(max(one.reach, len(one.transcript.tokens)) for one in others)
        return taken + tokens <= self._context.cells and (in_place is not None or bool(self._free))

    def _new(self) -> ChatSequence:
        sequence = ChatSequence(self._free.pop(0))
        self._open.append(sequence)
        return sequence

    def _fill(
        self, sequence: ChatSequence, source: ChatSequence | ParkedChat | None, plan: Reading, request: Request
    ) -> int:
        """Bring the first `plan.keep` tokens into the sequence. Returns how many of them are there."""
        if isinstance(source, ParkedChat):
            self._load(sequence, source)
        elif source and source is not sequence:
            self._context.copy(source.id, sequence.id, plan.keep)
            sequence.transcript = source.transcript.copy()
        held = len(sequence.transcript.tokens)
        kept = min(plan.keep, held)
        is_branch = held - kept >= _WORTH_KEEPING and not request.rewrites
        if is_branch or not self._context.can_roll_back:
            sequence.parked = None  # the chat goes on from an earlier place: what it was stays a chat of its own
        if kept < held and not self._context.keep(sequence.id, kept):
            kept = 0
        sequence.transcript.rewind(kept, request.prompt)
        return kept

    def _load(self, sequence: ChatSequence, parked: ParkedChat) -> None:
        parked.used = sequence.used
        if self._context.load(sequence.id, parked.buffer, parked.size):
            sequence.transcript = parked.transcript.copy()
            sequence.parked = None if parked.shared else parked
        else:
            self._parked.discard(parked)

    def _park(self, sequence: ChatSequence) -> bool:
        """Copy an idle chat if its copy is old. False when there is no room for one."""
        if not sequence.unsaved:
            return True
        parked = self._copy(sequence)
        sequence.parked, sequence.unsaved = parked, parked is None
        self._park_persona(sequence)
        return parked is not None

    def _park_persona(self, sequence: ChatSequence) -> None:
        """Copy the beginning that other chats share, unless it is there or too short."""
        tokens = sequence.transcript.tokens[: sequence.persona_tokens]
        known = any(chat.shared and chat.transcript.tokens == tokens for chat in self._parked.all())
        if known or len(tokens) < _WORTH_KEEPING or not self._free or not self._context.can_roll_back:
            return
        beginning = ChatSequence(self._free[0], used=sequence.used)
        beginning.transcript.extend(tokens)
        self._context.copy(sequence.id, beginning.id, len(tokens))
        parked = self._copy(beginning)
        self._context.keep(beginning.id, 0)
        if parked:
            parked.shared = parked.kept = True  # on disk it is a part of its chats

    def _copy(self, sequence: ChatSequence) -> ParkedChat | None:
        def save(into: Memory, size: int) -> bool:
            return self._context.save(sequence.id, into, size)

        size = self._context.saved_bytes(sequence.id)
        return self._parked.put(sequence.transcript, size, save, sequence.used, sequence.parked)

    def _leave(self, sequence: ChatSequence) -> None:
        self._park(sequence)
        self._drop(sequence)

    def _drop(self, sequence: ChatSequence) -> None:
        self._context.keep(sequence.id, 0)
        self._open.remove(sequence)
        self._free.append(sequence.id)
