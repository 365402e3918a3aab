"""The line in which a model asks for a step: found in a stream, understood, and enforced by a grammar."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.looking.step_line import TOOLS, StepRequest, StepScanner, grammar, is_valid, parse, rules
from engines.engine_settings import LlamaSettings
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling
from tests.models.tiny_gguf import write_tiny_gguf

STEP = "LOOK search: boiler warranty"


def scanned(*pieces: str, skips: bool = False) -> tuple[str, str | None]:
    """What is shown of an answer in these pieces, and the line of its step."""
    scanner, shown = StepScanner(skips=skips), ""
    for piece in pieces:
        shown += scanner.feed(piece)
        if scanner.is_complete:
            break
    return shown + scanner.flush(), scanner.line


@pytest.mark.parametrize(
    ("answer", "shown", "line"),
    [
        (STEP, "", STEP),
        (f"{STEP}\nIt lasts", "", f"{STEP}\n"),
        (f" {STEP}\n", "", f"{STEP}\n"),
        (f"I do not see it.\n{STEP}\n", "I do not see it.\n", f"{STEP}\n"),
        ("LOOK: boiler\n", "", "LOOK: boiler\n"),
        ("Ten years [1].", "Ten years [1].", None),
        ("LOOKING at [1], ten.", "LOOKING at [1], ten.", None),
        ("They write LOOK search: x.", "They write LOOK search: x.", None),
        ("LO", "LO", None),
    ],
)
def test_a_step_is_found_however_the_answer_is_cut_into_pieces(answer: str, shown: str, line: str | None) -> None:
    for size in (1, 3, 7, len(answer)):
        pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
        said, found = scanned(*pieces)
        assert said == shown
        assert (found or "").partition("\n")[0] == (line or "").partition("\n")[0]


def test_an_answer_that_is_no_step_is_not_held_back() -> None:
    scanner = StepScanner()
    assert [scanner.feed(piece) for piece in ("Ten", " years", "\n", "L", "ater")] == [
        "Ten",
        " years",
        "\n",
        "",
        "Later",
    ]


def test_where_no_step_is_left_its_line_is_left_out() -> None:
    for size in (1, 4, 100):
        answer = f"{STEP}\nTen years.\n{STEP}\nOr more."
        pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
        assert scanned(*pieces, skips=True) == ("Ten years.\nOr more.", None)
    assert scanned(STEP, skips=True) == ("", None)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        (STEP, StepRequest("search", "boiler warranty")),
        ("LOOK around: [3]", StepRequest("around", "3")),
        ("LOOK files: contract", StepRequest("files", "contract")),
        ("LOOK Count: orders of 2024 in orders.csv", StepRequest("count", "orders of 2024 in orders.csv")),
        ("LOOK boiler warranty", StepRequest("search", "boiler warranty")),
        ('LOOK: "boiler"', StepRequest("search", "boiler")),
        ("LOOK", StepRequest("search", "")),
    ],
)
def test_a_line_is_understood_also_where_it_is_not_quite_right(line: str, asked: StepRequest) -> None:
    assert parse(line) == asked


def test_only_a_line_as_the_grammar_has_it_is_valid() -> None:
    assert is_valid(STEP) and is_valid("LOOK around: 3")
    assert not any(map(is_valid, ("LOOK boiler", "LOOK around: the boiler", "LOOK search:", "LOOK delete: x")))


def test_every_tool_is_in_the_rules() -> None:
    assert all(f"LOOK {tool.name}: " in rules() for tool in TOOLS)


@pytest.mark.engine
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_grammar_makes_any_model_write_a_valid_line(tmp_path: Path, seed: int) -> None:
    engine = LlamaEngine(
        write_tiny_gguf(tmp_path / "random.gguf", seed=seed), LlamaSettings(threads=1, batch_tokens=64)
    )
    try:
        sampling = Sampling(grammar=grammar(), temperature=1.0, seed=seed, max_tokens=32)
        line = "".join(piece.text for piece in engine.reply([Message("user", "Hello")], sampling))
    finally:
        engine.close()
    assert line.startswith("LOOK ") and parse(line).words
    assert line.split(" ")[1].rstrip(":") in {tool.name for tool in TOOLS}
