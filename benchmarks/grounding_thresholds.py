"""How often the thresholds of citations and quotations accept the right text, and how often a wrong one.

    python -m benchmarks.grounding_thresholds --scifact DIR --xquad FILE

Prints what `assistant/answers/citations.py` (GROUNDING_THRESHOLD, on SciFact's supported training claims) and
`assistant/answers/quotes.py` (_NEAR_COSINE, on XQuAD's first question of each paragraph) state.
"""

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

from assistant.answers.citations import passage_similarities
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.passage import Passage

ABSTRACTS = 6
CLAIMS = 251


def grounds(scifact: Path) -> tuple[list[float], list[float]]:
    """For each claim the best similarity within its own abstract, and within five others."""
    lines = (scifact / "corpus.jsonl").read_text("utf-8").splitlines()
    texts = {row["_id"]: row["text"] for row in map(json.loads, lines)}
    chance = random.Random(0)
    right, wrong = [], []
    for claim, own in _supported(scifact)[:CLAIMS]:
        others = [texts[i] for i in chance.sample(sorted(texts), ABSTRACTS) if i != own][: ABSTRACTS - 1]
        right.append(passage_similarities(claim, [_passage(text) for text in (texts[own], *others)])[0])
        wrong.append(max(passage_similarities(claim, [_passage(text) for text in others])))
    return right, wrong


def cosines(xquad: Path) -> tuple[list[float], list[float]]:
    """For each question the cosine with its own paragraph, and the best with one of another article."""
    articles = json.loads(xquad.read_text("utf-8"))["data"]
    paragraphs = [(at, paragraph) for at, article in enumerate(articles) for paragraph in article["paragraphs"]]
    embedder = open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders())
    texts = embedder.embed([paragraph["context"] for _, paragraph in paragraphs])
    questions = embedder.embed([paragraph["qas"][0]["question"] for _, paragraph in paragraphs])
    found = questions @ texts.T
    right = [float(found[at, at]) for at in range(len(paragraphs))]
    wrong = [
        max(float(found[at, other]) for other, (article, _) in enumerate(paragraphs) if article != own)
        for at, (own, _) in enumerate(paragraphs)
    ]
    return right, wrong


def _supported(scifact: Path) -> list[tuple[str, str]]:
    rows = json.loads((scifact / "gold_sentences_train.json").read_text("utf-8"))
    pairs = [(row["claim"], [e["doc_id"] for e in row["evidence"] if e["label"] == "SUPPORT"]) for row in rows]
    return [(claim, documents[0]) for claim, documents in pairs if documents]


def _passage(text: str) -> Passage:
    return Passage(chunk_id=0, path=Path("abstract"), text=text, start=0, end=len(text))


def _print(title: str, right: Sequence[float], wrong: Sequence[float]) -> None:
    print(f"{title}: {len(right)} cases\nthreshold  right kept  wrong kept")
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45):
        kept = [sum(score >= threshold for score in scores) / len(scores) for scores in (right, wrong)]
        print(f"{threshold:9.2f}  {kept[0]:10.1%}  {kept[1]:10.1%}")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scifact", type=Path, required=True)
    parser.add_argument("--xquad", type=Path, required=True)
    arguments = parser.parse_args()
    _print("Grounds (cosine of weighted terms)", *grounds(arguments.scifact))
    _print("Nearness (cosine of vectors)", *cosines(arguments.xquad))


if __name__ == "__main__":
    main()
