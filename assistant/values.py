"""The values of a conversation: questions, the documents read, answers and their citations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from assistant.composing.reach import ALL_FOLDERS, Reach
from assistant.guards import GuardNote
from assistant.tools.tool_use import ToolUse
from engines import Usage
from knowledge import Fact, Passage, UnreadFiles

Finish = Literal["end", "length", "repetition", "stopped", "quotes", "nothing", "computed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Evidence for a part of an answer. `quote` is exactly `document text[start:end]` of `path`; `n` counts from 1
    and is the number of the passage it comes from, as the answer writes it: `[n]`."""

    n: int
    path: Path
    start: int
    end: int
    quote: str
    heading: tuple[str, ...] = ()
    page: int | None = None


_DOUBTS = {
    "partly": "Only partly in the sources",
    "not_in_sources": "Not in the sources",
    "no_such_source": "Cites a source that is not there",
}
Verdict = Literal["supported", "partly", "not_in_sources", "no_such_source", "unchecked", "no_claim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of an answer, `answer[start:end]`, and whether its sources say so.

    `supported`: they do. `partly`: a part of it. `not_in_sources`: nothing of it, or it differs in what `missing`
    names. `no_such_source`: it cites a passage that there is not. `unchecked`: it is in another language than they are.
    `no_claim`: it states nothing. `citations`: the sentences that it was compared with and are likest to it.
    """

    start: int
    end: int
    verdict: Verdict
    citations: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """True where the sources do not bear it out, wholly or in part."""
        return self.verdict in _DOUBTS

    @property
    def says(self) -> str:
        """The doubt about it in a few words, as `Not in the sources: 900,000 dollars`; "" where there is none."""
        missing = ", ".join(self.missing)
        return f"Not in the sources: {missing}" if missing else _DOUBTS.get(self.verdict, "")


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an answer rests on: the citations in its order, each once, and a verdict for each of its sentences."""

    citations: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWhole:
    """A document that was read as a whole. `sections`: how many of its `of_sections` were read from, all of each where
    it is `complete`; else excerpts, which are `share` of its text, in (0, 1]. `facts`: what code counted in it."""

    path: Path
    complete: bool
    sections: int
    of_sections: int
    share: float = 1.0
    facts: tuple[Fact, ...] = ()

    @property
    def summary(self) -> str:
        """One line on how much of it was read, for people and models: `Read whole: orders.csv (12 sections)`."""
        if self.complete:
            return f"Read whole: {self.path.name} ({self.sections:,} section{'s' if self.sections != 1 else ''})"
        share = f"{self.share:.0%}" if self.share >= 0.01 else "under 1%"
        part = f"{self.sections:,} of {self.of_sections:,} sections, {share} of its text"
        return f"Read in excerpts: {self.path.name} ({part})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The tokens of all documents that the passages of an answer come from, and those that were read of them.

    `estimated`: not counted by a model. `price_per_million`: of the tokens that a model reads, in `currency`; 0: none.
    """

    document_tokens: int
    read_tokens: int
    documents: int
    estimated: bool = False
    price_per_million: float = 0.0
    currency: str = ""

    @property
    def saved_money(self) -> float:
        """The price of what was not read."""
        return (self.document_tokens - self.read_tokens) * self.price_per_million / 1_000_000

    @property
    def says(self) -> str:
        """`Read 1,240 tokens of 18,300 in 5 files (7%), 0.0512 USD saved`, for people."""
        share = self.read_tokens / self.document_tokens
        read = f"{'about ' if self.estimated else ''}{self.read_tokens:,} tokens of {self.document_tokens:,}"
        files = f"{self.documents:,} file{'s' if self.documents > 1 else ''}"
        money = f", {self.saved_money:.4f} {self.currency} saved" if self.price_per_million else ""
        return f"Read {read} in {files} ({share:.0%}){money}"


ToolName = Literal["search", "around", "files", "count", "tool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step in which a model looked again before it answered.

    `said`: its line, as `LOOK search: boiler warranty`; `tool` and `words`: what that asks for. `passages`,
    `documents`: how many of the turn's it found, which follow those that were read before. `told`: what else the model
    was given; `outcome`: the same for people, as `3 passages`. `last`: it was told that no step may follow. `seconds`:
    until it was found. `usage`: of the message that asked for it; what the next one computes of its prompt is what this
    step found.
    """

    said: str
    tool: ToolName
    words: str
    outcome: str
    passages: int = 0
    documents: int = 0
    told: str = ""
    last: bool = False
    seconds: float = 0.0
    usage: Usage = field(default_factory=Usage)

    @property
    def says(self) -> str:
        """`Looked again: boiler warranty · 3 passages`, for people."""
        if self.tool == "tool":
            return f"Computed: {self.words} · {self.outcome}"
        subject = {"around": f"around [{self.words}]", "files": f"files named {self.words}"}.get(self.tool, self.words)
        return f"Looked again: {subject} · {self.outcome}"


@dataclass(frozen=True, slots=True)
class PromptContext:
    """The context that an answer is generated from: passages, numbered from 1, and facts on documents read whole.

    `searched_for`: what was searched for in place of a question that does not stand alone; "" for the question.
    `steps`: in which the model looked again; what they found stands behind the rest.
    `unread`: the files that could not be searched yet. `tools`: what tools computed.
    """

    passages: tuple[Passage, ...] = ()
    read_whole: tuple[ReadWhole, ...] = ()
    searched_for: str = ""
    steps: tuple[Step, ...] = ()
    unread: UnreadFiles = field(default_factory=UnreadFiles)
    tools: tuple[ToolUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer. Turns form a tree: `parent_id` None begins a conversation.

    `engine`: `llama.cpp`, or `quotes` or `tools` where no model wrote. `route`: why that model answered, or none.
    `guards`: what the guard rails found and did. `reranked`: how many candidates of the search, as `20 of 136`.
    `searched_for`: what was searched for in place of a question that does not stand alone; "" for the question.
    `thoughts`: what the model wrote before and between its answer, which is no part of it; `thought_seconds`: how long.
    `claims`: of a model's answer. `timings_ms`: retrieve, its stages, rewrite, whole, prefill, first_token, total.
    `answer_key`: a digest of all that the answer depends on; "": it is not to be given again. `answered_at`: when an
    answer that was given again was written, in seconds since the epoch; 0: it was written for this turn. `saved`: None:
    nothing was read, or it was stopped. `steps`: in which the model looked again. `unread`: the
    files that could not be searched yet when it was asked. `is_reread`: it was asked again once they had been read.
    `reach`: the files that it was to be answered from. `tools`: what tools computed for it.
    """

    id: str
    conversation_id: str
    parent_id: str | None
    persona_id: str
    question: str
    answer: str
    passages: tuple[Passage, ...]
    citations: tuple[Citation, ...]
    engine: str
    model: str
    finish: Finish
    usage: Usage
    created_at: float
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    read_whole: tuple[ReadWhole, ...] = ()
    route: str = ""
    guards: tuple[GuardNote, ...] = ()
    reranked: str = ""
    searched_for: str = ""
    thoughts: str = ""
    thought_seconds: float = 0.0
    claims: tuple[Claim, ...] = ()
    answer_key: str = ""
    answered_at: float = 0.0
    saved: Saved | None = None
    steps: tuple[Step, ...] = ()
    unread: UnreadFiles = field(default_factory=UnreadFiles)
    is_reread: bool = False
    reach: Reach = ALL_FOLDERS
    tools: tuple[ToolUse, ...] = ()

    @property
    def repeats(self) -> str:
        """`Answered before, 3 minutes ago`; "" for an answer that was written for this turn."""
        return f"Answered before, {_ago(self.created_at - self.answered_at)}" if self.answered_at else ""

    @property
    def doubtful(self) -> tuple[Claim, ...]:
        """The sentences that the sources do not bear out, wholly or in part."""
        return tuple(claim for claim in self.claims if claim.is_doubtful)

    @property
    def doubts(self) -> str:
        """A line for people on the sentences that are not in the sources; "" where there are none."""
        wrong = [claim for claim in self.doubtful if claim.verdict != "partly"]
        judged = [claim for claim in self.claims if claim.verdict not in ("no_claim", "unchecked")]
        if not wrong:
            return ""
        verb = "is" if len(wrong) == 1 else "are"
        return f"{len(wrong)} of {len(judged)} sentence{'s' if len(judged) > 1 else ''} {verb} not in the sources"

    @property
    def flagged(self) -> frozenset[int]:
        """The numbers of the passages that give orders to a model."""
        return frozenset(n for note in self.guards if note.layer == "sources" for n in note.passages)

    @property
    def context(self) -> PromptContext:
        """The context that the answer was generated from."""
        return PromptContext(self.passages, self.read_whole, steps=self.steps)


def _ago(seconds: float) -> str:
    for name, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if (count := int(seconds // length)) >= 1:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def searched_line(searched_for: str) -> str:
    """`Searched for: kv cache · How large is it?`; "" where the question itself was searched for."""
    return f"Searched for: {' · '.join(searched_for.splitlines())}" if searched_for else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """A line in the list of conversations. Times are seconds since the epoch.

    `folder`: the name that the person has filed it under; "": none. `deleted_at`: when it was moved to the trash.
    """

    id: str
    title: str
    persona_id: str
    updated_at: float
    turns: int
    pinned: bool = False
    folder: str = ""
    deleted_at: float | None = None


@dataclass(frozen=True, slots=True)
class FoundConversation:
    """A conversation that a search found, the newest turn with the words, and the text around the first of them.

    `turn_id`: "" where the title alone has them; `snippet` is empty then.
    """

    summary: ConversationSummary
    turn_id: str = ""
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is kept of a conversation's question box. `asked`: a question that has no answer yet; `typed`: the rest.

    `reach`: the files chosen for what is typed; None: those of the turn before.
    """

    asked: str = ""
    typed: str = ""
    reach: Reach | None = None

    @property
    def text(self) -> str:
        """Both, as they go into the box when no answer to the question is being written."""
        return "\n".join(filter(None, (self.asked, self.typed)))


@dataclass(frozen=True, slots=True)
class Retrieved:
    """First event of a turn: the passages that the answer will be generated from, numbered from 1 in this order."""

    passages: tuple[Passage, ...]
    timings_ms: Mapping[str, float]
    read_whole: tuple[ReadWhole, ...] = ()
    reranked: str = ""
    searched_for: str = ""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A stretch of the answer's Markdown, to append to what came before."""

    text: str


@dataclass(frozen=True, slots=True)
class Thought:
    """A stretch of the model's thoughts, which are no part of the answer.

    `recasts`: all of the answer before was a thought too, and comes before this text; the answer begins anew.
    """

    text: str
    recasts: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """The model has looked again, or what it found last was taken back. `context`: all that it is given from now on."""

    context: PromptContext

    @property
    def step(self) -> Step:
        """The last step."""
        return self.context.steps[-1]


@dataclass(frozen=True, slots=True)
class Answered:
    """Last event of a turn. The turn has been saved: it survives a kill from here on."""

    turn: Turn


Written = Wrote | Thought
TurnEvent = Retrieved | Written | Looked | Answered


class Running(Protocol):
    """A turn to iterate once. Expected failures raise AppError."""

    def __iter__(self) -> Iterator[TurnEvent]:
        """Run the turn: Retrieved, Thought, Wrote and Looked …, Answered."""
        ...

    def stop(self) -> None:
        """End the turn within 100 ms and save what was written. Any thread, any number of times."""
        ...

    @property
    def usage(self) -> Usage:
        """Token counts and times so far. Any thread."""
        ...
