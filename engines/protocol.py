"""The protocol between a conversation and the engine that generates text for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from engines.sampling_choice import SamplingChoice

Role = Literal["system", "user", "assistant"]
Finish = Literal["end", "length", "repetition", "stopped"]
PieceKind = Literal["answer", "thought"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat, in the words that the model reads.

    `thoughts`: those of an answer. Only a template that keeps them renders them; see `Engine.keeps_thoughts`.
    """

    role: Role
    text: str
    thoughts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """Parameters of token sampling; temperature 0 is greedy and deterministic.

    `grammar`: a grammar in GBNF that the whole answer must follow; "": any text. An engine without grammars raises
    SamplingUnsupported; no thought is written then. `thinking_tokens`: the most tokens of thoughts before the answer,
    besides `max_tokens`, as far as the window allows; 0: the model is told not to think; None: as many as it likes. An
    engine that cannot end a thought raises ThinkingUnlimited for a number. `stop_repetition`: end an answer that
    repeats itself; see `engines.repetition`.
    """

    temperature: float = 0.7
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    seed: int | None = None
    max_tokens: int = 1024
    stop: tuple[str, ...] = ()
    grammar: str = ""
    stop_repetition: bool = False
    thinking_tokens: int | None = 0

    @property
    def thinks(self) -> bool:
        """True if the model is told that it may think."""
        return self.thinking_tokens != 0 and not self.grammar


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of streamed text, complete in Unicode, and the number of tokens behind it.

    `kind`: of the answer, or of the thoughts before it. `recasts`: all of the answer before this piece was a thought
    too, and comes before its text.
    """

    text: str
    tokens: int
    kind: PieceKind = "answer"
    recasts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Exact counts and times of one reply. prompt_tokens = reused_tokens + computed_tokens.

    `read_tokens`: of the prompt so far, with those reused, where an engine tells while it reads.
    """

    prompt_tokens: int = 0
    reused_tokens: int = 0
    read_tokens: int = 0
    output_tokens: int = 0
    prefill_seconds: float = 0.0
    first_token_seconds: float = 0.0
    decode_seconds: float = 0.0

    @property
    def computed_tokens(self) -> int:
        """Prompt tokens that the model really computed for this reply."""
        return self.prompt_tokens - self.reused_tokens

    @property
    def prefill_tokens_per_second(self) -> float:
        """Prefill speed over the computed tokens; 0 when there were none."""
        return self.computed_tokens / self.prefill_seconds if self.prefill_seconds else 0.0

    @property
    def decode_tokens_per_second(self) -> float:
        """Decoding speed after the first token; 0 when at most one was generated."""
        return (self.output_tokens - 1) / self.decode_seconds if self.decode_seconds else 0.0


class Reply(Protocol):
    """A running answer: iterate it for pieces; it ends by itself, or soon after `stop`."""

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once."""
        ...

    def stop(self) -> None:
        """End the stream within 100 ms. Any thread, any number of times."""
        ...

    @property
    def usage(self) -> Usage:
        """Counts so far; final and exact once the iteration has ended."""
        ...

    @property
    def finish(self) -> Finish:
        """The reason why the answer ended.

        The model was done, or repeated itself; max_tokens or the window was reached; or `stop` was called.
        """
        ...


class Engine(Protocol):
    """A loaded model. Safe to use from any thread; replies beyond what it can run at once wait for their turn."""

    @property
    def name(self) -> str:
        """The engine's name, as `llama.cpp`."""
        ...

    @property
    def model(self) -> str:
        """The model's name, for people."""
        ...

    @property
    def context_tokens(self) -> int:
        """Prompt and output together never exceed this."""
        ...

    @property
    def keeps_thoughts(self) -> bool:
        """True if the thoughts of earlier answers are part of a prompt; most models are not to see them again."""
        ...

    @property
    def recommended(self) -> SamplingChoice:
        """The sampling that the model's own files recommend."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` with no template around it."""
        ...

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt of `reply(messages, …)`, template included."""
        ...

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> Reply:
        """Stream the next assistant message. Computes only what is not cached.

        An answer that the messages end with is continued, token for token; a server is asked to go on with it.
        `keep` False: a helper call, as for a title. Its cache is freed afterwards and displaces no chat.
        Raises PromptEmpty, PromptTooLong when the messages leave no room for an answer, SamplingUnsupported,
        ThinkingUnlimited.
        """
        ...

    def prefill(self, messages: Sequence[Message], *, thinks: bool = False) -> Reply:
        """Compute a prompt ahead: a reply with an empty stream, which ends with the prompt. Iterate it to run it.

        Messages that end with an answer are rendered as they will be before the next question: a chat template may
        rewrite earlier answers. A reply to messages that begin alike then computes only the rest. `stop` interrupts the
        prefill, and so does any `reply`; what was computed by then stays cached. `thinks`: the reply will let the model
        think. Raises PromptEmpty, PromptTooLong.
        """
        ...

    def forget(self, messages: Sequence[Message]) -> None:
        """Delete every chat that contains the text of one of these messages, in memory and on disk.

        They are gone when this returns, which may take as long as a disk does; one that is being answered goes when its
        answer ends. An engine without a disk cache may leave its memory to be overwritten.
        """
        ...

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in the engine's own numbers.

        `weights`; `kv`: the KV cache, allocated at once; `kv_parked`: parked chats in RAM; `compute`: buffers.
        """
        ...

    def close(self) -> None:
        """Free the model's memory. The engine cannot be used after."""
        ...
