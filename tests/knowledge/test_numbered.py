import pytest

from knowledge.chunk import chunk, estimate_tokens
from knowledge.document import Document, Heading
from knowledge.numbered import clause_numbers, is_clause, numbered


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


@pytest.mark.parametrize(
    "text",
    [
        "1. a\n2. b\n3. c",
        "In 3 days\nAt 4\nOn 5",
        "plain text",
        "Figure 1 a\n\nFigure 2 b\n\nFigure 3 c",
        "Tabelle 1: a\n\nTabelle 2: b\n\nTabelle 3: c",
        "Рис. 1 а\n\nРис. 2 б\n\nРис. 3 в",
        "第1页\n\n第2页\n\n第3页",
        "Page 1 of 3\n\nPage 2 of 3\n\nPage 3 of 3",
        "NUMBER3-9 a\n\nNUMBER4-1 b\n\nNUMBER5-2 c",
        "E10 a\n\nE11 b\n\nE12 c",
        "In 1990 a\n\nIn 1993 b\n\nIn 1995 c",
        "we say so in\nsection 1 of it and in\nsection 2 of it and in\nsection 3",
    ],
)
def test_lists_and_chance_are_not_articles(text: str) -> None:
    assert labels(text) == []


def test_a_mention_that_a_wrapped_line_begins_with_is_no_article() -> None:
    line = "This sentence is long enough to be wrapped at the end by\nSection {} of the same text."
    assert labels("\n".join(line.format(n) for n in range(1, 6))) == []


def test_what_is_pages_apart_are_captions_not_articles() -> None:
    assert labels("\n\n".join(f"Kuvio {n} on tässä.\n\n{'Tekstiä. ' * 600}" for n in range(1, 6))) == []


def test_each_statute_of_a_collection_counts_anew() -> None:
    law = "\n\n".join(f"Article {n} text." for n in range(1, 5))
    assert labels(f"{law}\n\n{law}") == [f"Article {n}" for n in range(1, 5)] * 2


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


@pytest.mark.parametrize("line", ["2.3 Late", "- 2.3 Late", "  § 2.3 Late", "Section 2.3: late", "2.3. Late"])
def test_a_clause_is_known_by_the_number_at_its_beginning(line: str) -> None:
    assert is_clause(line, clause_numbers("What does clause 2.3 say?"))


@pytest.mark.parametrize("line", ["12.3 Late", "2.31 Late", "2.3.1 Late", "Late (2.3)", ""])
def test_a_clause_of_another_number_is_none(line: str) -> None:
    assert not is_clause(line, clause_numbers("What does clause 2.3 say?"))


def test_a_question_without_a_number_names_no_clause() -> None:
    assert clause_numbers("Who paid 2,500 in 2024 for version v1.2?") == frozenset()


def cut(text: str, title: str = "Act", headings: tuple[Heading, ...] = ()) -> list[tuple[str, ...]]:
    return [one.heading for one in chunk(Document(text=text, title=title, headings=headings), estimate_tokens, 60)]


@pytest.mark.parametrize(
    ("part", "chapter", "article"),
    [
        ("第一编 总则", "第{}章　基本规定", "第{}条"),
        ("제1편 총칙", "제{}장 통칙", "제{}조"),
        ("Part I General", "Chapter {} Scope", "Article {}"),
        ("Раздел I Общее", "Глава {} Порядок", "Статья {}"),
    ],
)
def test_articles_of_plain_text_stand_under_its_chapters_and_not_its_contents(
    part: str, chapter: str, article: str
) -> None:
    chapters = [chapter.format(n) for n in ("一二" if "第" in chapter else "12")]
    articles = [article.format(n) for n in ("一二三四" if "第" in article else "1234")]
    lines = [part, *chapters, "", part, chapters[0]]
    text = "\n\n".join([*lines, *(f"{one} {'words ' * 50}" for one in articles[:2]), chapters[1]])
    text = "\n\n".join([text, *(f"{one} {'words ' * 50}" for one in articles[2:])])
    shown = [" ".join(one.split()) for one in (part, *chapters)]
    expected = [(shown[0], shown[1 + n // 2], one) for n, one in enumerate(articles)]
    assert [one for one in dict.fromkeys(cut(text)) if one] == expected


def test_chapters_that_the_format_marks_stay_as_they_are() -> None:
    text = "\n\n".join(["Chapter 1 Scope", *(f"Article {n} {'words ' * 50}" for n in range(1, 4)), "Chapter 2 Fees"])
    marked = Heading(text.index("Chapter 2"), 1, "Fees")
    assert set(cut(text, headings=(marked,))) == {(), ("Article 1",), ("Article 2",), ("Article 3",)}


def test_a_marked_title_stands_above_chapters_that_are_not_marked() -> None:
    articles = (f"Article {n} {'words ' * 50}" for n in range(1, 4))
    text = "\n\n".join(["# The Act", "Chapter 1 Scope", *articles])
    assert cut(text, headings=(Heading(0, 1, "The Act"),))[-1] == ("The Act", "Chapter 1 Scope", "Article 3")
