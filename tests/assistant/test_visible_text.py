import json

import pytest

from assistant.visible_text import escaped_json, visible, visible_line


@pytest.mark.parametrize(
    "hostile",
    ["\x1b]52;c;Y3VybA==\x07", "\x1b[2J", "\x9b31m", "a\rb", "\x08\x08", "\x7f", "exe.\u202egpj", "\u2066x\u2069"],
)
def test_terminal_obeys_nothing(hostile: str) -> None:
    shown = visible(f"before {hostile} after")
    assert shown.isprintable()
    assert len(shown) == len(f"before {hostile} after")
    assert shown.startswith("before ")
    assert shown.endswith(" after")


def test_line_breaks_and_tabs_stay_in_running_text_and_are_shown_in_a_line() -> None:
    assert visible("one\n\ttwo") == "one\n\ttwo"
    assert visible_line("one\n\ttwo") == "one␊␉two"


@pytest.mark.parametrize("text", ["שלום\u200f!", "می\u200cخواهم", "👩\u200d🚀", "naïve 한국어 中文"])
def test_ordinary_text_of_any_script_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_direction_marks_are_shown_in_names() -> None:
    assert visible_line("invoice\u200ffdp.exe") == "invoice\ufffdfdp.exe"


def test_json_keeps_its_value_and_holds_nothing_to_obey() -> None:
    value = {"name": "a\x9b\u202e\x1b\n法"}
    text = escaped_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(text) == value
    assert text.isprintable()
    assert "法" in text
