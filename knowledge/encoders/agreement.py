"""Checks once, when a model is downloaded, that it ranks in int8 as in float32.

How much int8 costs in nDCG on real collections was measured for the default embedder alone. The others use int8
only where, on questions and passages of close topics, it orders them nearly as float32 does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders.encoder_catalogue import EncoderModel, Instructions, Precision
from knowledge.encoders.onnx_encoders import OnnxEmbedder, OnnxReranker

QUESTIONS: tuple[str, ...] = (
    "How long should green tea steep?",
    "Why does my sourdough not rise?",
    "What makes a bicycle chain slip?",
    "When should tomatoes be planted outside?",
    "How do vaccines protect people who are not vaccinated?",
    "Which battery chemistry lasts the most cycles?",
    "What caused the rent to go up in cities?",
    "How is a database restored after a crash?",
    "Why is the sky red at sunset?",
    "Can I return an opened package?",
    "Who pays for damage to a rented flat?",
    "How do I stop a program from using all memory?",
    "What do bees do in winter?",
    "How much sleep does a teenager need?",
    "怎样泡绿茶才不苦？",
    "Wie lange muss Grüntee ziehen?",
)
PASSAGES: tuple[str, ...] = (
    "Green tea turns bitter in boiling water; pour at eighty degrees and take the leaves out after two minutes.",
    "Black tea wants boiling water and four minutes, and forgives five.",
    "Coffee ground too finely is bitter for the same reason as tea left to stand: too much is drawn out of it.",
    "A starter that has not been fed for a week raises bread slowly, if at all; feed it twice before baking.",
    "Dough rises faster in a warm kitchen, but a night in the refrigerator gives it more taste.",
    "Baking powder loses its strength within a year of being opened.",
    "A worn chain skips over the teeth; measure it, and replace both once it has stretched by a percent.",
    "Derailleur gears slip when the cable has slackened; a quarter turn of the barrel adjuster usually cures it.",
    "Brake pads squeal when they are dirty or set at the wrong angle.",
    "Tomato seedlings go outdoors after the last frost, once the nights stay above ten degrees.",
    "Lettuce can be sown while nights are still cold and bolts in the heat of July.",
    "Pinch out the side shoots of tomatoes, and water the soil rather than the leaves.",
    "When most of a population is immune an infection finds no path to those who are not: this is herd immunity.",
    "A vaccine shows the immune system a harmless part of a pathogen, so that it answers quickly to the real one.",
    "Antibiotics act against bacteria and do nothing against the viruses of a cold.",
    "Lithium iron phosphate cells stand thousands of charges, about three times as many as nickel manganese cobalt.",
    "Keeping a lithium battery between twenty and eighty percent slows its ageing.",
    "Lead-acid batteries are heavy and cheap, and suffer when they are discharged deeply.",
    "Rents rose because fewer flats were built than households arrived, and borrowing to build became dearer.",
    "Interest rates were raised to slow inflation, which made mortgages dearer.",
    "Wages in the region grew by two percent, less than prices did.",
    "After a crash the database replays its log from the last checkpoint, then undoes what was uncommitted.",
    "A backup that was never restored as a test is a hope, not a backup.",
    "An index speeds up reading and slows down writing, as each insert must keep it in order.",
    "At sunset light passes through more air, which scatters the blue away and leaves the red.",
    "The sea looks blue because water absorbs red light a little more strongly.",
    "The moon appears larger near the horizon, though a photograph shows that it is not.",
    "Goods may be returned within thirty days, opened or not, if all parts and the receipt are there.",
    "Software can be returned only while its seal is unbroken.",
    "Repairs under guarantee take up to fourteen days; the customer pays for the postage.",
    "A tenant is liable for damage beyond ordinary wear; the landlord pays for what age alone has worn out.",
    "The deposit must be paid back within two months of moving out, less the cost of repairs.",
    "Subletting a whole flat needs the landlord's written consent.",
    "Set a limit on the memory of the process, so that it is ended before the machine begins to swap.",
    "A memory leak shows as use that grows with each request and never falls.",
    "Restarting a server every night hides a leak; it does not mend it.",
    "In winter honey bees gather in a cluster around the queen and shiver to keep her warm.",
    "Bumblebee colonies die in autumn; only young queens survive, asleep in the ground.",
    "Adolescents need eight to ten hours of sleep, and their inner clock runs later than an adult's.",
    "Light from screens in the evening delays the hormone that announces the night.",
    "绿茶宜用八十度左右的水冲泡，两分钟后取出茶叶，否则味道发苦。",
    "红茶可以用沸水冲泡四分钟。",
    "Grüner Tee zieht zwei Minuten in Wasser von achtzig Grad; kochendes Wasser macht ihn bitter.",
    "Schwarzer Tee verträgt kochendes Wasser und vier Minuten.",
)


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
    """`agrees`: int8 may stand for float32. `ndcg`: of int8's order, with float32's order as the truth; 1 is equal."""

    agrees: bool
    ndcg: float


def check_int8(model: EncoderModel, folder: Path) -> Agreement:
    """Compare both precisions of the model in `folder`, opened one after the other. Raises the errors of opening it."""
    read = _embedder_scores if model.kind == "embedder" else _reranker_scores
    exact, fast = (read(folder, model.instructions, precision) for precision in ("float32", "int8"))
    return agreement(exact, fast, strict=model.kind == "reranker")


def agreement(exact: Scores, fast: Scores, *, strict: bool) -> Agreement:
    """Compare scores (questions, passages), higher better. `strict`: the best five must be the same for
    every question, apart from ties."""
    ndcg = float(np.mean([_ndcg(*rows) for rows in zip(exact, fast, strict=True)]))
    if not strict:
        return Agreement(agrees=ndcg >= LEAST_EMBEDDER_NDCG, ndcg=ndcg)
    agrees = True
    for row, fast_row in zip(exact, fast, strict=True):
        top = row[_order(fast_row)[:RERANKER_TOP]]
        agrees &= bool(top.min() >= np.sort(row)[-RERANKER_TOP] - TIE_SHARE * np.ptp(row))
    return Agreement(agrees, ndcg)


def _ndcg(exact: Scores, fast: Scores) -> float:
    """nDCG@10 (Järvelin and Kekäläinen, 2002) of `fast`; the ten that `exact` puts first are worth 10, 9, … 1."""
    gains = np.zeros(len(exact))
    gains[_order(exact)[:10]] = np.arange(10, 0, -1)
    discounts = 1 / np.log2(np.arange(2, 12))
    return float((gains[_order(fast)[:10]] * discounts).sum() / (gains[_order(exact)[:10]] * discounts).sum())


def _order(scores: Scores) -> list[int]:
    return sorted(range(len(scores)), key=lambda i: -scores[i])


def _embedder_scores(folder: Path, instructions: Instructions, precision: Precision) -> Scores:
    embedder = OnnxEmbedder(folder, precision=precision, instructions=instructions)
    questions = np.stack([embedder.embed_question(question) for question in QUESTIONS])
    scores: Scores = questions @ embedder.embed(PASSAGES).T
    embedder.close()
    return scores


def _reranker_scores(folder: Path, instructions: Instructions, precision: Precision) -> Scores:
    reranker = OnnxReranker(folder, precision=precision)
    rows = [reranker.scores(instructions.question + question, PASSAGES) for question in RERANKER_QUESTIONS]
    reranker.close()
    return np.array(rows, np.float32)
