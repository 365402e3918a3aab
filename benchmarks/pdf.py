"""How fast PDFs become documents, against pypdfium2 alone reading the same pages' text in the same process.

    python -m benchmarks.pdf [--folder FOLDER] [--rounds 5] [--json]

Both run in turns over each PDF of the folder that has text for us, and over a generated one of 200 pages. Speeds are
pages per second of processor time, medians over the rounds; ratios are ours / pypdfium2, above 1 in our favour. Ours is
the whole parse: text made clean, hyphens joined, headings, title and metadata.
"""

import argparse
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import process_time

import pypdfium2

from knowledge.parse import Unreadable
from knowledge.parse.pdf.pdf import parse_pdf

GENERATED_PAGES = 200
LINES_A_PAGE = 45
LEAST_SECONDS = 0.05  # of each measurement: a short file is read again and again


@dataclass(frozen=True, slots=True)
class Comparison:
    """Pages per second of processor time, and ours / pypdfium2."""

    name: str
    pages: int
    ratio: float
    ours: float
    pypdfium2: float


def main() -> None:
    """Run the comparison and print it."""
    arguments = _arguments()
    files = [("generated, 200 pages", generated()), *_files(arguments.folder)]
    found = [compared for name, data in files if (compared := compare(name, data, arguments.rounds))]
    whole = total(found)
    if arguments.json:
        print(json.dumps({"files": [asdict(one) for one in found], "all": asdict(whole)}))
        return
    print(f"{'file':>50}  {'pages':>5}  {'ours p/s':>9}  {'pypdfium2 p/s':>13}  {'ratio':>6}")
    for one in [*found, whole]:
        print(f"{one.name[-50:]:>50}  {one.pages:>5}  {one.ours:>9.1f}  {one.pypdfium2:>13.1f}  {one.ratio:>6.3f}")


def compare(name: str, data: bytes, rounds: int) -> Comparison | None:
    """Both over one file, in turns; None for a file that has no text for us."""
    try:
        parse_pdf(data, name)
    except Unreadable:
        return None
    pages = bare_read(data)
    times = 1
    while (seconds := _seconds(data, times)[1]) < LEAST_SECONDS:
        times = max(times * 2, int(times * LEAST_SECONDS / max(seconds, 1e-3)))
    pairs = [_seconds(data, times) for _ in range(rounds)]
    ratio = median(bare / ours for ours, bare in pairs)
    ours, bare = (pages * times / median(side) for side in zip(*pairs, strict=True))
    return Comparison(name, pages, ratio, ours, bare)


def total(found: list[Comparison]) -> Comparison:
    """All files one after another."""
    pages = sum(one.pages for one in found)
    ours = sum(one.pages / one.ours for one in found)
    bare = sum(one.pages / one.pypdfium2 for one in found)
    return Comparison("all", pages, bare / ours, pages / ours, pages / bare)


def bare_read(data: bytes) -> int:
    """Read the text of every page as the library's own documentation does it; return how many pages there are."""
    pdf = pypdfium2.PdfDocument(data)
    for page in pdf:
        text_page = page.get_textpage()
        text_page.get_text_range()
        text_page.close()
        page.close()
    pages = len(pdf)
    pdf.close()
    return pages


def generated() -> bytes:
    """A PDF of GENERATED_PAGES pages of running text under an outline of chapters."""
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    words = "the quiet index keeps every page where a reader would look for it and nothing else".split()
    for page in range(GENERATED_PAGES):
        if page % 10 == 0:
            canvas.bookmarkPage(f"c{page}")
            canvas.addOutlineEntry(f"Chapter {page // 10 + 1}", f"c{page}")
            canvas.drawString(72, 780, f"Chapter {page // 10 + 1}")
        for line in range(LINES_A_PAGE):
            said = " ".join(words[(page * 7 + line * 3 + word) % len(words)] for word in range(14))
            canvas.drawString(72, 760 - 15 * line, f"{said} {page * LINES_A_PAGE + line}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _seconds(data: bytes, times: int) -> tuple[float, float]:
    """Processor time of ours and of pypdfium2 alone, `times` over."""
    start = process_time()
    for _ in range(times):
        parse_pdf(data, "name")
    between = process_time()
    for _ in range(times):
        bare_read(data)
    return between - start, process_time() - between


def _files(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*.pdf")) if folder else []:
        yield path.name, path.read_bytes()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="PDFs to read beside the generated one")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
