"""Does a model rank alike in int8 and in float32? Asked once of each model that is brought, on a few texts.

How much int8 costs in nDCG on real collections was measured for the default embedder alone. For the others this gate
stands in: int8 is used only where, on questions and passages of close topics, it orders them nearly as float32 does.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders.agreement_texts import PASSAGES, QUESTIONS
from knowledge.encoders.catalogue import Model
from knowledge.encoders.graph import Precision
from knowledge.encoders.onnx_embedder import OnnxEmbedder
from knowledge.encoders.onnx_reranker import OnnxReranker

# The default embedder in int8, which loses 0.1 ± 0.3 % of its nDCG@10 on SciFact, reaches 0.992 here; with weights of
# 6, 5 and 4 bits instead of 7 it reaches 0.988, 0.982, 0.943, and with one scale for a whole matrix, which loses 2 %
# on SciFact, 0.932. In proportion to that, 0.5 % stands at 0.983.
LEAST_EMBEDDER_NDCG = 0.985
RERANKER_TOP = 5
RERANKER_QUESTIONS = QUESTIONS[::3]  # with all of them, the largest model would take minutes on two cores
# Passages that answer nothing are all but tied. Two whose float32 scores are this near, as a share of the range over
# all passages, may change places.
TIE_SHARE = 0.02

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Agreement:
    """`agrees`: int8 may stand for float32. `ndcg`: of int8's order, with float32's order as the truth; 1 is equal.

    `same_top`: the share of questions whose best five passages are the same, but for ties.
    """

    agrees: bool
    ndcg: float
    same_top: float


def check_int8(model: Model, folder: Path) -> Agreement:
    """Opens the model in `folder` twice, one after the other. Raises what opening it raises."""
    read = _embedder_scores if model.kind == "embedder" else _reranker_scores
    exact, fast = (read(folder, model.instruction, precision) for precision in ("float32", "int8"))
    return agreement(exact, fast, strict=model.kind == "reranker")


def agreement(exact: Scores, fast: Scores, *, strict: bool) -> Agreement:
    """Compares scores (questions, passages), higher better. `strict`: the best five must be the same throughout."""
    ndcg = float(np.mean([_ndcg(*rows) for rows in zip(exact, fast, strict=True)]))
    same = [_same_top(*rows) for rows in zip(exact, fast, strict=True)]
    agrees = all(same) if strict else ndcg >= LEAST_EMBEDDER_NDCG
    return Agreement(agrees=agrees, ndcg=ndcg, same_top=sum(same) / len(same))


def _ndcg(exact: Scores, fast: Scores) -> float:
    """nDCG@10 (Järvelin and Kekäläinen, 2002) of `fast`; the ten that `exact` puts first are worth 10, 9, … 1."""
    gains = np.zeros(len(exact))
    gains[_order(exact)[:10]] = np.arange(10, 0, -1)
    discounts = 1 / np.log2(np.arange(2, 12))
    return float((gains[_order(fast)[:10]] * discounts).sum() / (gains[_order(exact)[:10]] * discounts).sum())


def _same_top(exact: Scores, fast: Scores) -> bool:
    chosen = exact[_order(fast)[:RERANKER_TOP]]
    return bool(chosen.min() >= np.sort(exact)[-RERANKER_TOP] - TIE_SHARE * np.ptp(exact))


def _order(scores: Scores) -> list[int]:
    return sorted(range(len(scores)), key=lambda i: -scores[i])


def _embedder_scores(folder: Path, instruction: str, precision: Precision) -> Scores:
    embedder = OnnxEmbedder(folder, precision=precision, instruction=instruction)
    questions = np.stack([embedder.embed_question(question) for question in QUESTIONS])
    scores: Scores = questions @ embedder.embed(PASSAGES).T
    embedder.close()
    return scores


def _reranker_scores(folder: Path, instruction: str, precision: Precision) -> Scores:
    reranker = OnnxReranker(folder, precision=precision)
    rows = [reranker.scores(instruction + question, PASSAGES) for question in RERANKER_QUESTIONS]
    reranker.close()
    return np.array(rows, np.float32)
