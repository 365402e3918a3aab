"""Who writes an answer: a model, or nobody, and then it is quoted from the passages."""

from collections.abc import Iterator, Sequence
from threading import Event
from typing import Protocol

from assistant.budget import Budget, build_prompt, fit_passages
from assistant.citations import check_citations
from assistant.followup import search_text
from assistant.quotes import INTRODUCTION, NOTHING, Quote, best_quotes, quote_markdown
from assistant.values import Citation, Finish, Turn
from engines.protocol import Engine, Message, Reply, Sampling, Usage
from knowledge.passage import Passage
from personas.persona import Persona


class Writer(Protocol):
    """Writes one answer; used for one turn only."""

    engine: str
    model: str

    def fit(self, question: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
        """The passages that there is room for."""
        ...

    def write(self, question: str, passages: Sequence[Passage]) -> Iterator[str]:
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
    """A model's answer to a persona's prompt, with its citations checked."""

    def __init__(self, engine: Engine, persona: Persona, history: Sequence[Turn], passage_tokens: int) -> None:
        self.engine, self.model = engine.name, engine.model
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

    def fit(self, question: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
        """The first passages that fit the budget."""
        return fit_passages(question, self._persona.prompt, passages, self._budget)

    def prompt(self, question: str, passages: Sequence[Passage]) -> tuple[Message, ...]:
        """What the model reads."""
        return build_prompt(self._persona.prompt, self._history, question, passages, self._budget)

    def write(self, question: str, passages: Sequence[Passage]) -> Iterator[str]:
        """Stream what the model writes. Raises the engine's AppErrors."""
        reply = self._reply = self._engine.reply(self.prompt(question, passages), self._sampling)
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
    """The best sentences of the passages, word for word; for a question that leans on an earlier one, of both."""

    engine, model = "quotes", ""

    def __init__(self, history: Sequence[Turn] = ()) -> None:
        self._history = history
        self._stopped = Event()
        self._written: list[Quote] = []

    def fit(self, question: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
        """All of them: there is no window to fit."""
        return tuple(passages)

    def write(self, question: str, passages: Sequence[Passage]) -> Iterator[str]:
        """Stream one quotation after another, or say that there is none."""
        quotes = best_quotes(search_text(question, self._history), passages)
        yield INTRODUCTION if quotes else NOTHING
        above = None
        for quote in quotes:
            if self._stopped.is_set():
                return
            self._written.append(quote)
            yield quote_markdown(quote, above)
            above = quote

    def citations(self, answer: str, passages: Sequence[Passage]) -> tuple[Citation, ...]:
        """What has been quoted."""
        return tuple(quote.citation for quote in self._written)

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
