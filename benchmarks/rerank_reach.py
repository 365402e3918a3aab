"""How many candidates a small cross-encoder reads in its time: `python -m benchmarks.rerank_reach FILE.json …`.

Of 40 questions of each file of XQuAD, searched without embedder and reranked in int8 by a model of the shape of
mmarco-mMiniLMv2-L12-H384-v1 with random weights: the median of candidates read, and of the stage's milliseconds.
"""

import argparse
import statistics
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.quotes import write_paragraphs
from benchmarks.random_reranker import SMALL, write_reranker
from knowledge.encoders.onnx_encoders import OnnxReranker
from knowledge.library import Library

QUESTIONS = 40


def main() -> None:
    """Print a row per file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    print("| collection | candidates read | ms |\n|---|---|---|")
    for path in parser.parse_args().files:
        with tempfile.TemporaryDirectory() as work:
            folder, model = Path(work) / "files", Path(work) / "model"
            folder.mkdir()
            asked = write_paragraphs(path, folder)
            write_reranker(model, (file.read_text(encoding="utf-8") for file in folder.iterdir()), SMALL)
            library = Library(Path(work) / "home", lambda name: None, partial(OnnxReranker, model, precision="int8"))
            library.add_folder(folder)
            library.sync()
            found = [library.searcher.search(one.question) for one in asked[:: len(asked) // QUESTIONS]]
            library.close()
        read = statistics.median(sum(c.scores.rerank is not None for c in one.candidates) for one in found)
        taken = statistics.median(one.timings_ms["rerank"] for one in found)
        print(f"| {path.stem} | {read:.0f} | {taken:.0f} |", flush=True)


if __name__ == "__main__":
    main()
