"""What keeping an index true costs, each beside its bare minimum: `python -m benchmarks.sync`.

Nothing changed, a folder renamed, a paragraph edited while the folder is watched, and a folder indexed for the first
time. The texts are drawn from the built-in personas' words; the embedder is the real one. Runs that are compared are
interleaved, and their medians taken.
"""

import argparse
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from knowledge.embed import Embedder
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.ledger.ledger import Ledger
from knowledge.library import Library
from personas.catalogue import BUILTIN_PERSONAS

FILES = 10_000
FILES_PER_FOLDER = 100
RENAMED_FILES = 1_000
ROUNDS = 7
PARAGRAPHS_PER_PAGE, PAGES = 5, 100
WORDS_PER_PARAGRAPH = 80
DOCUMENTS, SECTIONS, WORDS_PER_SECTION = 150, 8, 110
INDEXINGS = 3
GIVEN_UP_AFTER_S = 30.0

Figures = dict[str, float]


def main() -> None:
    """Print each cost, its reference and their ratio."""
    parts = {"unchanged": unchanged, "rename": rename, "edit": edit, "full": full}
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", choices=parts)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    found: dict[str, Figures] = {}
    for name, part in parts.items():
        if given.only in (None, name):
            with tempfile.TemporaryDirectory() as work:
                words, found[name] = part(Path(work))
            print(words, file=sys.stderr if given.json else sys.stdout)
    if given.json:
        print(json.dumps(found))


def unchanged(work: Path) -> tuple[str, Figures]:
    """A sync with nothing changed, beside a bare walk that looks at every file."""
    _write_notes(work / "notes", FILES)
    library = _library(work)
    library.sync()
    ours, bare = _interleaved(
        lambda: library.sync().seconds, lambda: _timed(lambda: _scan(str(work / "notes"))), ROUNDS
    )
    library.close()
    words = f"nothing changed in {FILES:,} files: {ours * 1000:.0f} ms, a bare walk {bare * 1000:.0f} ms"
    return f"{words}: {ours / bare:.2f}x", {"ours_s": ours, "walk_s": bare, "ratio": ours / bare}


def rename(work: Path) -> tuple[str, Figures]:
    """A sync after a folder was renamed."""
    here, there = work / "notes" / "here", work / "notes" / "there"
    _write_notes(here, RENAMED_FILES)
    library = _library(work)
    library.sync()
    seconds, written = [], 0
    for _ in range(ROUNDS):
        here.rename(there)
        here, there = there, here
        report = library.sync()
        seconds.append(report.seconds)
        written += report.embedded + report.chunks
    library.close()
    taken = statistics.median(seconds)
    words = f"a folder of {RENAMED_FILES:,} files renamed: {taken:.2f} s, embedded or written {written}"
    return words, {"ours_s": taken, "written": written}


def edit(work: Path) -> tuple[str, Figures]:
    """Seconds from the save of a long file to a search that finds its new paragraph, with the watcher running."""
    path = work / "notes" / "long.md"
    path.parent.mkdir()
    paragraphs = [_words(n, WORDS_PER_PARAGRAPH) for n in range(PAGES * PARAGRAPHS_PER_PAGE)]
    path.write_text(_pages(paragraphs), "utf-8")
    library = _library(work)
    library.sync()
    reports = []
    watcher = library.watch(lambda: reports.append(library.sync()))
    seconds = []
    for n in range(ROUNDS):
        word = f"quokka{n}"
        paragraphs[len(paragraphs) // ROUNDS * n] = f"{_words(1_000 + n, WORDS_PER_PARAGRAPH)} {word}"
        seconds.append(_timed(partial(_save_and_find, library, path, _pages(paragraphs), word)))
        time.sleep(1.0)
    watcher.stop()
    library.close()
    embedded = [report.embedded for report in reports if report.indexed]
    taken = statistics.median(seconds)
    words = (
        f"a paragraph of {PAGES} pages edited: searchable {taken:.2f} s after the save, at most {max(seconds):.2f} s"
    )
    return f"{words}, embedded {embedded}", {"ours_s": taken, "longest_s": max(seconds), "embedded": max(embedded)}


def full(work: Path) -> tuple[str, Figures]:
    """A folder indexed for the first time, beside the bare embedder over the same chunks."""
    for n in range(DOCUMENTS):
        path = work / "notes" / f"{n}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(_pages([_words(n * SECTIONS + m, WORDS_PER_SECTION) for m in range(SECTIONS)], 1), "utf-8")
    embedder = _embedder()
    texts = _chunk_texts(work)
    homes = iter(range(INDEXINGS))

    def index() -> float:
        library = _library(work, f"home-{next(homes)}")
        seconds = library.sync().seconds
        library.close()
        return seconds

    ours, bare = _interleaved(index, lambda: _timed(lambda: embedder.embed(texts)), INDEXINGS)
    embedder.close()
    words = f"{len(texts)} chunks indexed: {ours:.1f} s, the embedder alone {bare:.1f} s: {ours / bare:.2f}x"
    return words, {"ours_s": ours, "embedder_s": bare, "ratio": ours / bare}


def _chunk_texts(work: Path) -> list[str]:
    library = _library(work, "first")
    library.sync()
    library.close()
    ledger = Ledger(work / "first" / "ledger.db")
    texts = [chunk.embedded_text for chunk in ledger.chunks.get(sorted(ledger.chunks.ids())).values()]
    ledger.close()
    return texts


def _save_and_find(library: Library, path: Path, text: str, word: str) -> None:
    """As editors save: a new file in place of the old."""
    unfinished = path.with_suffix(".saving")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)
    until = time.monotonic() + GIVEN_UP_AFTER_S
    while not any(word in passage.text for passage in library.searcher.search(word, k=3).passages):
        if time.monotonic() > until:
            raise TimeoutError(word)
        time.sleep(0.02)


def _interleaved(ours: Callable[[], float], reference: Callable[[], float], rounds: int) -> tuple[float, float]:
    pairs = [(ours(), reference()) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _scan(folder: str) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _scan(entry.path)
            else:
                entry.stat()


def _library(work: Path, home: str = "home") -> Library:
    library = Library(work / home, lambda name: _embedder())
    library.add_folder(work / "notes")
    return library


def _embedder() -> Embedder:
    return open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders())


def _write_notes(folder: Path, count: int) -> None:
    for n in range(count):
        path = folder / str(n // FILES_PER_FOLDER) / f"note {n}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{_words(n, 10)}\n", "utf-8")


def _pages(paragraphs: Sequence[str], per_page: int = PARAGRAPHS_PER_PAGE) -> str:
    return "".join(
        f"{'' if n % per_page else f'## Page {n // per_page}' + chr(10) * 2}{text}.\n\n"
        for n, text in enumerate(paragraphs)
    )


def _words(seed: int, count: int) -> str:
    return " ".join(random.Random(seed).choices(_VOCABULARY, k=count))


_VOCABULARY = [
    word
    for page in sorted(BUILTIN_PERSONAS.glob("*/knowledge/**/*.md"))
    for word in re.findall(r"\w+", page.read_text("utf-8"))
]

if __name__ == "__main__":
    main()
