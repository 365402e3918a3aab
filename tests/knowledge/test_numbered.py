import pytest

from knowledge.chunk import chunk, estimate_tokens
from knowledge.document import Document, Heading
from knowledge.numbered import numbered


def labels(text: str) -> list[str]:
    return [article.label for article in numbered(text, 0, len(text))]


@pytest.mark.parametrize(
    "expected",
    [
        ["Article 1", "Article 2", "Article 3"],
        ["§ 12", "§ 13", "§ 13a", "§ 14"],
        ["Статья 1", "Статья 2", "Статья 4"],
        ["第九条", "第十条", "第十条之一", "第十一条", "第十二条"],
        ["第九十九条", "第一百条", "第一百零一条", "第一百零二条"],
        ["제1조", "제2조", "제3조"],
        ["มาตรา ๑", "มาตรา ๒", "มาตรา ๓"],
    ],
)
def test_articles_are_known_by_their_numbering(expected: list[str]) -> None:
    assert labels("\n\n".join(f"{label} some text\nand more" for label in expected)) == expected


def test_a_line_that_names_another_article_begins_none() -> None:
    assert labels("Art. 1 a\nArt. 9 says so\nArt. 2 b\nArt. 3 c") == ["Art. 1", "Art. 2", "Art. 3"]


@pytest.mark.parametrize("text", ["1. a\n2. b\n3. c", "Figure 1\nFigure 2", "In 3 days\nAt 4\nOn 5", "plain text"])
def test_lists_and_chance_are_not_articles(text: str) -> None:
    assert labels(text) == []


def test_each_article_is_a_chunk_headed_by_its_label_and_its_span_is_exact() -> None:
    text = "# Law\n\nPreamble.\n\nArticle 1 One.\n\nStill one.\n\nArticle 2 Two.\n\nArticle 3 Three.\n"
    document = Document(text=text, title="Law", headings=(Heading(0, 1, "Law"),))
    chunks = chunk(document, estimate_tokens, 240)
    assert [(c.text, c.heading) for c in chunks] == [
        ("Preamble.", ("Law",)),
        ("Article 1 One.\n\nStill one.", ("Law", "Article 1")),
        ("Article 2 Two.", ("Law", "Article 2")),
        ("Article 3 Three.", ("Law", "Article 3")),
    ]
    assert all(text[c.start : c.end] == c.text for c in chunks)


def test_a_code_block_is_not_cut_at_what_looks_like_articles() -> None:
    code = "```\nArticle 1 a\nArticle 2 b\nArticle 3 c\n```"
    assert [c.text for c in chunk(Document(text=code, blocks=((0, len(code)),)), estimate_tokens, 240)] == [code]
