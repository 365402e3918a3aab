import pytest

from knowledge.document import Metadata
from knowledge.parse.text.markdown import parse_markdown


def metadata(text: str) -> Metadata:
    return parse_markdown(text.encode(), "name").metadata


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Some #words and #two-words, (#three).", ("words", "two-words", "three")),
        ("#first in a line", ("first",)),
        ("A #project/alpha/x plan", ("project/alpha/x", "project/alpha", "project")),
        ("#2026-plan and #标签", ("2026-plan", "标签")),
        ("#same #same", ("same",)),
    ],
)
def test_tags_in_the_text_are_metadata(text: str, tags: tuple[str, ...]) -> None:
    assert metadata(text) == {"tags": tags}


@pytest.mark.parametrize(
    "text",
    [
        "# Heading",
        "issue #123",
        "C# and &#8212;",
        "`#code` and\n\n```\n#include\n```\n",
        "    #indented code",
        "http://x.org/#fragment and [a](page.md#part)",
        "colour #ff0033 or #0f0",
        "\\#escaped",
        "<!-- #comment -->",
    ],
)
def test_other_signs_are_no_tags(text: str) -> None:
    assert metadata(text) == {}


@pytest.mark.parametrize("front", ["tags: [a, '#b']", "tags: a, b", "tags: a b"])
def test_tags_of_front_matter_and_text_are_joined(front: str) -> None:
    assert metadata(f"---\n{front}\n---\n#c #a\n") == {"tags": ("a", "b", "c")}


def test_front_matter_alone_is_left_as_it_is() -> None:
    assert metadata("---\ntags: a, b\n---\nwords\n") == {"tags": "a, b"}


def test_wiki_links_are_metadata_by_their_target() -> None:
    text = "See [[Page]], [[Other page|label]], [[Page#part]] and ![[image.png]]; not `[[code]]`."

    assert metadata(text) == {"links": ("Page", "Other page", "image.png")}


def test_links_in_tables_count_and_in_fences_do_not() -> None:
    assert metadata("| a |\n| --- |\n| [[In]] |\n\n~~~\n[[Out]]\n~~~\n") == {"links": ("In",)}


def test_the_text_stays_the_files_own() -> None:
    text = "[[Page|label]] #tag\n"

    assert parse_markdown(text.encode(), "name").text == text
