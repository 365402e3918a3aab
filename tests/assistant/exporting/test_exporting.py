"""A chat as a file: every source has its footnote, code stays code, and Word and HTML say the same."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from assistant.exporting.chat_markdown import answer_markdown, chat_markdown
from assistant.exporting.exporting import WRITERS, chat_bytes, export_chat
from assistant.values import Citation, Claim, Turn
from errors import AppError
from tests.desktop.values import CITATION, PASSAGE, TURN

PAGED = replace(PASSAGE, path=Path("/n/Tee & Kaffee.pdf"), heading=("Tea", "Green"), page=3)
ANSWER = "At **80** degrees [1], not 90 [2]. See [1, 2].\n\n```python\na[1] = 2\n```\n\nand `b[2]`, [9]."


def turn_of(answer: str, *citations: Citation, **changes: object) -> Turn:
    return replace(TURN, answer=answer, passages=(PASSAGE, PAGED), citations=citations, **changes)  # type: ignore[arg-type]


CITED = turn_of(
    ANSWER, CITATION, replace(CITATION, n=2, path=PAGED.path, quote="never\n90", heading=("Tea", "Green"), page=3)
)


def test_each_source_is_a_footnote_with_file_place_and_quote() -> None:
    text = answer_markdown(CITED)
    assert "At **80** degrees [^1], not 90 [^2]. See [^1][^2]." in text
    assert "[^1]: **tea.md**: “brewed at 80 degrees”" in text
    assert "[^2]: **Tee & Kaffee.pdf**, Tea › Green, p. 3: “never 90”" in text


def test_code_and_numbers_of_no_source_stay_as_they_are() -> None:
    text = answer_markdown(CITED)
    assert "a[1] = 2" in text and "`b[2]`, [9]." in text


def test_a_source_without_a_quote_is_told_by_its_place() -> None:
    assert answer_markdown(turn_of("So [2].")).endswith("[^2]: **Tee & Kaffee.pdf**, Tea › Green, p. 3\n")


def test_footnotes_of_a_chat_have_names_of_their_own() -> None:
    text = chat_markdown([CITED, replace(CITED, question="And coffee?\nPlease.")], "Tea\ntime")
    assert text.startswith("# Tea time\n\n## How is green tea brewed?\n\n")
    assert "## And coffee?\n\nPlease.\n\n" in text
    names = re.findall(r"^\[\^(.+?)\]:", text, re.MULTILINE)
    assert names == ["1-1", "1-2", "2-1", "2-2"]


def test_a_sentence_that_is_not_in_the_sources_says_so() -> None:
    answer = "It costs 900 [1]. It is green."
    claim = Claim(start=0, end=17, verdict="not_in_sources", missing=("900",))
    text = answer_markdown(turn_of(answer, CITATION, claims=(claim,)))
    assert "It costs 900 [^1].[^doubt1] It is green." in text
    assert "[^doubt1]: Not in the sources: 900." in text


def test_thoughts_are_left_out() -> None:
    assert "secret" not in chat_markdown([replace(CITED, thoughts="secret musings")], "Tea")


def test_json_has_the_turns_as_the_command_line_reports_them() -> None:
    chat = json.loads(chat_bytes(".json", [CITED], "Tea"))
    assert chat["title"] == "Tea" and chat["turns"][0]["citations"][0]["quote"] == "brewed at 80 degrees"


def test_word_has_headings_emphasis_code_tables_and_the_sources() -> None:
    table = "\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n- one\n- two\n\n> quoted\x07"
    document = Document(io.BytesIO(chat_bytes(".docx", [replace(CITED, answer=ANSWER + table)], "Tea")))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert [p.text for p in document.paragraphs if p.style.name.startswith("Heading")] == [
        "Tea",
        "How is green tea brewed?",
        "Sources",
    ]
    assert "At 80 degrees 1, not 90 2. See 12." in paragraphs and "a[1] = 2" in paragraphs
    assert [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.bold][:1] == ["80"]
    assert [cell.text for row in document.tables[0].rows for cell in row.cells] == ["a", "b", "1", "2"]
    assert paragraphs[-2:] == [
        "1. tea.md: “brewed at 80 degrees”",
        "2. Tee & Kaffee.pdf, Tea › Green, p. 3: “never 90”",
    ]


def test_html_loads_nothing_and_runs_nothing() -> None:
    hostile = "<script>x</script> ![p](http://a/b.png) [l](javascript:x) [1]"
    html = chat_bytes(".html", [turn_of(hostile, CITATION)], "Tea").decode()
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html
    assert "<sup" in html and "brewed at 80 degrees" in html


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_takes_any_text(ending: str, tmp_path: Path) -> None:
    turns = [
        turn_of("", finish="nothing"),
        turn_of("한국어 \ud800 🍅 [1]", CITATION),
        turn_of("```\nnever closed [1]", CITATION),
    ]
    path = tmp_path / f"chat{ending}"
    export_chat(path, turns, "제목")
    assert path.stat().st_size > 100


def test_another_ending_and_a_folder_that_is_not_there_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AppError, match=r"\.exe") as refused:
        export_chat(tmp_path / "chat.exe", [TURN], "Tea")
    assert ".docx" in refused.value.hint
    with pytest.raises(AppError, match="could not be written"):
        export_chat(tmp_path / "none" / "chat.md", [TURN], "Tea")
