"""Loops are cut, in every script; what people and programs repeat on purpose is not."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from engines.protocol import Finish, Piece, Sampling, Usage
from engines.repetition import RepetitionFilter, end_repetition

LONG = (
    "The answer is that the performance of a model is affected by the bandwidth of a decode step compared to the "
    "throughput of a single decode step. This is because the bandwidth of a decode step is a measure of the bandwidth "
    "of a single decode step, which is a measure of the bandwidth of a single decode step.\n\n"
)
PARAGRAPH = LONG + "Each layer reads its weights once for a token, so a larger batch shares that read. "
LOOPS = {
    "word": ("It is ", "the "),
    "sign": ("Wait", "!"),
    "sentence": ("Yes. ", "The boiler was checked in March [1]. "),
    "sentences": ("", LONG),
    "paragraph": ("", PARAGRAPH),
    "list": ("Steps:\n", "- Check the valve and close it\n"),
    "rows": ("| a | b |\n|---|---|\n", "| no | no |\n"),
    "code": ("```python\n", "x = x + 1\n"),
    "Chinese": ("锅炉", "每年三月检查一次，"),
    "Korean": ("보일러는 ", "매년 삼월에 점검합니다. "),
    "Thai": ("หม้อต้ม", "ตรวจสอบทุกเดือนมีนาคม "),
    "Arabic": ("", "يتم فحص الغلاية كل شهر مارس. "),
}
COUNTING = {
    "numbered list": lambda number: f"{number}. Check the pressure of the boiler before you open it.\n",
    "citations": lambda number: f"The boiler is checked by the janitor every March [{number}]. ",
}
RIGHT = {
    "table": "| month | paid | open |\n|---|---|---|\n"
    + "".join(f"| {month} | {paid} | no |\n" for month, paid in zip("JFMAMJJASOND", range(12), strict=True)),
    "same rows": "| a | b |\n|---|---|\n" + "| yes | no |\n" * 9 + "| no | no |\n",
    "wide head": "|" + "---|" * 60 + "\n",
    "same beginnings": "".join(
        f"- The boiler in the {place} was checked on the same day.\n"
        for place in ("cellar", "attic", "kitchen", "hall", "garage", "shed")
    ),
    "code": "```python\n" + "    }\n" * 12 + "for x in rows:\n    print(x)\n" * 8 + "```\n",
    "JSON": '{"points": [' + '{"x": 0, "y": 0}, ' * 20 + '{"x": 1, "y": 0}], "flags": [' + "null, " * 12 + "null]}",
    "zeros": "[" + "0, " * 200 + "1]",
    "refrain": ("Row, row, row your boat,\nGently down the stream.\n" * 2 + "Merrily, merrily, merrily, merrily,\n")
    * 2,
    "chorus": "Let it be, let it be, let it be, let it be. " + "Na na na na na na na, na na na na, hey. " * 2,
    "no": "No, no, no, no, no! I said no, no, no, no.",
    "prayer": "Kyrie eleison. " * 3 + "Christe eleison. " * 3 + "Kyrie eleison. " * 3,
    "laughter": "哈哈哈哈哈哈哈哈！他说：“不，不，不，不。” 그는 하하하하하 웃었다. 5555555 ครับครับครับ",
    "rule": "=" * 120 + "\nTitle\n" + "-" * 120 + "\n",
    "steps": "".join(f"{n}. Yes.\n" for n in range(1, 11)),
    "indented": "\n".join(" " * 40 + f"line {n}" for n in range(9)),
}


def shown(text: str, step: int) -> tuple[str, bool]:
    """What the filter shows of a text that comes in pieces of `step` characters, and whether it stopped."""
    seen, count = RepetitionFilter(), 0
    for at in range(0, len(text), step):
        count = max(count, seen.feed(text[at : at + step]))
        if seen.stopped:
            return text[:count], True
    return text, False


@pytest.mark.parametrize("step", [1, 4, 100_000])
@pytest.mark.parametrize("kind", LOOPS)
def test_a_loop_is_cut_and_at_most_two_repetitions_remain(kind: str, step: int) -> None:
    before, unit = LOOPS[kind]
    text, stopped = shown(before + unit * (4_000 // len(unit) + 4), step)
    assert stopped
    assert text.startswith(before + unit)
    assert len(text) <= len(before) + 3 * len(unit)


@pytest.mark.parametrize("kind", COUNTING)
def test_a_loop_that_counts_is_cut(kind: str) -> None:
    text, stopped = shown("".join(COUNTING[kind](number) for number in range(1, 60)), 4)
    assert stopped
    assert text == "".join(COUNTING[kind](number) for number in (1, 2, 3))[: len(text)]


def test_a_cut_ends_a_sentence() -> None:
    text, stopped = shown("It began well. " + "The boiler is old. It was checked in March. " * 9, 3)
    assert stopped
    assert text.endswith((".", "March."))


@pytest.mark.parametrize("step", [1, 5, 100_000])
@pytest.mark.parametrize("kind", RIGHT)
def test_what_is_repeated_on_purpose_is_shown_whole(kind: str, step: int) -> None:
    assert shown(RIGHT[kind], step) == (RIGHT[kind], False)


def test_ordinary_text_is_never_held_back_for_long() -> None:
    words = [f"{word}{n}" for n in range(40) for word in ("the ", "boiler ", "is ", "checked. ")]
    random.Random(3).shuffle(words)
    seen, read = RepetitionFilter(), 0
    for word in words:
        read += len(word)
        assert read - seen.feed(word) < 40


class Scripted:
    """A reply that says its pieces, and counts those that were read."""

    def __init__(self, *pieces: Piece, failure: Exception | None = None) -> None:
        self.pieces, self.failure, self.read, self.stopped = pieces, failure, 0, False

    def __iter__(self) -> Iterator[Piece]:
        for piece in self.pieces:
            if self.stopped:
                return
            self.read += 1
            yield piece
        if self.failure:
            raise self.failure

    def stop(self) -> None:
        self.stopped = True

    @property
    def usage(self) -> Usage:
        return Usage(output_tokens=sum(piece.tokens for piece in self.pieces[: self.read]))

    @property
    def finish(self) -> Finish:
        return "end"


ON = Sampling(stop_repetition=True)


def test_an_ended_reply_stops_the_model_and_says_why() -> None:
    model = Scripted(*[Piece("The boiler is checked in March. ", 7)] * 100)
    reply = end_repetition(model, ON)
    pieces = list(reply)
    assert "".join(piece.text for piece in pieces).strip() == " ".join(["The boiler is checked in March."] * 3)
    assert (reply.finish, model.stopped, model.read) == ("repetition", True, 4)
    assert sum(piece.tokens for piece in pieces) == reply.usage.output_tokens


def test_an_answer_that_fails_shows_what_was_held_back() -> None:
    reply = end_repetition(Scripted(*[Piece("no, ", 2)] * 5, failure=ValueError("broken")), ON)
    seen = list[str]()
    with pytest.raises(ValueError, match="broken"):
        seen.extend(piece.text for piece in reply)
    assert "".join(seen) == "no, " * 5


@pytest.mark.parametrize("sampling", [Sampling(), Sampling(stop_repetition=True, grammar='root ::= "a"*')])
def test_nothing_is_held_back_unless_it_is_asked_for(sampling: Sampling) -> None:
    pieces = [Piece("the ", 1)] * 200
    assert list(end_repetition(Scripted(*pieces), sampling)) == pieces
