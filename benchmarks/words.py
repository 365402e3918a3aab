"""How many words of each file are kept, against independent readers of the same files.

    python -m benchmarks.words FOLDER [--json] [--worst 20]

An independent reader's text of NAME is NAME.txt beside it, as the folder brings it; where there is none and LibreOffice
is installed, what it makes of documents of Office. Nothing is fetched. A file keeps its words when 95 % of those that
the other reader has are in our text, each as often; the share of such files is printed by kind, and the worst by name.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.parse import Unreadable, parse, supported

KEPT = 0.95  # of a file's words
LIBRE_OFFICE_LIMIT_S = 120
WRITER_FORMATS = frozenset(".doc .docx .docm .dot .dotx .odt .ott .rtf".split())
SHEET_FORMATS = frozenset(".xls .xlsx .xlsm .xlsb .ods".split())
_TEXT_FILTERS = {
    **dict.fromkeys(WRITER_FORMATS, "txt:Text (encoded):UTF8"),
    # Fields apart by commas, in UTF-8, all sheets.
    **dict.fromkeys(SHEET_FORMATS, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"),
}
_WORD = re.compile(r"\w+")
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[.,'’ ](?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Compared:
    """A file: the other reader's words, those of them that we keep, and our reason where we read none."""

    name: str
    kind: str
    words: int
    kept: int
    reason: str = ""

    @property
    def share(self) -> float:
        """The share of words kept, from 0 to 1."""
        return self.kept / self.words


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--worst", type=int, default=20, metavar="N", help="list the N files that lose most")
    arguments = parser.parse_args()
    found = list(compare(arguments.folder))
    kinds = shares(found)
    worst = sorted((one for one in found if one.share < KEPT), key=lambda one: one.share)[: arguments.worst]
    if arguments.json:
        print(json.dumps({"kinds": kinds, "worst": [asdict(one) for one in worst]}, ensure_ascii=False))
        return
    print(f"{'kind':>8}  {'files':>6}  {'>= 95 %':>8}  share")
    for kind, (good, count) in kinds.items():
        print(f"{kind:>8}  {count:>6}  {good:>8}  {good / count:.3f}")
    for one in worst:
        print(f"{one.share:>8.3f}  {one.name}  {one.reason}")


def compare(folder: Path) -> Iterator[Compared]:
    """Each file that has an independent text with words in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and supported(path))
    brought = {path: path.with_name(f"{path.name}.txt") for path in files}
    office = [path for path in files if path.suffix.lower() in _TEXT_FILTERS and not brought[path].exists()]
    made = _read_by_libre_office(office) if office and shutil.which("soffice") else {}
    for path in files:
        text = brought[path].read_text("utf-8-sig", "replace") if brought[path].exists() else made.get(path, "")
        if words := words_of(text):
            yield compared(path, str(path.relative_to(folder)), words)


def compared(path: Path, name: str, words: Counter[str]) -> Compared:
    """The file against the words of another reader."""
    reason, ours = "", Counter[str]()
    try:
        ours = words_of(parse(path).text)
    except Unreadable as error:
        reason = error.reason
    return Compared(name, path.suffix.lower(), words.total(), (words & ours).total(), reason)


def shares(found: list[Compared]) -> dict[str, tuple[int, int]]:
    """Files that keep their words, and all files, by kind."""
    kinds: dict[str, list[Compared]] = defaultdict(list)
    for one in found:
        kinds[one.kind].append(one)
    return {kind: (sum(one.share >= KEPT for one in files), len(files)) for kind, files in sorted(kinds.items())}


def words_of(text: str) -> Counter[str]:
    """The words of a text, in one form each: `10⁶` is `106`, as a reader without superscripts has it, 1,000 is 1000."""
    return Counter(_WORD.findall(_BETWEEN_THOUSANDS.sub("", unicodedata.normalize("NFKC", text).casefold())))


def _read_by_libre_office(paths: list[Path]) -> dict[Path, str]:
    """What LibreOffice reads, one file at a time: it gives up a whole batch for one that it cannot read."""
    texts: dict[Path, str] = {}
    with tempfile.TemporaryDirectory() as temporary:
        profile = Path(temporary, "profile").as_uri()
        for number, path in enumerate(paths):
            print(f"\r{number}/{len(paths)}", end="", file=sys.stderr)
            out = Path(temporary, str(number))
            command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to"]
            command += [_TEXT_FILTERS[path.suffix.lower()], "--outdir", str(out), str(path)]
            try:
                subprocess.run(command, timeout=LIBRE_OFFICE_LIMIT_S, capture_output=True, check=False)
            except subprocess.TimeoutExpired:
                continue
            made = (one.read_text("utf-8-sig", "replace") for one in sorted(out.glob("*")))
            texts[path] = "\n".join(made)
    return texts


if __name__ == "__main__":
    main()
