"""Fits passages, whole documents and history into the engine's window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.reading.prompt import (
    FROM_FILES,
    Wording,
    history_messages,
    question_message,
    quotation,
    relevance,
    system_message,
    turn_messages,
)
from assistant.values import PromptContext, Turn
from engines import Message
from knowledge import Passage, split_sentences

# Tokens that a chat template puts around one message; the families measured take 4 to 10.
_MESSAGE_TOKENS = 16
# A passage cut shorter than this says too little to be worth citing.
_USEFUL_TOKENS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The shares of a model's window.

    `window_tokens`: prompt and answer together. `answer_tokens`: reserved for the answer, at most a quarter of the
    window. `passage_tokens`: for passages, at most half of the window. History gets the rest. `count`: returns the
    number of tokens in a text.
    """

    window_tokens: int
    answer_tokens: int
    passage_tokens: int
    count: Callable[[str], int]

    @property
    def prompt_tokens(self) -> int:
        """The tokens that a prompt may have at most."""
        return self.window_tokens - min(self.answer_tokens, self.window_tokens // 4)

    def room(self, persona_prompt: str, question: str) -> int:
        """The tokens left between the persona's prompt and the question."""
        return self.prompt_tokens - self.tokens(
            system_message(persona_prompt), question_message(question, PromptContext())
        )

    def passage(self, number: int, passage: Passage) -> int:
        """The tokens of a passage in its fence, and of its relevance."""
        relevant = relevance(number, passage)
        return self.count(quotation(number, passage)) + (self.count(f", {relevant}") if relevant else 0)

    def tokens(self, *messages: Message) -> int:
        """The tokens of the messages, with the chat template around each."""
        thoughts = sum(self.count(message.thoughts) for message in messages if message.thoughts)
        return sum(self.count(message.text) + _MESSAGE_TOKENS for message in messages) + thoughts


def fit_passages(
    question: str, persona_prompt: str, passages: Sequence[Passage], budget: Budget
) -> tuple[Passage, ...]:
    """The first passages that fit; the next one is cut after a sentence, if enough of it is left."""
    left = min(budget.passage_tokens, budget.window_tokens // 2, budget.room(persona_prompt, question))
    fitted: list[Passage] = []
    for number, passage in enumerate(passages, 1):
        needed = budget.passage(number, passage)
        if needed > left:
            cut = _truncated(number, passage, left, budget)
            return (*fitted, cut) if cut else tuple(fitted)
        fitted.append(passage)
        left -= needed
    return tuple(fitted)


def build_prompt(
    persona_prompt: str,
    history: Sequence[Turn],
    question: str,
    context: PromptContext,
    budget: Budget,
    wording: Wording = FROM_FILES,
) -> tuple[Message, ...]:
    """The prompt's messages, without the oldest turns where the window is too short for all."""
    asked = wording.asked(question, context)
    return (*_kept(persona_prompt, history, budget.tokens(asked[0]), budget, wording), *asked)


def build_beginning(
    persona_prompt: str, history: Sequence[Turn], budget: Budget, wording: Wording = FROM_FILES
) -> tuple[Message, ...]:
    """The beginning of the next question's prompt, if that question and its passages are no longer than the last ones.

    Prefilled, it saves the person the wait even where the window is full and much has to be read again.
    """
    return _kept(persona_prompt, history, 0, budget, wording)


def _kept(
    persona_prompt: str, history: Sequence[Turn], question_tokens: int, budget: Budget, wording: Wording
) -> tuple[Message, ...]:
    system, answered = wording.system(persona_prompt), [turn for turn in history if turn.answer]
    sizes = [tuple(budget.tokens(message) for message in turn_messages(turn, wording)) for turn in answered]
    first = _first_kept(sizes, question_tokens, budget.prompt_tokens - budget.tokens(system))
    return (system, *history_messages(answered[first:], wording))


def _first_kept(sizes: Sequence[tuple[int, ...]], last_tokens: int, room: int) -> int:
    """The index of the first turn of the history that is kept.

    Once the window is full, turns are dropped until half of it is free: dropping only as many as needed would change
    the prompt's beginning at every turn from then on, and the engine would prefill everything again each time. The last
    turn stays where it fits, as the question may be a follow-up. The decision is replayed turn by turn from the start,
    so that every later turn arrives at the same beginning, and it assumes a question as long as the one before, so that
    it is known when the answer has ended. `sizes`: the tokens of each turn's messages. `room`: tokens for all turns.
    """
    first = used = before = 0
    for at, question_tokens in enumerate([*(size[0] for size in sizes), last_tokens]):
        needed, before = max(question_tokens, before), question_tokens
        full = used + needed > room
        while full and first < at and used + needed > (room // 2 if first < at - 1 else room):
            used -= sum(sizes[first])
            first += 1
        used += sum(sizes[at]) if at < len(sizes) else 0
    return first


def _truncated(number: int, passage: Passage, tokens: int, budget: Budget) -> Passage | None:
    best = None
    for part in split_sentences(passage.text):
        shorter = replace(passage, text=passage.text[: part.end], end=passage.start + part.end)
        if budget.passage(number, shorter) > tokens:
            break
        best = shorter
    return best if best and budget.count(best.text) >= _USEFUL_TOKENS else None
