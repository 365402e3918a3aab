"""A model that may look again before it answers: it asks for a step, a tool takes it, and the model reads on."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace

from assistant.answers.presets import AnswerOptions
from assistant.answers.writer import ModelWriter
from assistant.looking.step_line import MOST_STEPS, StepRequest, StepScanner, grammar, is_valid, parse, rules
from assistant.looking.tools import StepResult
from assistant.models.servers import PersonalDataStays
from assistant.reading.budget import Budget
from assistant.reading.retrieval import wait_unless_stopped
from assistant.tools.tool_claims import judge_computed
from assistant.values import Grounds, Looked, PromptContext, Step, Thought, Turn, Written, Wrote
from engines import Engine, GrammarInvalid, Message, SamplingUnsupported, Usage
from errors import AppError
from knowledge import Passage
from personas import Persona

# For all steps together, with the reading of what they find. Longer waits lose a person's attention (Nielsen, Usability
# Engineering, 1993, chapter 5).
LOOK_SECONDS = 10.0
_STEP_TOKENS = 1_000  # of what a step finds: three passages, as the preset "fast" reads
_LEAST_TOKENS = 100  # less is not worth a step: the fence of one passage takes some 25
_AROUND_TOKENS = 60  # of a step's message: the template, and what is said below the passages
_UNANSWERED = "Nothing that was found answers this. Ask in other words, or add a folder with the answer."
_KEPT_HERE = "personal data, which stays here"
_LINE_TOKENS = 48  # of a search in any language: some twenty words
_CALL_TOKENS = 128  # of a tool with a dozen arguments

Use = Callable[[StepRequest, Sequence[Passage], Budget], Future[StepResult]]
"""Takes a step on a worker: what it finds, besides the passages that are known, within the budget's passages."""


class LookingWriter(ModelWriter):
    """A model's answer, before which it may look again: MOST_STEPS times, in LOOK_SECONDS.

    It writes its answer directly where it asks for no step. Steps append to the prompt, so that nothing is read twice.
    """

    def __init__(
        self,
        engine: Engine,
        persona: Persona,
        history: Sequence[Turn],
        options: AnswerOptions,
        lease: Callable[[], AbstractContextManager[None]] = nullcontext,
        route: str = "",
        *,
        use: Use,
        first: str = "",
    ) -> None:
        """`first`: the line of a step that the question asks for itself, which is taken before the model writes."""
        told = replace(persona, prompt=f"{persona.prompt.strip()}\n\n{rules(persona.tools)}")
        super().__init__(engine, told, history, options, lease, route)
        self._use, self._first, self._tools = use, first, persona.tools
        self._spent = self._asking = Usage()  # on the messages before the last step, and on those that ask for the next
        self._taken = set[StepRequest]()
        self._began = 0.0

    def write(self, question: str, context: PromptContext) -> Iterator[Written | Looked]:
        """Stream the answer, and before it each step. Raises the engine's AppErrors."""
        nothing_found = not context.passages and not self._history  # later it may be a word of thanks
        said = self._first or (self._enforced(self._prompt(question, context)) if nothing_found else "")
        while not self._stopped.is_set():
            try:
                said = said or (yield from self._until_step(question, context))
            except PersonalDataStays:
                if not context.steps or context.steps[-1].outcome == _KEPT_HERE:
                    raise
                context = _without_last(context)
            else:
                if not said or self._stopped.is_set():
                    return
                context = self._looked(said, question, context)
            said = ""
            yield Looked(context)

    @property
    def usage(self) -> Usage:
        """The engine's counts, of all messages together; the first token is the answer's."""
        return _added(_added(self._spent, self._asking), super().usage)

    def _prompt(self, question: str, context: PromptContext) -> tuple[Message, ...]:
        with self._watch.stage("prompt"):
            return self.prompt(question, context)

    def _until_step(self, question: str, context: PromptContext) -> Generator[Written, None, str]:
        """Stream the answer; returns the line of the step that the model asks for instead, "" for none."""
        messages, skips = self._prompt(question, context), any(step.last for step in context.steps)
        scanner, wrote = StepScanner(skips=skips), False
        with closing(self._stream(messages, self._sampling)) as stream:
            for written in stream:
                if isinstance(written, Thought):
                    if written.recasts:  # so was what is held back
                        written = replace(written, text=(scanner.line or scanner.flush()) + written.text)
                        scanner = StepScanner(skips=skips)
                    yield written
                    continue
                if text := scanner.feed(written.text):
                    wrote = True
                    yield Wrote(text)
                if scanner.is_complete:
                    break
        if scanner.line is None or self._stopped.is_set():
            if rest := scanner.flush() or (
                "" if wrote or self._stopped.is_set() or not context.steps else _fallback(context)
            ):
                yield Wrote(rest)
            return ""
        if wrote:
            yield Thought("", recasts=True)  # what stood before the step is no answer
        self._close_message()
        said = scanner.line.partition("\n")[0].strip()
        return said if is_valid(said, self._tools) else self._enforced(messages) or said

    def _enforced(self, messages: Sequence[Message]) -> str:
        """The line of a step, which a grammar makes the model write; "" of an engine without grammars."""
        sampling = replace(
            self._sampling,
            grammar=grammar(self._tools),
            temperature=0.0,
            max_tokens=_CALL_TOKENS if self._tools else _LINE_TOKENS,
            thinking_tokens=0,
            stop_repetition=False,
        )
        try:
            written = [one.text for one in self._stream(messages, sampling)]
        except (SamplingUnsupported, GrammarInvalid):
            return ""
        self._close_message()
        return "".join(written).partition("\n")[0].strip()

    def _close_message(self) -> None:
        self._asking, self._reply = _added(self._asking, super().usage), None

    def _looked(self, said: str, question: str, context: PromptContext) -> PromptContext:
        """The context with what the step finds."""
        began = time.monotonic()
        self._began = self._began or began
        asked = parse(said)
        with self._watch.stage("look"):
            found = self._found(asked, said, question, context)
        step = Step(
            said=said,
            tool=asked.tool,
            words=asked.words,
            outcome=found.outcome,
            passages=len(found.passages),
            documents=len(found.read_whole),
            told=found.told,
            last=found.last or len(context.steps) + 1 >= MOST_STEPS,
            seconds=time.monotonic() - began,
            usage=self._asking,
        )
        self._spent, self._asking = _added(self._spent, self._asking), Usage()
        return replace(
            context,
            passages=(*context.passages, *found.passages),
            read_whole=(*context.read_whole, *found.read_whole),
            steps=(*context.steps, step),
            tools=(*context.tools, *found.tools),
        )

    def check(self, question: str, answer: str, context: PromptContext) -> Grounds:
        """As every model's answer; what tools computed is a source too."""
        grounds = super().check(question, answer, context)
        return replace(grounds, claims=judge_computed(answer, grounds.claims, context.tools))

    def _found(self, asked: StepRequest, said: str, question: str, context: PromptContext) -> StepResult:
        """What the step finds, or why it is not taken."""
        key = replace(asked, words=asked.words.casefold())
        if not asked.words or key in self._taken:
            return StepResult(told="You have looked for this already.", outcome="already looked for")
        self._taken.add(key)
        seconds = self._began + LOOK_SECONDS - time.monotonic()
        tokens = self._room(self.prompt(question, context), said, seconds)
        if tokens < _LEAST_TOKENS:
            return StepResult(told="There is no room or time to look again.", outcome="no room or time left", last=True)
        try:
            running = self._use(asked, context.passages, replace(self._budget, passage_tokens=tokens))
            return wait_unless_stopped(self._stopped, running, seconds)
        except TimeoutError:
            return StepResult(told="It took too long.", outcome="took too long", last=True)
        except AppError as error:  # the passages that were found first still answer
            return StepResult(told="It cannot be read now.", outcome=error.title)

    def _room(self, messages: Sequence[Message], said: str, seconds: float) -> int:
        """The tokens that fit into the window and are read within `seconds`."""
        left = self._budget.prompt_tokens - self._budget.tokens(*messages, Message("assistant", said)) - _AROUND_TOKENS
        speed = self.usage.prefill_tokens_per_second
        return min(_STEP_TOKENS, left, int(speed * seconds) if speed else _STEP_TOKENS)


def _fallback(context: PromptContext) -> str:
    """What stands for an answer where the model wrote none: what tools computed, or that nothing was found."""
    return "\n\n".join(use.markdown for use in context.tools if not use.failed) or _UNANSWERED


def _without_last(context: PromptContext) -> PromptContext:
    """The context without what the last step found, which must not leave this machine."""
    *before, last = context.steps
    told = "What was found is kept on the person's computer."
    kept = replace(last, passages=0, documents=0, told=told, outcome=_KEPT_HERE)
    return replace(
        context,
        passages=context.passages[: len(context.passages) - last.passages],
        read_whole=context.read_whole[: len(context.read_whole) - last.documents],
        steps=(*before, kept),
    )


def _added(first: Usage, then: Usage) -> Usage:
    """The counts of both messages; the first token is that of the second."""
    return Usage(
        prompt_tokens=first.prompt_tokens + then.prompt_tokens,
        reused_tokens=first.reused_tokens + then.reused_tokens,
        output_tokens=first.output_tokens + then.output_tokens,
        prefill_seconds=first.prefill_seconds + then.prefill_seconds,
        first_token_seconds=first.first_token_seconds + first.decode_seconds + then.first_token_seconds,
        decode_seconds=first.decode_seconds + then.decode_seconds,
    )
