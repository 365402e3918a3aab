"""How many questions about whole documents are answered rightly: `python -m benchmarks.whole [--show]`.

300 questions in eight languages about the small files in `whole_documents/`, a folder for each language, with the
right values beside them; the last 100 were asked by someone who had not seen the words that questions are read by,
about other files, in `more/`. An answer is right when it states the value, or every item and none of the others; wrong
when it states anything else; refused when nothing is counted, which is right for the questions of the kind `trap`.
Every fifth question, of the last 100 every third, is held out: `--show` lists the failures of the others only. No
model, no embedder.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answers.whole_answer import answer_from_whole
from knowledge import Library, Scope, read_whole
from knowledge.whole.cells import number_of

FOLDER = Path(__file__).parent / "whole_documents"
FIRST_FRESH = 201  # the id from which on the questions are the second writer's
HELD_OUT_EVERY, FRESH_HELD_OUT_EVERY = 5, 3
PASSAGES = 8  # as many as the default persona reads
_NUMBER = re.compile(r"-?\d(?:[\d.,'’]|[ \u00a0\u202f](?=\d{3}(?!\d)))*\d|-?\d")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question was answered with; `verdict`: right, wrong or refused."""

    question: Mapping[str, Any]
    answer: str
    milliseconds: float

    @property
    def verdict(self) -> str:
        """Judge the answer."""
        if self.question["right"] is None and not self.question.get("values"):
            return "wrong" if self.answer else "right"
        if not self.answer:
            return "refused"
        return "right" if states(self.answer, self.question) else "wrong"

    @property
    def held_out(self) -> bool:
        """True for every fifth question, of the fresh ones every third."""
        return int(self.question["id"]) % (FRESH_HELD_OUT_EVERY if self.fresh else HELD_OUT_EVERY) == 0

    @property
    def fresh(self) -> bool:
        """True for a question of the second writer."""
        return int(self.question["id"]) >= FIRST_FRESH


def states(answer: str, question: Mapping[str, Any]) -> bool:
    """True when the answer states the right values, and none that must be absent."""
    plain = answer.replace("\\", "")
    if values := question.get("values"):
        return all(
            re.search(rf"(?m){re.escape(label)}(?: 2024)?: {_exactly(value)}", plain) for label, value in values.items()
        )
    if any(re.search(rf"(?<!\w){re.escape(text)}(?!\w)", plain) for text in question["absent"]):
        return False
    stated = " ".join(_BOLD.findall(plain)[1:])  # the first names the file
    first = next((number_of(found.group()) for found in _NUMBER.finditer(stated)), None)
    return all(
        text in plain if isinstance(text, str) else first is not None and abs(first - text) < 0.0051
        for text in question["right"]
    )


def _exactly(value: float) -> str:
    """A pattern for a number, however its thousands and decimals are marked."""
    whole, _, fraction = f"{value:.2f}".partition(".")
    grouped = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", "[.,'’ \u00a0\u202f]?", whole)
    tenths = f"{fraction[0]}0?" if fraction[1] == "0" else fraction
    return grouped + (rf"[.,]{tenths}(?!\d)" if fraction != "00" else r"(?:[.,]00?)?(?![.,]?\d)")


def outcomes(questions: Sequence[Mapping[str, Any]], home: Path) -> Iterable[Outcome]:
    """Yield the outcome of each question, asked in the folder of its language."""
    library = Library(home, lambda name: None)
    library.add_folder(FOLDER)
    library.sync()
    for question in questions:
        scope, asked = Scope(folders=(FOLDER / question.get("folder", question["language"]),)), question["question"]
        found = library.searcher.search(asked, scope=scope, k=PASSAGES).passages
        started = time.perf_counter()
        reading = read_whole(library, scope, asked, asked, found)
        answer = answer_from_whole(reading) if reading else None
        milliseconds = (time.perf_counter() - started) * 1e3
        yield Outcome(question, "".join(part.markdown for part in answer.parts) if answer else "", milliseconds)
    library.close()


def main() -> None:
    """Print right, wrong and refused by language and by kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="list what is not right and not held out")
    show = parser.parse_args().show
    questions = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as home:
        found = list(outcomes(questions, Path(home)))
    print("| questions | asked | right | wrong | refused |\n|---|---|---|---|---|")
    _print_row("all", found)
    _print_row("held out", [one for one in found if one.held_out])
    _print_row("fresh", [one for one in found if one.fresh])
    _print_row("fresh held out", [one for one in found if one.fresh and one.held_out])
    for key in ("language", "kind"):
        for name in dict.fromkeys(one.question[key] for one in found):
            _print_row(name, [one for one in found if one.question[key] == name])
    print(f"\nmilliseconds: {max(one.milliseconds for one in found):.0f} at most")
    for one in found if show else ():
        if one.verdict != "right" and not one.held_out:
            told = one.answer.replace("\n", " / ")[:400]
            print(f"{one.question['id']} {one.verdict}: {one.question['question']}\n    {told}", file=sys.stderr)


def _print_row(name: str, found: Sequence[Outcome]) -> None:
    verdicts = Counter(one.verdict for one in found)
    print(f"| {name} | {len(found)} | {verdicts['right']} | {verdicts['wrong']} | {verdicts['refused']} |")


if __name__ == "__main__":
    main()
