"""The switches that leave out a part of answering, so that anyone can compare an answer with and without it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from knowledge import Stage

Shortcut = Literal["answers", "ahead", "rewrite", "whole", "look", "kv", "drafts"]
NO_SHORTCUTS: frozenset[Shortcut] = frozenset()
_STAGES: Mapping[Stage, tuple[str, str]] = {
    "vector": ("vectors", "search by keyword only"),
    "keyword": ("keywords", "search by vector only"),
    "names": ("names", "do not search for files that the question names"),
    "rerank": ("rerank", "keep the fused order"),
    "threshold": ("threshold", "show passages even if none seems to answer"),
    "cache": ("cache", "search again even if nothing has changed"),
}
_SHORTCUTS: Mapping[Shortcut, tuple[str, str]] = {
    "whole": ("whole", "answer from passages only, even to count, list or summarise"),
    "look": ("look-again", "do not let the model look again where the first passages do not answer"),
    "rewrite": ("rewrite", "search for a follow-up question as it is written"),
    "answers": ("answer-cache", "write the answer anew, though it was given before"),
    "ahead": ("read-ahead", "let the model read nothing before it is asked"),
    "kv": ("kv-reuse", "let the model read each prompt from its first word (GGUF)"),
    "drafts": ("drafts", "let the model compute word by word, without guessing ahead (GGUF)"),
}
_PLAIN_HELP = "all of these at once, for comparison: --no-rerank, --no-cache, " + ", ".join(
    f"--no-{name}" for name, _ in _SHORTCUTS.values()
)


def add_stage_switches(parser: argparse.ArgumentParser) -> None:
    """Declare the options that skip a stage of retrieval."""
    for stage, (name, words) in _STAGES.items():
        parser.add_argument(f"--no-{name}", dest=f"no_{stage}", action="store_true", help=words)


def add_switches(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the verbs that answer: of each stage, of retrieval, of each shortcut, and of all."""
    add_stage_switches(parser)
    parser.add_argument("--no-retrieval", action="store_true", help="let the model answer alone, without your files")
    for shortcut, (name, words) in _SHORTCUTS.items():
        parser.add_argument(f"--no-{name}", dest=f"no_{shortcut}", action="store_true", help=words)
    parser.add_argument("--plain", action="store_true", help=_PLAIN_HELP)


def stages_of(arguments: argparse.Namespace) -> frozenset[Stage]:
    """The stages of retrieval that are not skipped; none: nothing is retrieved."""
    given = vars(arguments)
    if given.get("no_retrieval"):
        return frozenset()
    stages = frozenset(stage for stage in _STAGES if not given.get(f"no_{stage}"))
    return stages - {"rerank", "cache"} if given.get("plain") else stages


def left_out(arguments: argparse.Namespace) -> frozenset[Shortcut]:
    """The shortcuts that are not to be taken; none of a verb without these options."""
    given = vars(arguments)
    return frozenset(one for one in _SHORTCUTS if given.get(f"no_{one}") or given.get("plain"))
