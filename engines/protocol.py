"""The seam between a conversation and whatever generates text for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["system", "user", "assistant"]
Finish = Literal["end", "length", "stopped"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat, as the model is to read it."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the next token is chosen; temperature 0 is greedy and deterministic.

    `grammar`: a grammar in GBNF that the whole answer must follow; "": any text. An engine that cannot hold an answer
    to it raises SamplingUnsupported.
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


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of streamed text, complete in Unicode, and the number of tokens behind it."""

    text: str
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Exact counts and times of one reply. prompt_tokens = reused_tokens + computed_tokens."""

    prompt_tokens: int = 0
    reused_tokens: int = 0
    output_tokens: int = 0
    prefill_seconds: float = 0.0
    first_token_seconds: float = 0.0
    decode_seconds: float = 0.0

    @property
    def computed_tokens(self) -> int:
        """Prompt tokens that the model really read for this reply."""
        return self.prompt_tokens - self.reused_tokens

    @property
    def prefill_tokens_per_second(self) -> float:
        """Reading speed over the computed tokens; 0 when nothing was read."""
        return self.computed_tokens / self.prefill_seconds if self.prefill_seconds else 0.0

    @property
    def decode_tokens_per_second(self) -> float:
        """Writing speed after the first token; 0 when at most one was written."""
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
        """Why it ended: the model was done, max_tokens or the window was full, or `stop`."""
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

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` with no template around it."""
        ...

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt that `reply(messages, …)` would read, template included."""
        ...

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> Reply:
        """Stream the next assistant message. Reads only what it has not read before.

        `keep` False: a helper call, as for a title. Its prompt is forgotten afterwards and takes no chat's place.
        Raises PromptEmpty, PromptTooLong when the messages leave no room for an answer, SamplingUnsupported.
        """
        ...

    def prefill(self, messages: Sequence[Message]) -> Reply:
        """Read a prompt ahead: a reply that ends once its prompt is read, with an empty stream. Iterate it to run it.

        Messages that end with an answer are read as the next question will have them before it: a chat template may
        write an earlier answer otherwise than the model did. A reply to messages that begin alike then reads only the
        rest. `stop` interrupts the reading, and so does any `reply`; what was read by then is kept. Raises PromptEmpty,
        PromptTooLong.
        """
        ...

    def forget(self, messages: Sequence[Message]) -> None:
        """Let go of every chat in which the text of one of these messages was read, in memory and on disk.

        They are gone when this returns, which may take as long as a disk does; one that is being answered goes when its
        answer has ended. An engine that keeps nothing on disk may leave what it holds in memory to be displaced.
        """
        ...

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in the engine's own numbers.

        `weights`; `kv`: the memory of what was read, allocated at once; `kv_parked`: chats set aside, in RAM;
        `compute`: buffers.
        """
        ...

    def close(self) -> None:
        """Free the model's memory. The engine cannot be used after."""
        ...
