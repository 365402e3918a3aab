"""How often the right paragraph of XQuAD comes first, by stage: `python -m benchmarks.xquad FILE.json …`.

Paragraphs are indexed as documents, 240 to a language; each question has one right paragraph.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.evaluate import STAGES
from knowledge.library import Library
from knowledge.search.query import Stage


def main() -> None:
    """Print a row per file: the share of questions whose paragraph came first, for each stage."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("files", nargs="+", type=Path)
    judged = {name: stages for name, stages in STAGES.items() if "rerank" not in stages}
    print("| collection | questions |", " | ".join(judged), "|")
    for path in arguments.parse_args().files:
        with tempfile.TemporaryDirectory() as work:
            questions, library = _index(json.loads(path.read_text(encoding="utf-8")), Path(work))
            shares = [_first(library, questions, stages) for stages in judged.values()]
            library.close()
        print(f"| {path.stem} | {len(questions)} |", " | ".join(f"{share:.3f}" for share in shares), "|", flush=True)


def _index(
    collection: dict[str, list[dict[str, list[dict[str, object]]]]], work: Path
) -> tuple[list[tuple[str, str]], Library]:
    folder = work / "paragraphs"
    folder.mkdir()
    questions = []
    for number, (text, asked) in enumerate(_paragraphs(collection)):
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
        questions += [(question, f"{number}.md") for question in asked]
    library = Library(work / "home", lambda name: open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders()))
    library.add_folder(folder)
    library.sync()
    return questions, library


def _paragraphs(collection: dict[str, list[dict[str, list[dict[str, object]]]]]) -> Iterator[tuple[str, list[str]]]:
    for article in collection["data"]:
        for paragraph in article["paragraphs"]:
            answers = paragraph["qas"]
            assert isinstance(answers, list)
            yield str(paragraph["context"]), [str(answer["question"]) for answer in answers]


def _first(library: Library, questions: list[tuple[str, str]], stages: frozenset[Stage]) -> float:
    right = sum(
        [p.path.name for p in library.searcher.search(question, k=1, stages=stages).passages] == [name]
        for question, name in questions
    )
    return right / len(questions)


if __name__ == "__main__":
    main()
