"""Writers of answers: a model, or without one, quotations from the passages."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from threading import Event
from typing import Protocol

from assistant.answers.citations import is_foreign_to
from assistant.answers.claims import check_claims, citations_of
from assistant.answers.presets import AnswerOptions
from assistant.answers.quoted import NO_PAGES, OwnPages, introduction, quoted_parts
from assistant.answers.quotes import Meanings, best_quotes, no_meanings
from assistant.answers.whole_answer import AnswerPart, WholeAnswer, answer_from_whole
from assistant.guards import GuardNote
from assistant.reading.budget import Budget, build_beginning, build_prompt, fit_passages
from assistant.reading.prompt import FROM_FILES, PLAIN
from assistant.reading.whole_budget import fit_whole
from assistant.traces.trace import reply_times
from assistant.values import Citation, Finish, Grounds, Looked, PromptContext, Thought, Turn, Written, Wrote
from engines import Engine, Message, Reply, Sampling, Usage
from knowledge import Passage, StageTime, Stopwatch, WholeReading
from personas import NO_SYNONYMS, Persona, Synonyms

_UNGROUNDED = "Answer the question in one or two sentences. If you do not know the answer, say that you do not know."
SERVER = "remote"  # the engine that begins a new message, where others go on within the word
_NOTHING_OUTCOME = "No file answers this. Try other words, or add a folder with the answer."


class Writer(Protocol):
    """Writes one answer; used for one turn only."""

    engine: str
    model: str
    route: str
    notes: tuple[GuardNote, ...]

    def lease(self) -> AbstractContextManager[None]:
        """Keep the model in memory while the block runs. Raises ModelUnloaded."""
        ...

    def fit(self, question: str, passages: Sequence[Passage], whole: WholeReading | None) -> PromptContext:
        """Fit the passages, and the documents to read whole, into the writer's window."""
        ...

    def write(self, question: str, context: PromptContext) -> Iterator[Written | Looked]:
        """Stream the answer, a model's thoughts, and the steps in which it looks again."""
        ...

    def check(self, question: str, answer: str, context: PromptContext) -> Grounds:
        """What the answer written so far rests on."""
        ...

    def stop(self) -> None:
        """End the stream within 100 ms. Any thread, any number of times."""
        ...

    @property
    def count(self) -> Callable[[str], int] | None:
        """Counts tokens as the model does; None where nothing here can."""
        ...

    @property
    def window_tokens(self) -> int:
        """The tokens of the model's window; 0 without a model."""
        ...

    @property
    def usage(self) -> Usage:
        """Token counts and times so far."""
        ...

    @property
    def times(self) -> tuple[StageTime, ...]:
        """The stages of writing that have ended."""
        ...

    @property
    def finish(self) -> Finish:
        """The reason that the stream ended."""
        ...


class ModelWriter:
    """A model's answer to a persona's prompt, with its citations checked.

    `source`: the engine, which `lease` keeps in memory. `route`: the reason that this model answers.
    """

    notes: tuple[GuardNote, ...] = ()
    wording = FROM_FILES

    def __init__(
        self,
        engine: Engine,
        persona: Persona,
        history: Sequence[Turn],
        options: AnswerOptions,
        lease: Callable[[], AbstractContextManager[None]] = nullcontext,
        route: str = "",
    ) -> None:
        self.engine, self.model, self.lease, self.route = engine.name, engine.model, lease, route
        self.source, self._persona = engine, persona
        self._history = [self._remembered(turn) for turn in history]
        self.options, self._sampling = options, options.sampling
        self._budget = Budget(
            window_tokens=engine.context_tokens,
            answer_tokens=self._sampling.max_tokens + self._thought_tokens,
            passage_tokens=options.passage_tokens,
            count=engine.count_tokens,
        )
        self._stopped = Event()
        self._reply: Reply | None = None
        self._watch = Stopwatch()

    def _remembered(self, turn: Turn) -> Turn:
        """The turn as the model is to see it again."""
        return turn if self.source.keeps_thoughts else replace(turn, thoughts="")

    @property
    def _thought_tokens(self) -> int:
        """Tokens to set aside for thoughts: where they have no limit as many as for the answer."""
        wanted = self._sampling.thinking_tokens
        return self._sampling.max_tokens if wanted is None else wanted

    def fit(self, question: str, passages: Sequence[Passage], whole: WholeReading | None) -> PromptContext:
        """Whole documents as far as the window allows, or else the first passages that fit into their own budget."""
        prompt, budget = self._persona.prompt, self._budget
        read = fit_whole(question, prompt, passages, whole, budget) if whole else None
        return read or PromptContext(fit_passages(question, prompt, passages, budget))

    def prompt(self, question: str, context: PromptContext) -> tuple[Message, ...]:
        """The messages of the prompt."""
        return build_prompt(self._persona.prompt, self._history, question, context, self._budget, self.wording)

    def prefill(self, question: str, context: PromptContext) -> Reply:
        """Prefills the prompt of a question that may still change, when iterated. Raises the engine's AppErrors."""
        with self.lease():
            return self.source.prefill(self.prompt(question, context), thinks=self._sampling.thinks)

    def prefill_next(self, turn: Turn) -> Reply:
        """Prefills the beginning of the prompt that follows `turn`, when iterated. Raises the engine's AppErrors."""
        with self.lease():  # the model may have been replaced meanwhile
            history = (*self._history, self._remembered(turn))
            beginning = build_beginning(self._persona.prompt, history, self._budget, self.wording)
            return self.source.prefill(beginning, thinks=self._sampling.thinks)

    def write(self, question: str, context: PromptContext) -> Iterator[Written | Looked]:
        """Stream what the model writes. Raises the engine's AppErrors."""
        with self._watch.stage("prompt"):
            messages = self.prompt(question, context)
        return self._stream(messages, self._sampling)

    def write_on(self, turn: Turn) -> Iterator[Written]:
        """Stream what the model writes after the answer of a turn. Raises the engine's AppErrors."""
        messages = (*self.prompt(turn.question, turn.context), Message("assistant", turn.answer))
        return self._stream(messages, replace(self._sampling, thinking_tokens=0))

    def _stream(self, messages: Sequence[Message], sampling: Sampling) -> Generator[Written, None, None]:
        reply = self._reply = self.source.reply(messages, sampling)
        if self._stopped.is_set():
            reply.stop()
        began = time.perf_counter()
        try:
            for piece in reply:
                yield Wrote(piece.text) if piece.kind == "answer" else Thought(piece.text, piece.recasts)
        except BaseException:  # mainly GeneratorExit: the reader has stopped
            reply.stop()
            raise
        finally:
            self._watch.add(*reply_times(began, time.perf_counter(), reply.usage))

    def check(self, question: str, answer: str, context: PromptContext) -> Grounds:
        """A verdict for each sentence, and the sentence behind each of the answer's markers."""
        claims = check_claims(answer, context, question)
        return Grounds(citations_of(answer, claims), claims)

    def stop(self) -> None:
        """Stop the model."""
        self._stopped.set()
        if reply := self._reply:
            reply.stop()

    @property
    def count(self) -> Callable[[str], int] | None:
        """The engine's count; None for a server's, which estimates too."""
        return None if self.engine == SERVER else self.source.count_tokens

    @property
    def window_tokens(self) -> int:
        """The engine's."""
        return self.source.context_tokens

    @property
    def times(self) -> tuple[StageTime, ...]:
        """Those of each message: its prompt, reading and writing."""
        return self._watch.times

    @property
    def usage(self) -> Usage:
        """The engine's counts."""
        return self._reply.usage if self._reply else Usage()

    @property
    def finish(self) -> Finish:
        """The engine's reason."""
        return self._reply.finish if self._reply else "stopped"


class UngroundedWriter(ModelWriter):
    """A model's answer from what it knows: the question alone, without passages or history, to compare with."""

    def prompt(self, question: str, context: PromptContext) -> tuple[Message, ...]:
        """The messages of the prompt; the persona's would speak of passages."""
        return Message("system", _UNGROUNDED), Message("user", question.strip())

    def check(self, question: str, answer: str, context: PromptContext) -> Grounds:
        """Nothing: there is no source to check it against."""
        return Grounds()


class PlainWriter(ModelWriter):
    """A model's answer from what it knows to a persona without files: its prompt, the history and the question."""

    wording = PLAIN

    def check(self, question: str, answer: str, context: PromptContext) -> Grounds:
        """Nothing: there is no source to check it against."""
        return Grounds()


class QuotesWriter:
    """Answers without a model: facts and quotations from whole documents, or the best sentences of the passages.

    For a follow-up question, the sentences are chosen by what was searched for.
    """

    engine, model, lease = "quotes", "", staticmethod(nullcontext)
    notes: tuple[GuardNote, ...] = ()
    window_tokens = 0

    @property
    def times(self) -> tuple[StageTime, ...]:
        """None: quoting is one stage."""
        return ()

    def __init__(
        self,
        route: str = "",
        meanings: Meanings = no_meanings,
        pages: OwnPages = NO_PAGES,
        synonyms: Synonyms = NO_SYNONYMS,
    ) -> None:
        """`route`: the reason that no model answers although one is chosen. `meanings`: compares sentences. `pages`,
        `synonyms`: of the persona that is asked."""
        self.route, self._meanings, self._pages, self._synonyms = route, meanings, pages, synonyms
        self._stopped = Event()
        self._whole: WholeAnswer | None = None
        self._cited: list[Citation] = []

    def fit(self, question: str, passages: Sequence[Passage], whole: WholeReading | None) -> PromptContext:
        """The passages quoted from whole documents where these answer, else all passages: there is no window to fit."""
        self._whole = answer_from_whole(whole) if whole else None
        return self._whole.context if self._whole else PromptContext(tuple(passages))

    def write(self, question: str, context: PromptContext) -> Iterator[Wrote]:
        """Stream one quotation after another, or say that there is none."""
        parts = self._whole.parts if self._whole else self._quotations(context.searched_for or question, context)
        for part in parts:
            if self._stopped.is_set():
                return
            self._cited += part.citations
            yield Wrote(part.markdown)

    def _quotations(self, question: str, context: PromptContext) -> Iterator[AnswerPart]:
        words = self._synonyms.words_for(question)
        asked = [words] if words and is_foreign_to(question, context.passages) else [question, *filter(None, [words])]
        found = (best_quotes(one, context.passages, self._meanings_unless_stopped) for one in asked)
        quotes = next(filter(None, found), [])
        outcome, says = _NOTHING_OUTCOME, context.unread.says
        if says:
            outcome = f"Nothing in the files read so far answers this. {says}."
        yield AnswerPart(f"{introduction(quotes, self._pages)}\n\n" if quotes else outcome)
        yield from quoted_parts(quotes)

    def _meanings_unless_stopped(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        return [] if self._stopped.is_set() else self._meanings(question, texts)

    def check(self, question: str, answer: str, context: PromptContext) -> Grounds:
        """The quotations so far: they are the files' own words, so no sentence is judged."""
        return Grounds(tuple(self._cited))

    def stop(self) -> None:
        """Stop quoting."""
        self._stopped.set()

    @property
    def count(self) -> None:
        """None: there is no model to count."""

    @property
    def usage(self) -> Usage:
        """Zero: no model has read or written."""
        return Usage()

    @property
    def finish(self) -> Finish:
        """`quotes`, or `nothing` where there was nothing to quote."""
        if self._stopped.is_set():
            return "stopped"
        return "quotes" if self._cited else "nothing"
