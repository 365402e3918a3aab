"""How near questions are in meaning to their own paragraph, and to the likest of another article.

    python -m benchmarks.nearness --xquad FILE

Prints what `assistant/answers/quotes.py` states of `StageScores.meaning`, as cosines: of XQuAD's first question of each
paragraph, the share that has a threshold.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder


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


def _print(title: str, right: Sequence[float], wrong: Sequence[float]) -> None:
    print(f"{title}: {len(right)} cases\nthreshold  right kept  wrong kept")
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45):
        kept = [sum(score >= threshold for score in scores) / len(scores) for scores in (right, wrong)]
        print(f"{threshold:9.2f}  {kept[0]:10.1%}  {kept[1]:10.1%}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xquad", type=Path, required=True)
    arguments = parser.parse_args()
    _print("Nearness (cosine of vectors)", *cosines(arguments.xquad))


if __name__ == "__main__":
    main()
