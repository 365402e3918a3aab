"""Fits passages, whole documents and history into the engine's window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.reading.prompt import history_messages, question_message, quotation, system_message, turn_messages
from assistant.values import Material, Turn
from engines.protocol import Message
from knowledge.passage import Passage
from knowledge.sentences import sentences

# Tokens that a chat template puts around one message; the families measured take 4 to 10.
_MESSAGE_TOKENS = 16
# A passage cut shorter than this says too little to be worth citing.
_USEFUL_TOKENS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """`window_tokens`: prompt and answer together. `answer_tokens` are kept free for the answer, at most a quarter of
    the window; passages take `passage_tokens`, at most half of it; history takes what is left. `count`: tokens of a
    text."""

    window_tokens: int
    answer_tokens: int
    passage_tokens: int
    count: Callable[[str], int]

    @property
    def prompt_tokens(self) -> int:
        """The most that a prompt may take."""
        return self.window_tokens - min(self.answer_tokens, self.window_tokens // 4)

    def room(self, persona_prompt: str, question: str) -> int:
        """The most that may stand between the persona's prompt and the question."""
        return self.prompt_tokens - self.tokens(system_message(persona_prompt), question_message(question, Material()))

    def tokens(self, *messages: Message) -> int:
        """Tokens of the messages with a template around each."""
        return sum(self.count(message.text) + _MESSAGE_TOKENS for message in messages)


def fit_passages(
    question: str, persona_prompt: str, passages: Sequence[Passage], budget: Budget
) -> tuple[Passage, ...]:
    """The first passages that fit, whole; the one that no longer does is cut after a sentence, if enough is left."""
    left = min(budget.passage_tokens, budget.window_tokens // 2, budget.room(persona_prompt, question))
    fitted: list[Passage] = []
    for number, passage in enumerate(passages, 1):
        needed = budget.count(quotation(number, passage))
        if needed > left:
            cut = _cut(number, passage, left, budget)
            return (*fitted, cut) if cut else tuple(fitted)
        fitted.append(passage)
        left -= needed
    return tuple(fitted)


def build_prompt(
    persona_prompt: str, history: Sequence[Turn], question: str, material: Material, budget: Budget
) -> tuple[Message, ...]:
    """The whole prompt, with the oldest turns left out where the window is too short for all."""
    asked = question_message(question, material)
    return (*_kept(persona_prompt, history, budget.tokens(asked), budget), asked)


def build_beginning(persona_prompt: str, history: Sequence[Turn], budget: Budget) -> tuple[Message, ...]:
    """What the prompt begins with that asks the next question, if it and its passages are no longer than the last.

    Read ahead, it spares the person the wait also where the window is full, and much of it has to be read anew.
    """
    return _kept(persona_prompt, history, 0, budget)


def _kept(persona_prompt: str, history: Sequence[Turn], asked_tokens: int, budget: Budget) -> tuple[Message, ...]:
    system, answered = system_message(persona_prompt), [turn for turn in history if turn.answer]
    first = _first_kept(answered, asked_tokens, budget, budget.prompt_tokens - budget.tokens(system))
    return (system, *history_messages(answered[first:]))


def _first_kept(answered: Sequence[Turn], asked_tokens: int, budget: Budget, room: int) -> int:
    """The first turn of the history that is kept.

    Once the window is full, turns are dropped until half of it is free: dropping only as many as needed would change
    the prompt's beginning at every turn from then on, and the engine would read everything again each time. The last
    turn stays where it fits: the question may lean on it. Whether to drop is decided turn by turn from the start, so
    that every later turn comes to the same beginning; and for a question as long as the one before, so that it is known
    when the answer has ended.
    """
    first = held = before = 0
    sizes = [tuple(budget.tokens(message) for message in turn_messages(turn)) for turn in answered]
    for at, question_tokens in enumerate([*(size[0] for size in sizes), asked_tokens]):
        needed, before = max(question_tokens, before), question_tokens
        full = held + needed > room
        while full and first < at and held + needed > (room // 2 if first < at - 1 else room):
            held -= sum(sizes[first])
            first += 1
        held += sum(sizes[at]) if at < len(sizes) else 0
    return first


def _cut(number: int, passage: Passage, tokens: int, budget: Budget) -> Passage | None:
    best = None
    for part in sentences(passage.text):
        shorter = replace(passage, text=passage.text[: part.end], end=passage.start + part.end)
        if budget.count(quotation(number, shorter)) > tokens:
            break
        best = shorter
    return best if best and budget.count(best.text) >= _USEFUL_TOKENS else None
