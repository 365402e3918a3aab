"""The stages of a question, each with the one that it is a part of and its name for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

QUESTION = "question"
WHOLE, BETWEEN = "Question", "Between the stages"  # its name for people: of all of it, of what no stage took


class StageName(NamedTuple):
    """A stage's parent, and its name for people."""

    parent: str
    label: str


STAGES: Mapping[str, StageName] = {
    "unread": StageName(QUESTION, "Unread files"),
    "retrieve": StageName(QUESTION, "Retrieval"),
    "search": StageName("retrieve", "Search"),
    "embed": StageName("search", "Embedding"),
    "vector": StageName("search", "Vector search"),
    "keyword": StageName("search", "Keyword search"),
    "names": StageName("search", "File names"),
    "fuse": StageName("search", "Fusion"),
    "sentences": StageName("search", "Sentences"),
    "rerank": StageName("search", "Reranking"),
    "select": StageName("search", "Selection"),
    "rewrite": StageName("retrieve", "Rewriting"),
    "whole": StageName(QUESTION, "Whole documents"),
    "fit": StageName(QUESTION, "Fitting the window"),
    "tool": StageName("fit", "Computing"),
    "write": StageName(QUESTION, "Answer"),
    "prompt": StageName("write", "Building the prompt"),
    "wait": StageName("write", "Waiting for the model"),
    "prefill": StageName("write", "Reading the prompt"),
    "decode": StageName("write", "Writing"),
    "look": StageName("write", "Looking again"),
    "verdicts": StageName(QUESTION, "Checking sentences"),
    "guards": StageName(QUESTION, "Guard rails"),
    "saved": StageName(QUESTION, "Counting saved tokens"),
    "save": StageName(QUESTION, "Saving the chat"),
}
"""Every stage that is timed, in the order in which a question meets them."""


def label_of(name: str) -> str:
    """A stage's name for people."""
    return STAGES[name].label if name in STAGES else WHOLE
