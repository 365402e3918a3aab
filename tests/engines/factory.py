"""The factory that an adapter's tests give to the contract: it opens engines and tells their abilities."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from engines.protocol import Engine

OWNERS = frozenset({"weights", "kv", "kv_parked", "compute"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """The abilities of an engine beyond the common ones.

    `exact_counts`: `count_prompt_tokens` equals what a reply reports; otherwise it is an estimate.
    `reuse_block_tokens`: what was read is reused in blocks of this many tokens; None: reuse is not known.
    `reads_ahead`: `prefill` reads; otherwise it does nothing. `samples`: temperature and seed make a difference.
    `forgets`: a deleted chat is computed anew; otherwise other chats displace it some time.
    `restarts`: after its death it answers again; otherwise it must be opened again. `templates`: its prompts are
    written by the chat template of its model.
    `continues`: an answer is continued token for token; otherwise it is asked to go on.
    `owners`: the names in `memory()`.
    """

    exact_counts: bool = True
    reuse_block_tokens: int | None = 1
    reads_ahead: bool = True
    samples: bool = True
    grammar: bool = True
    forgets: bool = True
    restarts: bool = True
    templates: bool = True
    continues: bool = True
    owners: frozenset[str] = OWNERS


class Factory(Protocol):
    """Makes the engines of one adapter. The contract closes only those of `open_own`."""

    @property
    def abilities(self) -> Abilities:
        """Their abilities."""
        ...

    @property
    def long_text(self) -> str:
        """A message that fits into the window and takes between 0.3 s and some seconds to read."""
        ...

    def open(self, says: str | Sequence[bytes] | None = None, template: str = "") -> Engine:
        """An engine that others may be using too, with a window of at most some 8,000 tokens.

        `says`: greedily, it answers every question with exactly this text, or with tokens of exactly these bytes.
        None: it writes random text and never ends. `template`: its chat template; "": ChatML.
        """
        ...

    def open_own(self) -> Engine:
        """A new engine that never ends; the contract closes it."""
        ...

    def damaged(self) -> Sequence[Callable[[], Engine]]:
        """Each tries to open a model that is damaged in another way, which must fail. Empty: it opens no files."""
        ...

    def open_without_memory(self) -> Engine | None:
        """Tries to open a model where there is no memory for it, which must fail. None: it needs no memory here."""
        ...

    def kill(self, engine: Engine) -> bool:
        """Make whatever computes for `engine` die, under a reply that runs or the next. False: nothing can die."""
        ...
