"""What a thousand edits, each synced, cost a search: `python -m benchmarks.churn --texts CORPUS.jsonl FOLDER`.

Each edit changes one paragraph of one file. The edited library and one built afresh from the same files then answer the
same questions in turn.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from benchmarks.synthetic import (
    CHUNKS_PER_FILE,
    Sentences,
    document,
    document_path,
    fill,
    open_library,
    percentile,
    write_documents,
)
from knowledge.index.index import TABLE
from knowledge.index.upkeep import KEEP_VERSIONS_FOR
from knowledge.library import Library
from knowledge.search.query import ALL_STAGES

PROGRESS_EVERY = 100


def main() -> None:
    """Print the ratios, each with both raw figures."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=50_000)
    arguments.add_argument("--edits", type=int, default=1_000)
    arguments.add_argument("--questions", type=int, default=200)
    arguments.add_argument("--texts", type=Path, nargs="+", required=True)
    options = arguments.parse_args()
    sentences = Sentences(options.texts)
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        folders = write_documents(work / "documents", sentences, options.rows)
        edited, fresh = open_library(work / "edited"), open_library(work / "fresh")
        fill(edited, folders)
        _edit(edited, work, sentences, options.edits, options.rows // CHUNKS_PER_FILE)
        print("after the last edit:", _state(work / "edited"))
        fill(fresh, folders)
        pick = random.Random(2)
        _compare(edited, fresh, [sentences.question(pick) for _ in range(options.questions)])
        time.sleep(KEEP_VERSIONS_FOR.total_seconds() + 5)
        for name, library in (("edited", edited), ("fresh", fresh)):
            library.sync()
            print(f"{name}, a minute later:", _state(work / name))
        edited.close()
        fresh.close()


def _edit(library: Library, work: Path, sentences: Sentences, edits: int, files: int) -> None:
    pick, taken_s = random.Random(time.time_ns()), []
    for edit in range(edits):
        number = pick.randrange(files)
        path = document_path(work / "documents", number)
        path.write_text(document(sentences, number, edition=time.time_ns()), "utf-8")
        started = time.perf_counter()
        library.sync()
        taken_s.append(time.perf_counter() - started)
        if (edit + 1) % PROGRESS_EVERY == 0:
            print(
                f"{edit + 1} edits; a sync takes p50 {percentile(taken_s, 50):.2f}, p95 {percentile(taken_s, 95):.2f} s"
            )


def _compare(edited: Library, fresh: Library, questions: list[str]) -> None:
    taken: dict[str, list[float]] = {"edited": [], "fresh": []}
    for question in [questions[0], *questions]:
        for name, library in (("edited", edited), ("fresh", fresh)):
            started = time.perf_counter()
            library.searcher.search(question, stages=ALL_STAGES - {"cache"})
            taken[name].append((time.perf_counter() - started) * 1000)
    for share in (50, 95):
        after, before = (percentile(taken[name][1:], share) for name in ("edited", "fresh"))
        print(f"search p{share}: {after:.1f} ms / {before:.1f} ms = {after / before:.2f}")


def _state(work: Path) -> str:
    import lancedb

    (folder,) = (path for path in (work / "home" / "index").iterdir() if path.is_dir())
    table = lancedb.connect(folder).open_table(TABLE)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return (
        f"{sum(path.stat().st_size for path in files) / 1e6:.1f} MB in {len(files)} files,"
        f" {table.stats()['fragment_stats']['num_fragments']} fragments, {len(table.list_versions())} versions"
    )


if __name__ == "__main__":
    main()
