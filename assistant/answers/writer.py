"""Who writes an answer: a model, or nobody, and then it is quoted from the passages."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import Event
from typing import Protocol

from assistant.answers.citations import check_citations
from assistant.answers.quotes import INTRODUCTION, NOTHING, best_quotes, quote_markdown
from assistant.answers.whole_answer import WholeAnswer, answer_whole
from assistant.reading.budget import Budget, build_beginning, build_prompt, fit_passages
from assistant.reading.sources import search_text
from assistant.reading.whole_budget import fit_whole
from assistant.values import Citation, Finish, Material, Turn
from engines.protocol import Engine, Message, Reply, Sampling, Usage
from knowledge.passage import Passage
from knowledge.whole.whole import WholeReading
from personas.persona import Persona


class Writer(Protocol):
    """Writes one answer; used for one turn only."""

    engine: str
    model: str
    route: str

    def held(self) -> AbstractContextManager[None]:
        """While the block runs, what writes stays in memory. Raises ModelUnloaded."""
        ...

    def fit(self, question: str, passages: Sequence[Passage], whole: WholeReading | None) -> Material:
        """What there is room for of the passages, and of the documents that are meant as a whole."""
        ...

    def write(self, question: str, material: Material) -> Iterator[str]:
        """Stream the answer."""
        ...

    def citations(self, answer: str, passages: Sequence[Passage]) -> tuple[Citation, ...]:
        """The grounds of what has been written."""
        ...

    def stop(self) -> None:
        """End the stream within 100 ms. Any thread, any number of times."""
        ...

    @property
    def usage(self) -> Usage:
        """Counts and times so far."""
        ...

    @property
    def finish(self) -> Finish:
        """Why the stream ended."""
        ...


class ModelWriter:
    """A model's answer to a persona's prompt, with its citations checked.

    `lease`: keeps the engine open. `route`: why it is this one that answers.
    """

    def __init__(
        self,
        engine: Engine,
        persona: Persona,
        history: Sequence[Turn],
        passage_tokens: int,
        lease: Callable[[], AbstractContextManager[None]] = nullcontext,
        route: str = "",
    ) -> None:
        self.engine, self.model, self.held, self.route = engine.name, engine.model, lease, route
        self._engine, self._persona, self._history = engine, persona, history
        self._sampling = _sampling(persona)
        self._budget = Budget(
            window_tokens=engine.context_tokens,
            answer_tokens=self._sampling.max_tokens,
            passage_tokens=passage_tokens,
            count=engine.count_tokens,
        )
        self._stopped = Event()
        self._reply: Reply | None = None

    def fit(self, question: str, passages: Sequence[Passage], whole: WholeReading | None) -> Material:
        """Whole documents as far as the window allows; else the first passages that fit their own budget."""
        prompt, budget = self._persona.prompt, self._budget
        read = fit_whole(question, prompt, passages, whole, budget) if whole else None
        return read or Material(fit_passages(question, prompt, passages, budget))

    def prompt(self, question: str, material: Material) -> tuple[Message, ...]:
        """What the model reads."""
        return build_prompt(self._persona.prompt, self._history, question, material, self._budget)

    def prefill(self, question: str, material: Material) -> Reply:
        """Reads the prompt of a question that may yet change, when iterated. Raises the engine's AppErrors."""
        with self.held():
            return self._engine.prefill(self.prompt(question, material))

    def prefill_next(self, turn: Turn) -> Reply:
        """Reads what the prompt after `turn` will begin with, when iterated. Raises the engine's AppErrors."""
        with self.held():  # the model may have been replaced meanwhile
            history = (*self._history, turn)
            return self._engine.prefill(build_beginning(self._persona.prompt, history, self._budget))

    def write(self, question: str, material: Material) -> Iterator[str]:
        """Stream what the model writes. Raises the engine's AppErrors."""
        reply = self._reply = self._engine.reply(self.prompt(question, material), self._sampling)
        if self._stopped.is_set():
            reply.stop()
        try:
            for piece in reply:
                yield piece.text
        except BaseException:  # above all GeneratorExit: nobody reads on
            reply.stop()
            raise

    def citations(self, answer: str, passages: Sequence[Passage]) -> tuple[Citation, ...]:
        """The sentence behind each of the answer's markers."""
        return check_citations(answer, passages)

    def stop(self) -> None:
        """Stop the model."""
        self._stopped.set()
        if reply := self._reply:
            reply.stop()

    @property
    def usage(self) -> Usage:
        """The engine's counts."""
        return self._reply.usage if self._reply else Usage()

    @property
    def finish(self) -> Finish:
        """The engine's reason."""
        return self._reply.finish if self._reply else "stopped"


class QuotesWriter:
    """What code counts in whole documents and takes from them, or the best sentences of the passages, word for word.

    For a question that leans on an earlier one, the sentences are those for both.
    """

    engine, model, held = "quotes", "", staticmethod(nullcontext)

    def __init__(self, history: Sequence[Turn] = (), route: str = "") -> None:
        """`route`: why no model answers, where one is chosen."""
        self._history, self.route = history, route
        self._stopped = Event()
        self._whole: WholeAnswer | None = None
        self._written: list[Citation] = []

    def fit(self, question: str, passages: Sequence[Passage], whole: WholeReading | None) -> Material:
        """The passages that a whole document is quoted from, if it answers; else all: there is no window to fit."""
        self._whole = answer_whole(whole) if whole else None
        return self._whole.material if self._whole else Material(tuple(passages))

    def write(self, question: str, material: Material) -> Iterator[str]:
        """Stream one quotation after another, or say that there is none."""
        return self._quote_whole(self._whole) if self._whole else self._quote(question, material.passages)

    def _quote_whole(self, answer: WholeAnswer) -> Iterator[str]:
        for part in answer.parts:
            if self._stopped.is_set():
                return
            self._written += part.citations
            yield part.markdown

    def _quote(self, question: str, passages: Sequence[Passage]) -> Iterator[str]:
        quotes = best_quotes(search_text(question, self._history), passages)
        yield INTRODUCTION if quotes else NOTHING
        above = None
        for quote in quotes:
            if self._stopped.is_set():
                return
            self._written.append(quote.citation)
            yield quote_markdown(quote, above)
            above = quote

    def citations(self, answer: str, passages: Sequence[Passage]) -> tuple[Citation, ...]:
        """What has been quoted."""
        return tuple(self._written)

    def stop(self) -> None:
        """Quote no more."""
        self._stopped.set()

    @property
    def usage(self) -> Usage:
        """Nothing: no model has read or written."""
        return Usage()

    @property
    def finish(self) -> Finish:
        """`quotes`, or `nothing` where there was nothing to quote."""
        if self._stopped.is_set():
            return "stopped"
        return "quotes" if self._written else "nothing"


def _sampling(persona: Persona) -> Sampling:
    default = Sampling()
    return Sampling(
        temperature=default.temperature if persona.temperature is None else persona.temperature,
        max_tokens=default.max_tokens if persona.max_tokens is None else persona.max_tokens,
    )
