"""Weighs the evidence that anything found answers a question, so that "nothing" is said only when it is true."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.index.entry import Hit
from knowledge.ledger.rows import ChunkRow
from knowledge.search.fuse import MIN_COVERAGE, CandidatePool
from knowledge.sentences import sentences
from knowledge.terms.analyzer import Analyzer, QuestionTerm, is_character, is_unspaced

# The mean cosine of a question and a text that have nothing in common. Under multilingual-e5-small those of XQuAD have
# 0.744 to 0.772 in English, German, Russian and Turkish, 0.815 in Chinese (`python -m benchmarks.xquad`); those of five
# questions and texts in thirteen other languages 0.750 to 0.775. An embedder that is not listed is taken to have 0, and
# so to doubt little.
UNRELATED: Mapping[str, float] = {"multilingual-e5-small": 0.765, "all-MiniLM-L6-v2": 0.04}
UNRELATED_CHINESE: Mapping[str, float] = {"multilingual-e5-small": 0.81}
# Weights of the words' and the letters' shares and of agreement beside meaning, and the least of all together. Of
# XQuAD's 1,190 questions 3 to 5 in each of five languages stay below, as many in each half of them; of those asked of
# other articles 68 % (Turkish) to 83 %.
SHARE_WEIGHT, LIKENESS_WEIGHT, AGREEMENT_WEIGHT, LEAST_EVIDENCE = 0.3, 0.3, 0.1, 0.505
# The share alone, where the embedder cannot read the question or there is none: of words, and of pairs of characters,
# many of which stand in no text as they cross from one word into the next.
LEAST_WORDS, LEAST_PAIRS = 0.22, 0.1
# Of the weight of the rarest word: what one in no text at all weighs, as an answer puts some words otherwise, and what
# one in every text does, as all of a folder may be about what is asked.
ABSENT_SHARE, COMMON_SHARE = 0.3, 0.15
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence for the best passages, each in [0, 1]; higher is better.

    `meaning`: the mean of the nearest passage's and the closest sentence's, from unrelated texts to equal ones; None
    where the embedder does not read the question.
    `share`: of the question's words, weighted by their rarity, in the best sentence. `likeness`: of the likest passage
    (`knowledge.search.likeness`), by rows of letters, so that endings and compounds matter less. `agreement`: of
    vectors and words on one passage, 1 where both have it first. `is_unspaced`: the words are mostly pairs of
    characters.
    """

    meaning: float | None
    share: float
    likeness: float
    agreement: float
    is_unspaced: bool

    @property
    def is_enough(self) -> bool:
        """True where it is likely that something found answers."""
        if self.meaning is None:
            return self.share >= (LEAST_PAIRS if self.is_unspaced else LEAST_WORDS)
        shares = SHARE_WEIGHT * self.share + LIKENESS_WEIGHT * self.likeness
        return self.meaning + shares + AGREEMENT_WEIGHT * self.agreement >= LEAST_EVIDENCE


def unrelated_cosine(embedder: str, question: str, *, is_foreign: bool = False) -> float:
    """Return the cosine of texts that have nothing in common, in the question's language.

    `is_foreign`: the texts are in another. Of Chinese questions and English paragraphs of XQuAD it is 0.77.
    """
    is_chinese = bool(_HAN.search(question)) and not _KANA.search(question) and not is_foreign
    table = UNRELATED_CHINESE if is_chinese else UNRELATED
    names = (name for name in table if embedder.startswith(name))
    found = next(names, None)
    return table[found] if found else (unrelated_cosine(embedder, "") if is_chinese else 0.0)


def evidence(
    asked: Sequence[QuestionTerm],
    counted: tuple[int, Sequence[int]] | None,
    pool: CandidatePool,
    rows: Sequence[ChunkRow],
    analyzer: Analyzer,
) -> Evidence:
    """Weigh the evidence for the best passages. `counted`: rows, and those with each alternative of the words asked."""
    hits = pool.hits
    reads = hits.vector is not None and hits.coverage >= MIN_COVERAGE
    best = hits.meaning(max((cosine for _, cosine in hits.by_vector), default=hits.unrelated))
    weights = word_weights(asked, counted)
    shares = (share_in(terms, weights) for row in rows for terms in sentence_terms(row, analyzer))
    words = [word.first for word in asked if not is_character(word.first)]
    return Evidence(
        meaning=(best + max(pool.closest.values(), default=best)) / 2 if reads else None,
        share=max(shares, default=0.0),
        likeness=max(pool.likeness.values(), default=0.0),
        agreement=agreement(hits.by_vector, hits.by_terms),
        is_unspaced=sum(map(is_unspaced, words)) > len(words) / 2,
    )


def word_weights(
    asked: Sequence[QuestionTerm], counted: tuple[int, Sequence[int]] | None
) -> list[tuple[QuestionTerm, float]]:
    """Return each word with its weight; single characters tell nothing, half of them stand in any passage."""
    if counted is None:
        weighed = [(word, 1.0) for word in asked]
    else:
        rows, frequencies = counted[0], iter(counted[1])
        weighed = [(word, inverse_frequency(rows, max(next(frequencies) for _ in word.alternatives))) for word in asked]
    return [(word, weight) for word, weight in weighed if not is_character(word.first)] or weighed


def share_in(terms: Collection[str], weights: Sequence[tuple[QuestionTerm, float]]) -> float:
    """Return the share of the words that the terms hold, by weight, in [0, 1]."""
    total = sum(weight for _, weight in weights)
    return sum(weight for word, weight in weights if word.is_in(terms)) / total if total else 0.0


def sentence_terms(row: ChunkRow, analyzer: Analyzer) -> Iterator[set[str]]:
    """Yield the terms of each sentence, with those of the file's name, its metadata and what stands above the text."""
    language = analyzer.language(row.searched_text)
    above = {*analyzer.index_terms(row.judged_above, language)}
    for sentence in sentences(row.text):
        yield above.union(analyzer.index_terms(row.text[sentence.start : sentence.end], language))


def agreement(by_vector: Sequence[Hit], by_terms: Sequence[Hit]) -> float:
    """Return the highest 1 / √(rank · rank) of any passage that both found, ranks from 1; 0 where there is none."""
    ranks = {chunk_id: rank for rank, (chunk_id, _) in enumerate(by_terms, start=1)}
    products = (rank * ranks[i] for rank, (i, _) in enumerate(by_vector, start=1) if i in ranks)
    return 1 / math.sqrt(min(products, default=math.inf))


def inverse_frequency(rows: int, frequency: int) -> float:
    """Return the weight of a word that this many of the rows have: BM25's, but where none or nearly all have it."""
    rarest = math.log(1 + (rows + 0.5) / 0.5)
    if not frequency:
        return ABSENT_SHARE * rarest
    return max(math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5)), COMMON_SHARE * rarest)
