"""Tells a question that stands alone from one that is understood within a conversation, by what is found for each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from knowledge.ledger.rows import ChunkRow
from knowledge.passage import Retrieval
from knowledge.search.evidence import (
    LIKENESS_WEIGHT,
    SHARE_WEIGHT,
    sentence_terms,
    share_in,
    unrelated_cosine,
    word_weights,
)
from knowledge.search.framing import Topic
from knowledge.search.fuse import MIN_COVERAGE, exact_cosines, tokenizer_coverage
from knowledge.search.likeness import likeness
from knowledge.search_index import SearchIndex
from knowledge.terms.analyzer import QuestionTerm

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# How much more of a question the best passage for it alone must say than the best within the conversation, for the
# question to stand alone: 66 of 68 written follow-up questions have less (`benchmarks.followups`). Of XQuAD's
# questions, each asked after one on another article, 90 % (Turkish) to 98 % (English) have more, or find the same.
LEAST_LEAD, LEAST_LEAD_OF_FOLLOW_UP = 0.45, 0.6
# What a passage within the conversation must say of a question that nothing answers alone. Of XQuAD's questions on
# articles that are missing 95 % have less.
LEAST_SAID, LEAST_SAID_OF_FOLLOW_UP = 0.25, 0.1
# Fewer words than this that tell something: `And on two GPUs?`, `为什么？`.
_FEWEST_WORDS = 3
# Words for what was said before. They only make it likelier that a question follows: what is found decides.
_POINTS_BACK = re.compile(
    r"\b(?:it|its|this|that|these|those|they|them|their|there|he|she|him|her|his|same|former|latter|above"
    r"|dies\w{0,2}|davon|dazu|dort|ihn|ihm|cela|celui|celle|eso|esto|ello|quello|questo|isso|isto|acest\w*|acolo"
    r"|он[аои]?|его|её|ему|этот|эт[аои]|там|тогда|bu|bunun|onun|orada|αυτ\w+|εκεί|đó|này|nó|هذ[اه]|ذلك|تلك|هناك"
    r"|यह|ये|वह|इस\w*|उस\w*|그|그것\w*|그건|이것\w*|이건|거기\w*)\b|[这這那它其该該]|[これそあ][のれこ]|นี้|นั้น|มัน",
    re.IGNORECASE,
)


def stands_alone(
    index: SearchIndex,
    question: str,
    words: Sequence[QuestionTerm],
    vector: npt.NDArray[np.float32] | None,
    alone: Retrieval,
    within: Retrieval,
) -> bool:
    """True where a question is better searched for alone than within its conversation.

    `words` and `vector` of the question; None: vectors are not searched. `alone`, `within`: what was found for each.
    """
    follows = points_back(question, words)
    best = [found.passages[0].chunk_id if found.passages else None for found in (alone, within)]
    rows = index.ledger.chunks.get([i for i in best if i is not None])
    said = _said(index, question, words, vector, rows)
    if best[1] not in said or best[0] == best[1]:
        return True
    if best[0] not in said:
        return said[best[1]] < (LEAST_SAID_OF_FOLLOW_UP if follows else LEAST_SAID) and bool(words)
    return said[best[0]] - said[best[1]] >= (LEAST_LEAD_OF_FOLLOW_UP if follows else LEAST_LEAD)


def points_back(question: str, words: Sequence[QuestionTerm]) -> bool:
    """True for a question of few words, or with one for what was said before. `words`: those that tell something."""
    return len(words) < _FEWEST_WORDS or _POINTS_BACK.search(question) is not None


def _said(
    index: SearchIndex,
    question: str,
    words: Sequence[QuestionTerm],
    vector: npt.NDArray[np.float32] | None,
    rows: Mapping[int, ChunkRow],
) -> dict[int | None, float]:
    """Return chunk id → how much of a question it says: meaning, words and letters, weighted as for evidence.

    Words and letters count twice where no embedder reads the texts.
    """
    nearness = None if vector is None else _nearness(index, question, vector, rows)
    weight = 2 if nearness is None else 1
    weights = word_weights(words, index.table.frequencies([term for word in words for term in word.alternatives]))
    texts = {i: (f"{row.path.stem}\n{row.above}", row.text) for i, row in rows.items()}
    likest = likeness(Topic.of(question).judged, texts)
    shares = {i: [share_in(terms, weights) for terms in sentence_terms(row, index.analyzer)] for i, row in rows.items()}
    return {
        i: (nearness or {}).get(i, 0.0)
        + weight * (SHARE_WEIGHT * max(shares[i], default=0.0) + LIKENESS_WEIGHT * likest[i].share)
        for i in rows
    }


def _nearness(
    index: SearchIndex, question: str, vector: npt.NDArray[np.float32], rows: Mapping[int, ChunkRow]
) -> dict[int, float] | None:
    """Return how near each chunk is to a question in meaning; None where the embedder does not read them."""
    text = "\n".join([question, *(row.text for row in rows.values())])
    if index.embedder is None or tokenizer_coverage(text, index.embedder) < MIN_COVERAGE:
        return None
    unrelated = unrelated_cosine(index.embedder.name, question)
    cosines = exact_cosines(index, vector, rows.keys())
    return {i: (cosine - unrelated) / (1 - unrelated) for i, cosine in cosines.items()}
