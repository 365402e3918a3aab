"""How many words of each file are kept, against independent readers of the same files.

    python -m benchmarks.words FOLDER [--most 250] [--json] [--worst 20]

An independent reader's text of NAME is NAME.txt beside it, as the folder brings it; else it is what the readers that
are installed make of it (benchmarks/readers.py). Nothing is fetched. Where a kind has two readers, the words are those
that both have: each has faults of its own, and no two the same. A file keeps its words when 95 % of them are in our
text, each as often; the share of such files is printed by kind, and the worst by name. Counted apart are files that no
other reader finds words in, and encrypted ones. Ours is read in the confined process, within its limits, as ever.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import reduce
from hashlib import sha256
from operator import and_
from pathlib import Path

from benchmarks.readers import SHEET_FORMATS, Reader, readers
from knowledge.parse import Unreadable, supported
from knowledge.parse.process.parser_process import ParserProcess

KEPT = 0.95  # of a file's words
_WORD = re.compile(r"\w+")
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[.,'’](?=\d{3}(?!\d))")
_INVISIBLE = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
# LibreOffice writes more decimals of a number than its cell shows, and its own words for errors.
_DECIMALS = re.compile(r"(?<=\d)\.\d+(?:e[+-]?\d+)?|#(?:ref|value|div/0|n/a|name|num|null)[!?]?|err:\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Compared:
    """A file: the words of the other readers, those of them that we keep, and our reason where we read none."""

    name: str
    kind: str
    words: int
    kept: int
    reason: str = ""
    readers: str = ""

    @property
    def share(self) -> float:
        """The share of words kept, from 0 to 1."""
        return self.kept / self.words if self.words else 1.0

    @property
    def is_encrypted(self) -> bool:
        """Tell if the file needs a password."""
        return "encrypted" in self.reason

    @property
    def counts(self) -> bool:
        """Tell if the file is compared: another reader finds words in it, and it is not encrypted."""
        return bool(self.words) and not self.is_encrypted

    @property
    def loses(self) -> bool:
        """Tell if too few of its words are kept."""
        return self.counts and self.share < KEPT


@dataclass(frozen=True, slots=True)
class Counted:
    """The files of a kind: compared, those of them that keep their words, read by nobody else, encrypted."""

    files: int
    kept: int
    unread: int
    encrypted: int
    readers: str

    @property
    def share(self) -> float:
        """The share of files that keep their words, from 0 to 1."""
        return self.kept / self.files if self.files else 1.0


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=10_000, metavar="N", help="compare N files of a kind at most")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--worst", type=int, default=20, metavar="N", help="list the N files that lose most")
    arguments = parser.parse_args()
    found = list(compare(arguments.folder, arguments.most))
    kinds = shares(found)
    worst = sorted((one for one in found if one.loses), key=lambda one: one.share)[: arguments.worst]
    if arguments.json:
        print(
            json.dumps(
                {"kinds": {kind: asdict(one) for kind, one in kinds.items()}, "worst": [asdict(one) for one in worst]},
                ensure_ascii=False,
            )
        )
        return
    print(f"{'kind':>8}  {'files':>6}  {'>= 95 %':>8}  share  {'unread':>6}  {'encrypted':>9}  compared with")
    for kind, counted in kinds.items():
        print(
            f"{kind:>8}  {counted.files:>6}  {counted.kept:>8}  {counted.share:.3f}  {counted.unread:>6}  "
            f"{counted.encrypted:>9}  {counted.readers}"
        )
    for one in worst:
        print(f"{one.share:>8.3f}  {one.name}  {one.reason}")


def compare(folder: Path, most: int = 10_000) -> Iterator[Compared]:
    """Each file that is supported, by kind; `most` of a kind, chosen by their names' digests."""
    kinds: dict[str, list[Path]] = defaultdict(list)
    for path in folder.rglob("*"):
        if path.is_file() and supported(path) and not _is_brought(path):
            kinds[path.suffix.lower()].append(path)
    with ParserProcess() as parser:
        for suffix, paths in sorted(kinds.items()):
            chosen = sorted(sorted(paths, key=lambda path: sha256(path.name.encode()).digest())[:most])
            for path, words, names in _read_by_others(chosen, readers(suffix)):
                yield compared(parser, path, str(path.relative_to(folder)), words, names)


def _is_brought(path: Path) -> bool:
    """Tell if the file is another one's text."""
    return path.suffix == ".txt" and path.with_suffix("").is_file()


def _read_by_others(paths: list[Path], by_name: dict[str, Reader]) -> Iterator[tuple[Path, Counter[str], str]]:
    """Each file with the words that all other readers of it have, and the names of these readers."""
    texts = {path: [_beside(path).read_text("utf-8-sig", "replace")] for path in paths if _beside(path).is_file()}
    brought = list(texts)
    for read in by_name.values():
        for path, text in read([path for path in paths if path not in brought]):
            texts.setdefault(path, []).extend([text] if text else [])  # "" where it could not be read
    for path in paths if by_name else brought:
        is_sheet = path.suffix.lower() in SHEET_FORMATS
        counts = [words_of(text, is_sheet) for text in texts.get(path, [])]
        names = "the text beside it" if path in brought else ", ".join(by_name)
        yield path, reduce(and_, counts) if counts else Counter(), names


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.txt")


def compared(parser: ParserProcess, path: Path, name: str, words: Counter[str], read_by: str) -> Compared:
    """The file against the words of the readers that `read_by` names."""
    reason, ours = "", Counter[str]()
    try:
        ours = words_of(parser.parse(path).text, path.suffix.lower() in SHEET_FORMATS)
    except Unreadable as error:
        reason = error.reason
    return Compared(name, path.suffix.lower(), words.total(), (words & ours).total(), reason, read_by)


def shares(found: list[Compared]) -> dict[str, Counted]:
    """The files by kind."""
    kinds: dict[str, list[Compared]] = defaultdict(list)
    for one in found:
        kinds[one.kind].append(one)
    return {
        kind: Counted(
            files=sum(one.counts for one in files),
            kept=sum(one.counts and not one.loses for one in files),
            unread=sum(not one.words and not one.is_encrypted for one in files),
            encrypted=sum(one.is_encrypted for one in files),
            readers="; ".join(sorted({one.readers for one in files if one.words})) or "none",
        )
        for kind, files in sorted(kinds.items())
    }


def words_of(text: str, is_sheet: bool = False) -> Counter[str]:
    """The words of a text, in one form each: `10⁶` is `106`, as a reader without superscripts has it, 1,000 is 1000."""
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    whole = _BETWEEN_THOUSANDS.sub("", folded)
    return Counter(_WORD.findall(_DECIMALS.sub("", whole) if is_sheet else whole))


if __name__ == "__main__":
    main()
