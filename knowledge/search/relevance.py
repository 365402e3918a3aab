"""Says how relevant a passage is, for people and models: the scores of search as one number from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Mapping


def logistic(logit: float) -> float:
    """Return a reranker's logit as a number from 0 to 1."""
    return 1 / (1 + math.exp(min(-logit, 700.0)))  # beyond that a float overflows


def relevances(fused: Mapping[int, float], highest: float, logits: Mapping[int, float]) -> dict[int, float]:
    """Return the relevance of each chunk to the question, in [0, 1]; higher is better. It orders passages, and is no
    probability that one answers.

    `logits`: the reranker's, of the chunks that it read: theirs is the logistic function of it. Of any other it is its
    share of `highest`, the fused score of a chunk that every stage has first and that says all of the question in one
    sentence; 1 where its file is named besides. What stays behind reranked chunks has their lowest at most.
    """
    reranked = {i: logistic(logit) for i, logit in logits.items()}
    most = min(reranked.values(), default=1.0)
    return {i: min(score / highest, most) for i, score in fused.items()} | reranked
