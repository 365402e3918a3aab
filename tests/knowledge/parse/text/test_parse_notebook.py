import json
from typing import Any

import pytest

from knowledge.document import Document
from knowledge.parse.input import Unreadable
from knowledge.parse.text.notebook import parse_notebook


def notebook(*cells: dict[str, Any], **metadata: Any) -> Document:
    return parse_notebook(json.dumps({"cells": cells, "metadata": metadata}).encode(), "file")


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def test_prose_keeps_its_headings_and_code_its_fence() -> None:
    document = notebook({"cell_type": "markdown", "source": ["# Title\n", "Some *words*."]}, code("x = 1\ny = 2"))

    assert document.text == "# Title\nSome *words*.\n\n```python\nx = 1\ny = 2\n```"
    assert document.title == "Title"
    assert [h.title for h in document.headings] == ["Title"]
    assert [document.text[s:e] for s, e in document.blocks] == ["```python\nx = 1\ny = 2\n```"]


def test_the_language_is_that_of_the_kernel() -> None:
    assert notebook(code("x <- 1"), language_info={"name": "R"}).text == "```R\nx <- 1\n```"


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ({"output_type": "stream", "text": ["12\n", "13\n"]}, "12\n13"),
        ({"output_type": "execute_result", "data": {"text/plain": "42", "text/html": "<b>42</b>"}}, "42"),
        ({"output_type": "error", "ename": "KeyError", "evalue": "'x'"}, "KeyError: 'x'"),
        ({"output_type": "stream", "text": "\x1b[31mred\x1b[0m"}, "red"),
    ],
)
def test_what_a_cell_printed_stands_below_it(output: dict[str, Any], shown: str) -> None:
    assert notebook(code("f()", output)).text == f"```python\nf()\n```\n\n```\n{shown}\n```"


def test_long_output_is_shortened() -> None:
    document = notebook(code("f()", {"output_type": "stream", "text": "word " * 10_000}))

    assert len(document.text) < 2100 and "…" in document.text


def test_pictures_are_left_out() -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}}

    assert notebook(code("plot()", picture)).text == "```python\nplot()\n```"


def test_code_that_holds_a_fence_has_a_longer_one() -> None:
    assert notebook(code('"""\n```\n"""')).text == '````python\n"""\n```\n"""\n````'


def test_notebooks_of_the_third_version_are_read() -> None:
    old = {
        "worksheets": [{"cells": [{"cell_type": "heading", "level": 2, "source": "Old"}, {**code(""), "input": "x"}]}]
    }
    old["worksheets"][0]["cells"][1].pop("source")

    assert parse_notebook(json.dumps(old).encode(), "file").text == "## Old\n\n```python\nx\n```"


@pytest.mark.parametrize("data", [b"[]", b'{"a": 1}', b'{"cells": 5}'])
def test_other_json_is_no_notebook(data: bytes) -> None:
    with pytest.raises(Unreadable, match="not a notebook"):
        parse_notebook(data, "file")


def test_a_notebook_that_was_cut_off_is_damaged() -> None:
    with pytest.raises(Unreadable, match="damaged notebook"):
        parse_notebook(b'{"cells": [', "file")
