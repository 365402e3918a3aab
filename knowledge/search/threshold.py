"""Is there anything here that answers the question? Judged by what the best passages share with it.

Set so that of the questions asked of their own collection, which holds the answer, hardly one in a hundred finds
nothing (SciFact, XQuAD in English and Chinese, Chinese statutes). Of those asked of another collection 39 to 88 in a
hundred find nothing where the embedder reads both, and 26 to 67 where words alone count.
"""

from collections.abc import Iterable, Sequence

from knowledge.terms import is_character, is_unspaced, shared

JUDGED_PASSAGES = 5
# The share of the question's terms that stand in a passage, plus its cosine similarity.
LEAST_TERMS_AND_COSINE = 0.65
# The share alone, where the embedder cannot read the question or there is none: of words, and of pairs of
# characters, many of which stand in no text as they cross from one word into the next. Single characters tell nothing:
# half of those of any question stand in any passage.
LEAST_WORDS = 0.26
LEAST_PAIRS = 0.13
SURELY_NAMED = 0.6  # a file that the question names at least so surely (`knowledge.search.names`) answers in any case
READS = 0.5  # readability from which on cosines mean something


def is_answerable(terms: Sequence[str], texts: Iterable[Sequence[str]], cosine: float | None) -> bool:
    """Whether the evidence reaches the threshold.

    `terms`: of the question; a question without any, as `???`, is let through. `texts`: the terms of the best passages,
    looked at until one is enough. `cosine`: the highest of any passage; None where the embedder does not read the
    question.
    """
    if not terms:
        return True
    telling = [term for term in terms if not is_character(term)] or terms
    pairs = sum(map(is_unspaced, telling))
    least = LEAST_PAIRS if pairs > len(telling) / 2 else LEAST_WORDS
    if cosine is not None:
        least = LEAST_TERMS_AND_COSINE - cosine
    return least <= 0 or any(shared(text, telling) >= least for text in texts)
